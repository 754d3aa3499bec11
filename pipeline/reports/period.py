"""A period of whole days in the agency's zone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pipeline.errors import BwcError


@dataclass(frozen=True)
class Period:
    """From the start of `first` to the end of `last`, in `zone`."""

    first: date
    last: date
    zone: ZoneInfo

    @classmethod
    def year(cls, year: int, zone: ZoneInfo) -> Period:
        return cls(date(year, 1, 1), date(year, 12, 31), zone)

    @property
    def start(self) -> datetime:
        return datetime.combine(self.first, time(), self.zone).astimezone(UTC)

    @property
    def end(self) -> datetime:
        return datetime.combine(self.last + timedelta(days=1), time(), self.zone).astimezone(UTC)

    def holds(self, moment: datetime | None) -> bool:
        return moment is not None and self.start <= moment < self.end

    def month(self, moment: datetime) -> str:
        """ "2025-03", in the zone."""
        return f"{moment.astimezone(self.zone):%Y-%m}"

    def months(self) -> Iterator[str]:
        """Every month that the period touches, in order."""
        year, month = self.first.year, self.first.month
        while (year, month) <= (self.last.year, self.last.month):
            yield f"{year:04}-{month:02}"
            year, month = (year + 1, 1) if month == 12 else (year, month + 1)

    def __str__(self) -> str:
        return f"{self.first} to {self.last} ({self.zone.key})"


def days(first: date | None, last: date | None, today: date) -> tuple[date, date]:
    """First and last day of what is asked for. Neither: the month before that of `today`; `first` alone: until today;
    `last` alone: from the first of its month. Raises BwcError where the last comes before the first."""
    if first is None and last is None:
        last = today.replace(day=1) - timedelta(days=1)
    last = last or today
    first = first or last.replace(day=1)
    if last < first:
        raise BwcError(f"the last day, {last}, comes before the first, {first}")
    return first, last
