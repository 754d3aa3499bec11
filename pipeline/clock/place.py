"""Where a line of text lies in the picture, and the strip that is cut there for the reader."""

from __future__ import annotations

from dataclasses import dataclass

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

    def columns(self) -> int:
        """Columns of the strip, even."""
        return max(2 * STRIDE_PX, round((self.right_px - self.left_px) * self.scale / STRIDE_PX) * STRIDE_PX)

    def rows(self) -> tuple[int, int]:
        """First and last row (exclusive) that the strip shows; they may lie outside the frame."""
        half = HEIGHT_PX / self.scale / 2
        first = round(self.middle_px - half)
        return first, first + max(2, round(2 * half))

    def cut(self, plane: Plane) -> Plane:
        """The strip of this line, uint8, shape (24, columns); rows outside the frame repeat its edge."""
        part = rows_of(plane, *self.rows())[:, max(0, self.left_px) : self.right_px]
        how = cv2.INTER_AREA if self.scale < 1 else cv2.INTER_LINEAR
        return np.asarray(cv2.resize(part, (self.columns(), HEIGHT_PX), interpolation=how), np.uint8)

    def column_px(self, column: float) -> float:
        """The frame's pixel column of one of the reader's columns."""
        return self.left_px + (column + 0.5) * STRIDE_PX / self.scale


def rows_of(plane: Plane, first: int, last: int) -> Plane:
    """These rows, the frame's own edge repeated where they lie outside."""
    if first >= 0 and last <= plane.shape[0]:
        return plane[first:last]
    return plane[np.clip(np.arange(first, last), 0, plane.shape[0] - 1)]


def strips_of(planes: list[Plane], place: Place) -> NDArray[np.float32]:
    """Strips of several frames, normalised for the reader, shape (n, 24, columns)."""
    return np.stack([normalised(place.cut(plane)) for plane in planes])
