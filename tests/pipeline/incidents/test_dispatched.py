"""Rows of a dispatch record, as calls that recordings are grouped by."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.camera_use.types import Call
from pipeline.camera_use.who import Who
from pipeline.incidents import grouped_calls, wearers_of
from pipeline.roster import Assignment, Roster
from pipeline.types import Recording

ZERO = datetime(2026, 3, 1, 20, 0, tzinfo=UTC)
ROSTER = Roster(
    [
        Assignment("214", "Ana Brandt", "3B12", "", "OV2-0388", ZERO - timedelta(days=9)),
        Assignment("300", "Lee Okoro", "3B14", "", "OV2-0417", ZERO - timedelta(days=9)),
    ]
)


def at(minutes: float) -> datetime:
    return ZERO + timedelta(minutes=minutes)


def row(number: str, officer: str, start: float | None, end: float | None = None) -> Call:
    return Call(
        number,
        officer,
        dispatched=None if start is None else at(start),
        cleared=None if end is None else at(end),
        system="cad",
    )


def test_the_rows_of_a_call_are_one_call_with_everybody_sent() -> None:
    (found,) = grouped_calls([row("7", "214", 0, 30), row("7", "300", 5, 45)], Who(ROSTER))
    assert (found.number, found.start_utc, found.end_utc) == ("7", at(0), at(45))
    assert found.sent == {"214", "300"}


def test_a_number_that_comes_again_the_next_day_is_another_call() -> None:
    found = grouped_calls([row("7", "214", 0, 30), row("7", "214", 1440, 1460)], Who(ROSTER))
    assert [c.start_utc for c in found] == [at(0), at(1440)]


def test_who_is_not_on_the_roster_and_what_has_no_time_is_left_out() -> None:
    assert grouped_calls([row("7", "999", 0, 30), row("8", "214", None)], Who(ROSTER)) == []


def test_whose_recordings_are_whose() -> None:
    one = Recording("a", Path("/cards/a.mp4"), 60.0, at(1), None, "OVELIA BC2 OV2-0388")
    assert wearers_of([one, replace(one, id="b", device="X9"), replace(one, id="c", device=None)], ROSTER) == {
        "a": "214"
    }
