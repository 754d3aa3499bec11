"""What is said on either side of a mute, and before a recording ends: where words about a camera belong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.errors import NotMeasurable
from pipeline.policy.spoken import span_of
from pipeline.silence import SilenceRules, silences
from pipeline.types import Evidence, Role, Span, Turn, Word

MUTE, END = "mute", "end"


@dataclass(frozen=True)
class Moment:
    """Where words can be bound to: a mute, or the end of the recording."""

    kind: str
    """MUTE or END"""
    span: Span

    @property
    def middle(self) -> float:
        """What is said before it stands before the moment; nothing stands after the end."""
        return (self.span.start + self.span.end) / 2 if self.kind == MUTE else float("inf")


@dataclass(frozen=True)
class Piece:
    """The words of a turn on one side of a moment: a recogniser may join what was said before and after a mute."""

    number: int
    """of the turn"""
    turn: Turn
    """only the words on that side"""
    whole: Turn
    after: bool


def moments_of(evidence: Evidence, least: float) -> list[Moment]:
    """Mutes of at least so many seconds in order, then the end: of the recording, or of its sound where that is first.

    Where mutes cannot be told, the end alone.
    """
    whole = evidence.recording.span
    try:
        found = silences(evidence, SilenceRules(min_duration=least))
    except NotMeasurable:
        found = []
    mutes = [Moment(MUTE, s.span) for s in found if not s.begins() and not s.ends(whole.end)]
    at = next((s.span.start for s in found if s.ends(whole.end) and not s.begins()), whole.end)
    return [*mutes, Moment(END, Span(at, whole.end))]


def pieces_beside(turns: Sequence[Turn], moment: Moment, before: float, after: float) -> Iterator[Piece]:
    """What officers and voices of unknown role said within so many seconds of either side of a moment."""
    for number, turn in enumerate(turns):
        if not turn.text or turn.role not in (Role.OFFICER, None):
            continue
        early, late = _split(turn, moment.middle)
        if early is not None and early.end >= moment.span.start - before:
            yield Piece(number, early, turn, False)
        if late is not None and late.start <= moment.span.end + after:
            yield Piece(number, late, turn, True)


def seconds_apart(piece: Piece, first: int, last: int, moment: Moment) -> float:
    """Between the words [first, last] of a piece and the moment; 0 where they reach into it."""
    span = span_of(piece.turn, first, last)
    return max(0.0, span.start - moment.span.end if piece.after else moment.span.start - span.end)


def on_its_side(turn: Turn, piece: Piece, moment: Moment) -> bool:
    """Whether another turn stands on the same side of a moment."""
    return (turn.start >= moment.middle) is piece.after


def _split(turn: Turn, middle: float) -> tuple[Turn | None, Turn | None]:
    """The turn up to a moment's middle, and from there on; by its words where they have times."""
    if not turn.words:
        return (turn, None) if turn.start < middle else (None, turn)
    early = tuple(w for w in turn.words if w.start < middle)
    return _part(turn, early), _part(turn, turn.words[len(early) :])


def _part(turn: Turn, words: tuple[Word, ...]) -> Turn | None:
    if not words or len(words) == len(turn.words):
        return turn if words else None
    return replace(turn, start=words[0].start, end=words[-1].end, text=" ".join(w.text for w in words), words=words)
