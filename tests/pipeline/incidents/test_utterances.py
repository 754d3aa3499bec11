"""When two turns of different cameras say the same."""

from __future__ import annotations

from dataclasses import replace
from difflib import SequenceMatcher

import pytest

from pipeline.incidents import utterances
from pipeline.incidents.utterances import floor_db, letters, likeness_of_words, quality_of, same_utterance
from pipeline.types import Curve, HeardTurn, Member, Span
from tests.pipeline.incidents.made import camera, turn

JOINED = {"officer 1": 2, "officer 2": 2, "voice 1": 1}


def heard(recording: str, start: float, end: float, voice: str, text: str) -> HeardTurn:
    made = turn((start, end, voice, text))
    return HeardTurn(made.start, made.end, voice, None, text, made.words, "", recording)


@pytest.mark.parametrize(
    ("voice", "text", "alike", "same"),
    [
        ("officer 1", "put down that knife", True, True),  # one person says one thing at a time
        ("officer 2", "drop the knife now", True, True),  # nearly the same words
        ("officer 2", "show me some hands", True, False),  # two at once
        ("voice 1", "dropping a life", True, True),  # a voice of one camera, garbled
        ("voice 1", "where is my dog", True, False),
        ("officer 1", "where is my dog", False, False),  # the cameras hear different places
        ("officer 2", "drop the knife", False, True),  # yet the very same words at the same time
        ("officer 1", "something else", None, True),  # no sound to compare: the speaker decides
    ],
)
def test_words_speaker_and_sound_decide(voice: str, text: str, alike: bool | None, same: bool) -> None:
    one, other = heard("a", 10.0, 12.0, "officer 1", "drop the knife"), heard("b", 10.1, 12.1, voice, text)
    assert same_utterance(one, other, lambda a, b, span: alike, JOINED) is same


def test_turns_that_only_touch_are_two() -> None:
    one, other = heard("a", 10.0, 12.0, "officer 1", "drop it"), heard("b", 11.9, 14.0, "officer 1", "drop it")
    assert not same_utterance(one, other, lambda a, b, span: True, JOINED)


def test_only_what_both_cover_is_compared() -> None:
    long = heard("a", 10.0, 16.0, "v", "drop the knife and show me your hands")
    part = heard("b", 13.2, 16.0, "v", "show me your hands")
    assert likeness_of_words(long, part, Span(13.2, 16.0)) > 0.8
    assert letters("Don't -- SHOOT, 7!") == "dontshoot7"


def test_louder_and_surer_is_heard_better() -> None:
    near = camera("a", [(10.0, 12.0, "v1", "stop there")], levels={"v1": 40.0})
    far = camera("b", [(10.0, 12.0, "v1", "stop there")], levels={"v1": 10.0})
    qualities = [
        quality_of(heard("x", 10.0, 12.0, "v1", "stop there"), Member(e, 0.0, "clock"), floor_db(e.level))
        for e in (near, far)
    ]
    assert qualities[0] > qualities[1]
    unsure = replace(heard("x", 10.0, 12.0, "v1", "stop"), words=turn((10.0, 12.0, "v1", "stop"), confidence=0.1).words)
    assert quality_of(unsure, Member(near, 0.0, "clock"), floor_db(near.level)) < qualities[0]
    assert floor_db(None) is None
    assert floor_db(Curve(20.0, 0.0, near.level.values * 0 - 120.0)) is None  # type: ignore[union-attr]


def test_words_without_end_are_compared_by_their_beginning() -> None:
    asked: list[tuple[int, int]] = []

    class Counted(SequenceMatcher):  # type: ignore[type-arg]
        def __init__(self, junk: object, a: str, b: str, **how: bool) -> None:
            asked.append((len(a), len(b)))
            super().__init__(None, a, b, **how)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(utterances, "SequenceMatcher", Counted)
        text = "go" * 20_000
        one, two = (heard(camera, 10.0, 15.0, "v", text) for camera in ("a", "b"))
        assert likeness_of_words(one, two, Span(10.0, 15.0)) == 1.0
    assert asked == [(utterances.MOST_LETTERS, utterances.MOST_LETTERS)]
