from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from models.contract import BackendInfo
from pipeline.exports.transcript import FORMS, write_transcript
from pipeline.transcripts import read_transcript
from pipeline.types import Evidence, Recording, Role, Turn, Word

TURNS = (
    Turn(1.0, 2.5, "v1", Role.OFFICER, "Step back --> now & <b>sit</b>", (Word("Step", 1.0, 1.2, 0.5),), "gave orders"),
    Turn(3661.25, 3662.0, "v2", None, "Why?\nMe?"),
    Turn(3700.0, 3701.0, None, None, "hm"),
)
EVIDENCE = Evidence(
    Recording("r", Path("r.mp4"), 4000.0),
    turns=TURNS,
    backends={"transcribe": BackendInfo("pocketsphinx", "5", draft=True)},
)


@pytest.mark.parametrize("form", sorted(FORMS))
def test_a_draft_is_marked_in_every_form(form: str) -> None:
    assert "DRAFT" in write_transcript(EVIDENCE, form)
    better = replace(EVIDENCE, backends={"transcribe": BackendInfo("faster-whisper", "1")})
    assert "DRAFT" not in write_transcript(better, form)
    assert "faster-whisper" in write_transcript(better, form)


@pytest.mark.parametrize("form", sorted(FORMS))
def test_nothing_measured_is_not_nothing_said(form: str) -> None:
    assert "Not analysed" in write_transcript(Evidence(Recording("r", Path("r.mp4"), 10.0)), form)


def test_unknown_speakers_and_roles_are_said() -> None:
    text = write_transcript(EVIDENCE, "txt")
    assert "[01:01:01] v2 (role not known): Why? Me?" in text
    assert "speaker not known: hm" in text


def test_webvtt_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "out.vtt"
    path.write_text(write_transcript(EVIDENCE, "vtt"))
    lines = read_transcript(path).lines
    assert [(x.start, x.end) for x in lines] == [(t.start, t.end) for t in TURNS]
    assert lines[0].text == "Step back -> now & <b>sit</b>"
    assert (lines[0].speaker, lines[0].role) == ("v1 (officer)", Role.OFFICER)
    assert lines[1].role is None


def test_srt_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "out.srt"
    path.write_text(write_transcript(EVIDENCE, "srt"))
    lines = read_transcript(path).lines
    assert "DRAFT" in lines[0].text
    assert [(x.start, x.end) for x in lines[1:]] == [(t.start, t.end) for t in TURNS]


def test_json_holds_words_and_reasons() -> None:
    said = json.loads(write_transcript(EVIDENCE, "json"))
    assert said["draft"] is True
    assert said["turns"][0]["words"] == [{"text": "Step", "start": 1.0, "end": 1.2, "confidence": 0.5}]
    assert said["turns"][0]["role_reason"] == "gave orders"
    assert said["turns"][1]["role"] is None


def test_another_form_is_refused() -> None:
    with pytest.raises(ValueError, match="vtt, srt, txt, csv, json"):
        write_transcript(EVIDENCE, "docx")


ONE = Recording("ab" * 32, Path("/cards/a.mp4"), 10.0)


def test_a_speaker_cannot_write_a_cue_of_his_own() -> None:
    """The name of a speaker comes from a transcript of somebody else's making."""
    name = "v1\n\n00:00:01.000 --> 00:00:02.000\n<b>not said"
    said = Evidence(ONE, turns=(Turn(0, 1, name, None, "hello", (), ""),))
    for form, arrows in (("vtt", 1), ("srt", 2)):
        text = write_transcript(said, form)
        assert text.count("-->") == arrows and ("<b>" not in text or form == "srt")
    assert len(write_transcript(said, "txt").splitlines()) == 3


def test_csv_says_what_was_not_measured() -> None:
    rows = list(csv.DictReader(io.StringIO(write_transcript(Evidence(ONE), "csv"))))
    assert rows[0]["text"] == "" and rows[0]["remark"].startswith("Not analysed")
