"""Held pictures inside a still scene, where nothing moves before or after: the live noise stops, and comes back.

Packets that shrink for long say where to look, or, of an encoder that spends the same on every picture, a packet far
larger than usual: after a held picture the noise costs it everything anew. The frames at both ends are then decoded.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.media.frames import FrameReader, Step
from pipeline.media.held import BESIDE, held_throughout, middle_noise, quiet, rounded
from pipeline.media.rules import PictureRules
from pipeline.types import PictureState, Span, ms

SETTLES = 1.2
"""Seconds that an encoder may go on refining a held picture before its packets shrink"""
INSIDE_LARGE = 1.0
"""Seconds looked at before a large packet"""
INSIDE, BEYOND = 0.3, 0.3
"""Seconds looked at inside the small packets, and after them beyond what is needed to see the live noise"""
NEAR = 0.15
"""Seconds between a large packet and the end of what it may end"""
OUTER = BESIDE / 2
"""Seconds of the frames furthest from the held picture, which must hold live noise"""
MOST_KEYS = 600
"""Key frames gone back by to the start of a held picture"""
FALLEN, RISEN = 0.9, 0.5
"""A frame belongs to the held picture if its grain is at most this share of the live picture's: at its start, where an
encoder goes on refining it, and at its end"""


@dataclass(frozen=True, eq=False)
class NoiseLost:
    """Looks for noise that stops and comes back."""

    reader: FrameReader
    sampled: NDArray[np.float64]
    """when pictures are shown that can be decoded alone, rising"""
    rules: PictureRules

    def states(
        self, small: Sequence[Span], jumps: Sequence[float], known: Sequence[PictureState]
    ) -> list[PictureState]:
        """Held pictures where packets are small, and up to large ones, but for those that are known already."""
        held = [s.span for s in known if s.kind != "still_noisy"]
        throughout = [s.span for s in known if held_throughout(s.figures)]
        found = []
        for span in small:
            middle = (span.start + span.end) / 2
            if not any(_same(span, other) for other in held) and not _inside(middle, throughout):
                found += self._small(span)
        for jump in jumps:
            ended = any(abs(span.end - jump) <= NEAR for span in (*held, *(s.span for s in found)))
            if not ended and not _inside(jump, throughout):
                found += self._until(jump)
        return found

    def _small(self, span: Span) -> list[PictureState]:
        before = self._from_live(max(0.0, span.start - SETTLES - BESIDE), span.start + INSIDE)
        start = _falls(before, FALLEN)
        if start is None:
            return []
        return self._held(before, list(self.reader.steps(max(start, span.end - INSIDE), span.end + BESIDE + BEYOND)))

    def _from_live(self, start: float, end: float) -> list[Step]:
        """All frames between two times. None, and no more decoded than that takes, where the first hold no noise."""
        found: list[Step] = []
        for step in self.reader.steps(start, end):
            if found and found[-1].at <= found[0].at + OUTER < step.at and not self._lives(found):
                return []
            found.append(step)
        return found

    def _lives(self, steps: Iterable[Step]) -> bool:
        return (middle_noise(steps) or 0.0) >= self.rules.live_noise

    def _until(self, jump: float) -> list[PictureState]:
        """The picture held up to a large packet; key frames are gone back by until one is live."""
        far = jump + BESIDE + BEYOND
        if not self._lives(self.reader.steps(far - OUTER, far)):
            return []
        after = list(self.reader.steps(max(0.0, jump - INSIDE_LARGE), far))
        end = _falls(after[::-1], RISEN)
        if end is None or abs(end - jump) > NEAR or _live(after, 1) < self.rules.live_noise:
            return []
        live = float(np.median([s.grain for s in after if s.at > jump + BEYOND and not s.key] or [0.0]))
        inside = end
        for key in self.sampled[self.sampled < end][::-1][:MOST_KEYS]:
            first = [s.grain for s in self.reader.steps(float(key), min(float(key) + BESIDE, end)) if not s.key]
            if first and float(np.median(first)) > RISEN * live:
                return self._held(list(self.reader.steps(float(key), min(inside + INSIDE, end))), after)
            inside = float(key)
        return []

    def _held(self, before: Sequence[Step], after: Sequence[Step]) -> list[PictureState]:
        """The held picture between what falls and what rises again; none where one of them does not."""
        start, end = _falls(before, FALLEN), _falls(after[::-1], RISEN)
        if start is None or end is None or end - start < self.rules.small_least:
            return []
        if before[0].at > start - OUTER or min(_live(before, -1), _live(after, 1)) < self.rules.live_noise:
            return []
        inside = [s for s in (*before, *after) if start <= s.at < end]
        plain, keys = [s for s in inside if not s.key], [s.noise for s in inside if s.key]
        settled = [s.noise for s in plain if s.at >= start + SETTLES] or [s.noise for s in plain]
        first_live = next(s.at for s in after if s.at > end)
        figures = {
            "grain": float(np.median([s.grain for s in inside])),
            "noise_before": _live(before, -1),
            "noise_after": _live(after, 1),
            "noise_held": float(np.median(settled)) if settled else 0.0,
        }
        figures |= {"noise_key": min(keys)} if keys else {}
        figures["still_beside"] = 1.0
        return [PictureState(ms(start), ms(first_live), "still", rounded(figures))]


def _live(steps: Sequence[Step], side: int) -> float:
    """The middle noise of the frames furthest from the held picture; 0 where anything moves there."""
    outer = [s for s in steps if abs(s.at - steps[0 if side < 0 else -1].at) <= OUTER]
    return middle_noise(outer) or 0.0 if all(quiet(s) for s in steps) else 0.0


def _falls(steps: Sequence[Step], share: float) -> float | None:
    """When the grain falls to this share of what it is in the first frames, and stays. Key frames do not count."""
    plain = [s for s in steps if not s.key]
    if len(plain) < 4:
        return None
    live = float(np.median([s.grain for s in plain if abs(s.at - plain[0].at) <= OUTER]))
    above = [i for i, s in enumerate(plain) if s.grain > share * live]
    return plain[above[-1] + 1].at if above and above[-1] + 1 < len(plain) else None


def _inside(at: float, spans: Sequence[Span]) -> bool:
    return any(span.start <= at <= span.end for span in spans)


def _same(span: Span, known: Span) -> bool:
    """Whether a known held picture is about this stretch, not about a still scene far longer than it."""
    return known.overlap(span) > 0 and known.duration <= span.duration + 2 * (SETTLES + BESIDE)
