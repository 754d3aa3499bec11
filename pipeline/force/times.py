"""Times of a file, all written in one way: which way is told from all of its rows together, never from one alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timezone
from itertools import combinations
from zoneinfo import ZoneInfo

from pipeline.errors import TableError
from pipeline.roster.read import example
from pipeline.table_file import Row

EARLIEST, LATEST = 1970, 2100
"""Years; a report from outside is a slip of the pen (0025 for 2025)."""


@dataclass(frozen=True)
class TimeForm:
    """How the file writes its times, and the zone of those that name none. `zone` None: each names its own."""

    form: str
    zone: ZoneInfo | None

    def read(self, row: Row) -> tuple[datetime, str]:
        """The moment of a row, with a remark where the clock showed that time twice. Raises TableError."""
        said = written(row)
        try:
            when = datetime.strptime(said, self.form)
        except ValueError as error:
            raise row.wrong(_column(row), f"{said!r} is not written as {example(self.form)!r}") from error
        if not EARLIEST <= when.year < LATEST:
            raise row.wrong(_column(row), f"{said!r} is in the year {when.year}")
        if when.tzinfo is not None:
            return _fixed(when.astimezone(self.zone) if self.zone else when), ""
        assert self.zone is not None, "time_form asks for a zone where the times name none"
        placed, remark = _placed(row, said, when.replace(tzinfo=self.zone))
        return _fixed(placed), remark


def time_form(rows: Iterable[Row], forms: Sequence[str], zone: ZoneInfo | None) -> TimeForm:
    """The one form in which every row's time is written. Raises TableError naming the first row that is not.

    Where two forms fit every row and disagree about any (day and month cannot be told apart), the pack has to say.
    """
    fitting, last = list(forms), None
    disagreements: dict[tuple[str, str], Row] = {}
    for row in rows:
        still = [form for form in fitting if _fits(written(row), form)]
        if not still:
            raise _not_written(row, fitting, forms, first=last is None)
        for pair in combinations(still, 2):
            if pair not in disagreements and len({_moment(written(row), form) for form in pair}) > 1:
                disagreements[pair] = row
        fitting, last = still, row
    if last is None:
        return TimeForm(forms[0], zone)
    for pair in combinations(fitting, 2):
        if pair in disagreements:
            row = disagreements[pair]
            ways = " or ".join(repr(form) for form in pair)
            reason = f"{written(row)!r} can be read as {ways}; leave one in time_forms of the pack"
            raise row.wrong(_column(row), reason)
    if zone is None and "%z" not in fitting[0]:
        raise TableError(last.path, 'times without a zone: add zone = "America/New_York" to the pack, or give --zone')
    return TimeForm(fitting[0], zone)


def _fixed(when: datetime) -> datetime:
    """With its offset alone: moments of a zone that come twice compare as equal to nothing."""
    offset = when.utcoffset()
    assert offset is not None
    return when.replace(tzinfo=timezone(offset), microsecond=0, fold=0)


def written(row: Row) -> str:
    """The time as the row has it, from one column or from two."""
    return row["time"] or f"{row['date']} {row['clock']}".strip()


def _column(row: Row) -> str:
    return "time" if row["time"] or "date" not in row.columns else "date"


def _fits(said: str, form: str) -> bool:
    try:
        datetime.strptime(said, form)
    except ValueError:
        return False
    return True


def _moment(said: str, form: str) -> datetime:
    return datetime.strptime(said, form)


def _not_written(row: Row, fitting: Sequence[str], forms: Sequence[str], first: bool) -> TableError:
    said = written(row)
    if not said:
        return row.wrong(_column(row), "no date and time")
    if not first and any(_fits(said, form) for form in forms):
        return row.wrong(_column(row), f"{said!r} is written in another way than the rows before it, "
                                       f"such as {example(fitting[0])!r}")  # fmt: skip
    known = ", ".join(repr(example(form)) for form in forms)
    return row.wrong(_column(row), f"{said!r} is no date and time that the pack knows: {known}")


def _placed(row: Row, said: str, when: datetime) -> tuple[datetime, str]:
    """A time of day in its zone: one that the clocks skipped is an error, one that they showed twice is the first."""
    back = when.astimezone(UTC).astimezone(when.tzinfo)
    if back.replace(tzinfo=None) != when.replace(tzinfo=None):
        raise row.wrong(_column(row), f"there was no {said!r} in {when.tzinfo}: the clocks were put forward over it")
    if when.utcoffset() != when.replace(fold=1).utcoffset():
        return when, f"row {row.number}: {said} came twice in that night; taken as the first"
    return when, ""
