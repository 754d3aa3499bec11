"""What `bwc import-force` prints: what was imported, what was assumed, what it is linked to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import click

from pipeline.force import ReportRow
from pipeline.policy import Policy
from pipeline.policy.records import CATEGORIES, NOT_LISTED
from pipeline.reports.make import linked
from pipeline.store import Store

MOST_REMARKS = 20


def import_and_show(store: Store, rows: Iterable[ReportRow], source: str, who: str, policy: Policy) -> None:
    """Imports the rows and prints one line for each thing that a person should know."""
    remarks: list[str] = []
    unlisted: Counter[tuple[str, str]] = Counter()
    numbers: set[str] = set()

    def watched() -> Iterator[ReportRow]:
        for one in rows:
            numbers.add(one.report.number)
            remarks.extend([one.remark] if one.remark else [])
            unlisted.update(_unlisted(one, policy))
            yield one

    done = store.import_force_reports(watched(), source, who)
    click.echo(f"{source}: {done.new} new, {done.changed} changed, {done.unchanged} as before")
    for (field, value), times in sorted(unlisted.items()):
        where = f"[force_reports.values.{field}]"
        remarks.append(f"{field} {value!r} ({times} times) is not in {where} of the pack: counted as {NOT_LISTED!r}")
    for remark in remarks[:MOST_REMARKS]:
        click.echo(f"note: {remark}")
    if len(remarks) > MOST_REMARKS:
        click.echo(f"note: {len(remarks) - MOST_REMARKS} more of this kind")
    _show_links(store, numbers, policy)


def _unlisted(one: ReportRow, policy: Policy) -> Iterator[tuple[str, str]]:
    rules = policy.records.force_reports
    for field in CATEGORIES:
        held = getattr(one.report, field)
        for value in held if isinstance(held, tuple) else (held,):
            if rules.category(field, value) == NOT_LISTED:
                yield field, value[:60]


def _show_links(store: Store, numbers: set[str], policy: Policy) -> None:
    found = linked(store, [r for r in store.force_reports() if r.number in numbers], policy)
    sure = {link.report for link in found if link.sure}
    guessed = {link.report for link in found} - sure
    click.echo(
        f"linked to recordings: {len(sure)} by number or officer, {len(guessed)} by time alone (to be looked at),"
        f" {len(numbers) - len(sure) - len(guessed)} not"
    )
