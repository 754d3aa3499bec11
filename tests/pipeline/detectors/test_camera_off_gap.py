"""Gaps of a camera inside an incident."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from pipeline.detectors.camera_off_gap import CameraOffGap
from pipeline.types import (
    Evidence,
    Finding,
    HeardTurn,
    Incident,
    IncidentEvidence,
    IncidentSpeaker,
    Member,
    Recording,
    Role,
    ScoredSpan,
)

START = datetime(2026, 3, 1, 20, 0, tzinfo=UTC)


def incident(*files: tuple[str | None, float, float]) -> IncidentEvidence:
    """Files as (camera, start, end) on the incident's clock."""
    members = []
    for n, (device, start, end) in enumerate(files):
        recording = Recording(f"r{n}", Path(f"/cards/{n}.mp4"), end - start, START, None, device)
        members.append(Member(Evidence(recording), start, "container clock"))
    return IncidentEvidence(Incident("i", "night", START, (), "clock"), tuple(members))


def found(evidence: IncidentEvidence) -> list[Finding]:
    return list(CameraOffGap()(evidence))


def test_a_gap_that_another_camera_saw() -> None:
    (gap,) = found(incident(("A", 0, 240), ("B", 10, 90), ("B", 125, 240)))
    assert (gap.start, gap.end, gap.label) == (90, 125, "camera_off_gap")
    assert gap.evidence["device"] == "B"
    assert gap.evidence["seconds_seen_by_other_cameras"] == 35
    assert gap.evidence["start_utc"].startswith("2026-03-01T20:01:30")
    assert "35 s" in gap.summary and gap.score > 0.9


def test_speech_that_the_other_camera_heard_is_told() -> None:
    evidence = incident(("A", 0, 240), ("B", 10, 90), ("B", 125, 240))
    first, *rest = evidence.members
    heard = replace(first.evidence, speech=(ScoredSpan(80, 100), ScoredSpan(120, 130), ScoredSpan(200, 210)))
    (gap,) = found(replace(evidence, members=(replace(first, evidence=heard), *rest)))
    assert gap.evidence["seconds_of_speech_on_other_cameras"] == 15


def test_the_wearer_heard_on_another_camera_in_the_gap_is_told() -> None:
    evidence = incident(("A", 0, 240), ("B", 10, 90), ("B", 125, 240))
    wearer = IncidentSpeaker("officer 2", Role.OFFICER, (), "r1", "B")
    said = [HeardTurn(a, a + 2, "officer 2", Role.OFFICER, "stop right there", recording="r0") for a in (50.0, 100.0)]
    (gap,) = found(replace(evidence, turns=tuple(said), speakers=(wearer,)))
    assert [row["start"] for row in gap.evidence["utterances_of_wearer_on_other_cameras"]] == [100.0]
    assert gap.summary.endswith("the voice taken for its wearer's is heard there for 2 s")


def test_a_gap_that_nobody_saw_is_less_sure() -> None:
    (gap,) = found(incident(("B", 0, 90), ("B", 125, 240)))
    assert gap.score < 0.7 and "only camera" in gap.summary


def test_a_long_file_that_goes_on_in_a_new_one_is_no_gap() -> None:
    assert found(incident(("A", 0, 14400), ("A", 14401, 15000), ("B", 0, 15000))) == []


def test_after_a_longest_file_a_few_seconds_more_are_no_gap() -> None:
    assert found(incident(("A", 0, 14399.5), ("A", 14407, 15000), ("B", 0, 15000))) == []
    assert found(incident(("A", 0, 1800), ("A", 1806, 3606), ("A", 3612, 4000))) == []
    assert len(found(incident(("A", 0, 1700), ("A", 1706, 3506), ("A", 3512, 4000)))) == 2  # not of one length
    assert len(found(incident(("A", 0, 14400), ("A", 14415, 15000)))) == 1


def test_parts_of_an_export_are_of_one_camera_by_their_names() -> None:
    evidence = incident((None, 0, 90), (None, 125, 240))
    members = tuple(
        replace(m, evidence=replace(m.evidence, recording=replace(m.evidence.recording, path=Path(f"/x part {n}.mp4"))))
        for n, m in enumerate(evidence.members, 1)
    )
    (gap,) = found(replace(evidence, members=members))
    assert gap.evidence["camera_told_by"] == "the names of the parts"


def test_a_camera_that_does_not_say_which_it_is_is_not_guessed() -> None:
    assert found(incident((None, 0, 90), (None, 125, 240), ("A", 0, 240))) == []


spans = st.lists(st.tuples(st.sampled_from("AB"), st.integers(0, 500), st.integers(1, 100)), max_size=10)


@given(spans)
def test_no_gap_lies_where_the_camera_recorded_and_each_is_between_two_files(files: list[tuple[str, int, int]]) -> None:
    evidence = incident(*((device, start, start + length) for device, start, length in files))
    for gap in found(evidence):
        own = [m.span for m in evidence.members if m.evidence.recording.device == gap.evidence["device"]]
        assert all(span.overlap(gap.span) == 0 for span in own)
        assert any(span.end == gap.start for span in own) and any(span.start == gap.end for span in own)
        assert gap.span.duration >= CameraOffGap().min_gap
