"""Which report speaks of which recording, and why that is thought."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.force import ForceReport, Link, Subject, links
from pipeline.roster import Assignment, Roster

START = datetime(2025, 5, 17, 23, 41, tzinfo=UTC)
ROSTER = Roster(
    [
        Assignment("17", "Tarn", "A", "North", "OV2-0388", START - timedelta(days=9)),
        Assignment("18", "Vale", "A", "North", "OV2-0417", START - timedelta(days=9)),
        Assignment("19", "Moss", "A", "North", "", START - timedelta(days=9)),
    ]
)
SUBJECT = Subject("a1", "Case 25-0113 Maple Street", START, 240.0, ("0044/cam_a.mp4",), ("OVELIA BC2 OV2-0388",))


def linked(subject: Subject = SUBJECT, at: datetime = START, **fields) -> list[Link]:
    return links([ForceReport("R1", at, **fields)], [subject], ROSTER, 900.0)


def test_a_number_in_the_name_links_and_says_so() -> None:
    (link,) = linked(incident="25-0113")
    assert (link.by, link.sure, link.subject) == ("number", True, "a1")
    assert link.reasons == ("incident number 25-0113 stands in its name", "the report's time lies within the recording")


def test_a_number_stands_whole_or_not_at_all() -> None:
    assert not linked(incident="25-011", at=START + timedelta(days=1))
    assert not linked(incident="0113 M", at=START + timedelta(days=1)) or "0113 M" in SUBJECT.name
    assert not linked(incident="113", at=START + timedelta(days=1)), "too short to mean anything"
    (link,) = linked(incident="0044", at=START + timedelta(days=1))
    assert "the file name 0044/cam_a.mp4" in link.reasons[0]


def test_a_number_with_another_time_says_so() -> None:
    (link,) = linked(incident="25-0113", at=START + timedelta(days=3))
    assert "but the report's time lies 72 h outside" in link.reasons[1]


def test_time_and_the_camera_of_an_officer_link() -> None:
    (link,) = linked(at=START - timedelta(minutes=10), officers=("Vale", "17"))
    assert (link.by, link.sure) == ("time and officer", True)
    assert link.reasons == (
        "the report's time lies 10 min outside the recording",
        "camera OVELIA BC2 OV2-0388 was with 17, whom the report names",
    )


def test_officers_whose_cameras_were_not_there_are_no_link() -> None:
    assert linked(officers=("18",)) == []


@pytest.mark.parametrize("officers", [(), ("19",), ("99",)])
def test_time_alone_is_a_guess(officers: tuple[str, ...]) -> None:
    (link,) = linked(officers=officers)
    assert link.by == "time alone" and not link.sure and "a person has to look" in link.reasons[1]


def test_a_sure_link_leaves_no_guesses_beside_it() -> None:
    other = Subject("b2", "elsewhere", START, 60.0)
    report = ForceReport("R1", START, officers=("17",))
    assert [link.subject for link in links([report], [other, SUBJECT], ROSTER, 900.0)] == ["a1"]


def test_without_a_clock_only_a_number_links() -> None:
    still = Subject("c3", "Case 25-0113", None, 60.0, (), ("OV2-0388",))
    assert linked(still, officers=("17",)) == []
    assert "no clock" in linked(still, incident="25-0113")[0].reasons[1]


@given(st.floats(-5000, 5000), st.floats(0, 2000))
def test_time_links_exactly_within_the_tolerance(seconds: float, tolerance: float) -> None:
    report = ForceReport("R1", START + timedelta(seconds=seconds))
    decoys = [Subject(f"d{n}", "x", START + timedelta(days=n), 3600.0 * n) for n in range(2, 5)]
    found = links([report], [*decoys, SUBJECT], ROSTER, tolerance)
    away = max(0.0, -seconds, seconds - SUBJECT.duration)
    if abs(away - tolerance) > 0.001:
        assert bool(found) == (away <= tolerance)
