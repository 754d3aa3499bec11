from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.policy.language import plain, sentences

split = str.split


def said(text: str) -> list[str]:
    return [s.text.strip() for s in sentences(text.split())]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Don't MOVE!", ["do not move"]),
        ("dont move", ["do not move"]),
        ("Um, put the fucking gun down.", ["put the gun down"]),
        ("Get the fuck back", ["get back"]),
        ("put you're hands up", ["put your hands up"]),
        ("your under arrest", ["you are under arrest"]),
        ("get yo hands up", ["get your hands up"]),
        ("I\u2019m Officer N\u00fa\u00f1ez", ["i am officer nunez"]),
        ("Sit. Stay. Go!", ["sit", "stay", "go"]),
        ("Mrs. Okoro is here", ["mrs okoro is here"]),
        ("gonna need ya to", ["going to need you to"]),
        ("if you do ill shoot", ["if you do i will shoot"]),
        ("he is ill today", ["he is ill today"]),
        ("... --- ...", []),
        ("", []),
    ],
)
def test_normalises(text: str, expected: list[str]) -> None:
    assert said(text) == expected


def test_a_question_is_known_by_its_mark() -> None:
    assert [s.question for s in sentences(split("You okay? Sit down."))] == [True, False]


def test_a_comma_opens_a_clause() -> None:
    (sentence,) = sentences(split("Sir, step back"))
    assert [t.opens for t in sentence.tokens] == [True, True, False]


@given(st.text())
def test_plain_is_stable(text: str) -> None:
    once = plain(text)
    assert plain(once) == once or not once


@given(st.lists(st.text(min_size=1).filter(lambda w: not any(c.isspace() for c in w))))
def test_every_token_knows_a_word_it_came_from(words: list[str]) -> None:
    sources = [t.source for s in sentences(words) for t in s.tokens]
    assert sources == sorted(sources)
    assert all(0 <= k < len(words) for k in sources)


@given(st.lists(st.sampled_from(split("put your hands up, down. stop! don't the fuck you're"))))
def test_offsets_and_tokens_agree(words: list[str]) -> None:
    for sentence in sentences(words):
        for k, offset in enumerate(sentence.offsets):
            assert sentence.token_at(offset) == k
        assert len(sentence.text) == sentence.offsets[-1]
