from __future__ import annotations

import pytest

from pipeline.policy import load_policy
from pipeline.redaction.plan import RedactionError
from pipeline.redaction.spoken import DRAFT_PAD, PAD, named_spans, number_places, number_spans, voice_spans
from pipeline.types import Span, Turn, Word

POLICY = load_policy(None)


def turn(text: str, start: float = 0.0, voice: str = "v1", timed: bool = True) -> Turn:
    texts = text.split()
    words = tuple(Word(w, start + n, start + n + 0.8) for n, w in enumerate(texts))
    return Turn(start, start + len(texts), voice, None, text, words if timed else ())


def hidden(turns: list[Turn], spans: object) -> list[str]:
    found: list[str] = []
    for one in turns:
        for word in one.words:
            if any(s.span.start <= word.start and word.end <= s.span.end for s in spans):  # type: ignore[attr-defined]
                found.append(word.text)
    return found


def test_names_are_covered_where_they_are_given_and_wherever_they_occur() -> None:
    turns = [
        turn("My name is Officer Parker what is your name"), turn("I'm Calvin Reed", 20),
        turn("Calvin step over here please", 40), turn("Reed's car is there", 60), turn("ask Mr. Alvarez", 80),
    ]  # fmt: skip
    assert hidden(turns, named_spans(turns, POLICY)) == ["Parker", "Calvin", "Reed", "Calvin", "Reed's", "Alvarez"]


def test_a_name_that_nobody_gives_is_covered_where_it_is_known() -> None:
    turns = [turn("and then Okafor came home")]
    assert not named_spans(turns, POLICY)
    assert hidden(turns, named_spans(turns, POLICY, ["Chinwe Okafor"])) == ["Okafor"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("born may fifth nineteen eighty four", "may fifth nineteen eighty four"),
        ("plate is seven x ray k l m 4 4 2 ok", "seven x ray k l m 4 4 2"),
        ("call 555-0134 now", "555-0134"),
        ("you may go second time", ""),
        ("twenty-two of them", "twenty-two"),
        ("it is spelt d o e", "d o e"),
        ("I have a car", ""),
    ],
)
def test_numbers(text: str, expected: str) -> None:
    words = text.split()
    assert " ".join(words[n] for n in number_places(words)) == expected


def test_a_draft_gets_more_room() -> None:
    turns = [turn("unit 7 here", 10)]
    assert number_spans(turns)[0].span == Span(11 - PAD, 11.8 + PAD)
    assert number_spans(turns, draft=True)[0].span == Span(11 - DRAFT_PAD, 11.8 + DRAFT_PAD)


def test_without_times_of_words_the_whole_turn_is_covered() -> None:
    assert number_spans([turn("unit 7 here", 10, timed=False)])[0].span == Span(10 - PAD, 13 + PAD)


def test_one_voice() -> None:
    turns = [turn("one two", 0, "v1"), turn("three four", 10, "v2"), turn("five", 12, "v2")]
    assert [s.span for s in voice_spans(turns, "v2")] == [Span(10 - PAD, 13 + PAD)]
    with pytest.raises(RedactionError, match="v1, v2"):
        voice_spans(turns, "v9")
