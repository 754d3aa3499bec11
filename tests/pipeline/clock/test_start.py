"""Which clock a recording's start is taken from."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pipeline.clock.start import compared, difference_text, shown_text, with_start
from pipeline.types import ClockPiece, ClockReading, ClockSource, Recording

NOON = datetime(2024, 5, 17, 12, 0, 0, tzinfo=UTC)
PLAIN = Recording("r", Path("a.mp4"), 60.0)
FILED = replace(PLAIN, start_utc=NOON, clock_source=ClockSource.CONTAINER)


def reading(at: datetime, zone: str | None = "Z", **facts: object) -> ClockReading:
    """A stamp that shows this moment at the start, as if its local time were UTC."""
    piece = ClockPiece(0.0, 60.0, at.timestamp())
    said = {"pieces": (piece,), "zone": zone, "container_utc": NOON.isoformat(), **facts}
    return ClockReading("read", **said)  # type: ignore[arg-type]


def test_without_a_clock_in_the_file_the_stamp_tells_the_start() -> None:
    told = with_start(PLAIN, reading(NOON, container_utc=None))
    assert (told.start_utc, told.clock_source) == (NOON, ClockSource.STAMP)


def test_where_both_agree_the_file_stands() -> None:
    assert with_start(FILED, reading(NOON + timedelta(seconds=1.2))) == FILED


def test_where_they_disagree_the_stamp_stands() -> None:
    told = with_start(FILED, reading(NOON + timedelta(minutes=3)))
    assert (told.start_utc, told.clock_source) == (NOON + timedelta(minutes=3), ClockSource.STAMP)


def test_a_stretch_of_the_stamp_that_agrees_is_enough() -> None:
    late = ClockPiece(0.0, 20.0, NOON.timestamp() + 95)
    then = ClockPiece(20.0, 60.0, NOON.timestamp() + 20)
    assert with_start(FILED, replace(reading(NOON), pieces=(late, then))) == FILED


@pytest.mark.parametrize(("zone", "hours"), [("-05:00", -5), ("+02:00", 2), ("+05:30", 5.5)])
def test_an_offset_is_taken_off(zone: str, hours: float) -> None:
    told = with_start(PLAIN, reading(NOON + timedelta(hours=hours), zone, container_utc=None))
    assert told.start_utc == NOON


def test_local_time_needs_the_agencys_zone() -> None:
    local = reading(NOON - timedelta(hours=4), None, container_utc=None)
    assert with_start(PLAIN, local) == PLAIN
    assert with_start(PLAIN, local, ZoneInfo("America/New_York")).start_utc == NOON


@pytest.mark.parametrize("facts", [{"dated": False}, {"date_order_sure": False}, {"state": "not_set"}])
def test_what_names_no_moment_changes_nothing(facts: dict[str, object]) -> None:
    clock = replace(reading(NOON + timedelta(days=1)), **facts)  # type: ignore[arg-type]
    assert with_start(FILED, clock) == FILED
    assert compared(clock) is None


def test_what_a_person_set_stays() -> None:
    by_hand = replace(PLAIN, start_utc=NOON, clock_source=ClockSource.BY_HAND)
    assert with_start(by_hand, reading(NOON + timedelta(hours=1))) == by_hand
    assert with_start(FILED, None) == FILED


def test_the_camera_is_taken_from_the_stamp_where_the_file_names_none() -> None:
    clock = reading(NOON, lines=("OVELIA BC2 X6031A24",))
    assert with_start(FILED, clock).device == "OVELIA BC2 X6031A24"
    unset = replace(clock, lines=("CLOCK NOT SET", "TIME NOT SET X33106"))
    assert with_start(FILED, unset).device == "X33106"
    assert with_start(FILED, replace(clock, lines=("DATE/TIME NOT SET",))).device is None
    named = replace(FILED, device="BC2")
    assert with_start(named, clock).device == "BC2"


def test_texts_for_a_person() -> None:
    assert [difference_text(s) for s in (3.24, -95, 7200, 366 * 86400)] == [
        "3.2 s",
        "1 min 35 s",
        "2 h 0 min",
        "366 days 0 h",
    ]
    assert shown_text(NOON.timestamp() + 0.9, reading(NOON)) == "2024-05-17 12:00:00 Z"
    assert shown_text(3661.0, reading(NOON, None, dated=False)) == "01:01:01"
