"""Held pictures inside a still scene, where nothing moves before or after: the live noise stops, and comes back.

Packets that shrink for long say where to look; the frames at both ends of such a stretch are then decoded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.media.frames import FrameReader, Step
from pipeline.media.held import BESIDE, quiet
from pipeline.types import PictureState, Span, ms

SETTLES = 1.2
"""Seconds that an encoder may go on refining a held picture before its packets shrink"""
INSIDE, BEYOND = 0.3, 0.3
"""Seconds looked at inside the small packets, and after them beyond what is needed to see the live noise"""
FALLEN, RISEN = 0.9, 0.5
"""A frame belongs to the held picture if its grain is at most this share of the live picture's: at its start, where an
encoder goes on refining it, and at its end"""


@dataclass(frozen=True)
class NoiseLost:
    """Looks at stretches of small packets for noise that stops."""

    reader: FrameReader
    live_noise: float
    """change of the finest grain from which on noise is live; below it nothing is looked for"""

    def states(self, spans: Sequence[Span], known: Sequence[PictureState]) -> list[PictureState]:
        """Held pictures in these stretches, but for those that are known already."""
        held = [s for s in known if s.kind != "still_noisy"]
        left = [s for s in spans if not any(_same(s, k.span) for k in held)]
        found = (self._state(span) for span in left)
        return [state for state in found if state]

    def _state(self, span: Span) -> PictureState | None:
        before = list(self.reader.steps(max(0.0, span.start - SETTLES - BESIDE), span.start + INSIDE))
        start = _falls(before, FALLEN)
        if start is None or before[0].at > start - BESIDE / 2 or _live(before, -1) < self.live_noise:
            return None
        after = list(self.reader.steps(max(start, span.end - INSIDE), span.end + BESIDE + BEYOND))
        end = _falls(after[::-1], RISEN)
        if end is None or _live(after, 1) < self.live_noise:
            return None
        inside = [s for s in (*before, *after) if start <= s.at <= end and s.at != end]
        plain, keys = [s.noise for s in inside if not s.key], [s.noise for s in inside if s.key]
        first_live = next(s.at for s in after if s.at > end)
        figures = {
            "grain": float(np.median([s.grain for s in inside])),
            "noise_before": _live(before, -1),
            "noise_after": _live(after, 1),
            "noise_held": float(np.median(plain)) if plain else 0.0,
        }
        figures |= {"noise_key": min(keys)} if keys else {}
        figures["still_beside"] = 1.0
        return PictureState(ms(start), ms(first_live), "still", {k: round(v, 3) for k, v in figures.items()})


def _live(steps: Sequence[Step], side: int) -> float:
    """The middle noise of the frames furthest from the held picture; 0 where anything moves there."""
    outer = [
        s for s in (steps if side < 0 else steps[::-1]) if abs(s.at - steps[0 if side < 0 else -1].at) <= BESIDE / 2
    ]
    plain = [s.noise for s in outer if not s.key]
    return float(np.median(plain)) if plain and all(quiet(s) for s in steps) else 0.0


def _falls(steps: Sequence[Step], share: float) -> float | None:
    """When the grain falls to this share of what it is in the first frames, and stays. Key frames do not count."""
    plain = [s for s in steps if not s.key]
    if len(plain) < 4:
        return None
    live = float(np.median([s.grain for s in plain if abs(s.at - plain[0].at) <= BESIDE / 2]))
    above = [i for i, s in enumerate(plain) if s.grain > share * live]
    return plain[above[-1] + 1].at if above and above[-1] + 1 < len(plain) else None


def _same(span: Span, known: Span) -> bool:
    """Whether a known held picture is about this stretch, not about a still scene far longer than it."""
    return known.overlap(span) > 0 and known.duration <= span.duration + 2 * (SETTLES + BESIDE)
