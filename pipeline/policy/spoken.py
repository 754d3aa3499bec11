"""The words of a turn and when they were said: what matches are found in and shown with."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.types import Span, Turn


def words_of(turn: Turn) -> tuple[str, ...]:
    """The words as written: with times where the turn has them, else its text split at spaces."""
    return tuple(w.text for w in turn.words) if turn.words else tuple(turn.text.split())


def span_of(turn: Turn, first: int, last: int) -> Span:
    """When the words [first, last] were said; the whole turn where word times are not known."""
    if not turn.words:
        return turn.span
    start = min(turn.words[first].start, turn.words[last].end)
    return Span(start, max(start, turn.words[last].end))


def certainty_of(turn: Turn, first: int, last: int) -> float | None:
    """Mean certainty of the recogniser over the words [first, last]; None where it gave none."""
    given = [w.confidence for w in turn.words[first : last + 1] if w.confidence is not None]
    return round(sum(given) / len(given), 3) if given else None


def weighed(score: float, turn: Turn, first: int, last: int) -> float:
    """A score lowered where the recogniser was unsure of the words: to half of it where it was not sure at all."""
    certainty = certainty_of(turn, first, last)
    return score if certainty is None else score * (0.5 + 0.5 * max(0.0, min(1.0, certainty)))


def as_clock(seconds: float) -> str:
    """12.3 -> "0:12", as summaries say times."""
    whole = int(seconds)
    hours, minutes = whole // 3600, whole // 60 % 60
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


def shortened(text: str, longest: int = 90) -> str:
    """Text for one line of a summary."""
    return text if len(text) <= longest else text[: longest - 1].rsplit(" ", 1)[0] + "…"


def quoted(texts: Sequence[str]) -> str:
    """Texts in quotation marks, one after the other."""
    return ", ".join(f'"{shortened(t.strip())}"' for t in texts)
