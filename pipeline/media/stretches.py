"""Turns sampled pictures into stretches of one kind, and sharpens their edges on decoded frames."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

import numpy as np

from pipeline.media.dark_edges import DarkEdges
from pipeline.media.frames import LEAD, FrameReader
from pipeline.media.held import BESIDE, joined, jump_in, quiet, stop_in
from pipeline.media.noise_lost import NoiseLost
from pipeline.media.packets import PacketIndex
from pipeline.media.rules import PictureRules
from pipeline.media.samples import Samples, runs
from pipeline.media.small_packets import key_before_large, small_after_key, small_stretches
from pipeline.types import PictureState, ms

ENOUGH = 0.6
"""Seconds of frames that tell a held picture from a live one"""
SIDE = 1.0
"""Seconds round small packets in which the sampled pictures must be alike for a still scene"""
GRAINY = 2.0
"""Mean change of one frame that no held picture shows, whatever the encoder does"""


@dataclass(frozen=True)
class Stretches:
    """Everything needed to find the stretches of one recording."""

    samples: Samples
    reader: FrameReader
    edges: DarkEdges
    rules: PictureRules
    packets: PacketIndex
    origin: float

    @property
    def end(self) -> float:
        """When the picture ends."""
        return self.packets.end - self.origin

    def find(self) -> list[PictureState]:
        """Dark and still stretches in order of time."""
        return sorted([*self._dark(), *self._still()], key=lambda s: (s.start, s.end, s.kind))

    def _dark(self) -> Iterator[PictureState]:
        at, bright = self.samples.column("at"), self.samples.column("bright")
        flags = self.samples.dark(self.rules)
        for first, last in runs(flags):
            inside = slice(first, last + 1)
            kind = "black" if np.median(bright[inside]) <= self.rules.black_bright else "dark_textured"
            outside = self._around(first, last)
            figures = {
                "brightness": float(np.median(self.samples.column("brightness")[inside])),
                "bright": float(np.median(bright[inside])),
                "detail": float(np.median(self.samples.column("detail")[inside])),
                "pictures": float(last - first + 1),
                **outside,
            }
            start = self.edges.begins(first) if first else float(at[0])
            end = self.edges.ends(last) if last + 1 < len(at) else self.end
            yield PictureState(ms(start), ms(end), kind, _rounded(figures))

    def _around(self, first: int, last: int) -> dict[str, float]:
        """Brightness and detail of up to five pictures on either side that are not dark themselves."""
        usable = ~self.samples.dark(self.rules)
        near = [i for i in (*range(first - 5, first), *range(last + 1, last + 6)) if 0 <= i < len(usable) and usable[i]]
        if not near:
            return {}
        return {
            "brightness_around": float(np.median(self.samples.column("brightness")[near])),
            "detail_around": float(np.median(self.samples.column("detail")[near])),
        }

    def _still(self) -> list[PictureState]:
        dark = self.samples.dark(self.rules)
        flags = self.samples.alike(self.rules) & ~dark
        flags[1:] &= ~dark[:-1]
        found = [self._still_stretch(first - 1, last) for first, last in runs(flags)]
        for key in sorted(set(self._alone(dark))):
            if not any(state.start <= self.samples.at[key] <= state.end for state in found):
                found += self._held_at(key)
        return found + self._noise_lost(dark, found)

    def _noise_lost(
        self, dark: np.ndarray[tuple[int], np.dtype[np.bool_]], known: list[PictureState]
    ) -> list[PictureState]:
        """Held pictures inside a still scene."""
        at, alike = self.samples.column("at"), self.samples.alike(self.rules) & ~dark
        spans = [
            span
            for span in small_stretches(self.packets, self.origin, self.rules)
            if alike[(at >= span.start - SIDE) & (at <= span.end + SIDE)].sum() >= 2
        ]
        return NoiseLost(self.reader, self.rules.live_noise).states(spans, known)

    def _alone(self, dark: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Iterator[int]:
        """Pictures looked at whose packets, or those round them, are small: a freeze could hide between two others."""
        at = self.samples.column("at")
        for time in (
            *small_after_key(self.packets, self.origin, self.rules),
            *key_before_large(self.packets, self.origin, self.rules),
        ):
            near = int(np.abs(at - time).argmin())
            if abs(at[near] - time) < LEAD and not dark[near]:
                yield near
        for span in small_stretches(self.packets, self.origin, self.rules):
            low, high = np.searchsorted(at, (span.start - BESIDE, span.end + BESIDE))
            inner = np.flatnonzero((at > span.start + BESIDE) & (at < span.end - BESIDE))
            if len(inner) <= 1 and high > low:
                key = int(inner[0]) if len(inner) else int(low)
                if not dark[key]:
                    yield key

    def _held_at(self, key: int) -> Iterator[PictureState]:
        """The stretch of repeated frames round one picture, if there is one."""
        at = self.samples.at
        steps = self.reader.steps(at[key], at[key] + BESIDE)
        grain = [step.grain for step in takewhile(lambda step: quiet(step) and step.grain <= GRAINY, steps)]
        if not grain or float(np.median(grain)) > self.rules.held_grain:
            return
        state = self._edges(key, key, {"step": 0.0, "grain": float(np.median(grain))})
        held = state.figures.get("drift", 0.0) <= self.rules.drift_mean
        held &= state.figures.get("drift_most", 0.0) <= self.rules.drift_most
        if held and state.span.duration >= self.rules.small_least:
            yield state

    def _still_stretch(self, first: int, last: int) -> PictureState:
        """The stretch in which the pictures `first` to `last` are alike."""
        at = self.samples.column("at")
        settled = float(at[last - 1])  # the encoder has settled by the last pair
        inside = list(self.reader.steps(settled, min(float(at[last]), settled + ENOUGH)))
        grain = [s.grain for s in inside if not s.key] or [s.grain for s in inside]
        figures = {"step": float(np.median(self.samples.column("step_mean")[first + 1 : last + 1]))}
        if grain:
            figures["grain"] = float(np.median(grain))
        if not grain or figures["grain"] > self.rules.held_grain:
            kind = "still_noisy" if grain else "still"
            return PictureState(ms(float(at[first])), ms(float(at[last])), kind, _rounded(figures))
        return self._edges(first, last, figures)

    def _edges(self, first: int, last: int, figures: dict[str, float]) -> PictureState:
        """The held picture that `first` to `last` show, with its first and last frame."""
        at = self.samples.at
        start, end, stop, jump = at[first], at[last], None, None
        if first > 0:
            stop = stop_in(list(self.reader.steps(at[first - 1], start)), start)
            start = stop.at
        if last + 1 < len(at):
            jump = jump_in(self.reader.steps(end, at[last + 1] + BESIDE), at[last + 1])
            end = jump.at
        else:
            end = self.end
        figures |= joined(stop, jump)
        return PictureState(ms(start), ms(end), "still", _rounded(figures))


def _rounded(figures: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 3) for name, value in figures.items()}
