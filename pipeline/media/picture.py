"""One decoded picture as a few figures: how bright, how much detail, how different from another."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import ceil, nan

import av
import cv2
import numpy as np
from numpy.typing import NDArray

WIDTH_PX, HEIGHT_PX = 160, 90
"""Pictures are looked at in this size; a mean over many source pixels takes most sensor noise away."""
FINE = 2
"""Sharpness is taken from a picture finer by this factor"""
EVERY_LINE_BELOW_PX = 700
"""From this height on every second line is left out: half the reading, and still 8 source pixels to each fine one"""
BAND_SHARE = 0.12
"""Share of the height left out at the top and at the bottom: the burned-in stamp and its clock run there, often also
while the picture is frozen or dark."""
BLOCK_PX = 4
THIN = 8
SQUARE_PX, STRIPS_PX = 16, 180
"""Noise is looked at in squares of this side, in strips that are left out the more the higher the picture is"""
CALM_PX = 8
"""Side of the squares of the finer picture in which two key frames are compared"""
LIMITED_BLACK, LIMITED_WHITE = 16.0, 235.0
LIT = 60.0
"""luma of blocks from which on light falls past what covers a lens"""
SHAPELESS = 0.3
"""Spread of a picture's shapes (8-bit steps) below which they are rounding and noise"""
_PLANAR_8_BIT = frozenset({"yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p", "nv12", "gray"})
_FULL_RANGE = 2
"""AVCOL_RANGE_JPEG"""

Luma = NDArray[np.float32]
Plane = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What one picture shows. Luma runs from 0 (black) to 255 (white) whatever range the file uses."""

    at: float
    """seconds on the recording's clock"""
    view: Luma
    """luma without the stamp's bands, shape (68, 160)"""
    blocks: Luma
    """means of 4 x 4 of them, shape (17, 40)"""
    fine: Plane
    """the same part of the picture twice as fine, shape (136, 320), 8 bit, as it lies in the file"""
    damaged: bool = False
    """the decoder marked the picture as incomplete"""
    key: bool = False
    """coded by itself, without the pictures before"""

    @property
    def brightness(self) -> float:
        """Mean luma."""
        return float(self.blocks.mean())

    @property
    def bright(self) -> float:
        """Luma that 1 % of the picture exceeds: lamps at night, light leaking past a cover."""
        values = self.view.ravel()
        place = ceil(0.99 * len(values)) - 1
        return float(np.partition(values, place)[place])

    @property
    def detail(self) -> float:
        """Mean difference between neighbouring blocks: what is left of edges and shapes once noise is averaged out."""
        across, down = _between_neighbours(self.blocks)
        return float(across.mean() + down.mean()) / 2

    @property
    def spread(self) -> float:
        """Standard deviation of the blocks: far more than `detail` where all shapes are large."""
        return float(self.blocks.std())

    @property
    def typical(self) -> float:
        """Luma that three blocks in ten exceed: what lights up a part, as a headlamp does, does not change it."""
        return float(np.percentile(self.blocks, 70))

    @property
    def leaked(self) -> tuple[float, float]:
        """Share of the picture that is lit from its border on, where the rest of it is dark, and `detail` of that rest;
        NaN where it is not."""
        return _leaked(self.blocks)


def look(frame: av.VideoFrame, at: float) -> Look:
    """What one decoded frame shows."""
    fine = _without_bands(_reduced(plane_of(frame)))
    view: Luma = _LEVELS[_is_full_range(frame)][resized(fine, WIDTH_PX, len(fine) // FINE)]
    return Look(at, view, means(view, BLOCK_PX), fine, bool(frame.is_corrupt), bool(frame.key_frame))


def _between_neighbours(blocks: Luma) -> tuple[Luma, Luma]:
    """How much neighbouring blocks differ, across and down."""
    across, down = cv2.absdiff(blocks[:, 1:], blocks[:, :-1]), cv2.absdiff(blocks[1:], blocks[:-1])
    return np.asarray(across, np.float32), np.asarray(down, np.float32)


def _leaked(blocks: Luma) -> tuple[float, float]:
    lit = (blocks > LIT).astype(np.uint8)
    if not lit.any() or float(np.median(blocks)) > LIT:
        return nan, nan
    lit = np.asarray(cv2.dilate(lit, np.ones((3, 3), np.uint8)), dtype=np.uint8)  # where its light fades
    rest = lit == 0
    count, places = cv2.connectedComponents(lit)
    border = np.concatenate([places[0], places[-1], places[:, 0], places[:, -1]])
    if not rest.any() or len(np.unique(border[border > 0])) < count - 1:
        return nan, nan
    inside = rest[:, 1:] & rest[:, :-1], rest[1:] & rest[:-1]
    steps = [step[both] for step, both in zip(_between_neighbours(blocks), inside, strict=True)]
    return float(lit.mean()), float(sum(s.mean() if s.size else 0.0 for s in steps)) / 2


def brightness_of(frame: av.VideoFrame) -> float:
    """Mean luma of one decoded frame, as `Look.brightness`, from every eighth pixel and line of it."""
    plane = plane_of(frame)
    band = round(len(plane) * BAND_SHARE)
    thin = np.ascontiguousarray(plane[band : len(plane) - band : THIN, ::THIN])
    return float(_LEVELS[_is_full_range(frame)][thin].mean())


def exceeded_by(values: Plane, *shares: float) -> list[int]:
    """The 8-bit values that these shares of `values` exceed."""
    counts = np.bincount(values.ravel(), minlength=256).cumsum()
    return [int(np.searchsorted(counts, (1 - share) * counts[-1])) for share in shares]


def plane_of(frame: av.VideoFrame) -> Plane:
    """The frame's luma as it lies in the file (8 bit), shape (height, width); a view, valid as long as the frame."""
    if frame.format.name not in _PLANAR_8_BIT:
        return np.asarray(frame.reformat(format="gray").to_ndarray(), dtype=np.uint8)
    plane = frame.planes[0]
    rows: Plane = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    return rows[: frame.height, : frame.width]


def luma(frame: av.VideoFrame) -> Luma:
    """Luma as float32, shape (90, 160), 0 to 255 whatever range the file uses."""
    small = resized(_reduced(plane_of(frame)), WIDTH_PX, HEIGHT_PX)
    return np.asarray(_LEVELS[_is_full_range(frame)][small], dtype=np.float32)


def resized(plane: Plane, width_px: int, height_px: int) -> Plane:
    """The plane at another size, each pixel the mean of those it covers."""
    return np.asarray(cv2.resize(plane, (width_px, height_px), interpolation=cv2.INTER_AREA), dtype=np.uint8)


def means(view: Luma, side_px: int) -> Luma:
    """Means over squares of this side."""
    size = (view.shape[1] // side_px, view.shape[0] // side_px)
    return np.asarray(cv2.resize(view, size, interpolation=cv2.INTER_AREA), dtype=np.float32)


def _reduced(plane: Plane) -> Plane:
    lines = plane[::2] if len(plane) >= EVERY_LINE_BELOW_PX else plane
    return resized(lines, FINE * WIDTH_PX, FINE * HEIGHT_PX)


def _without_bands(plane: Plane) -> Plane:
    band = FINE * round(HEIGHT_PX * BAND_SHARE)
    return plane[band : len(plane) - band]


def _is_full_range(frame: av.VideoFrame) -> bool:
    """Whether luma runs from 0 to 255 (the conversion to gray has already stretched a limited range to the full)."""
    name = frame.format.name
    return name not in _PLANAR_8_BIT or name.startswith("yuvj") or name == "gray" or frame.color_range == _FULL_RANGE


_STORED = np.arange(256, dtype=np.float32)
_LEVELS = {
    True: _STORED,
    False: np.clip((_STORED - LIMITED_BLACK) * np.float32(255.0 / (LIMITED_WHITE - LIMITED_BLACK)), 0, 255),
}
"""Luma from 0 to 255 by the value in the file, for full and limited range"""


def change(one: Look, other: Look) -> tuple[float, float]:
    """(mean over blocks, largest at any point) of the difference between two pictures, in 8-bit steps."""
    return float(cv2.absdiff(one.blocks, other.blocks).mean()), float(cv2.absdiff(one.view, other.view).max())


def local_change(one: Look, other: Look) -> float:
    """The difference that 1 % of the blocks exceed, in 8-bit steps: a person moving in a still picture shows in it."""
    return float(np.percentile(np.abs(one.blocks - other.blocks), 99))


def relit_change(one: Look, other: Look) -> tuple[float, float]:
    """`local_change` that is left once the first picture is given the light of the second (gain and offset, by least
    squares over all blocks): what moved, and not what a lamp switched on or off has changed. And the same of what
    became lighter or of what became darker, whichever is less: what moves does both, a lamp in the picture one."""
    before, after = one.blocks.ravel(), other.blocks.ravel()
    spread = float(before.var())
    gain = float(np.mean((before - before.mean()) * (after - after.mean()))) / spread if spread > 0 else 0.0
    left = after - after.mean() - gain * (before - before.mean())
    return float(np.percentile(np.abs(left), 99)), float(min(np.percentile(left, 99), -np.percentile(left, 1)))


def shifted_change(one: Look, other: Look) -> tuple[float, float]:
    """(how far the whole picture moved, in pixels of `Look.view`; the change that is left once it is moved back).

    By phase correlation. The change is the `local_change` of the middle of the picture, light evened out.
    """
    before, after = _evened(one.view), _evened(other.view)
    (across, down), _ = cv2.phaseCorrelate(before, after, _window(before.shape))
    move = np.array([[1, 0, across], [0, 1, down]], dtype=np.float32)
    moved = cv2.warpAffine(before, move, before.shape[::-1], flags=cv2.INTER_LINEAR)
    inner = (slice(2 * BLOCK_PX, -2 * BLOCK_PX),) * 2
    left = np.abs(means(np.asarray(moved - after, dtype=np.float32)[inner], BLOCK_PX))
    return float(np.hypot(across, down)), float(np.percentile(left, 99))


def _evened(view: Luma) -> Luma:
    """The view about its mean."""
    return np.asarray(view - view.mean(), dtype=np.float32)


@cache
def _window(shape: tuple[int, int]) -> Luma:
    return np.asarray(cv2.createHanningWindow(shape[::-1], cv2.CV_32F), dtype=np.float32)


def likeness(one: Look, other: Look) -> float:
    """Correlation of the shapes in two pictures, -1 to 1, blind to how bright they are; 1 where one has no shapes."""
    a, b = _shapes(one.blocks), _shapes(other.blocks)
    if min(float(a.std()), float(b.std())) < SHAPELESS:
        return 1.0
    return float((a * b).sum()) / float(np.linalg.norm(a) * np.linalg.norm(b))


def _shapes(blocks: Luma) -> Luma:
    smooth: Luma = blocks - cv2.GaussianBlur(blocks, (0, 0), 2.0)
    return smooth


def strips(plane: Plane) -> Plane:
    """A copy of every so many-th strip of a full-size plane without the stamp's bands, shape (strips, 16, width).

    The higher the picture, the more of it is left out: a quarter is kept of 720 lines, all of 180.
    """
    band = round(plane.shape[0] * BAND_SHARE)
    every = max(1, plane.shape[0] // STRIPS_PX)
    tops = range(band, plane.shape[0] - band - SQUARE_PX + 1, SQUARE_PX * every)
    kept = [plane[top : top + SQUARE_PX] for top in tops]
    return np.stack(kept) if kept else np.empty((0, SQUARE_PX, plane.shape[1]), np.uint8)


def grain_change(one: Plane, other: Plane) -> float:
    """Mean difference between the `strips` of two pictures, in the file's 8-bit steps."""
    return float(cv2.norm(one, other, cv2.NORM_L1)) / one.size if one.size else 0.0


def noise_change(one: Plane, other: Plane) -> float:
    """How much the finest grain differs between the `strips` of two pictures, in 8-bit steps, where it differs least.

    Of the difference only what changes from pixel to pixel counts (the mask of J. Immerkaer, "Fast noise variance
    estimation", 1996, scaled by a quarter), which shapes that move hardly do; it is averaged over squares of 16 x 16,
    and the square is taken that a tenth of them stay below. Pure noise of a standard deviation s gives about 1.7 s.
    """
    count, _, width = one.shape
    if not count or width < SQUARE_PX:
        return 0.0
    rows = (count * SQUARE_PX, width)
    difference = one.reshape(rows).astype(np.int16) - other.reshape(rows)
    fine = np.abs(cv2.sepFilter2D(difference, cv2.CV_16S, _SECOND, _SECOND)).reshape(one.shape)
    inner = fine[:, 1:-1].reshape(-1, width)  # the outer lines of a strip were filtered with those of the next one
    columns = width // SQUARE_PX
    whole = inner[:, : columns * SQUARE_PX].astype(np.float32)
    squares = cv2.resize(whole, (columns, count), interpolation=cv2.INTER_AREA)
    return float(np.percentile(squares, 10)) / 4


def fine_changes(one: Plane, other: Plane) -> tuple[float, float]:
    """How much two finer pictures (`Look.fine`) differ, light aside: in the calmest tenth, in the middle.

    Mean distance, in 8-bit steps, of the differences in a square from their mean. What moves or changes its light in
    a part of the picture leaves the calmest tenth as it is: there the sensor's noise is left, as coarsely as it was
    coded.
    """
    high, wide = one.shape[0] // CALM_PX, one.shape[1] // CALM_PX
    inside = (slice(high * CALM_PX), slice(wide * CALM_PX))
    difference = cv2.subtract(one[inside], other[inside], dtype=cv2.CV_32F)
    means = cv2.resize(difference, (wide, high), interpolation=cv2.INTER_AREA)
    spread = np.abs(difference - np.repeat(np.repeat(means, CALM_PX, 0), CALM_PX, 1))
    calm, middle = np.percentile(cv2.resize(spread, (wide, high), interpolation=cv2.INTER_AREA), (10, 50))
    return float(calm), float(middle)


_SECOND = np.array([1, -2, 1], dtype=np.float32)
