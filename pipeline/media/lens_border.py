"""The border of a region that stays in the picture: whether it is that of something on the lens.

Over some pictures each point ranges from its darkest to its lightest. Inside the region it hardly does; outside it
ranges as far as the world does. A thing before the world, still or moving, has its border in focus: the range grows
from nothing to all of it within a point or two, also where the border itself moves, as what counts is how far it
came. What lies on the lens is out of focus: 0.4 / distance in mm, as a share of the width, for the usual lens (2 mm at
f/2, sensor 5 mm wide), that is 0.8 % at 5 cm and 4 % at 1 cm, and the range grows over as broad a band.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.media.obstruction_rules import ObstructionRules
from pipeline.media.picture import BAND_SHARE, HEIGHT_PX, Plane

Float = NDArray[np.float32]
Mask = NDArray[np.uint8]


@dataclass(frozen=True)
class Border:
    """What a second look found; lengths are shares of the picture's width."""

    share: float
    """of the picture (without the stamp's bands) that it covers"""
    across: float
    down: float
    """its middle, from 0 (left, top) to 1"""
    kept: float
    """share of the region that indeed hardly changes"""
    ramps: tuple[float, float, float, float]
    """over how much the range grows along the border: a tenth, a quarter, half and three quarters of it stay below"""
    inside: float
    outside: float
    """range, in 8-bit steps"""
    focus: float
    """over how much an edge of the world goes from dark to light, where it is sharpest"""

    def on_lens(self, rules: ObstructionRules) -> bool:
        """Whether nearly all of the border is out of focus, by what a lens can do, and the world beside it is not."""
        tenth, quarter, half, most = self.ramps
        soft = tenth >= rules.ramp_tenth and quarter >= rules.ramp and quarter >= rules.times_focus * self.focus
        near = half <= min(rules.ramp_half_most, rules.ramp_even * quarter) and most <= rules.ramp_most
        return soft and near and self.kept >= rules.kept and self.outside >= rules.outside

    def figures(self) -> dict[str, float]:
        """As a `PictureState` holds them."""
        return {
            "share": self.share, "across": self.across, "down": self.down, "kept": self.kept,
            "ramp": self.ramps[1], "ramp_half": self.ramps[2], "inside": self.inside, "outside": self.outside,
            "focus": self.focus,
        }  # fmt: skip


def reduced(plane: Plane, wide_px: int) -> Plane:
    """A copy without the stamp's bands, at most so wide."""
    high, wide = plane.shape
    band = round(high * round(HEIGHT_PX * BAND_SHARE) / HEIGHT_PX)
    inner = plane[band : high - band]
    if wide > wide_px:
        size = (wide_px, round(len(inner) * wide_px / wide))
        return np.asarray(cv2.resize(inner, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    return inner.copy()


def border_of(planes: Sequence[Plane], blocks: NDArray[np.bool_], rules: ObstructionRules) -> Border | None:
    """The border of the region that these blocks make; None where it cannot be told. `planes`: as `reduced` gives."""
    if len(planes) < rules.fewest - 1 or len({plane.shape for plane in planes}) > 1:
        return None
    high, wide = planes[0].shape
    block = (wide // blocks.shape[1]) | 1
    region = _resized(blocks.astype(np.uint8), wide, high)
    core = _shrunk(region, block) if _shrunk(region, block).sum() >= 4 * block * block else region
    ranges = _ranges(planes, core)
    outside = _grown(region, block) == 0
    if not outside.any():
        return None
    world = _beside(ranges, outside)
    covered = _covered(ranges < rules.low * world, core)
    edge = _edge(covered)
    if edge.sum() < wide // 30:
        return None
    partly = ((ranges < rules.high * world) | (covered > 0)).astype(np.uint8)
    ramps = _to_zero(partly)[edge] / wide
    down, across = np.nonzero(covered)
    tenth, quarter, half, most = np.percentile(ramps, (10, 25, 50, 75)).tolist()
    return Border(
        share=float(covered.mean()),
        across=float(across.mean()) / wide,
        down=float(down.mean()) / high,
        kept=float(((covered > 0) & (region > 0)).sum() / region.sum()),
        ramps=(tenth, quarter, half, most),
        inside=float(np.median(ranges[core > 0])),
        outside=float(np.median(world[edge])),
        focus=_focus(planes, outside) / wide,
    )


def _ranges(planes: Sequence[Plane], core: Mask) -> Float:
    """How far each point ranges, its lightest and darkest picture left out; first the light of the core is evened."""
    even = [cv2.GaussianBlur(plane, (3, 3), 0).astype(np.float32) for plane in planes]
    light = [float(cv2.mean(plane, core)[0]) for plane in even]
    highest = second = np.full(core.shape, -np.inf, np.float32)
    lowest = third = np.full(core.shape, np.inf, np.float32)
    for plane, own in zip(even, light, strict=True):
        level = plane - np.float32(own)
        second, highest = np.maximum(second, np.minimum(highest, level)), np.maximum(highest, level)
        third, lowest = np.minimum(third, np.maximum(lowest, level)), np.minimum(lowest, level)
    return np.asarray(second - third, dtype=np.float32)


def _beside(ranges: Float, outside: NDArray[np.bool_]) -> Float:
    """How far the world ranges near each point, by what lies outside the region."""
    side = int(0.12 * ranges.shape[1]) | 1
    total = cv2.boxFilter(ranges * outside, -1, (side, side))
    count = cv2.boxFilter(outside.astype(np.float32), -1, (side, side))
    middle = float(np.median(ranges[outside]))
    near = np.where(count > 0.25, total / np.maximum(count, 1e-6), middle)
    return np.asarray(np.maximum(near, 1.0), dtype=np.float32)


def _covered(calm: NDArray[np.bool_], core: Mask) -> Mask:
    """The part of the calm points that holds most of the core."""
    closed = cv2.morphologyEx(calm.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    _, places = cv2.connectedComponents(closed)
    held = np.bincount(places[(core > 0) & (closed > 0)].ravel(), minlength=1)
    held[0] = 0
    return np.asarray((places == held.argmax()) & (held.max() > 0), dtype=np.uint8)


def _edge(covered: Mask) -> NDArray[np.bool_]:
    """The outermost points of what is covered, but for the picture's own border."""
    eroded = cv2.erode(covered, np.ones((3, 3), np.uint8), borderType=cv2.BORDER_CONSTANT, borderValue=1)
    edge = (covered > 0) & (eroded == 0)
    edge[0] = edge[-1] = False
    edge[:, 0] = edge[:, -1] = False
    return np.asarray(edge, dtype=bool)


def _to_zero(mask: Mask) -> Float:
    """Points from each point of the mask to the nearest that is not of it; the picture's border is none."""
    wider = cv2.copyMakeBorder(mask, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    return np.asarray(cv2.distanceTransform(wider, cv2.DIST_L2, 5)[1:-1, 1:-1], dtype=np.float32)


EDGE = 0.02
"""share of the width within which an edge of the world is looked at"""
SHARPEST = 20
"""of a hundred strong edges, so many are sharper than what `focus` says"""


def _focus(planes: Sequence[Plane], outside: NDArray[np.bool_]) -> float:
    """Points over which an edge of the world goes from dark to light, for the sharpest of the strong edges."""
    widths = []
    for plane in planes[:: max(1, len(planes) // 4)]:
        smooth = cv2.GaussianBlur(plane, (3, 3), 0)
        side = np.ones((max(5, int(EDGE * plane.shape[1]) | 1),) * 2, np.uint8)
        height = cv2.subtract(cv2.dilate(smooth, side), cv2.erode(smooth, side)).astype(np.float32)
        steps = np.maximum(
            np.abs(cv2.Sobel(smooth, cv2.CV_32F, 1, 0, scale=0.125)),
            np.abs(cv2.Sobel(smooth, cv2.CV_32F, 0, 1, scale=0.125)),
        )
        strong = outside & (height >= np.percentile(height[outside], 90)) & (height >= 20)
        if strong.any():
            widths.append(np.percentile((height / np.maximum(cv2.dilate(steps, side), 0.5))[strong], SHARPEST))
    return float(np.median(widths)) if widths else float("inf")


def _resized(mask: Mask, wide: int, high: int) -> Mask:
    return np.asarray(cv2.resize(mask, (wide, high), interpolation=cv2.INTER_NEAREST), dtype=np.uint8)


def _shrunk(mask: Mask, side: int) -> Mask:
    return np.asarray(cv2.erode(mask, np.ones((side, side), np.uint8)), dtype=np.uint8)


def _grown(mask: Mask, side: int) -> Mask:
    return np.asarray(cv2.dilate(mask, np.ones((side, side), np.uint8)), dtype=np.uint8)
