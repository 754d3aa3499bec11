"""One call on a line of time: moments as the agency's clocks show them, also in the nights when these are turned."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from pipeline.audit.book import Book
from pipeline.audit.gather import assess_period, book_of
from pipeline.camera_use import Call, RecordingFacts, UseInputs
from pipeline.policy import load_policy
from pipeline.reports.period import Period
from pipeline.roster import Assignment, Roster
from pipeline.types import ClockSource
from review_ui import audit_call

NEW_YORK = ZoneInfo("America/New_York")


def night(first: datetime, late: float = 600.0) -> Book:
    """A call of two hours, and a recording that begins `late` seconds after it."""
    start = first + timedelta(seconds=late)
    facts = RecordingFacts("a" * 64, "AX-1", start, start + timedelta(seconds=6600), ClockSource.STAMP,
                           duration=6600.0, path="night.mp4")  # fmt: skip
    call = Call(
        "25-7", "17", dispatched=first, on_scene=first, cleared=first + timedelta(hours=2), source="d.csv", row=2
    )
    roster = Roster([Assignment("17", "R. Tarn", "North", "", "AX-1", first - timedelta(days=9))])
    local = first.astimezone(NEW_YORK).date()
    found = assess_period(UseInputs([call], [facts]), roster, load_policy(), Period(local, local, NEW_YORK))
    return book_of(found, {})


@pytest.mark.parametrize(
    ("first", "turn"),
    [(datetime(2025, 11, 2, 5, 30, tzinfo=UTC), [1800.0, -3600.0, "EDT", "EST"]),
     (datetime(2025, 3, 9, 6, 0, tzinfo=UTC), [3600.0, 3600.0, "EST", "EDT"])],
)  # fmt: skip
def test_where_the_clocks_are_turned_on_the_line_of_time(first: datetime, turn: list[object]) -> None:
    book = night(first)
    said = audit_call.document(book, book.cases[0], (), load_policy())
    assert said["zone_turns"] == [turn]


def test_no_other_night_has_a_turn() -> None:
    book = night(datetime(2025, 6, 1, 5, 30, tzinfo=UTC))
    assert audit_call.document(book, book.cases[0], (), load_policy())["zone_turns"] == []


def test_times_of_a_finding_carry_the_name_of_the_time() -> None:
    book = night(datetime(2025, 11, 2, 5, 30, tzinfo=UTC), late=2400.0)
    said = audit_call.document(book, book.cases[0], (), load_policy())
    late = next(one for one in said["findings"] if one["kind"] == "late_start")
    assert late["clock"] == "01:30:00 EDT to 01:10:00 EST"
    assert late["summary"].startswith("The recording of R. Tarn (17) begins 40 min")
    assert said["start"] == "2025-11-02 01:30:00 EDT"
    (own,) = said["recordings"]
    assert (own["start"], own["clock"]) == ("2025-11-02 01:10:00 EST", "clock burned into the picture")
    assert own["not_analysed"] == ["sound", "picture", "words"]


def test_a_finding_over_midnight_carries_both_days() -> None:
    book = night(datetime(2025, 6, 2, 3, 30, tzinfo=UTC), late=2400.0)
    assert book.period.first == date(2025, 6, 1)
    said = audit_call.document(book, book.cases[0], (), load_policy())
    late = next(one for one in said["findings"] if one["kind"] == "late_start")
    assert late["clock"] == "2025-06-01 23:30:00 EDT to 2025-06-02 00:10:00 EDT"
