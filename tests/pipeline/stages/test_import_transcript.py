from __future__ import annotations

from pathlib import Path

from models.contract import no_progress
from pipeline.detectors.multi_officer_commands import MultiOfficerCommands
from pipeline.policy import load_policy
from pipeline.stages.import_transcript import ImportTranscript
from pipeline.transcripts import read_transcript
from pipeline.types import Evidence, Recording, Role

POLICY = load_policy()


def imported(path: Path, text: str) -> Evidence:
    path.write_text(text, encoding="utf-8")
    transcript = read_transcript(path)
    return ImportTranscript(transcript, POLICY)(Evidence(transcript.as_recording()), no_progress)


def test_a_vendors_transcript_gives_findings(tmp_path: Path) -> None:
    evidence = imported(
        tmp_path / "a.vtt",
        "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Officer Lee>Get on the ground!\n\n"
        "00:03.000 --> 00:04.000\n<v Officer Diaz>Show me your hands!\n",
    )
    assert evidence.turns is not None
    assert [(t.voice, t.role) for t in evidence.turns] == [
        ("Officer Lee", Role.OFFICER),
        ("Officer Diaz", Role.OFFICER),
    ]
    (found,) = MultiOfficerCommands(POLICY)(evidence)
    assert (found.start, found.end) == (1.0, 4.0)


def test_voices_without_role_get_one_where_their_words_tell(tmp_path: Path) -> None:
    rows = '{"t_start": 1, "t_end": 2, "speaker": "A", "role": null, "text": "Drop the knife! Get back!"}\n'
    rows += '{"t_start": 3, "t_end": 4, "speaker": "B", "role": "civilian", "text": "Okay."}\n'
    evidence = imported(tmp_path / "a.jsonl", rows)
    assert evidence.turns is not None
    assert [t.role for t in evidence.turns] == [Role.OFFICER, Role.CIVILIAN]
    assert evidence.turns[1].role_reason == "as imported"
    assert {gap.what for gap in evidence.not_analysed} == {"sound", "picture"}, "there is no media"


def test_turns_without_words_say_that_nothing_was_looked_at(tmp_path: Path) -> None:
    evidence = imported(tmp_path / "a.rttm", "SPEAKER f 1 0.50 1.50 <NA> <NA> v1 <NA> <NA>\n")
    assert evidence.turns is not None
    assert [(t.start, t.end, t.voice, t.text) for t in evidence.turns] == [(0.5, 2.0, "v1", "")]
    assert {gap.what for gap in evidence.not_analysed} == {"sound", "picture", "words"}


def test_the_recording_keeps_its_own_length(tmp_path: Path) -> None:
    path = tmp_path / "a.srt"
    path.write_text("1\n00:00:01,000 --> 00:00:02,500\nhello\n")
    transcript = read_transcript(path)
    assert transcript.as_recording().duration == 2.5
    other = Evidence(Recording("r", Path("r.mp4"), 60.0))
    assert ImportTranscript(transcript, POLICY)(other, no_progress).recording.duration == 60.0
