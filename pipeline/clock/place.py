"""Where a line of text lies in the picture, and the strip that is cut there for the reader."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from models.stamp_text import HEIGHT_PX, STRIDE_PX, normalised

Plane = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Place:
    """A line: the row of the middle of its digits, its left and right edge, in pixels of the frame.

    `scale`: pixels of the strip for one of the frame, so that digits are 14 px high there.
    """

    middle_px: float
    left_px: int
    right_px: int
    scale: float
    above: Place | None = None
    """the line above, where date and time stand in lines of their own: its strip is put before this one's, so that both
    are read as one line"""

    def columns(self) -> int:
        """Columns of the strip, even."""
        return (self.above.columns() if self.above else 0) + self._own_columns()

    def _own_columns(self) -> int:
        return max(2 * STRIDE_PX, round((self.right_px - self.left_px) * self.scale / STRIDE_PX) * STRIDE_PX)

    def rows(self) -> tuple[int, int]:
        """First and last row (exclusive) that the strip of this line shows; they may lie outside the frame."""
        half = HEIGHT_PX / self.scale / 2
        first = round(self.middle_px - half)
        return first, first + max(2, round(2 * half))

    def seen_in(self, height_px: int) -> bool:
        """Whether most of this line's strip lies in a frame of this height."""
        first, last = self.rows()
        inside = 0.3 * (last - first)
        return inside <= self.middle_px <= height_px - inside

    def box(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom of all its lines; top and bottom may lie outside the frame."""
        top, bottom = self.rows()
        if self.above is None:
            return self.left_px, top, self.right_px, bottom
        left, first, right, _ = self.above.box()
        return min(left, self.left_px), first, max(right, self.right_px), bottom

    def cut(self, plane: Plane) -> Plane:
        """The strip of this line, uint8, shape (24, columns); rows outside the frame repeat its edge."""
        part = rows_of(plane, *self.rows())[:, max(0, self.left_px) : self.right_px]
        how = cv2.INTER_AREA if self.scale < 1 else cv2.INTER_LINEAR
        own = np.asarray(cv2.resize(part, (self._own_columns(), HEIGHT_PX), interpolation=how), np.uint8)
        return own if self.above is None else np.concatenate([self.above.cut(plane), own], axis=1)

    def column_px(self, column: float) -> float:
        """The frame's pixel column of one of the reader's columns, of a single line."""
        return self.left_px + (column + 0.5) * STRIDE_PX / self.scale

    def moved(self, factor: float = 1.0, down: float = 0.0) -> Place:
        """All lines at another size, and so many pixels of the strip further down."""
        above = self.above.moved(factor, down) if self.above else None
        return replace(self, scale=self.scale * factor, middle_px=self.middle_px + down / self.scale, above=above)


def rows_of(plane: Plane, first: int, last: int) -> Plane:
    """These rows, the frame's own edge repeated where they lie outside."""
    if first >= 0 and last <= plane.shape[0]:
        return plane[first:last]
    return plane[np.clip(np.arange(first, last), 0, plane.shape[0] - 1)]


def strips_of(planes: list[Plane], place: Place) -> NDArray[np.float32]:
    """Strips of several frames, normalised for the reader, shape (n, 24, columns)."""
    return np.stack([normalised(place.cut(plane)) for plane in planes])
