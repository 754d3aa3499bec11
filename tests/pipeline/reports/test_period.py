"""Periods of whole days in a zone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from pipeline.reports.period import Period

PERIOD = Period(date(2025, 3, 9), date(2025, 11, 2), ZoneInfo("America/New_York"))


def test_both_ends_are_midnights_of_the_zone_in_summer_and_winter() -> None:
    assert PERIOD.start == datetime(2025, 3, 9, 5, tzinfo=UTC)
    assert PERIOD.end == datetime(2025, 11, 3, 5, tzinfo=UTC)
    assert PERIOD.holds(datetime(2025, 11, 3, 4, 59, tzinfo=UTC)) and not PERIOD.holds(PERIOD.end)
    assert not PERIOD.holds(None)


def test_months_are_those_of_the_zone() -> None:
    assert PERIOD.month(datetime(2025, 4, 1, 3, tzinfo=UTC)) == "2025-03"
    assert list(PERIOD.months()) == [f"2025-{n:02}" for n in range(3, 12)]
    assert list(Period(date(2024, 12, 31), date(2025, 1, 1), ZoneInfo("UTC")).months()) == ["2024-12", "2025-01"]
