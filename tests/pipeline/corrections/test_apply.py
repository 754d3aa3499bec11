"""Corrections laid over transcripts: what is meant changes, everything else stays, whatever the voices are called."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from pipeline.corrections import (
    Correction,
    apply_corrections,
    assign,
    correct_turns,
    merge,
    rename,
    set_role,
    speakers_of,
    split,
)
from pipeline.types import Diarization, Evidence, LineLabels, Recording, Role, Span, Turn, VoiceTurn, Word

ID = "ab" * 32


def turn(start: float, voice: str, text: str = "show me your hands", role: Role | None = None) -> Turn:
    said = text.split()
    words = tuple(Word(w, start + i * 0.5, start + i * 0.5 + 0.4, 0.9) for i, w in enumerate(said))
    return Turn(start, start + len(said) * 0.5, voice, role, text, words, "said so" if role else "")


TURNS = (
    turn(0, "v1", role=Role.OFFICER),
    turn(5, "v2", "what did I do"),
    turn(10, "v1", "drop it now", Role.OFFICER),
    turn(15, "v3", "I said drop it"),
)
EVIDENCE = Evidence(
    Recording(ID, Path("a.mp4"), 60.0),
    turns=TURNS,
    voices=Diarization(
        turns=tuple(VoiceTurn(t.voice or "", t.start, t.end) for t in TURNS),
        exclusive=tuple(VoiceTurn(t.voice or "", t.start, t.end) for t in TURNS),
    ),
)


def test_a_name_is_shown_wherever_the_voice_speaks() -> None:
    corrected = apply_corrections(EVIDENCE, [rename(ID, TURNS, "v1", "Officer Tarn", "kim")])
    assert corrected.evidence.turns is not None and corrected.evidence.voices is not None
    assert [t.voice for t in corrected.evidence.turns] == ["Officer Tarn", "v2", "Officer Tarn", "v3"]
    assert [t.voice for t in corrected.evidence.voices.exclusive] == ["Officer Tarn", "v2", "Officer Tarn", "v3"]
    assert [t.role for t in corrected.evidence.turns] == [t.role for t in TURNS], "a name says nothing of the role"
    assert corrected.lost == ()


def test_two_voices_become_one_with_the_role_of_the_one_that_stays() -> None:
    merged = correct_turns(TURNS, [merge(ID, TURNS, "v3", "v1", "kim")])
    assert [t.voice for t in merged] == ["v1", "v2", "v1", "v1"]
    assert merged[3].role is Role.OFFICER


def test_a_role_that_a_person_sets_says_who_set_it() -> None:
    turns = correct_turns(TURNS, [set_role(ID, TURNS, "v2", Role.CIVILIAN, "kim")])
    assert (turns[1].role, turns[1].role_reason) == (Role.CIVILIAN, "set by kim")
    assert turns[0] == TURNS[0]


def test_speech_given_to_another_voice_is_cut_between_words() -> None:
    span = Span(10.9, 12.0)  # from "it" on (10.5-10.9 is "it": its middle lies before)
    given_away = correct_turns(TURNS, [assign(ID, TURNS, [span], "v2", "kim")])
    assert [(t.voice, t.text) for t in given_away if 10 <= t.start < 13] == [("v1", "drop it"), ("v2", "now")]


def test_a_split_makes_a_new_voice_without_a_role() -> None:
    turns = correct_turns(TURNS, [split(ID, TURNS, "v1", 8.0, "v9", "kim")])
    assert [t.voice for t in turns] == ["v1", "v2", "v9", "v3"]
    assert turns[2].role is None and "kim" in turns[2].role_reason


def test_corrections_find_their_voices_after_these_were_named_anew() -> None:
    corrections = [
        rename(ID, TURNS, "v1", "Officer Tarn", "kim"),
        set_role(
            ID, correct_turns(TURNS, [rename(ID, TURNS, "v1", "Officer Tarn", "kim")]), "v2", Role.CIVILIAN, "kim"
        ),
    ]
    renumbered = tuple(replace(t, voice={"v1": "v7", "v2": "v1", "v3": "v2"}[t.voice or ""]) for t in TURNS)
    corrected = correct_turns(renumbered, corrections)
    assert [t.voice for t in corrected] == ["Officer Tarn", "v1", "Officer Tarn", "v2"]
    assert [t.role for t in corrected][1] is Role.CIVILIAN


def test_a_correction_whose_voice_is_spread_is_reported_and_not_guessed() -> None:
    correction = rename(ID, (turn(0, "v1"), turn(10, "v1"), turn(20, "v1")), "v1", "Officer Tarn", "kim")
    spread = (turn(0, "a"), turn(10, "b"), turn(20, "c"))
    corrected = apply_corrections(Evidence(EVIDENCE.recording, turns=spread), [correction])
    assert corrected.evidence.turns == spread
    assert "not there any more" in corrected.lost[0][1]


def test_without_a_transcript_nothing_is_applied_and_it_is_said() -> None:
    correction = rename(ID, TURNS, "v1", "Officer Tarn", "kim")
    corrected = apply_corrections(Evidence(EVIDENCE.recording), [correction])
    assert corrected.lost == ((correction, "there is no transcript"),)


def test_labels_of_a_classifier_stay_with_their_turns_and_a_cut_turn_has_none() -> None:
    labels = tuple(LineLabels(n, {"command": n / 10}) for n in range(4))
    measured = replace(EVIDENCE, line_labels=labels)
    cut = apply_corrections(measured, [assign(ID, TURNS, [Span(10.9, 12.0)], "v2", "kim")]).evidence
    assert cut.turns is not None and cut.line_labels is not None
    assert [(cut.turns[row.turn].text, row.probabilities["command"]) for row in cut.line_labels] == [
        ("show me your hands", 0.0), ("what did I do", 0.1), ("I said drop it", 0.3),
    ]  # fmt: skip
    named = apply_corrections(measured, [rename(ID, TURNS, "v1", "Officer Tarn", "kim")]).evidence
    assert named.line_labels == labels


def test_turns_without_word_times_go_as_a_whole() -> None:
    plain = tuple(replace(t, words=()) for t in TURNS)
    assert correct_turns(plain, [assign(ID, plain, [Span(0, 1.9)], "v2", "kim")])[0].voice == "v2"
    assert correct_turns(plain, [assign(ID, plain, [Span(0, 0.5)], "v2", "kim")])[0].voice == "v1"


VOICES = st.sampled_from(["v1", "v2", "v3"])
TRANSCRIPTS = st.lists(VOICES, min_size=1, max_size=12).map(
    lambda voices: tuple(turn(i * 4.0, voice) for i, voice in enumerate(voices))
)


@st.composite
def corrected_transcripts(draw: st.DrawFn) -> tuple[tuple[Turn, ...], list[Correction]]:
    turns = draw(TRANSCRIPTS)
    made: list[Correction] = []
    for number in range(draw(st.integers(0, 4))):
        now = correct_turns(turns, made)
        here = sorted({t.voice or "" for t in now})
        voice, other = draw(st.sampled_from(here)), draw(st.sampled_from(here))
        start = draw(st.floats(0, 40, allow_nan=False))
        span = Span(start, start + draw(st.floats(0.5, 20)))
        kind = draw(st.sampled_from(["name", "role", "merge", "assign"]))
        if kind == "name":
            made.append(rename(ID, now, voice, f"name {number}", "kim"))
        elif kind == "role":
            made.append(set_role(ID, now, voice, draw(st.sampled_from(list(Role))), "kim"))
        elif kind == "merge" and voice != other:
            made.append(merge(ID, now, voice, other, "kim"))
        elif kind == "assign" and any(t.span.overlap(span) > 0 for t in now):
            made.append(assign(ID, now, [span], f"new {number}", "kim"))
    return turns, made


@given(corrected_transcripts())
def test_no_word_is_ever_lost_or_moved_in_time(case: tuple[tuple[Turn, ...], list[Correction]]) -> None:
    turns, corrections = case
    corrected = correct_turns(turns, corrections)
    assert [w for t in corrected for w in t.words] == [w for t in turns for w in t.words]
    assert all(t.start <= t.end for t in corrected)
    assert sum(s.turns for s in speakers_of(corrected)) == len(corrected)
