"""Words that a person put right: the turn with them, timed where the others stood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate

from pipeline.corrections.correction import Correction
from pipeline.types import Span, Turn, Word, ms

SURE = 1.0
"""confidence of a word that a person wrote"""


def reworded(turns: tuple[Turn, ...], correction: Correction) -> tuple[Turn, ...] | None:
    """The turns with the words of the correction in place of those in its stretch; None: nobody speaks there now.

    A turn of which no word is left is gone.
    """
    place = place_of(correction, turns)
    if place is None:
        return None
    changed = _changed(turns[place], correction.anchor[0], correction.name)
    return (*turns[:place], *([changed] if changed.text else []), *turns[place + 1 :])


def place_of(correction: Correction, turns: Sequence[Turn]) -> int | None:
    """The number of the turn whose words a correction of words means; None: nobody speaks there now.

    Of several that speak in its stretch, the one most like the turn that was corrected; where that is not known, the
    one that it overlaps most. Two turns with the very same start and end are not told apart: the first is taken.
    """
    (span,) = correction.anchor
    there = [number for number, turn in enumerate(turns) if turn.span.overlap(span) > 0]
    own = correction.onto[0] if correction.onto else None
    return max(there, key=lambda n: (_alike(turns[n].span, own), turns[n].span.overlap(span)), default=None)


def _alike(one: Span, other: Span | None) -> float:
    """What two stretches share of what they cover together, 0 to 1."""
    if other is None:
        return 0.0
    shared = one.overlap(other)
    return shared / (one.duration + other.duration - shared)


def _changed(turn: Turn, span: Span, said: str) -> Turn:
    if not turn.words:  # a transcript without times of words: the whole turn is meant
        return replace(turn, text=said)
    before = [w for w in turn.words if (w.start + w.end) / 2 < span.start]
    after = [w for w in turn.words if (w.start + w.end) / 2 >= span.end]
    start = max([span.start, *(w.end for w in before[-1:])])
    end = max(start, min([span.end, *(w.start for w in after[:1])]))
    words = (*before, *timed(said, Span(start, end)), *after)
    return replace(turn, text=" ".join(w.text.strip() for w in words), words=words)


def timed(said: str, span: Span) -> tuple[Word, ...]:
    """The words of a text, spread over a stretch by their letters."""
    parts = said.split()
    total = sum(map(len, parts)) or 1
    edges = [0, *accumulate(map(len, parts))]
    at: Sequence[float] = [ms(span.start + span.duration * edge / total) for edge in edges]
    return tuple(Word(text, at[n], at[n + 1], SURE) for n, text in enumerate(parts))
