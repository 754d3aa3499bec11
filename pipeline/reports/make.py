"""Reports from a store, as text ready to be written: for the command line and the screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pipeline.errors import BwcError
from pipeline.exports.findings import as_csv
from pipeline.force import ForceReport, Link, links
from pipeline.policy import Policy
from pipeline.policy.records import NOT_LISTED
from pipeline.policy.source import nearest
from pipeline.policy.values import zone_named
from pipeline.reports.kept import Gathered, gather
from pipeline.reports.page import page
from pipeline.reports.period import Period
from pipeline.reports.public import OTHER_PRECINCTS, public_report
from pipeline.reports.records import UNASSIGNED, Record, record_of_all, records
from pipeline.reports.subjects import subjects
from pipeline.store import Store
from pipeline.table_file import plain_name


@dataclass(frozen=True)
class Made:
    """A report: a page, and a table beside it where it has one."""

    html: str
    csv: str = ""


def zone_of(policy: Policy, name: str | None) -> ZoneInfo | None:
    """The zone of the command line, else of the pack; None: neither names one. Raises BwcError."""
    chosen = name or policy.records.zone
    zone = zone_named(chosen) if chosen else None
    if chosen and zone is None:
        raise BwcError(f"no time zone {chosen!r}; write it as America/New_York")
    return zone


def linked(store: Store, reports: list[ForceReport], policy: Policy) -> list[Link]:
    """The links of these reports to what the store holds."""
    return links(reports, subjects(store), store.roster(), policy.records.force_reports.link_within)


def make_public(store: Store, policy: Policy, year: int, zone: ZoneInfo) -> Made:
    """The annual public report."""
    period = Period.year(year, zone)
    gathered = gather(store, policy, store.roster(), period)
    # a year and a day on both sides: a report's own offset says in which year it is
    near = Period(period.first.replace(year=year - 1), period.last.replace(year=year + 1), zone)
    reports = store.force_reports(near.start, near.end)
    report = public_report(
        year, zone.key, reports, linked(store, reports, policy), gathered, record_of_all(gathered, policy, []), policy
    )
    values = {"report": report, "not_listed": NOT_LISTED, "other_precincts": OTHER_PRECINCTS}
    return Made(page("public.html", values), as_csv(report.rows()))


def make_records(store: Store, policy: Policy, group: str, wanted: str | None, period: Period) -> Made:
    """The records of all officers, units or precincts, or of the one that is wanted. Raises BwcError."""
    roster = store.roster()
    gathered = gather(store, policy, roster, period)
    found = records(gathered, group, policy, roster, store.force_reports(period.start, period.end))
    chosen = found if wanted is None else [_wanted(found, group, wanted)]
    return records_made(chosen, group, gathered, policy, len(roster))


def records_made(found: Sequence[Record], group: str, gathered: Gathered, policy: Policy, roster: int) -> Made:
    """Records as a page, and as a table with one row for each technique. `roster`: assignments that it has."""
    period = gathered.period
    values = {
        "group": group, "records": found, "period": period, "policy": policy.stamp, "unassigned": UNASSIGNED,
        "without_clock": gathered.without_clock, "roster": roster,
    }  # fmt: skip
    return Made(page("records.html", values), as_csv([row for r in found for row in _rows(r, group, period)]))


def _wanted(found: list[Record], group: str, wanted: str) -> Record:
    names = {plain_name(called): r for r in found for called in (r.title, r.title.split(" (")[0], r.name)}
    if plain_name(wanted) not in names:
        known = [r.name for r in found]
        raise BwcError(f"no {group} {wanted!r} on the roster in this period{nearest(wanted, known)}")
    return names[plain_name(wanted)]


def _rows(record: Record, group: str, period: Period) -> list[dict[str, Any]]:
    """One row for each technique."""
    start = {
        group: record.name, "name": record.title, "from": str(period.first), "to": str(period.last),
        "recordings": record.recordings, "hours_recorded": round(record.recorded, 2),
        "hours_analysed": round(record.analysed, 2), "hours_reviewed": round(record.reviewed, 2),
        "hours_of_contact": round(record.contact, 2), "hours_of_reviewed_contact": round(record.reviewed_contact, 2),
        "findings": record.findings, "findings_looked_at": record.looked_at, "force_reports": record.force_reports,
    }  # fmt: skip
    out = []
    for t in record.techniques:
        rate = t.per_hour
        out.append(start | {
            "technique": t.title, "confirmed": t.confirmed, "not_yet_confirmed": t.not_yet,
            "confirmed_per_hour": round(rate.value, 3) if rate else None,
            "per_hour_low": round(rate.low, 3) if rate else None,
            "per_hour_high": round(rate.high, 3) if rate else None,
            "contacts_with_it": t.contacts, "reviewed_contacts": record.reviewed_events,
        })  # fmt: skip
    return out


def written(made: Made, out: Path) -> list[Path]:
    """Writes the page, and the table beside it. Nothing half-written stays. Raises BwcError."""
    texts = {out: made.html} | ({out.with_suffix(".csv"): made.csv} if made.csv else {})
    try:
        for path, text in texts.items():
            part = path.with_name(f".{path.name}.part")
            part.write_text(text, encoding="utf-8", newline="")
            part.replace(path)
    except OSError as error:
        raise BwcError(f"{error.filename}: cannot be written ({error.strerror})") from error
    return list(texts)
