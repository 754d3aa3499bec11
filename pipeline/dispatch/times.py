"""Times of a dispatch export: written in one way throughout, told from its rows, and laid on UTC.

A clock that is put back shows an hour twice. Which of the two a time means is told by the order of the times in its
row, then by the order of rows where the file is sorted by time; where neither tells, the first is taken and said so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import combinations, pairwise, product
from zoneinfo import ZoneInfo

from pipeline.policy.dispatch_rules import TIME_FIELDS, DispatchRules
from pipeline.roster.read import example
from pipeline.table_file import Row

EARLIEST, LATEST = 1970, 2100
"""Years; a time outside is a slip of the pen (0025 for 2025)."""
MOST_WAITING = 100_000
"""rows in a repeated hour that are held back until the file tells which hour it was"""
EMPTY = frozenset({"", "null", "n/a", "none", "-", "--", "nan", "nat"})
"""What exports write where there is nothing."""
ISO_LENGTHS = {"%Y-%m-%d %H:%M:%S": 19, "%Y-%m-%dT%H:%M:%S": 19, "%Y-%m-%d %H:%M": 16, "%Y-%m-%dT%H:%M": 16}
"""Forms that Python reads ten times as fast by another way, and how long they are."""

Local = datetime | None
"""A time as the file has it, without a zone or with its own."""


def said(row: Row, name: str) -> str:
    """A cell, "" where the export writes that there is nothing."""
    text = row[name]
    return "" if text.casefold() in EMPTY else text


@lru_cache(maxsize=65536)
def parsed(text: str, form: str) -> datetime | None:
    """What a text says in a form; None: it is not written so."""
    try:
        if ISO_LENGTHS.get(form) == len(text) and text[7] + text[10] == "-" + form[8]:
            return datetime.fromisoformat(text)
        return datetime.strptime(text, form)
    except ValueError:
        return None


@dataclass
class Narrowing:
    """Which of the pack's forms all cells seen so far are written in."""

    key: str
    """the pack's list of forms, for messages"""
    forms: Sequence[str]
    fitting: list[str] = field(default_factory=list)
    _disagreements: dict[tuple[str, str], tuple[Row, str]] = field(default_factory=dict)
    seen: bool = False

    def __post_init__(self) -> None:
        self.fitting = list(self.forms)

    def take(self, row: Row, name: str) -> None:
        """Looks at a cell. Raises TableError where it is written in no form that the cells before allow."""
        text = said(row, name)
        if not text:
            return
        still = [form for form in self.fitting if parsed(text, form) is not None]
        if not still:
            raise self.wrong(row, name, text)
        for pair in combinations(still, 2):
            if pair not in self._disagreements and parsed(text, pair[0]) != parsed(text, pair[1]):
                self._disagreements[pair] = (row, name)
        self.fitting, self.seen = still, True

    def wrong(self, row: Row, name: str, text: str) -> Exception:
        """The error for a cell that is written in another way."""
        if self.seen and any(parsed(text, form) is not None for form in self.forms):
            reason = f"{text!r} is written in another way than the rows before it, such as {example(self.fitting[0])!r}"
            return row.wrong(name, reason)
        known = ", ".join(repr(example(form)) for form in self.forms)
        return row.wrong(name, f"{text!r} is no time that the pack knows: {known}; add yours to {self.key}")

    def settled(self) -> bool:
        return self.seen and len(self.fitting) == 1

    def form(self) -> str:
        """The form. Raises TableError where two fit every cell and do not say the same."""
        for pair in combinations(self.fitting, 2):
            if pair in self._disagreements:
                row, name = self._disagreements[pair]
                ways = " or ".join(repr(form) for form in pair)
                raise row.wrong(name, f"{row[name]!r} can be read as {ways}; leave one in {self.key} of the pack")
        return self.fitting[0]


@dataclass(frozen=True)
class Written:
    """How a file writes its times. `day_form` None: each time has its date with it."""

    times: Narrowing
    days: Narrowing | None
    form: str
    day_form: str

    def local(self, row: Row) -> tuple[Local, Local, Local, Local]:
        """The times of a row as the clocks there showed them. Raises TableError."""
        day = self._day(row)
        out: list[Local] = []
        for name in TIME_FIELDS:
            text = said(row, name)
            if not text:
                out.append(None)
                continue
            when = parsed(text, self.form)
            if when is None:
                raise self.times.wrong(row, name, text)
            if day is not None:
                when = datetime.combine(day, when.time())
            if not EARLIEST <= when.year < LATEST:
                raise row.wrong(name, f"{text!r} is in the year {when.year}")
            out.append(when)
        return (out[0], out[1], out[2], out[3])

    def _day(self, row: Row) -> date | None:
        if self.days is None:
            return None
        text = said(row, "date")
        if not text:
            if any(said(row, name) for name in TIME_FIELDS):
                raise row.wrong("date", "no date beside the times")
            return None
        when = parsed(text, self.day_form)
        if when is None:
            raise self.days.wrong(row, "date", text)
        return when.date()


def how_written(rows: Iterable[Row], rules: DispatchRules) -> Written:
    """How the times of a file are written: of each column of rows no more is read than tells. Raises TableError."""
    times: Narrowing | None = None
    days: Narrowing | None = None
    for row in rows:
        if times is None:
            if "date" in row.columns and not _whole_times(row, rules):
                days = Narrowing("[dispatch] day_forms", rules.day_forms)
            forms, key = (rules.clock_forms, "clock_forms") if days else (rules.time_forms, "time_forms")
            times = Narrowing(f"[dispatch] {key}", forms)
        for name in TIME_FIELDS:
            times.take(row, name)
        if days is not None:
            days.take(row, "date")
        if times.settled() and (days is None or days.settled()):
            break
    times = times or Narrowing("[dispatch] time_forms", rules.time_forms)
    return Written(times, days, times.form(), days.form() if days else "")


def _whole_times(row: Row, rules: DispatchRules) -> bool:
    """Whether the times of a file that also has a column of dates have their dates with them."""
    texts = [text for name in TIME_FIELDS if (text := said(row, name))]
    return any(parsed(text, form) is not None for text in texts for form in rules.time_forms)


def over_midnight(times: Sequence[Local], zone: ZoneInfo | None) -> tuple[Local, ...]:
    """Times of day beside one date, in their order: what comes before the time before it is of the next day, unless
    the clocks were put back just then."""
    out: list[Local] = []
    days = timedelta(0)
    before: Local = None
    for time in times:
        moved = time + days if time is not None else None
        if moved is not None and before is not None and moved < before:
            twice = zone is not None and all(len(moments(t, zone)) == 2 for t in (before, moved))
            if not twice:
                days += timedelta(days=1)
                moved += timedelta(days=1)
        out.append(moved)
        before = moved if moved is not None else before
    return tuple(out)


@lru_cache(maxsize=4096)
def _steady(hour: datetime, zone: ZoneInfo) -> timedelta | None:
    """The offset throughout an hour in which the clocks are not changed; None: they are."""
    ends = (hour, hour + timedelta(minutes=59, seconds=59))
    offsets = {end.replace(tzinfo=zone, fold=fold).utcoffset() for end in ends for fold in (0, 1)}
    return offsets.pop() if len(offsets) == 1 else None


def moments(local: datetime, zone: ZoneInfo) -> tuple[datetime, ...]:
    """The moments in UTC that a clock there showed this: one, two in the hour that comes twice, none in a skipped."""
    steady = _steady(datetime(local.year, local.month, local.day, local.hour), zone)
    if steady is not None:
        return ((local - steady).replace(tzinfo=UTC),)
    first = local.replace(tzinfo=zone, fold=0).utcoffset()
    second = local.replace(tzinfo=zone, fold=1).utcoffset()
    assert first is not None and second is not None, "a zone of the database has an offset at any time"
    if first == second:
        return ((local - first).replace(tzinfo=UTC),)
    if first < second:
        return ()
    return ((local - first).replace(tzinfo=UTC), (local - second).replace(tzinfo=UTC))


@dataclass
class Placed:
    """A row on its way to UTC."""

    row: Row
    local: tuple[Local, ...]
    options: tuple[tuple[datetime, ...], ...]
    """for each time the moments that it may be; () for one that is not there"""
    choices: list[tuple[datetime | None, ...]] = field(default_factory=list)
    """what the order of the times leaves"""

    @property
    def lead(self) -> tuple[datetime, tuple[datetime, ...]] | None:
        """The row's first time, and what it may be."""
        return next(((t, o) for t, o in zip(self.local, self.options, strict=True) if t is not None), None)

    @property
    def twice(self) -> bool:
        return self.lead is not None and len(self.lead[1]) == 2

    def fold(self) -> int | None:
        """Which hour the first time is in, as far as the choices left agree."""
        if self.lead is None:
            return None
        firsts = {next(m for m in choice if m is not None) for choice in self.choices}
        return self.lead[1].index(next(iter(firsts))) if len(firsts) == 1 else None

    def keep(self, fold: int) -> None:
        """Leaves the choices in which the first time is in this hour, where there are any."""
        if self.lead is None:
            return
        wanted = self.lead[1][fold]
        self.choices = [c for c in self.choices if next(m for m in c if m is not None) == wanted] or self.choices

    def result(self) -> tuple[tuple[datetime | None, ...], str]:
        """The times, and a remark where they were not told."""
        least = min(self.choices, key=_length)
        if len(self.choices) == 1:
            return least, ""
        n = next(n for n in range(len(self.local)) if len({choice[n] for choice in self.choices}) > 1)
        shown, taken = self.local[n], least[n]
        assert shown is not None and taken is not None, "choices differ only in times that are there"
        which = ("first", "second")[self.options[n].index(taken)]
        return least, f"{shown:%H:%M} comes twice in that night, taken as the {which}"


def _length(choice: tuple[datetime | None, ...]) -> tuple[float, datetime]:
    known = [m for m in choice if m is not None]
    return ((known[-1] - known[0]).total_seconds(), known[0])


def placed(row: Row, local: tuple[Local, ...], zone: ZoneInfo) -> Placed:
    """What the times of a row may be. Raises TableError for a time that the clocks skipped."""
    options = []
    for name, time in zip(TIME_FIELDS, local, strict=True):
        found = moments(time, zone) if time is not None else ()
        if time is not None and not found:
            reason = f"there was no {row[name]!r} in {zone}: the clocks were put forward over it"
            raise row.wrong(name, reason)
        options.append(found)
    out = Placed(row, local, tuple(options))
    if all(len(o) < 2 for o in options):
        out.choices = [tuple(o[0] if o else None for o in options)]
        return out
    all_choices = list(product(*((o or (None,)) for o in options)))
    out.choices = [c for c in all_choices if _in_order(c)] or all_choices[:1]
    return out


def _in_order(choice: Sequence[datetime | None]) -> bool:
    known = [m for m in choice if m is not None]
    return all(a <= b for a, b in pairwise(known))


@dataclass
class Sorted:
    """Whether the rows of a file come in order of time, as far as those outside repeated hours show."""

    later: int = 0
    earlier: int = 0
    last: datetime | None = None

    def take(self, one: Placed) -> None:
        """Looks at the next row whose time is told."""
        if one.lead is None:
            return
        if self.last is not None:
            self.later += one.lead[0] > self.last
            self.earlier += one.lead[0] < self.last
        self.last = one.lead[0]

    @property
    def turned(self) -> bool | None:
        """False: oldest first; True: newest first; None: neither, or too few rows tell."""
        if max(self.later, self.earlier) < LEAST_SORTED or min(self.later, self.earlier) > 0:
            return None
        return self.earlier > 0


LEAST_SORTED = 5
"""rows in order of time before a repeated hour from which a file counts as sorted"""


def decided(rows: Iterable[Placed]) -> Iterator[Placed]:
    """The rows, those in a repeated hour with what their neighbours tell; rows wait only within such an hour."""
    order = Sorted()
    waiting: list[Placed] = []
    for one in rows:
        if one.twice and len(waiting) < MOST_WAITING:
            waiting.append(one)
            continue
        _by_neighbours(order, waiting, one)
        yield from waiting
        waiting = []
        yield one
        order.take(one)
    _by_neighbours(order, waiting, None)
    yield from waiting


def _by_neighbours(order: Sorted, rows: Sequence[Placed], after: Placed | None) -> None:
    """In a file that is sorted by time, the place where the clock jumps back parts the first hour from the second."""
    turned = order.turned
    if not rows or turned is None:
        return
    ordered = rows[::-1] if turned else rows
    times = [one.lead[0] for one in ordered if one.lead]
    following = after.lead[0] if after and after.lead else None
    first, last = (following, order.last) if turned else (order.last, following)
    drops = [n for n, (a, b) in enumerate(pairwise(times), 1) if b < a]
    if len(drops) <= 1 and (first is None or first <= min(times)) and (last is None or last >= max(times)):
        _tell(ordered, drops)


def _tell(ordered: Sequence[Placed], drops: Sequence[int]) -> None:
    """Rows in order of time: before the drop the first hour, after it the second; else as rows that are sure tell."""
    for n, one in enumerate(ordered):
        if drops:
            one.keep(0 if n < drops[0] else 1)
    folds = [one.fold() for one in ordered]
    last_first = max((n for n, fold in enumerate(folds) if fold == 0), default=-1)
    first_second = min((n for n, fold in enumerate(folds) if fold == 1), default=len(ordered))
    for n, one in enumerate(ordered):
        if n < last_first:
            one.keep(0)
        elif n > first_second:
            one.keep(1)
