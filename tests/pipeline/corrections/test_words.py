"""Words put right: those that were wrong change, all others stay where they are, in time too."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.corrections import apply_corrections, correct_turns, reword, reword_part, reword_turn
from pipeline.errors import CorrectionError
from pipeline.types import LineLabels, Span, Turn
from tests.pipeline.corrections.test_apply import EVIDENCE, ID, TURNS, turn


def said(turns: tuple[Turn, ...]) -> list[str]:
    return [t.text for t in turns]


def test_only_the_words_that_differ_are_replaced_and_the_original_is_told() -> None:
    correction = reword_turn(ID, TURNS, 0.0, "show us your hands", "kim")
    assert correction.name == "us" and correction.said == "0.5 s: 'me' was 'us'"
    corrected = correct_turns(TURNS, [correction])
    assert said(corrected)[0] == "show us your hands"
    before, after = TURNS[0].words, corrected[0].words
    assert [w for w in after if w.text != "us"] == [w for w in before if w.text != "me"]
    assert before[1].start <= after[1].start <= after[1].end <= before[1].end
    assert said(corrected)[1:] == said(TURNS)[1:]


@pytest.mark.parametrize(
    "text",
    ["please show me your hands", "show me both your hands", "show me your hands now", "show hands", "hands", "no", ""],
)
def test_words_are_added_and_taken_away_anywhere(text: str) -> None:
    corrected = correct_turns(TURNS, [reword_turn(ID, TURNS, 0.0, text, "kim")])
    assert [t.text for t in corrected if t.start == 0] == ([text] if text else [])
    assert len(corrected) == len(TURNS) - (not text)


def test_a_transcript_without_times_of_words_changes_by_turns() -> None:
    plain = tuple(replace(t, words=()) for t in TURNS)
    corrected = correct_turns(plain, [reword(ID, plain, Span(5.0, 7.0), "what was that for", "kim")])
    assert said(corrected)[1] == "what was that for"


def test_a_line_that_was_reworded_is_not_judged_by_its_old_words() -> None:
    labels = tuple(LineLabels(n, {"disrespect": 0.5}) for n in range(len(TURNS)))
    evidence = replace(EVIDENCE, line_labels=labels)
    corrected = apply_corrections(evidence, [reword_turn(ID, TURNS, 5.0, "what is wrong", "kim")]).evidence
    assert [row.turn for row in corrected.line_labels or ()] == [0, 2, 3]


def test_a_correction_whose_turn_is_gone_is_lost_with_a_reason() -> None:
    correction = reword_turn(ID, TURNS, 15.0, "I did drop it", "kim")
    found = apply_corrections(replace(EVIDENCE, turns=TURNS[:2]), [correction])
    assert found.lost == ((correction, "nothing is said there any more"),)


def test_what_cannot_be_meant_is_one_line() -> None:
    for make, told in (
        (lambda: reword_turn(ID, TURNS, 0.0, "show me your hands", "kim"), "already"),
        (lambda: reword_turn(ID, TURNS, 3.0, "x", "kim"), "no turn starts there"),
        (lambda: reword(ID, TURNS, Span(30.0, 31.0), "x", "kim"), "nobody speaks there"),
        (lambda: reword(ID, TURNS, Span(0.0, 1.0), "x" * 2001, "kim"), "at most"),
    ):
        with pytest.raises(CorrectionError, match=told):
            make()


WORDS = st.lists(st.sampled_from(["stop", "drop", "it", "now", "hands", "please"]), max_size=6)


@given(WORDS.filter(bool), st.lists(WORDS, min_size=1, max_size=3))
def test_any_line_becomes_any_other_and_time_runs_on(first: list[str], then: list[list[str]]) -> None:
    turns = (turn(3.0, "v1", " ".join(first)), turn(20.0, "v2", "yes sir"))
    made = []
    for words in then:
        now = correct_turns(turns, made)
        if len(now) < 2:
            return  # nothing was said there at all, says a person
        if now[0].text.split() == words:
            continue
        made.append(reword_turn(ID, now, 3.0, " ".join(words), "kim"))
        after = correct_turns(turns, made)
        assert (after[0].text.split() if len(after) == 2 else []) == words
        times = [t for w in after[0].words for t in (w.start, w.end)]
        assert times == sorted(times)
        assert after[-1] == turns[1]


AT_ONCE = (
    turn(0.0, "v1", "put your hands where I can see them now please"),
    turn(1.0, "v2", "drop it"),
    turn(1.0, "v3", "get back now"),
)


@pytest.mark.parametrize("number", [0, 1, 2])
def test_of_people_who_speak_at_once_the_one_who_was_corrected_is(number: int) -> None:
    heard = AT_ONCE[number]
    made = reword_part(ID, AT_ONCE, heard.span, heard.voice, "something else altogether", "kim")
    wanted = [t.text if n != number else "something else altogether" for n, t in enumerate(AT_ONCE)]
    assert said(correct_turns(AT_ONCE, [made])) == wanted


def test_one_word_among_the_words_of_another_is_put_right() -> None:
    first, second = AT_ONCE[:2]
    word = next(w for w in first.words if w.start >= second.start)
    made = reword(ID, AT_ONCE, Span(word.start, word.end), "HERE", "kim", turn=first)
    assert said(correct_turns(AT_ONCE, [made]))[1:] == said(AT_ONCE)[1:]
    older = replace(made, onto=())  # of a store from before the turn was kept: the one that it overlaps most
    assert correct_turns(AT_ONCE, [older]) != AT_ONCE


def test_a_part_of_a_turn_is_put_right_and_the_rest_stands() -> None:
    heard = AT_ONCE[0]
    words = heard.words[3:6]
    part = Span(words[0].start + 0.004, words[-1].end - 0.004)  # a page rounds
    made = reword_part(ID, AT_ONCE, part, "v1", "which he", "kim")
    assert said(correct_turns(AT_ONCE, [made]))[0] == "put your hands which he see them now please".replace(
        "which he see", "which he " + heard.words[6].text
    )
    with pytest.raises(CorrectionError, match="does not speak there"):
        reword_part(ID, AT_ONCE, Span(50.0, 51.0), "v1", "x", "kim")
    with pytest.raises(CorrectionError, match="does not speak there"):
        reword_part(ID, AT_ONCE, part, "v9", "x", "kim")
