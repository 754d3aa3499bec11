from __future__ import annotations

from pipeline.reels.captions import HIDDEN, LONGEST, LONGEST_LETTERS, lines_of
from pipeline.types import Role, Span, Turn
from tests.pipeline.reels.made import TURNS, words


def test_on_the_clock_of_the_clip_and_by_role() -> None:
    lines = lines_of(TURNS, Span(0.5, 6), 1.0, (), names=False)
    assert [(line.start, line.whole) for line in lines] == [
        (0.5, "officer: I am Officer Parker"), (2.5, "civilian: please do not shout"),
    ]  # fmt: skip
    assert lines_of(TURNS, Span(0.5, 6), 1.0, (), names=True)[0].who == "v1 (officer)"


def test_covered_words_are_not_shown() -> None:
    lines = lines_of(TURNS, Span(0, 6), 1.0, [Span(2.2, 2.3), Span(3.1, 3.9)], names=False)
    assert [line.text for line in lines] == [f"I am Officer {HIDDEN}", f"{HIDDEN} shout"]


def test_words_outside_of_the_clip_are_not_shown() -> None:
    (line,) = lines_of(TURNS, Span(1.4, 2.0), 1.0, (), names=False)
    assert line.text == "am Officer"
    assert (line.start, line.end) == (0.0, 0.6)


def test_another_clock() -> None:
    (first, _) = lines_of(TURNS, Span(0, 6), 2.0, (), names=False)
    assert (first.start, first.end) == (0.5, 1.275)


def test_long_turns_become_short_captions() -> None:
    text = " ".join(f"word{n}" for n in range(100))
    turn = Turn(0, 40, "v1", Role.OFFICER, text, words(text, 0.0))
    lines = lines_of([turn], Span(0, 40), 1.0, (), names=False)
    assert " ".join(line.text for line in lines) == text
    assert all(len(line.text) <= LONGEST_LETTERS and line.end - line.start <= LONGEST + 0.01 for line in lines)


def test_a_transcript_without_times_of_words_is_spread_evenly() -> None:
    turn = Turn(0, 4, None, None, "a b c d")
    (line,) = lines_of([turn], Span(1, 3), 1.0, (), names=False)
    assert (line.who, line.text) == ("speaker", "b c")
    (line,) = lines_of([turn], Span(1, 3), 1.0, [Span(1.2, 1.3)], names=False)  # nobody knows which word that is
    assert line.text == HIDDEN
