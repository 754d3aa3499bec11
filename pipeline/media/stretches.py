"""Turns sampled pictures into stretches of one kind, and sharpens their edges on decoded frames."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pipeline.media.dark_edges import LIGHTER, DarkEdge, DarkEdges
from pipeline.media.frames import LEAD, FrameReader
from pipeline.media.held import BESIDE, joined, rounded
from pipeline.media.lavish_keys import LavishKeys
from pipeline.media.noise_lost import NoiseLost
from pipeline.media.rules import PictureRules
from pipeline.media.same_keys import SameKeys, with_held
from pipeline.media.samples import Samples, beside, runs
from pipeline.media.small_packets import Hints
from pipeline.media.still_edges import Ahead, StillEdges
from pipeline.types import PictureState, ms

OF_EDGES = (
    *("motion_before", "last_motion", "motion_after", "interval", "jump"),
    *("jump_likeness", "jump_unlit", "jump_both", "jump_shift", "jump_left"),
)
"""figures of a held picture that say how it begins and ends"""
SIDE = 1.0
"""Seconds round small packets in which the sampled pictures must be alike for a still scene"""


@dataclass(frozen=True)
class Stretches:
    """Everything needed to find the stretches of one recording."""

    samples: Samples
    reader: FrameReader
    edges: DarkEdges
    stills: StillEdges
    rules: PictureRules
    lavish: LavishKeys
    hints: Hints
    moving: Collection[float]
    """pictures looked at after which the next one plainly moves"""
    end: float
    """when the picture ends"""

    def find(self) -> list[PictureState]:
        """Dark and still stretches in order of time."""
        return sorted([*self._dark(), *self._still()], key=lambda s: (s.start, s.end, s.kind))

    @cached_property
    def _is_dark(self) -> NDArray[np.bool_]:
        """Which pictures looked at are dark."""
        return self.samples.dark(self.rules) | self._is_faint

    @cached_property
    def _is_faint(self) -> NDArray[np.bool_]:
        """Which are taken for dark because of how the picture comes and goes there, within a few frames."""
        faint = np.zeros(len(self.samples), dtype=bool)
        for first, last in self.samples.faint(self.rules):
            start, end = self.edges.begins(first), self.edges.ends(last)
            at_once = max(start.figures.get("falls", 0.0), end.figures.get("rises", 0.0)) <= self.rules.at_once
            faint[first : last + 1] = at_once and end.at - start.at >= self.rules.small_least
        return faint

    def _dark(self) -> Iterator[PictureState]:
        at, bright = self.samples.column("at"), self.samples.column("bright")
        for first, last in runs(self._is_dark):
            inside = slice(first, last + 1)
            kind = "black" if np.median(bright[inside]) <= self.rules.black_bright else "dark_textured"
            outside = self._around(first, last)
            figures = {
                "brightness": float(np.median(self.samples.column("brightness")[inside])),
                "bright": float(np.median(bright[inside])),
                "detail": float(np.median(self.samples.column("detail")[inside])),
                "pictures": float(last - first + 1),
                **({"faint": 1.0} if self._is_faint[inside].all() else {}),
                **self._within(first, last),
                **outside,
            }
            start = self.edges.begins(first) if first else DarkEdge(float(at[0]))
            end = self.edges.ends(last) if last + 1 < len(at) else self.edges.dark_until(last, self.end)
            figures |= start.figures | end.figures
            yield PictureState(ms(start.at), ms(end.at), kind, rounded(figures))

    def _within(self, first: int, last: int) -> dict[str, float]:
        """How alike the shapes of the pictures are, each and the one before, and how much they differ."""
        if last == first:
            return {}
        alike, moved = (self.samples.column(name)[first + 1 : last + 1] for name in ("alike_before", "step_mean"))
        alike = alike[np.isfinite(alike)]
        return {"moved": float(np.median(moved))} | ({"alike_within": float(np.median(alike))} if len(alike) else {})

    def _around(self, first: int, last: int) -> dict[str, float]:
        """Brightness and detail of the pictures on either side that are not dark themselves."""
        near = [i for i in beside(first, last, len(self._is_dark)) if not self._is_dark[i]]
        if not near:
            return {}
        figures = {
            "brightness_around": float(np.median(self.samples.column("brightness")[near])),
            "detail_around": float(np.median(self.samples.column("detail")[near])),
        }
        inside = float(np.median(self.samples.column("bright")[first : last + 1]))
        for name, light, later in (("alike_before", first - 1, first), ("alike_after", last + 1, last + 1)):
            lighter = 0 <= light < len(self.samples) and self.samples.bright[light] >= LIGHTER * inside
            if lighter and (alike := self.samples.alike_before[later]) < 1.0:  # where it has shapes
                figures[name] = alike
        return figures

    def _still(self) -> list[PictureState]:
        flags = self.samples.alike(self.rules) & ~self._is_dark
        flags[1:] &= ~self._is_dark[:-1]
        found = [self._still_stretch(first - 1, last) for first, last in runs(flags)]
        for key in sorted(set(self._alone())):
            if not any(state.start <= self.samples.at[key] <= state.end for state in found):
                found += self._held_at(key)
        same = SameKeys(self.reader, self.samples, self.rules)
        noted = same.noted(found + self._noise_lost(found), self._is_dark)
        return with_held(noted, self.lavish.states(self._is_dark))

    def _noise_lost(self, known: list[PictureState]) -> list[PictureState]:
        """Held pictures inside a still scene."""
        at, alike = self.samples.column("at"), self.samples.alike(self.rules) & ~self._is_dark
        small = [
            span for span in self.hints.small if alike[(at >= span.start - SIDE) & (at <= span.end + SIDE)].sum() >= 2
        ]
        after = {jump: int(np.searchsorted(at, jump)) for jump in self.hints.jumps}
        jumps = [jump for jump, place in after.items() if place < len(at) and alike[place]]
        return NoiseLost(self.reader, at, self.rules).states(small, jumps, known)

    def _alone(self) -> Iterator[int]:
        """Pictures looked at whose packets, or those round them, are small: a freeze could hide between two others."""
        at, dark = self.samples.column("at"), self._is_dark
        for time in self.hints.keys:
            near = int(np.abs(at - time).argmin())
            if abs(at[near] - time) < LEAD and not dark[near] and at[near] not in self.moving:
                yield near
        for span in self.hints.small:
            low, high = np.searchsorted(at, (span.start - BESIDE, span.end + BESIDE))
            inner = np.flatnonzero((at > span.start + BESIDE) & (at < span.end - BESIDE))
            if len(inner) <= 1 and high > low:
                key = int(inner[0]) if len(inner) else int(low)
                if not dark[key]:
                    yield key

    def _held_at(self, key: int) -> Iterator[PictureState]:
        """The stretch of repeated frames round one picture, if there is one."""
        ahead = self.stills.beside(key)
        if ahead.grain is None or ahead.grain > self.rules.held_grain:
            return
        state = self._held(key, key, {"step": 0.0, "grain": ahead.grain}, ahead)
        held = state.figures.get("drift", 0.0) <= self.rules.drift_mean
        held &= state.figures.get("drift_most", 0.0) <= self.rules.drift_most
        if held and state.span.duration >= self.rules.small_least:
            yield state

    def _still_stretch(self, first: int, last: int) -> PictureState:
        """The stretch in which the pictures `first` to `last` are alike."""
        at = self.samples.column("at")
        ahead = self.stills.ahead(last - 1, last)
        figures = {"step": float(np.median(self.samples.column("step_mean")[first + 1 : last + 1]))}
        if ahead.grain is None or ahead.grain > self.rules.held_grain:
            figures |= {} if ahead.grain is None else {"grain": ahead.grain}
            kind = "still" if ahead.grain is None else "still_noisy"
            return PictureState(ms(float(at[first])), ms(float(at[last])), kind, rounded(figures))
        return self._held(first, last, figures | {"grain": ahead.grain}, ahead)

    def _held(self, first: int, last: int, figures: dict[str, float], ahead: Ahead) -> PictureState:
        """The held picture that `first` to `last` show, with its first and last frame."""
        jump = self.stills.jump(last, ahead)
        stop = self.stills.stop(first, jump) if first > 0 else None
        start, end = stop.at if stop else self.samples.at[first], jump.at
        next_to = [i for i in (first - 1, last + 1) if 0 <= i < len(self.samples)]
        figures |= {"brightness": float(self.samples.brightness[last])} | joined(stop, jump)
        covers = jump.after is not None and self.edges.is_dark(jump.after)
        if covers or self._is_dark[next_to].any():  # a cover that comes or goes is no jump of a held picture
            figures = {name: value for name, value in figures.items() if name not in OF_EDGES}
        return PictureState(ms(start), ms(end), "still", rounded(figures))
