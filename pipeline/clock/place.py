"""Where a line of text lies in the picture, and the strip that is cut there for the reader."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.stamp_text import HEIGHT_PX, STRIDE_PX

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

    def rows(self, height_px: int) -> tuple[int, int]:
        """First and last row (exclusive) of the frame that the strip shows."""
        half = HEIGHT_PX / self.scale / 2
        first = round(self.middle_px - half)
        first = max(0, min(first, height_px - max(2, round(2 * half))))
        return first, min(height_px, first + max(2, round(2 * half)))

    def cut(self, plane: Plane) -> Plane:
        """The strip of this line, uint8, shape (24, columns)."""
        first, last = self.rows(plane.shape[0])
        part = plane[first:last, max(0, self.left_px) : self.right_px]
        how = cv2.INTER_AREA if self.scale < 1 else cv2.INTER_LINEAR
        return np.asarray(cv2.resize(part, (self.columns(), HEIGHT_PX), interpolation=how), np.uint8)

    def column_px(self, column: float) -> float:
        """The frame's pixel column of one of the reader's columns."""
        return self.left_px + (column + 0.5) * STRIDE_PX / self.scale


def strips_of(planes: list[Plane], place: Place) -> NDArray[np.float32]:
    """Strips of several frames, normalised for the reader, shape (n, 24, columns)."""
    from models.stamp_text import normalised

    return np.stack([normalised(place.cut(plane)) for plane in planes])
