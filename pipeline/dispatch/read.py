"""Reading the export of a dispatch system: one `Call` for each officer or unit of a row, whatever the file looks like.

Rows are read one at a time; a file of any length takes the same memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from pipeline.camera_use.types import Call
from pipeline.dispatch.repeated_hour import decided, over_midnight, placed
from pipeline.dispatch.written import Hours, Written, how_written
from pipeline.errors import TableError
from pipeline.policy.dispatch_rules import DISPATCH_FIELDS, TIME_FIELDS, DispatchRules
from pipeline.policy.values import zone_named
from pipeline.table_file import Row, TableFile, said


def read_calls(path: Path, rules: DispatchRules, zone: ZoneInfo | None, system: str = "") -> Iterator[Call]:
    """The calls of a file, in order. `zone` is that of times that name none; None: the file has to name one.

    Raises TableError with row and column: a missing column, mixed forms of times, a formula, a time that was not.
    """
    table = _table(path, rules)
    written = how_written(table.rows(), rules)
    if "%z" in written.form:
        for row in table.rows():
            at = [t.astimezone(UTC) if t is not None else None for t in written.local(row)]
            yield from _calls(row, at, "", rules, system)
        return
    if zone is None:
        reason = 'times without a zone: add zone = "America/New_York" to the pack, or give --zone'
        raise TableError(path, reason)
    hours = Hours(told="%p" in written.form)
    for one in decided(placed(row, _local(row, written, zone, hours), zone) for row in table.rows()):
        at_utc, remark = one.result()
        yield from _calls(one.row, at_utc, remark, rules, system)
    hours.check()


def zone_of_system(rules: DispatchRules, system: str) -> ZoneInfo | None:
    """The zone of a system's times; None: that of the pack."""
    name = rules.clock_of(system).zone
    return zone_named(name) if name else None


def _table(path: Path, rules: DispatchRules) -> TableFile:
    return TableFile(
        path,
        {field: rules.columns.get(field, (field,)) for field in DISPATCH_FIELDS},
        needed=("number",),
        columns_needed=("cleared",),
        columns_either=(("officer", "unit"), TIME_FIELDS[:3]),
        section="dispatch.columns",
    )


def _local(row: Row, written: Written, zone: ZoneInfo, hours: Hours) -> tuple[datetime | None, ...]:
    local = written.local(row)
    if not hours.told:
        hours.take(row, local)
    return over_midnight(local, zone) if written.days is not None else local


def _calls(row: Row, at: Sequence[datetime | None], remark: str, rules: DispatchRules, system: str) -> Iterator[Call]:
    texts = {field: _text(row, field) for field in ("number", "officer", "unit", "call_type", "disposition")}
    if not texts["number"]:
        raise row.wrong("number", "is empty")
    if not any(at) and (not any(char.isdigit() for char in texts["number"]) or not any(list(texts.values())[1:])):
        reason = f"no time and no call beside {texts['number'][:60]!r}: is it a line of totals, or below the table?"
        raise row.wrong("number", f"{reason} Delete it")
    for officer, unit in _sent(row, texts["officer"], texts["unit"], rules):
        yield Call(
            texts["number"], officer, unit, texts["call_type"], texts["disposition"], at[0], at[1], at[2], at[3],
            system, row.path.name, row.number, remark,
        )  # fmt: skip


def _text(row: Row, field: str) -> str:
    """A cell as text, "" where the export writes that there is nothing. Raises TableError for a formula."""
    return row.text(field) if said(row, field) else ""


def _sent(row: Row, officer: str, unit: str, rules: DispatchRules) -> list[tuple[str, str]]:
    """Who went: (officer, unit) of each. Cells with as many of both go together, one beside none stands alone."""
    officers, units = _parts(officer, rules.separators), _parts(unit, rules.unit_separators)
    if len(officers) == len(units) or not units or not officers:
        return [(o, u) for o, u in _beside(officers, units)]
    if len(units) == 1:
        return [(o, units[0]) for o in officers]
    reason = f"{len(officers)} officers and {len(units)} units: who was in which is not told; leave out one column"
    raise row.wrong("officer", f"{reason} (officer = [] or unit = [] in [dispatch.columns])")


def _beside(officers: Sequence[str], units: Sequence[str]) -> list[tuple[str, str]]:
    longest = max(len(officers), len(units), 1)
    padded = [list(each) + [""] * (longest - len(each)) for each in (officers, units)]
    return list(zip(*padded, strict=True))


@lru_cache(maxsize=4096)
def _parts(cell: str, separators: tuple[str, ...]) -> tuple[str, ...]:
    for separator in separators:
        cell = cell.replace(separator, "\n")
    # a name goes over no line: some exports write one below the other
    return tuple(dict.fromkeys(part for p in cell.splitlines() if (part := p.strip())))
