"""An officer heard on another camera while the own one makes no recording."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from pipeline.detectors.heard_while_camera_off import HeardWhileCameraOff
from pipeline.incidents import incident_evidence
from pipeline.types import Finding, HeardTurn, IncidentEvidence, IncidentSpeaker, Member, Role
from tests.pipeline.incidents.made import Line, camera, incident

BY_SOUND = "sound; container clock agrees"


def speaker(name: str, wears: str | None, role: Role | None = Role.OFFICER) -> IncidentSpeaker:
    return IncidentSpeaker(name, role, (), wears, wears)


def scene(
    cameras: dict[str, tuple[float, float]],
    speakers: list[IncidentSpeaker],
    said: list[tuple[float, float, str, str]],
    source: str = BY_SOUND,
) -> IncidentEvidence:
    """Cameras as name -> (start, end); what was said as (start, end, speaker, camera that heard it)."""
    members = tuple(
        Member(camera(name, [], duration=end - start), start, source) for name, (start, end) in cameras.items()
    )
    roles = {s.name: s.role for s in speakers}
    turns = tuple(
        HeardTurn(a, b, who, roles[who], "step back to the car", recording=where) for a, b, who, where in said
    )
    return IncidentEvidence(incident(*((n, c[0]) for n, c in cameras.items())), members, turns, tuple(speakers))


TWO = {"a": (0.0, 100.0), "b": (50.0, 80.0)}
KNOWN = [speaker("officer 1", "CAM-a"), speaker("officer 2", "CAM-b")]


def found(evidence: IncidentEvidence) -> list[Finding]:
    return list(HeardWhileCameraOff()(evidence))


def test_the_wearer_is_heard_before_the_camera_starts_and_after_it_ends() -> None:
    before, after = found(
        scene(TWO, KNOWN, [(20, 23, "officer 2", "a"), (30, 32, "officer 2", "a"), (90, 93, "officer 2", "a")])
    )
    assert (before.label, before.start, before.end) == ("heard_before_camera_on", 20, 50)
    assert (after.label, after.start, after.end) == ("heard_after_camera_off", 80, 93)
    assert before.evidence["seconds_heard"] == 5.0 and before.evidence["device"] == "CAM-b"
    assert before.evidence["utterances"][0] == {
        "start": 20,
        "end": 23,
        "file": "a.mp4",
        "at": 20.0,
        "text": "step back to the car",
    }
    assert before.summary.startswith("The wearer of CAM-b is heard 2 times (5 s) on another camera, from 0:30 before")
    assert before.score > 0.8


def test_speech_while_the_camera_runs_says_nothing() -> None:
    assert found(scene(TWO, KNOWN, [(55, 60, "officer 2", "a"), (10, 14, "officer 1", "a")])) == []


def test_edges_and_a_short_word_do_not_count() -> None:
    assert found(scene(TWO, KNOWN, [(46, 49.5, "officer 2", "a")])) == []
    assert found(scene(TWO, KNOWN, [(20, 20.6, "officer 2", "a")])) == []


def test_by_its_own_clock_alone_the_camera_gets_more_room_and_the_finding_less_score() -> None:
    said = [(20.0, 23.0, "officer 2", "a")]
    by_clock = found(scene(TWO, KNOWN, said, "container clock"))[0]
    assert by_clock.score < found(scene(TWO, KNOWN, said))[0].score
    assert found(scene(TWO, KNOWN, [(40, 43, "officer 2", "a")], "container clock")) == []


def test_a_camera_that_nobody_can_place_says_nothing() -> None:
    assert found(scene(TWO, KNOWN, [(20, 23, "officer 2", "a")], "no clock: laid at the start")) == []


def test_an_officer_who_is_not_the_wearer_of_any_camera_that_ran() -> None:
    unknown = [speaker("officer 1", "CAM-a"), speaker("officer 2", None)]
    (one,) = found(scene(TWO, unknown, [(20, 23, "officer 2", "a")]))
    assert not one.evidence["wearer_known"] and one.score < 0.5
    assert one.summary.startswith("An officer, perhaps the wearer of CAM-b,") and "not known" in one.summary


def test_where_it_could_be_somebody_else_nothing_is_said() -> None:
    nobody_known = [speaker("officer 1", None), speaker("officer 2", None)]
    assert found(scene(TWO, nobody_known, [(20, 23, "officer 2", "a")])) == []
    third = [*KNOWN, speaker("officer 3", None)]
    assert found(scene(TWO, third, [(20, 23, "officer 3", "a")])) == []
    two_off = {**TWO, "c": (60.0, 90.0)}
    unknown = [speaker("officer 1", "CAM-a"), speaker("officer 2", None)]
    assert found(scene(two_off, unknown, [(20, 23, "officer 2", "a")])) == []
    civilian = [speaker("officer 1", "CAM-a"), speaker("civilian 1", None, Role.CIVILIAN)]
    assert found(scene(TWO, civilian, [(20, 23, "civilian 1", "a")])) == []


def test_parts_of_one_export_are_one_camera() -> None:
    """A voice that is heard while the second part runs is not heard with the camera off."""
    evidence = scene({"a": (0.0, 100.0), "b": (0.0, 40.0), "c": (40.0, 100.0)}, KNOWN, [(60, 64, "officer 2", "a")])
    members = list(evidence.members)
    for n, number in ((1, 1), (2, 2)):
        part = replace(members[n].evidence.recording, device=None, path=Path(f"/x part {number}.mp4"))
        members[n] = replace(members[n], evidence=replace(members[n].evidence, recording=part))
    wears_part = (KNOWN[0], speaker("officer 2", "x part 1.mp4"))
    assert found(replace(evidence, members=tuple(members), speakers=wears_part)) == []
    (late,) = found(replace(evidence, members=tuple(members[:2]), speakers=wears_part))
    assert late.label == "heard_after_camera_off"


def test_with_voices_joined_and_wearers_told_from_the_sound() -> None:
    """Two cameras; the second officer speaks on the first one's before the own one starts."""
    lines: list[Line] = [
        (5.0, 9.0, "v1", "police show me your hands right now"),
        (12.0, 16.0, "v2", "i am right behind you on the left"),
        *((40.0 + 8 * n, 43.0 + 8 * n, "v1", "keep your hands where i see them") for n in range(6)),
        *((44.0 + 8 * n, 47.0 + 8 * n, "v2", "get down on the ground for me") for n in range(6)),
    ]
    roles = {"v1": Role.OFFICER, "v2": Role.OFFICER}
    one = camera("one", lines, levels={"v1": 40.0, "v2": 24.0}, roles=roles)
    later = [line for line in lines if line[0] >= 40]
    two = camera("two", later, offset=35.0, duration=65.0, levels={"v1": 24.0, "v2": 40.0}, roles=roles)
    placed = incident(("one", 0.0), ("two", 35.0))
    rows = tuple((r, at, BY_SOUND) for r, at, _ in placed.recordings)
    (late,) = found(incident_evidence(replace(placed, recordings=rows), [one, two]))
    assert (late.label, late.evidence["device"]) == ("heard_before_camera_on", "CAM-two")
    assert late.text == "i am right behind you on the left" and late.start == 12.0


@given(
    st.lists(st.tuples(st.floats(0, 99), st.floats(0.1, 9), st.sampled_from(["officer 1", "officer 2"])), max_size=9)
)
def test_findings_lie_outside_the_camera_and_at_most_one_stands_on_each_side(said: list) -> None:
    turns = [(a, a + d, who, "a") for a, d, who in said]
    findings = found(scene(TWO, KNOWN, turns))
    assert len({(f.evidence["device"], f.label) for f in findings}) == len(findings)
    for f in findings:
        start, end = (0.0, 100.0) if f.evidence["device"] == "CAM-a" else (50.0, 80.0)
        assert f.end <= start or f.start >= end
