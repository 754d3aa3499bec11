"""The merged transcript in every form: who, when, which cameras, and how sure their clocks are."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.exports.incident import FORMS, incident_rows, write_incident_transcript
from pipeline.incidents import incident_evidence
from pipeline.transcripts import read_transcript
from pipeline.types import IncidentEvidence, Role, SoundFit
from tests.pipeline.incidents.made import camera, incident

LINES = [(10.0, 12.0, "v1", "drop the knife --> now"), (13.0, 15.0, "v2", "please do not")]
PLACED = replace(
    incident(("a", 0.0), ("b", 5.0)),
    fits=(
        SoundFit("a", 0.0, 31.0, 0.001),
        SoundFit("b", 12.5, 31.0, 0.001, "container clock and sound differ by 3.2 s"),
    ),
)


@pytest.fixture
def evidence() -> IncidentEvidence:
    a = camera("a", LINES, roles={"v1": Role.OFFICER})
    return incident_evidence(PLACED, [a, camera("b", LINES, offset=5.0)])


def test_plain_text_names_cameras_speakers_and_what_disagreed(evidence: IncidentEvidence) -> None:
    text = write_incident_transcript(evidence, "txt")
    assert "[00:00:10] officer 1: drop the knife -> now  [a, b]" in text
    assert "[00:00:13] voice 1 (role not known): please do not" in text
    assert "container clock and sound differ by 3.2 s" in text
    assert "+12 ppm" in text
    assert "heard it best" in text


def test_captions_read_back(evidence: IncidentEvidence, tmp_path: Path) -> None:
    for form in ("vtt", "srt"):
        path = tmp_path / f"out.{form}"
        path.write_text(write_incident_transcript(evidence, form))
        lines = [line for line in read_transcript(path).lines if "knife" in line.text]
        assert [(x.start, x.end) for x in lines] == [(10.0, 12.0)]


def test_json_has_all(evidence: IncidentEvidence) -> None:
    said = json.loads(write_incident_transcript(evidence, "json"))
    assert [row["offset"] for row in said["recordings"]] == [0.0, 5.0]
    assert said["recordings"][1]["drift_ppm"] == 12.5
    assert said["turns"][0]["speaker"] == said["speakers"][0]["name"] == "officer 1"
    assert said["turns"][0]["also_heard_by"] == ["b"]
    assert [w["text"] for w in said["turns"][1]["words"]] == ["please", "do", "not"]


@pytest.mark.parametrize("form", FORMS)
def test_nothing_measured_is_not_nothing_said(form: str) -> None:
    silent = [replace(camera(name, []), turns=None) for name in "ab"]
    assert "Not analysed" in write_incident_transcript(incident_evidence(PLACED, silent), form)


def test_another_form_is_refused(evidence: IncidentEvidence) -> None:
    with pytest.raises(ValueError, match="txt"):
        write_incident_transcript(evidence, "docx")


def test_incidents_are_listed_with_their_members(evidence: IncidentEvidence) -> None:
    (row,) = incident_rows([PLACED], [m.evidence.recording for m in evidence.members])
    assert (row["name"], row["grouped_by"]) == ("the stop", "by hand")
    assert [(m["file"], m["score"], m["remark"]) for m in row["recordings"]] == [
        ("a.mp4", 31.0, ""),
        ("b.mp4", 31.0, "container clock and sound differ by 3.2 s"),
    ]
