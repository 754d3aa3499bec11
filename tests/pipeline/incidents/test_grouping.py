"""Grouping by clocks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import Incidents
from pipeline.incidents import GroupedCall, Known, group, grouped_by_hand, incident_evidence
from pipeline.types import ClockSource, Evidence, Recording, StreamFacts

ZERO = datetime(2026, 3, 1, 20, 0, tzinfo=UTC)


def recording(name: str, start: float | None, duration: float = 100.0, device: str | None = None) -> Recording:
    start_utc = None if start is None else ZERO + timedelta(seconds=start)
    path = Path("/cards") / f"{name}.mp4"
    return Recording(name, path, duration, start_utc, ClockSource.CONTAINER if start_utc else None, device)


def members(incidents: list) -> list[list[str]]:
    return [[r for r, _, _ in incident.recordings] for incident in incidents]


def test_cameras_that_overlap_and_files_of_one_camera_in_a_row_belong_together() -> None:
    found = group(
        [
            recording("a", 0, 240, "A"),
            recording("b1", 10, 60, "B"),
            recording("b2", 110, 60, "B"),
            recording("later", 5000, device="A"),
            recording("no clock", None),
        ],
        Incidents(),
    )
    assert members(found) == [["a", "b1", "b2"]]
    assert [offset for _, offset, _ in found[0].recordings] == [0.0, 10.0, 110.0]
    assert found[0].recordings[0][2] == "container clock"
    assert "2 cameras" in found[0].name


def test_one_camera_alone_is_an_incident_only_while_its_files_follow_each_other() -> None:
    near = [recording("1", 0, 100, "A"), recording("2", 350, 100, "A")]
    far = [recording("1", 0, 100, "A"), recording("2", 450, 100, "A")]
    unknown = [recording("1", 0, 100), recording("2", 150, 100)]
    assert members(group(near, Incidents(apart=300))) == [["1", "2"]]
    assert group(far, Incidents(apart=300)) == []
    assert group(unknown, Incidents()) == []


def test_clocks_alone_do_not_join_files_of_different_folders() -> None:
    here = recording("a", 0)
    there = Recording("b", Path("/other/b.mp4"), 100, ZERO, ClockSource.CONTAINER)
    assert group([here, there], Incidents()) == []
    assert members(group([here, there], Incidents(same_folder=False))) == [["a", "b"]]


def test_an_incident_keeps_its_id_when_a_recording_joins_before_it() -> None:
    two = [recording("b", 50), recording("c", 60)]
    first = group(two, Incidents())
    joined = group([recording("a", 0), *two], Incidents(), first)
    assert joined[0].id == first[0].id
    assert members(joined) == [["a", "b", "c"]]


def test_what_a_person_grouped_stays_together_and_out_of_the_rest() -> None:
    many = [recording("a", 0), recording("b", 10), recording("c", 20)]
    by_hand = grouped_by_hand("the stop", [many[0], recording("x", 9999)])
    found = group([*many, recording("x", 9999)], Incidents(), [by_hand])
    assert sorted(members(found)) == [["a", "x"], ["b", "c"]]
    assert grouped_by_hand("n", [recording("y", None), many[0]]).recordings[0][2].startswith("no clock")


@given(st.lists(st.tuples(st.integers(0, 2000), st.integers(1, 300), st.sampled_from("AB")), max_size=12), st.randoms())
def test_the_order_of_the_files_does_not_matter(files: list[tuple[int, int, str]], random) -> None:
    recordings = [recording(f"{n:03}", start, length, device) for n, (start, length, device) in enumerate(files)]
    shuffled = random.sample(recordings, len(recordings))
    assert group(recordings, Incidents()) == group(shuffled, Incidents())


@given(st.lists(st.tuples(st.integers(0, 2000), st.integers(1, 300)), max_size=12))
def test_no_recording_is_in_two_incidents_and_none_is_alone(files: list[tuple[int, int]]) -> None:
    found = members(group([recording(f"{n}", *file) for n, file in enumerate(files)], Incidents()))
    everyone = [r for incident in found for r in incident]
    assert len(everyone) == len(set(everyone))
    assert all(len(incident) > 1 for incident in found)


def test_evidence_lies_on_the_incidents_clock() -> None:
    pair = [recording("a", 0), recording("b", 30)]
    (incident,) = group(pair, Incidents())
    evidence = incident_evidence(incident, [Evidence(r) for r in pair])
    assert [(m.span.start, m.span.end) for m in evidence.members] == [(0, 100), (30, 130)]


def call(number: str, start: float, end: float, *cameras: str) -> GroupedCall:
    return GroupedCall(number, ZERO + timedelta(seconds=start), ZERO + timedelta(seconds=end), frozenset(cameras))


def test_cameras_sent_to_one_call_belong_together_wherever_their_files_lie() -> None:
    there = replace(recording("b", 400, device="B"), path=Path("/other/b.mp4"))
    known = Known(calls=(call("26-77", 0, 600, "A", "B"),))
    (found,) = group([recording("a", 0, device="A"), there], Incidents(), known=known)
    assert found.grouped_by == "dispatch record" and found.name.startswith("call 26-77: ")
    assert members([found]) == [["a", "b"]]


def test_the_officer_who_wore_the_camera_was_sent() -> None:
    files = [recording("a", 0, device="A"), replace(recording("b", 400, device="B"), path=Path("/other/b.mp4"))]
    known = Known(calls=(call("26-77", 0, 600, "214", "300"),), wearers={"a": "214", "b": "300"})
    assert members(group(files, Incidents(), known=known)) == [["a", "b"]]
    assert group(files, Incidents(), known=replace(known, wearers={"a": "214"})) == []


def test_files_of_one_camera_in_a_row_at_two_calls_are_two_events() -> None:
    files = [recording("1", 0, 100, "A"), recording("2", 150, 100, "A"), recording("x", 10, 50, "X")]
    known = Known(calls=(call("1", 0, 110, "A"), call("2", 140, 260, "A")))
    assert members(group(files, Incidents())) == [["1", "x", "2"]]
    assert members(group(files, Incidents(), known=known)) == [["1", "x"]]


def test_a_recording_goes_with_the_call_that_it_shares_most_time_with() -> None:
    files = [recording("a", 0, 300, "A"), recording("b", 100, 300, "B")]
    known = Known(calls=(call("short", 0, 20, "A"), call("long", 20, 400, "A", "B")))
    (found,) = group(files, Incidents(same_folder=False), known=known)
    assert found.name.startswith("call long: ")


def test_what_a_person_took_apart_stays_apart() -> None:
    files = [recording("a", 0, 240, "A"), recording("b", 10, 60, "B"), recording("c", 30, 60, "C")]
    apart = frozenset({frozenset(("c", "a")), frozenset(("c", "b"))})
    assert members(group(files, Incidents(), known=Known(apart=apart))) == [["a", "b"]]
    later = [*files, recording("d", 20, 100, "D")]
    assert members(group(later, Incidents(), known=Known(apart=apart))) == [["a", "b", "d"]]


def test_no_two_incidents_take_one_id() -> None:
    files = [recording(str(n), n * 10, 60, str(n)) for n in range(4)]
    (whole,) = group(files, Incidents())
    apart = frozenset(frozenset((str(a), str(b))) for a in (0, 1) for b in (2, 3))
    halves = group(files, Incidents(), known=Known([whole], apart=apart))
    assert members(halves) == [["0", "1"], ["2", "3"]]
    assert len({i.id for i in halves}) == 2 and whole.id in {i.id for i in halves}


def test_parts_of_an_export_without_a_camera_are_one_stretch() -> None:
    streams = (StreamFacts("video", "h264", 0.0, None),)
    parts = [replace(recording(f"x part {n}", 0, 600), streams=streams) for n in (1, 2)]
    (found,) = group(parts, Incidents())
    assert [(offset, source) for _, offset, source in found.recordings] == [
        (0.0, "container clock"),
        (600.0, "earlier part's clock"),
    ]
    assert "1 camera" in found.name


@given(
    st.lists(st.tuples(st.integers(0, 4000), st.integers(1, 900), st.sampled_from("ABC")), max_size=14), st.randoms()
)
def test_any_order_of_input_gives_the_same_groups(files: list[tuple[int, int, str]], random: Random) -> None:
    recordings = [recording(str(n), at, length, camera) for n, (at, length, camera) in enumerate(files)]
    first = members(group(recordings, Incidents()))
    random.shuffle(recordings)
    assert members(group(recordings, Incidents())) == first
    names = [name for group_ in first for name in group_]
    assert len(names) == len(set(names))
