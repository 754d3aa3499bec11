"""One officer's recordings in order of time, asked in logarithmic time. Moments are seconds since 1970 in UTC."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate, chain, pairwise
from typing import NamedTuple

from pipeline.camera_use.types import Marked, RecordingFacts, UtcSpan
from pipeline.parts import ROLL_OVER, is_longest


class Piece(NamedTuple):
    """A half-open stretch of time, [start, end)."""

    start: float
    end: float

    @property
    def seconds(self) -> float:
        return round(max(0.0, self.end - self.start), 3)

    @property
    def utc(self) -> UtcSpan:
        return UtcSpan(moment(self.start), moment(self.end))

    def clipped(self, other: Piece) -> Piece:
        return Piece(max(self.start, other.start), min(self.end, other.end))


def moment(seconds: float) -> datetime:
    """The moment of so many seconds since 1970, to the millisecond."""
    return datetime.fromtimestamp(round(seconds, 3), UTC)


def union(pieces: Iterable[Piece], join: float = 0.0) -> list[Piece]:
    """The stretches in order; those no more than `join` seconds apart are one."""
    out: list[Piece] = []
    for piece in sorted(pieces):
        if out and piece.start <= out[-1].end + join:
            if piece.end > out[-1].end:
                out[-1] = Piece(out[-1].start, piece.end)
        else:
            out.append(piece)
    return out


def less(piece: Piece, taken: Iterable[Piece]) -> list[Piece]:
    """What is left of a stretch without others; these are in order and do not overlap."""
    out, at = [], piece.start
    for other in taken:
        if other.end <= at:
            continue
        if other.start >= piece.end:
            break
        if other.start > at:
            out.append(Piece(at, other.start))
        at = max(at, other.end)
    if at < piece.end:
        out.append(Piece(at, piece.end))
    return out


@dataclass(frozen=True, slots=True)
class Taken:
    """A recording on the time line."""

    start: float
    end: float
    facts: RecordingFacts

    @property
    def piece(self) -> Piece:
        return Piece(self.start, self.end)

    @property
    def pieces(self) -> list[Piece]:
        """What the file really holds: without the gaps inside it."""
        return less(self.piece, self.on_clock(self.facts.gaps)) if self.facts.gaps else [self.piece]

    def on_clock(self, marked: Iterable[Marked]) -> list[Piece]:
        """Stretches of the recording on the clock, in order, those that touch joined."""
        return union(Piece(self.start + m.start, min(self.start + m.end, self.end)) for m in marked)

    def second(self, at: float) -> float:
        """The second of the recording at a moment, within it."""
        return round(min(max(0.0, at - self.start), self.end - self.start), 3)


def _rolled_over(taken: Sequence[Taken]) -> Iterator[Piece]:
    """From the end of a camera's longest file to its next one, where that follows at once: it went on recording."""
    cameras: dict[str, list[Taken]] = {}
    for one in taken:
        cameras.setdefault(one.facts.camera, []).append(one)
    for own in cameras.values():
        for before, after in pairwise(own):
            if 0 < after.start - before.end <= ROLL_OVER:
                near = own[max(0, bisect_left(own, before.start - FILES_NEAR, key=_start)) :]
                near = near[: bisect_right(near, after.start + FILES_NEAR, key=_start)]
                if is_longest(before.end - before.start, [t.end - t.start for t in near if t is not before]):
                    yield Piece(before.end, after.start)


FILES_NEAR = 86400.0
"""seconds before and after in which a camera's other files show what its longest are; it may be set otherwise later"""


def _start(taken: Taken) -> float:
    return taken.start


class Timeline:
    """Recordings of one officer. `runs`: stretches in which one ran; breaks up to `join` seconds, and those after a
    camera's longest file, are none."""

    def __init__(self, facts: Iterable[RecordingFacts], join: float = 0.0) -> None:
        timed = (Taken(f.start_utc.timestamp(), f.end_utc.timestamp(), f) for f in facts if f.start_utc and f.end_utc)
        self.taken: Sequence[Taken] = sorted(
            (t for t in timed if t.end > t.start), key=lambda t: (t.start, t.end, t.facts.id)
        )
        self._starts = [t.start for t in self.taken]
        self._ends = list(accumulate((t.end for t in self.taken), max))
        pieces = (p for t in self.taken for p in t.pieces)
        self.runs: Sequence[Piece] = union(chain(pieces, _rolled_over(self.taken)), join)
        self._run_ends = [run.end for run in self.runs]

    def within(self, piece: Piece) -> list[Taken]:
        """Recordings that overlap a stretch, by start."""
        first, last = bisect_right(self._ends, piece.start), bisect_left(self._starts, piece.end)
        return [t for t in self.taken[first:last] if t.end > piece.start]

    def covered(self, piece: Piece) -> list[Piece]:
        """The runs within a stretch, cut to it."""
        out = []
        for run in self.runs[bisect_right(self._run_ends, piece.start) :]:
            if run.start >= piece.end:
                break
            out.append(run.clipped(piece))
        return out

    def before(self, at: float) -> Taken | None:
        """The recording that ended last before a moment; None: none, or one is running."""
        n = bisect_left(self._starts, at) - 1
        if n < 0 or self._ends[n] > at:
            return None
        first = bisect_left(self._ends, self._ends[n])
        return max(self.taken[first : n + 1], key=lambda t: t.end)

    def after(self, at: float) -> Taken | None:
        """The recording that starts next at or after a moment."""
        n = bisect_left(self._starts, at)
        return self.taken[n] if n < len(self.taken) else None
