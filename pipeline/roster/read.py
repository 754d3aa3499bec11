"""Reading a roster from CSV: days or hours in the agency's zone, and no camera or officer in two places at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from pipeline.errors import TableError
from pipeline.roster.assignment import Assignment
from pipeline.table_file import Row, TableFile, plain_name, said

NEEDED = ("officer", "from")
FIELDS = ("officer", "name", "unit", "precinct", "camera", "from", "to")
DAY_FORMS = ("%Y-%m-%d", "%m/%d/%Y")
HOUR_FORMS = (" %H:%M", " %H:%M:%S", "T%H:%M", "T%H:%M:%S")
"""behind a day: from or until when within it"""
EARLIEST, LATEST = 1970, 2100
"""Years. An assignment that begins outside is a slip of the pen; one that ends later ("9999-12-31") still holds."""


def read_roster(
    path: Path, columns: Mapping[str, Sequence[str]], zone: ZoneInfo, day_forms: Sequence[str] = DAY_FORMS
) -> list[Assignment]:
    """The assignments of a file. `from` and `to` are days of `zone`, both included; an empty `to` means still.

    Either may say the hour too ("2025-03-31 06:00"); `to` is then the moment from which it no longer holds. Raises
    TableError with row and column: a missing column, a date that cannot be read, a camera with two officers at once,
    an officer in two units at once.
    """
    table = TableFile(path, {f: columns.get(f, (f,)) for f in FIELDS}, NEEDED, section="roster.columns")
    read = [(row, _assignment(row, zone, day_forms)) for row in table.rows()]
    if not read:
        raise TableError(path, "names the columns and nobody; the roster that counts stays as it is")
    _check_overlaps(read)
    return [assignment for _, assignment in read]


def _assignment(row: Row, zone: ZoneInfo, day_forms: Sequence[str]) -> Assignment:
    first, _ = _moment(row, "from", day_forms)
    ends = bool(said(row, "to"))
    last, whole_day = _moment(row, "to", day_forms) if ends else (first, False)
    if not EARLIEST <= first.year < LATEST:
        raise row.wrong("from", f"{row['from']!r} is in the year {first.year}")
    if last < (datetime.combine(first, time()) if whole_day else first):
        raise row.wrong("to", f"{row['to']} comes before {row['from']}")
    ends = ends and last.year < LATEST
    if ends and last == first and not whole_day:
        raise row.wrong("to", f"{row['to']} is when it begins: it holds at no time")
    return Assignment(
        officer=row.text("officer"),
        name=row.text("name"),
        unit=row.text("unit"),
        precinct=row.text("precinct"),
        camera=row.text("camera"),
        start=_utc(first, zone),
        end=_utc(last + timedelta(days=whole_day), zone) if ends else None,
    )


def _utc(local: datetime, zone: ZoneInfo) -> datetime:
    # in UTC: two moments of one zone are compared by their faces, which is wrong over a change of the clocks
    return local.replace(tzinfo=zone).astimezone(UTC)


def _moment(row: Row, field: str, forms: Sequence[str]) -> tuple[datetime, bool]:
    """What a cell says on the clocks there, and whether it is a whole day."""
    for hour in ("", *HOUR_FORMS):
        for form in forms:
            try:
                return datetime.strptime(row[field], form + hour), not hour
            except ValueError:
                continue
    ways = " or ".join(example(form) for form in (*forms, forms[0] + HOUR_FORMS[0]))
    raise row.wrong(field, f"{row[field]!r} is no date; write it as {ways}")


def example(form: str) -> str:
    """What a date or time in this form looks like."""
    return datetime(2025, 3, 31, 16, 5, 0, tzinfo=UTC).strftime(form)


def _check_overlaps(read: Sequence[tuple[Row, Assignment]]) -> None:
    for field in ("camera", "officer"):
        groups: dict[str, list[tuple[Row, Assignment]]] = {}
        for row, one in read:
            if row[field]:
                groups.setdefault(plain_name(row[field]), []).append((row, one))
        for group in groups.values():
            for (earlier, first), (later, second) in _overlapping(group):
                _refuse(field, earlier, first, later, second)


def _overlapping(
    group: Sequence[tuple[Row, Assignment]],
) -> Iterator[tuple[tuple[Row, Assignment], tuple[Row, Assignment]]]:
    """Pairs that hold at the same time, in order of their rows."""
    ordered = sorted(group, key=lambda pair: pair[1].start)
    for at, (row, one) in enumerate(ordered):
        for other_row, other in ordered[at + 1 :]:
            if one.end is not None and other.start >= one.end:
                break
            first, second = sorted(((row, one), (other_row, other)), key=lambda pair: pair[0].number)
            yield first, second


def _refuse(field: str, earlier: Row, first: Assignment, later: Row, second: Assignment) -> None:
    also = f"row {earlier.number} says so for the same time"
    if not (first.within_days or second.within_days):
        also += "; where it changes within a day, write the hour too, as 2025-03-31 06:00"
    if field == "camera":
        if first.officer != second.officer:
            raise later.wrong("camera", f"camera {second.camera} is with {first.officer} and {second.officer}; {also}")
        raise later.wrong("camera", f"camera {second.camera} is with {second.officer} twice; {also}")
    if (first.unit, first.precinct) != (second.unit, second.precinct):
        places = [f"{a.unit or 'no unit'}, {a.precinct or 'no precinct'}" for a in (first, second)]
        raise later.wrong("officer", f"{second.officer} is in two places: {' and '.join(places)}; {also}")
