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

    The stretch belongs to the turn that it overlaps most. A turn of which no word is left is gone.
    """
    (span,) = correction.anchor
    shares = [turn.span.overlap(span) for turn in turns]
    if not shares or max(shares) <= 0:
        return None
    place = shares.index(max(shares))
    changed = _changed(turns[place], span, correction.name)
    return (*turns[:place], *([changed] if changed.text else []), *turns[place + 1 :])


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
