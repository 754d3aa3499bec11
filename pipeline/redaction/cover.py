"""Covers places of a picture so that what was there cannot be brought back.

fill      one grey over all of it: nothing is left
pixelate  a mosaic of at most 4 cells along the longer side, in 8 steps of grey
blur      the same mosaic, smoothed: a coarse impression of light and dark

Mosaic and blur keep a coarse impression, and from many pictures of a moving face more can be worked out than from one
(nobody measured how much here): whoever must not be recognised is to be covered with `fill`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.media.footage import Picture, Plane
from pipeline.redaction.plan import Cover, Key, Region, Shape

CELLS = 4
"""along the longer side of a region"""
STEPS = 32
"""8-bit steps between the greys that a mosaic may have"""
GREY = (60, 128, 128)
"""luma and both chromas of a filled place"""
LEAST_PX = 2
"""pixels by which a region is larger on every side: sampled colour and the blocks of the codec mix neighbours"""


@dataclass(frozen=True)
class Place:
    """A region in pixels of one picture: even edges, right and bottom exclusive."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def empty(self) -> bool:
        return self.right <= self.left or self.bottom <= self.top

    def slices(self, divided: int = 1) -> tuple[slice, slice]:
        return (
            slice(self.top // divided, self.bottom // divided),
            slice(self.left // divided, self.right // divided),
        )


def place_px(key: Key, width_px: int, height_px: int) -> Place:
    """The pixels of a region, grown by `LEAST_PX` and to even edges, inside the picture."""
    left, top = key.x * width_px - LEAST_PX, key.y * height_px - LEAST_PX
    right, bottom = (key.x + key.width) * width_px + LEAST_PX, (key.y + key.height) * height_px + LEAST_PX
    return Place(
        max(0, int(np.floor(left / 2)) * 2),
        max(0, int(np.floor(top / 2)) * 2),
        min(width_px, int(np.ceil(right / 2)) * 2),
        min(height_px, int(np.ceil(bottom / 2)) * 2),
    )


def mask_of(shape: Shape, key: Key, place: Place, width_px: int, height_px: int) -> NDArray[np.bool_]:
    """Which pixels of a place are covered, shape (height, width) of the place.

    An ellipse is the one around the drawn box's edges' middles, grown like the box, in cells of 2 x 2 pixels.
    """
    height, width = place.bottom - place.top, place.right - place.left
    if shape is Shape.BOX:
        return np.ones((height, width), bool)
    middle_x, middle_y = (key.x + key.width / 2) * width_px, (key.y + key.height / 2) * height_px
    across = key.width * width_px / 2 + LEAST_PX + 1
    down = key.height * height_px / 2 + LEAST_PX + 1
    xs = (np.arange(place.left, place.right, 2) + 1 - middle_x) / across
    ys = (np.arange(place.top, place.bottom, 2) + 1 - middle_y) / down
    inside = xs[None, :] ** 2 + ys[:, None] ** 2 <= 1.0
    return np.repeat(np.repeat(inside, 2, axis=0), 2, axis=1)


def covers(region: Region, picture: Picture) -> bool:
    """Whether a region is to be covered at some moment at which this picture is shown."""
    return region.span.start < picture.until and picture.at < region.span.end


def covered(picture: Picture, regions: Sequence[Region]) -> Picture:
    """The picture with all regions covered that are due while it is shown. Where they move, both ends are covered."""
    due = [r for r in regions if covers(r, picture)]
    if not due:
        return picture
    out = picture.copy()
    for region in due:
        for key in _places(region, picture):
            _cover(out, region, key)
    return out


def _places(region: Region, picture: Picture) -> list[Key]:
    """Where a region lies when the picture appears and when it goes."""
    first, last = region.place(max(picture.at, region.span.start)), region.place(min(picture.until, region.span.end))
    return [first] if _same(first, last) else [first, last]


def _same(a: Key, b: Key) -> bool:
    return all(abs(getattr(a, n) - getattr(b, n)) < 1e-4 for n in ("x", "y", "width", "height"))


def _cover(picture: Picture, region: Region, key: Key) -> None:
    place = place_px(key, picture.width_px, picture.height_px)
    if place.empty:
        return
    mask = mask_of(region.shape, key, place, picture.width_px, picture.height_px)
    for plane, divided, grey in ((picture.y, 1, GREY[0]), (picture.u, 2, GREY[1]), (picture.v, 2, GREY[2])):
        part = plane[place.slices(divided)]
        new = np.full_like(part, grey) if region.cover is Cover.FILL else _coarse(part, region.cover)
        np.copyto(part, new, where=mask[::divided, ::divided])


def _coarse(part: Plane, cover: Cover) -> Plane:
    """A mosaic of few cells and few greys, smoothed for a blur."""
    height, width = part.shape
    longest = max(height, width)
    cells_x, cells_y = max(1, round(CELLS * width / longest)), max(1, round(CELLS * height / longest))
    small = cv2.resize(part, (cells_x, cells_y), interpolation=cv2.INTER_AREA).astype(np.int32)
    small = np.clip((small + STEPS // 2) // STEPS * STEPS, 0, 255).astype(np.uint8)
    how = cv2.INTER_CUBIC if cover is Cover.BLUR else cv2.INTER_NEAREST
    return np.asarray(cv2.resize(small, (width, height), interpolation=how), np.uint8)
