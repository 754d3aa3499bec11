"""Where something on the lens covers a part of the picture for long while the rest of it lives.

What lies on the lens is fixed to the picture while the world moves through it. Blocks are looked for whose shapes stay
the same, light aside, while most others change. A dark ground, a sky or a dashboard makes such regions, too: what tells
them apart is the region's border (`pipeline.media.lens_border`), for which some pictures are decoded once more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.media.lens_border import Border, border_of, reduced
from pipeline.media.obstruction_rules import ObstructionRules
from pipeline.media.picture import plane_of
from pipeline.media.samples import Samples, runs
from pipeline.types import PictureState, ms

Mask = NDArray[np.bool_]
Stack = NDArray[np.float32]
Column = NDArray[np.float64]
Rows = NDArray[np.intp]
RULES = ObstructionRules()


@dataclass(eq=False)
class Region:
    """Blocks that stay in one window after the other, from row `first` to row `last` of the samples."""

    first: int
    last: int
    masks: list[Mask]

    @property
    def blocks(self) -> Mask:
        """Those that stay in most windows."""
        return np.asarray(np.mean(self.masks, axis=0) >= 0.6, dtype=bool)

    def likes(self, blocks: Mask, rules: ObstructionRules) -> bool:
        last = self.masks[-1]
        return bool((last & blocks).sum() >= rules.alike * (last | blocks).sum())


class Rereader(Protocol):
    """Decodes once more what was looked at."""

    def frames(self, start: float, end: float) -> Iterator[tuple[float, av.VideoFrame]]:
        """(time, frame) from `start` to `end`."""


def obstructed(
    samples: Samples, reader: Rereader, end: float, rules: ObstructionRules = RULES
) -> Iterator[PictureState]:
    """Stretches of kind "obstructed", and of kind "in_motion": by day the camera moves, and only there it can be told.

    Where something is there throughout the recording nothing is told: it may be a part of the camera or of a car.
    """
    windows = list(_judged(samples, rules))
    at = samples.column("at")
    yield from _in_motion(at, [window for window, _, _ in windows])
    found: list[PictureState] = []
    likely = sorted(_lasting(_followed(windows, rules), samples, rules), key=lambda s: -s.weight)
    for stretch in likely[: round(rules.looks_least + end / rules.look_every)]:
        state = stretch.looked_at(samples, reader, end, rules)
        if state and not any(state.span.overlap(other.span) > 0 for other in found):
            found.append(state)
    yield from found


def _judged(samples: Samples, rules: ObstructionRules) -> Iterator[tuple[Rows, float, list[Mask]]]:
    """Windows in which it is light and the camera moves: their rows, how lively they are, the regions that stay."""
    at, light = samples.column("at"), samples.column("brightness")
    for window in _windows(at, rules):
        if np.median(light[window]) < rules.light:
            continue
        calm = unrest(stacked(samples, window))
        lively = float(np.percentile(calm, rules.livelier))
        if lively >= rules.moves:
            yield window, lively, list(_staying(calm <= limit(lively, rules), rules))


def limit(lively: float, rules: ObstructionRules) -> float:
    """The unrest up to which a block stays, where the picture is so lively."""
    return max(rules.quiet_least, rules.quiet * lively)


def _windows(at: Column, rules: ObstructionRules) -> Iterator[Rows]:
    """Rows of `window` seconds each, a fifth of that further each time."""
    rows, begun = _apart(at, rules.apart), -np.inf
    times = at[rows]
    for start, time in enumerate(times):
        last = int(np.searchsorted(times, time + rules.window - 1e-3))
        if last >= len(times):
            return
        if time < begun + rules.window / 5 - 1e-3 or last - start + 1 < rules.fewest:
            continue
        if times[last] <= time + 1.5 * rules.window:
            begun = time
            yield rows[start : last + 1]


def _apart(at: Column, apart: float) -> Rows:
    kept: list[int] = []
    for row, time in enumerate(at.tolist()):
        if not kept or time - at[kept[-1]] >= apart - 1e-3:
            kept.append(row)
    return np.asarray(kept, dtype=np.intp)


def stacked(samples: Samples, rows: Sequence[int] | Rows) -> Stack:
    """The blocks of these pictures, shape (pictures, 17, 40)."""
    return np.stack([samples.blocks[row] for row in rows]).astype(np.float32)


def unrest(stack: Stack) -> NDArray[np.float32]:
    """Spread over the pictures of how each block differs from its neighbours: the calmer one across, the calmer one
    down, whichever of the two is more. Blind to a light that changes evenly; corners and borders stay calm."""
    _, high, wide = stack.shape
    across = np.full((high, wide + 1), np.inf, np.float32)
    down = np.full((high + 1, wide), np.inf, np.float32)
    across[:, 1:-1] = np.diff(stack, axis=2).std(axis=0)
    down[1:-1] = np.diff(stack, axis=1).std(axis=0)
    calm = np.maximum(np.minimum(across[:, 1:], across[:, :-1]), np.minimum(down[1:], down[:-1]))
    return np.asarray(calm, dtype=np.float32)


def _staying(quiet: Mask, rules: ObstructionRules) -> Iterator[Mask]:
    """Regions of quiet blocks that reach the picture's border, neither small nor most of it."""
    if quiet.mean() < rules.smallest:
        return
    count, places, stats, _ = cv2.connectedComponentsWithStats(quiet.astype(np.uint8), connectivity=4)
    for number in range(1, count):
        share = stats[number, cv2.CC_STAT_AREA] / quiet.size
        if rules.smallest <= share <= rules.largest:
            blocks = np.asarray(places == number, dtype=bool)
            if blocks[0].any() or blocks[-1].any() or blocks[:, 0].any() or blocks[:, -1].any():
                yield blocks


def _followed(windows: Sequence[tuple[Rows, float, list[Mask]]], rules: ObstructionRules) -> list[Region]:
    """Regions of windows that overlap in time and are much the same, joined."""
    done: list[Region] = []
    going: list[Region] = []
    for window, _, masks in windows:
        first, last = int(window[0]), int(window[-1])
        done += [region for region in going if region.last < first]
        going = [region for region in going if region.last >= first]
        for blocks in masks:
            same = next((region for region in going if region.likes(blocks, rules)), None)
            if same is None:
                going.append(Region(first, last, [blocks]))
            else:
                same.last = last
                same.masks.append(blocks)
    return done + going


def _in_motion(at: Column, windows: Sequence[Rows]) -> Iterator[PictureState]:
    flags = np.zeros(len(at), dtype=bool)
    for window in windows:
        flags[window[0] : window[-1] + 1] = True
    for first, last in runs(flags):
        yield PictureState(
            ms(float(at[first])), ms(float(at[last])), "in_motion", {"pictures": float(last - first + 1)}
        )


@dataclass(frozen=True, eq=False)
class Stretch:
    """A region and the pictures, `first` to `last`, in which it looks as it does; `rows`: those it fits well."""

    region: Region
    first: int
    last: int
    rows: list[int]
    weight: float
    """what the longest and largest ones have most of"""

    def looked_at(self, samples: Samples, reader: Rereader, end: float, rules: ObstructionRules) -> PictureState | None:
        """The second look: a state where its border is that of something on the lens."""
        rows = self._chosen(samples, rules)
        found = (next(reader.frames(at, at), None) for at in (float(samples.at[row]) for row in rows))
        planes = [reduced(plane_of(shown[1]), rules.wide_px) for shown in found if shown]
        border = border_of(planes, self.region.blocks, rules)
        if border is None or not border.on_lens(rules):
            return None
        at = samples.column("at")
        until = float(at[self.last + 1]) if self.last + 1 < len(at) else end
        return PictureState(ms(float(at[self.first])), ms(until), "obstructed", self._figures(border, at))

    def _chosen(self, samples: Samples, rules: ObstructionRules) -> list[int]:
        """Some of the pictures, spread evenly; key frames if there are enough, as they are read at once."""
        keys = [row for row in self.rows if samples.key[row]]
        rows = keys if len(keys) >= rules.fewest else self.rows
        return [rows[i] for i in np.unique(np.linspace(0, len(rows) - 1, rules.looks).round().astype(int))]

    def _figures(self, border: Border, at: Column) -> dict[str, float]:
        judged = float(at[min(self.last, self.region.last)] - at[max(self.first, self.region.first)])
        figures = {**border.figures(), "judged": judged, "pictures": float(self.last - self.first + 1)}
        return {name: round(value, 4) for name, value in figures.items()}


def _lasting(regions: Sequence[Region], samples: Samples, rules: ObstructionRules) -> Iterator[Stretch]:
    """Regions that last and are not there all the time."""
    at = samples.column("at")
    for region in regions:
        blocks = region.blocks
        if blocks.mean() < 0.8 * rules.smallest:
            continue
        stretch = _extended(region, blocks, samples, rules)
        if stretch is None or at[stretch.last] - at[stretch.first] < rules.least - rules.slack:
            continue
        if _lives_else(stretch, blocks, samples, rules):
            yield stretch


def _extended(region: Region, blocks: Mask, samples: Samples, rules: ObstructionRules) -> Stretch | None:
    """The pictures in which the region looks as it mostly does, light aside; also those in which nothing moves."""
    inside = stacked(samples, range(region.first, region.last + 1))[:, blocks]
    usual = np.median(inside, axis=0)
    light, unlike = _unlike(inside, usual)
    most = max(rules.unlike_least, rules.unlike_times * float(np.median(unlike)))
    shift = max(rules.shift_least, rules.shift * float(usual.mean()))

    def fits(row: int) -> bool:
        offset, off = _unlike(stacked(samples, [row])[:, blocks], usual)
        return bool(off[0] <= most and abs(offset[0]) <= shift)

    first, last = region.first, region.last
    while first > 0 and fits(first - 1):
        first -= 1
    while last + 1 < len(samples) and fits(last + 1):
        last += 1
    well = (unlike <= max(2.0, 0.7 * most)) & (np.abs(light) <= shift)
    rows = [region.first + int(i) for i in np.flatnonzero(well)]
    if len(rows) < rules.fewest - 1:
        return None
    length = float(samples.at[last] - samples.at[first])
    return Stretch(region, first, last, rows, len(region.masks) * float(blocks.mean()) ** 0.5 * length)


def _unlike(inside: Stack, usual: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(how much lighter each picture is, how unlike the usual one it is else), in luma steps."""
    off = inside - usual
    light = np.median(off, axis=1)
    return light, np.abs(off - light[:, None]).mean(axis=1)


def _lives_else(stretch: Stretch, blocks: Mask, samples: Samples, rules: ObstructionRules) -> bool:
    """Whether the region is as lively as the world in other pictures of the recording, by day, too."""
    rows = np.r_[0 : stretch.first, stretch.last + 1 : len(samples)].astype(np.intp)
    rows = rows[samples.column("brightness")[rows] >= rules.light]
    if len(rows) < rules.else_least:
        return False
    rows = rows[np.unique(np.linspace(0, len(rows) - 1, rules.else_most).round().astype(int))]
    calm = unrest(stacked(samples, rows))
    lively = float(np.percentile(calm, rules.livelier))
    if lively < rules.moves:
        return False
    return float((calm[blocks] > 2 * limit(lively, rules)).mean()) >= rules.lives
