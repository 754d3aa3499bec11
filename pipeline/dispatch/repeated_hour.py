"""Times without a zone, laid on UTC.

A clock that is put back shows an hour twice. Which of the two a time means is told by the order of the times in its
row, then by the order of rows where the file is sorted by time; where neither tells, the first is taken and said so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from itertools import pairwise, product
from zoneinfo import ZoneInfo

from pipeline.dispatch.written import Local
from pipeline.policy.dispatch_rules import TIME_FIELDS
from pipeline.table_file import Row

MOST_WAITING = 100_000
"""rows in a repeated hour that are held back until the file tells which hour it was"""


def over_midnight(times: Sequence[Local], zone: ZoneInfo | None) -> tuple[Local, ...]:
    """Times of day beside one date, in their order: what comes before the time before it is of the next day, unless
    the clocks were put back just then, or it comes so little before it that a key was pressed too late: such times
    stay as they are, out of order."""
    out: list[Local] = []
    days = timedelta(0)
    before: Local = None
    for time in times:
        moved = time + days if time is not None else None
        if moved is not None and before is not None and moved < before:
            twice = zone is not None and all(len(moments(t, zone)) == 2 for t in (before, moved))
            if not twice and moved + timedelta(days=1) - before <= LONGEST_STEP:
                days += timedelta(days=1)
                moved += timedelta(days=1)
        out.append(moved)
        before = moved if moved is not None else before
    return tuple(out)


LONGEST_STEP = timedelta(hours=18)
"""from one time of a row to the next over midnight. Chosen, not measured: a guard at a hospital stays through a night
and a morning; a record that is cleared a minute before it is on scene is no call of a day."""


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

    @cached_property
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
        if len(self.choices) == 1:
            return self.choices[0], ""
        least = min(self.choices, key=_length)
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
