"""One event that two cameras report is one finding; a covered lens is each camera's own."""

from __future__ import annotations

from datetime import UTC, datetime

from pipeline.incidents import incident_evidence
from pipeline.incidents.findings import incident_findings
from pipeline.rows import StoredFinding
from pipeline.types import Finding, IncidentEvidence, Review, Verdict
from tests.pipeline.incidents.made import camera, incident

LINES = [(10.0, 12.0, "v1", "drop the knife right now"), (13.0, 15.0, "v2", "show me your hands")]
A, B = camera("a", LINES), camera("b", [(s, e, {"v1": "v2", "v2": "v1"}[v], t) for s, e, v, t in LINES], offset=5.0)


def evidence() -> IncidentEvidence:
    return incident_evidence(incident(("a", 0.0), ("b", 5.0)), [A, B])


def found(
    subject: str,
    start: float,
    end: float,
    *,
    score: float = 0.8,
    speaker: str | None = None,
    text: str = "",
    **more: str,
) -> StoredFinding:
    finding = Finding(subject, more.get("detector", "command"), "command", start, end, score, "s", speaker, None, text)
    of_incident = subject == "i"
    return StoredFinding(
        finding, finding.id, None if of_incident else subject, "i" if of_incident else None, None, False
    )


def merged(*stored: StoredFinding) -> list[tuple[float, tuple[str, ...], str | None]]:
    heard = incident_findings(evidence(), stored, lambda detector: detector == "command")
    return [(f.span.start, f.recordings, f.speaker) for f in heard]


def test_one_event_on_two_cameras_is_one_finding_of_the_surer() -> None:
    one = found("a", 10.0, 12.0, score=0.7, speaker="v1", text="drop the knife")
    other = found("b", 5.1, 7.0, score=0.9, speaker="v2", text="drop that knife")
    assert merged(one, other) == [(10.1, ("b", "a"), "voice 1")]


def test_two_speakers_at_once_are_two_findings_unless_the_words_are_the_same() -> None:
    one = found("a", 10.0, 12.0, speaker="v1", text="drop the knife")
    assert len(merged(one, found("b", 5.0, 7.0, speaker="v1", text="show me your hands"))) == 2
    assert len(merged(one, found("b", 5.0, 7.0, speaker="v1", text="drop the knife"))) == 1


def test_two_of_one_recording_and_two_kinds_stay_apart() -> None:
    one = found("a", 10.0, 12.0, speaker="v1")
    assert len(merged(one, found("a", 10.5, 12.0, speaker="v1"))) == 2
    assert len(merged(one, found("b", 5.0, 7.0, speaker="v2", detector="raised_voice"))) == 2


def test_what_each_camera_sees_is_its_own() -> None:
    one, other = found("a", 10.0, 20.0, detector="frozen"), found("b", 5.0, 15.0, detector="frozen")
    assert len(merged(one, other)) == 2


def test_the_incidents_own_finding_stands_for_those_of_its_recordings() -> None:
    own = found("i", 9.0, 30.0, score=0.4)
    assert merged(found("a", 10.0, 12.0), found("a", 14.0, 16.0), own) == [(9.0, ("a",), None)]


def test_a_verdict_on_the_same_event_counts() -> None:
    review = Review("f", Verdict.CONFIRMED, "kim", "", datetime(2026, 1, 1, tzinfo=UTC))
    one, other = found("a", 10.0, 12.0, score=0.9), found("b", 5.0, 7.0, score=0.5)
    judged = StoredFinding(other.finding, other.id, "b", None, review, False)
    (event,) = incident_findings(evidence(), [one, judged], lambda _: True)
    assert event.verdict == review
    assert [s.id for s in event.same] == [other.id]
