"""Held pictures that several key frames show: each is coded anew, yet the sensor's noise is the same in all of them.

A live sensor gives new noise with every picture. An encoder may leave it out of the frames between two key frames, but
a key frame is coded by itself, so two key frames of a live scene differ by the noise of both, however still it is; two
key frames of one held picture differ by next to nothing. The figures come from pictures that the scan has looked at
anyway; only the groups of pictures in which it begins and ends are decoded.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from pipeline.media.frames import FrameReader, Step
from pipeline.media.held import BESIDE, held_throughout, rounded
from pipeline.media.picture import fine_changes
from pipeline.media.rules import PictureRules
from pipeline.media.samples import Samples, runs
from pipeline.types import PictureState, ms

AROUND_KEYS = 15
"""key frames to either side that say how much live ones differ"""
LIVE_PERCENTILE = 80
BESIDE_KEYS = 5
"""live key frames right before and right after whose middle difference counts"""
FEWEST_ALIVE, ALIVE, EVEN = 3, 0.7, 1.5
"""So many pairs of key frames in a still picture that differ by this share of what is usual, and alike (the largest
against the smallest), show live noise. In held pictures an encoder refines key frames, too, but less and less"""
STANDS, NEAREST = 2.0, 3
"""Change between two key frames (mean over blocks) up to which nothing moves, and how many such on a side count"""
NEAR = 0.3
"""seconds between the ends of two states that are about the same picture"""
NEARLY, GENTLY = 3.0, 12.0
"""Change from picture to picture (mean over blocks) before and after: what is told needs less (FrozenPicture)"""
INSIDE = 0.5
"""seconds of frames decoded inside the held picture at either end"""
ALIKE = 0.2
"""share of what live key frames differ by up to which a frame shows the picture of a key frame"""
RISEN, LEAST_RISE = 0.3, 0.02
"""A frame is live if its grain rises by this share of what live frames show beyond held ones, and by this at least"""


@dataclass(frozen=True, eq=False)
class SameKeys:
    """Finds the key frames that show one picture, and the frames between which it is held."""

    reader: FrameReader
    samples: Samples
    rules: PictureRules

    def noted(self, states: Sequence[PictureState], dark: NDArray[np.bool_]) -> list[PictureState]:
        """These states, and held pictures that are not among them. Still ones in which key frames differ from one
        another as live ones do say so, and those that the key frames show, too, have their figures."""
        out = [replace(s, figures={**s.figures, **self._alive(s)}) if s.kind == "still" else s for s in states]
        return with_held(out, self.states(dark, states))

    def _alive(self, state: PictureState) -> dict[str, float]:
        at, key = self.samples.column("at"), self.samples.column("key") > 0
        calm, at = self.samples.column("key_calm")[key], at[key]
        inside = np.flatnonzero((at >= state.start) & (at < state.end))[1:]
        if len(inside) < FEWEST_ALIVE or not np.isfinite(calm[inside]).all():
            return {}
        usual = float(
            np.nanpercentile(calm[max(0, inside[0] - AROUND_KEYS) : inside[-1] + AROUND_KEYS], LIVE_PERCENTILE)
        )
        least, most = float(calm[inside].min()), float(calm[inside].max())
        alive = least >= max(self.rules.live_noise, ALIVE * usual) and most <= EVEN * least
        return {"keys_alive": least / usual} if alive else {}

    def states(self, dark: NDArray[np.bool_], known: Sequence[PictureState]) -> list[PictureState]:
        """Held pictures; none that is dark, lasts to an end of the recording, or is known with plain ends."""
        plain = [state.span for state in known if held_throughout(state.figures)]
        keys = np.flatnonzero(self.samples.column("key"))
        calm, middle = self.samples.column("key_calm")[keys], self.samples.column("key_middle")[keys]
        out = []
        for first, last in same(calm, middle, self.rules):
            if first < 2 or last + 1 >= len(keys) or dark[keys[first - 2] : keys[last + 1] + 1].any():
                continue
            shown = self.samples.at[keys[first - 1]], self.samples.at[keys[last]]
            if any(span.start <= shown[0] and shown[1] <= span.end for span in plain):
                continue
            figures = _compared(calm, first, last, self.rules)
            if figures and self._stands_beside(keys[first - 1], keys[last + 1]):
                figures |= _still_beside(calm, self.samples.column("step_mean")[keys], first, last)
                out += self._held(keys[first - 2 : last + 2], figures)
        return out

    def _stands_beside(self, held: int, live: int) -> bool:
        """Whether the camera stands on one side or moves gently on both: of a walk that pauses, keys tell nothing."""
        moved = self.samples.step_mean[held], self.samples.step_mean[live]
        return min(moved) <= NEARLY or max(moved) <= GENTLY

    def _held(self, keys: NDArray[np.int64], figures: dict[str, float]) -> list[PictureState]:
        """The state of the held picture of which `keys[1:-1]` are the rows, between the live ones at both ends."""
        at = [self.samples.at[key] for key in keys]
        before = list(self.reader.steps(at[0], min(at[1] + INSIDE, at[-2])))
        after = list(self.reader.steps(max(at[-2] - INSIDE / 2, at[1]), at[-1] + BESIDE))
        most = max(2 * figures["keys_held"], ALIKE * min(figures["keys_before"], figures["keys_after"]))
        start, end = _begins(before, at[1], most), _ends(after, at[-2], at[-1])
        if end - start < self.rules.small_least:
            return []
        moved = self.samples.step_mean
        figures |= _grains(before, start, after, end)
        figures |= {"moved_before": moved[keys[1]], "moved_after": moved[keys[-1]]}
        return [PictureState(ms(start), ms(end), "still", rounded(figures))]


def with_held(states: Iterable[PictureState], found: Iterable[PictureState]) -> list[PictureState]:
    """These states, and held pictures that are not among them; those that are have the figures of both."""
    out = list(states)
    for held in found:
        known = next((i for i, s in enumerate(out) if s.kind == "still" and _about(s, held)), None)
        if known is None:
            out.append(held)
        else:
            out[known] = replace(out[known], figures={**held.figures, **out[known].figures})
    return out


def same(calm: NDArray[np.float64], middle: NDArray[np.float64], rules: PictureRules) -> list[tuple[int, int]]:
    """(first, last) of each run of key frames that equal the one before, against what is usual round them."""
    low = np.isfinite(calm)
    for values in (calm, middle):
        low &= np.nan_to_num(values, nan=np.inf) <= rules.same_share * _usual(values)
    return runs(low)


def _usual(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """What `LIVE_PERCENTILE` of the key frames round each stay below, those unknown left out; all windows at once."""
    windows = sliding_window_view(np.pad(values, AROUND_KEYS, constant_values=np.nan), 2 * AROUND_KEYS + 1)
    ordered = np.sort(windows, axis=1)  # NaN comes last
    place = LIVE_PERCENTILE / 100 * np.maximum(np.isfinite(ordered).sum(axis=1) - 1, 0)
    rows, low, high = np.arange(len(ordered)), np.floor(place).astype(int), np.ceil(place).astype(int)
    return np.asarray(ordered[rows, low] + (place - low) * (ordered[rows, high] - ordered[rows, low]), np.float64)


def _compared(calm: NDArray[np.float64], first: int, last: int, rules: PictureRules) -> dict[str, float]:
    """How much key frames differ in a run, and how much live ones beside it; empty where those do not either."""
    usual = calm[max(0, first - AROUND_KEYS) : last + 1 + AROUND_KEYS]
    least = rules.same_share * float(np.nanpercentile(usual, LIVE_PERCENTILE))
    sides = [calm[:first][::-1], calm[last + 1 :]]
    live = [side[np.isfinite(side) & (side > least)][:BESIDE_KEYS] for side in sides]
    if not all(len(side) for side in live):
        return {}
    before, after = (float(np.median(side)) for side in live)
    held = float(np.median(calm[first : last + 1]))
    if min(before, after) < rules.live_noise or held > rules.same_share * min(before, after):
        return {}
    return {"keys_before": before, "keys_after": after, "keys_held": held, "keys": float(last - first + 2)}


def _still_beside(calm: NDArray[np.float64], moved: NDArray[np.float64], first: int, last: int) -> dict[str, float]:
    """How much the nearest key frames differ in a scene that stands still, on either side where it does."""
    out = {}
    for name, side in (("before", slice(first)), ("after", slice(last + 1, None))):
        near = calm[side][(moved[side] <= STANDS) & np.isfinite(calm[side])]
        near = near[-NEAREST:] if name == "before" else near[:NEAREST]
        if len(near):
            out[f"keys_still_{name}"] = float(np.median(near))
    return out


def _about(one: PictureState, other: PictureState) -> bool:
    return max(abs(one.start - other.start), abs(one.end - other.end)) <= NEAR


def _plain(steps: Sequence[Step], start: float, end: float) -> list[float]:
    return [step.grain for step in _counted(steps) if start <= step.at <= end]


def _counted(steps: Sequence[Step]) -> list[Step]:
    """All but single key frames, whose grain says how they are coded. Noise makes some encoders code every frame so."""
    keys = [False, *(step.key for step in steps), False]
    return [step for i, step in enumerate(steps) if not step.key or keys[i] or keys[i + 2]]


def _middle(values: Sequence[float]) -> float:
    return float(np.median(values)) if values else 0.0


def _begins(steps: Sequence[Step], held_at: float, most: float) -> float:
    """The first frame that repeats: nothing rises after it up to the first key frame that shows the held picture, or
    it differs from that key frame by `most` already (an encoder may go on refining a held picture)."""
    if not steps:
        return held_at
    limit = _limit(_middle(_plain(steps, held_at, held_at + INSIDE)), _middle(_plain(steps, 0.0, steps[0].at + BESIDE)))
    until = [step for step in _counted(steps) if step.at < held_at - 1e-3]
    quiet = next((i for i in range(len(until), 0, -1) if until[i - 1].grain > limit), 0)
    key = next((step.look for step in steps if step.at >= held_at - 1e-3), None)
    alike = len(until)
    while key is not None and alike and fine_changes(until[alike - 1].look.fine, key.fine)[0] <= most:
        alike -= 1
    first = min(quiet, alike)
    return until[first].at if first < len(until) else held_at


def _ends(steps: Sequence[Step], held_at: float, live_at: float) -> float:
    """The first live frame after the last key frame that shows the held picture."""
    held, live = _middle(_plain(steps, 0.0, held_at + INSIDE / 2)), _middle(_plain(steps, live_at, np.inf))
    limit = _limit(held, live)
    return next((s.at for s in _counted(steps) if s.at > held_at + 1e-3 and s.grain > limit), live_at)


def _limit(held: float, live: float) -> float:
    return held + max(LEAST_RISE, RISEN * (live - held))


def _grains(before: Sequence[Step], start: float, after: Sequence[Step], end: float) -> dict[str, float]:
    """How much changes from frame to frame in the whole picture: before it stops, last, held, at once after, after."""
    first, ended = _plain(before, start - BESIDE, start - 1e-3), _plain(after, end - 1e-3, end + BESIDE)
    held = [*_plain(before, start + 1e-3, np.inf), *_plain(after, 0.0, end - 1e-3)]
    out = {"grain": _middle(held), "grain_before": _middle(first), "grain_after": _middle(ended[1:])}
    out |= {"grain_last": first[-1]} if first else {}
    out |= {"grain_jump": ended[0]} if ended else {}
    steps = np.diff([step.at for step in after])
    return out | ({"interval": float(np.median(steps))} if len(steps) else {})
