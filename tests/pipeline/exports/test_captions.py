from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.contract import BackendInfo
from pipeline.exports.captions import IN_PART, LINE_LETTERS, LINES, LONGEST, captions_of, speaker_labels
from pipeline.transcripts import read_transcript
from pipeline.types import Evidence, Recording, Role, Turn, Word


def turn(
    start: float, text: str, voice: str | None = "v1", role: Role | None = Role.OFFICER, pace: float = 0.4
) -> Turn:
    words = tuple(
        Word(w, round(start + n * pace, 3), round(start + (n + 0.8) * pace, 3)) for n, w in enumerate(text.split())
    )
    return Turn(start, words[-1].end, voice, role, text, words)


LONG = "step back from the car and keep your hands where I can see them please right now do not reach for anything"
TURNS = (
    turn(2.0, "Good evening."),
    turn(10.0, LONG),
    turn(12.0, "What did I do?", "v2", Role.CIVILIAN),
    turn(20.0, "Unit twelve copy.", "v3", Role.RADIO),
    turn(22.0, "Show me your hands!", "v4", Role.OFFICER),
    turn(25.0, "Who is that?", "v5", None),
)
EVIDENCE = Evidence(
    Recording("r", Path("r.mp4"), 60.0), turns=TURNS, backends={"transcribe": BackendInfo("faster-whisper", "1")}
)
DRAFT = replace(EVIDENCE, backends={"transcribe": BackendInfo("pocketsphinx", "5", draft=True)})


def test_times_are_the_clip_s_own() -> None:
    (first, *_) = captions_of(EVIDENCE, 9.0, 30.0).captions
    assert first.start == pytest.approx(1.0)
    assert all(0 <= c.start < c.end <= 21.0 for c in captions_of(EVIDENCE, 9.0, 30.0).captions)


def test_only_words_that_are_in_the_clip_are_in_its_captions() -> None:
    said = [w for c in captions_of(EVIDENCE, 11.0, 12.9).captions for line in c.lines for w in line.split()]
    assert said == ["the", "car", "and", "keep", "What", "did"]


def test_speakers_stand_by_role_and_a_number_of_the_whole_recording() -> None:
    labels = [c.label for c in captions_of(EVIDENCE, 19.0, 30.0).captions]
    assert labels == ["Radio", "Officer 2", "Speaker (role not known)"]
    assert speaker_labels(TURNS[:4])["v1"] == "Officer"


def test_names_are_shown_only_where_they_are_asked_for() -> None:
    named = replace(
        EVIDENCE, turns=tuple(replace(t, voice="Officer Tarn" if t.voice == "v4" else t.voice) for t in TURNS)
    )
    plain = captions_of(named, 0, 60).text("vtt") + captions_of(named, 0, 60).text("srt")
    assert "Tarn" not in plain and "Officer 2" in plain
    assert "Officer Tarn" in captions_of(named, 0, 60, {"Officer Tarn": "Officer Tarn"}).text("vtt")


@pytest.mark.parametrize("form", ["vtt", "srt"])
def test_a_draft_is_marked_on_every_caption(form: str) -> None:
    text = captions_of(DRAFT, 0.0, 30.0).text(form)
    cues = [block for block in text.split("\n\n") if "-->" in block]
    assert len(cues) > 5 and all("draft" in cue.lower() for cue in cues)
    assert "DRAFT" in cues[0] and "Compare with the sound" in cues[0]
    assert "draft" not in captions_of(EVIDENCE, 0.0, 30.0).text(form).lower()


def test_corrections_are_counted_in_the_remark() -> None:
    assert "2 corrections of people included" in captions_of(EVIDENCE, 0, 30, corrected=2).remark


def test_long_turns_are_wrapped_and_split_within_what_can_be_read() -> None:
    captions = captions_of(EVIDENCE, 9.0, 19.0).captions
    assert len(captions) > 2
    for caption in captions:
        assert len(caption.lines) <= LINES and all(len(line) <= LINE_LETTERS for line in caption.lines)
        assert caption.end - caption.start <= LONGEST + 1.0
    assert " ".join(w for c in captions if c.speaker == "Officer 1" for line in c.lines for w in line.split()) == LONG


def test_a_turn_without_word_times_says_that_only_part_is_in_the_clip() -> None:
    whole = replace(EVIDENCE, turns=tuple(replace(t, words=()) for t in TURNS))
    text = captions_of(whole, 12.0, 14.0).text("srt")
    assert IN_PART in text.replace("\n", " ")
    assert IN_PART not in captions_of(whole, 1.0, 4.0).text("srt")


HOSTILE = "<script>alert(1)</script> & --> <v Boss>x</v> {\\an8}<i>no</i>\n\n2\n00:00:01,000 --> 00:00:02,000\u202eevil"


def test_markup_in_words_and_names_is_neutralised() -> None:
    turns = (Turn(1.0, 4.0, HOSTILE, Role.OFFICER, HOSTILE),)
    evidence = replace(EVIDENCE, turns=turns)
    made = captions_of(evidence, 0.0, 9.0, {HOSTILE: HOSTILE})
    vtt, srt = made.text("vtt"), made.text("srt")
    assert "<script" not in vtt + srt and "<i>" not in vtt + srt and "{" not in srt and "\u202e" not in vtt + srt
    for text in (vtt, srt):
        blocks = [block for block in text.split("\n\n") if "-->" in block]
        assert len(blocks) == len(made.captions)
        assert all(block.count("-->") == 1 for block in blocks)


@given(st.text(min_size=1, max_size=200), st.text(max_size=40))
def test_any_words_give_captions_that_read_back(tmp_path_factory, words: str, name: str) -> None:
    turns = (Turn(1.0, 4.0, name or "v", Role.OFFICER, words), turn(5.0, "and this is the end"))
    made = captions_of(replace(EVIDENCE, turns=turns), 0.5, 9.0, {name: name})
    path = tmp_path_factory.mktemp("captions") / "x.vtt"
    for form in ("vtt", "srt"):
        path = path.with_suffix(f".{form}")
        path.write_text(made.text(form), encoding="utf-8")
        lines = read_transcript(path).lines
        assert len(lines) == len(made.captions)
        assert "the end" in lines[-1].text


def test_no_transcript_and_an_unknown_form_are_told() -> None:
    nothing = captions_of(replace(EVIDENCE, turns=None), 0, 5)
    assert nothing.captions == () and "Not analysed" in nothing.remark and nothing.text("vtt").startswith("WEBVTT")
    with pytest.raises(ValueError, match="no form of captions 'ass'"):
        nothing.text("ass")
