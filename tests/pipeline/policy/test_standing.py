"""Whether words say that something is so, or are asked, denied, a condition, or somebody else's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.policy.language import sentences
from pipeline.policy.standing import clause_start, of_oneself, why_not_said


def judged(text: str, *, at: str) -> str:
    """What speaks against the words of `text` that stand in `at`."""
    (sentence,) = sentences(text.split())
    wanted = tuple(at.split())
    start = next(k for k in range(len(sentence.words)) if sentence.words[k : k + len(wanted)] == wanted)
    return why_not_said(sentence, start, start + len(wanted))


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("i'm going to turn it off", "turn it off"),
        ("she doesn't want to be filmed so i'm turning it off", "turning it off"),
        ("she doesn't want to be on video i'm going to turn it off", "turn it off"),
        ("can you guys mute your cameras", "mute your cameras"),
        ("sergeant said we can turn it off", "turn it off"),
        ("nurse asked me to turn it off", "turn it off"),
        ("i told you i'm recording this", "recording this"),
        ("this stop is being recorded", "being recorded"),
        ("the thing is this is being recorded", "being recorded"),
        ("i would like to mute", "mute"),
        ("Everything is being recorded, okay?", "being recorded"),
    ],
)
def test_what_is_said(text: str, at: str) -> None:
    assert judged(text, at=at) == ""


@pytest.mark.parametrize(
    ("text", "at", "why"),
    [
        ("is this being recorded", "being recorded", "asked"),
        ("sir is your camera on", "camera on", "asked"),
        ("why did you turn it off", "turn it off", "asked"),
        ("should i turn mine off", "turn mine off", "asked"),
        ("officer tran do you record this", "record this", "asked"),
        ("i'm not turning it off", "turning it off", "denied"),
        ("you are not being recorded", "being recorded", "denied"),
        ("i don't think i'm muting", "muting", "denied"),
        ("if you want i could turn it off", "turn it off", "a condition"),
        ("if the boss comes i'll mute", "mute", "a condition"),
        ("we are supposed to mute", "mute", "a condition"),
        ("he told me to turn it off", "turn it off", "somebody's words"),
        ("she said i'm recording this", "recording this", "somebody's words"),
        ("he turned it off", "turned it off", "somebody else"),
    ],
)
def test_what_is_not_said(text: str, at: str, why: str) -> None:
    assert judged(text, at=at) == why


@pytest.mark.parametrize(
    ("text", "at", "own"),
    [
        ("i'm going to shut it off", "shut", True),
        ("let me shut it off", "shut", True),
        ("shutting it off now", "shutting", True),
        ("you shut it off", "shut", False),
        ("shut it off", "shut", False),
    ],
)
def test_what_is_said_of_oneself(text: str, at: str, own: bool) -> None:
    (sentence,) = sentences(text.split())
    assert of_oneself(sentence, sentence.words.index(at)) is own


@given(
    st.lists(
        st.sampled_from(
            [
                *("i", "you", "he", "am", "is", "not", "if", "so", "and"),
                *("told", "can", "do", "camera", "mute", "off", "guys", "why", "the"),
            ]
        ),
        min_size=1,
    )
)
def test_any_row_of_words_is_judged(words: list[str]) -> None:
    for sentence in sentences(words):
        for start in range(len(sentence.words)):
            assert 0 <= clause_start(sentence, start) <= start
            assert why_not_said(sentence, start, start + 1) in (
                "", "asked", "denied", "a condition", "somebody's words", "somebody else",
            )  # fmt: skip
