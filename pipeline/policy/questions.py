"""Questions of members of the public, and how long until an officer speaks."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from pipeline.policy.language import Sentence, sentences, word_set
from pipeline.policy.spoken import words_of
from pipeline.types import Role, Turn

_ASKING = word_set("why what where who whose how when which por que donde quien como cuando cual")
_AUXILIARY = word_set("am is are was were do does did can could will would should may have has had must")
_ASKED = word_set("i we you he she they it this that there my your the he's anybody somebody")
_NOT_ASKING = (
    "how about that",
    "what a",
    "why not",
    "what the",
    "when i",
    "when he",
    "when she",
    "where i",
    "who cares",
)
_OPENERS = word_set("hey officer sir ma'am so and but okay well please wait man excuse me yo no")


@dataclass(frozen=True)
class Question:
    """A question and the seconds from its end until an officer speaks; None: none did before the talk ended."""

    turn: Turn
    seconds: float | None


def questions(turns: Sequence[Turn]) -> Iterator[Question]:
    """Every civilian turn that ends with a question, in order. An officer who speaks meanwhile counts as 0 s."""
    officers = sorted((t for t in turns if t.role is Role.OFFICER and t.text), key=lambda t: t.start)
    for turn in turns:
        if turn.role is Role.CIVILIAN and asks(turn):
            at = bisect_left(officers, turn.start, key=lambda t: t.start)
            first = next((o.start for o in islice(officers, at, None) if o.end > turn.end), None)
            yield Question(turn, None if first is None else round(max(0.0, first - turn.end), 1))


def asks(turn: Turn) -> bool:
    """By the question mark; where the recogniser writes none, by how the last sentence begins."""
    parts = sentences(words_of(turn))
    if not parts:
        return False
    if any(mark in turn.text for mark in ".?!"):
        return parts[-1].question
    return _sounds_asked(parts[-1])


def _sounds_asked(sentence: Sentence) -> bool:
    words = list(sentence.words)
    while words and words[0] in _OPENERS:
        words.pop(0)
    if len(words) < 2 or any(" ".join(words).startswith(start) for start in _NOT_ASKING):
        return False
    return words[0] in _ASKING or (words[0] in _AUXILIARY and words[1] in _ASKED)
