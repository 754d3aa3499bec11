"""What a face detector gives, whichever network it runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.contract import BackendInfo

LEAST_SCORE = 0.4
"""what is handed on at all; who begins a track asks for more"""
SAME_FACE = 0.3
"""share of common area from which two boxes are one face (OpenCV's default for YuNet)"""

Bgr = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class RawFace:
    """A face: left and upper edge, width and height as shares of the picture, and how sure (0 to 1)."""

    x: float
    y: float
    width: float
    height: float
    score: float


class FaceFinder(Protocol):
    """Finds faces in one picture."""

    @property
    def info(self) -> BackendInfo: ...
    def detect(self, picture: Bgr) -> tuple[RawFace, ...]: ...


def alone(boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """The surest of boxes that show the same face."""
    kept: list[NDArray[np.float64]] = []
    for box in boxes[np.argsort(-boxes[:, 4], kind="stable")]:
        if all(common_share(box, other) <= SAME_FACE for other in kept):
            kept.append(box)
    return np.array(kept).reshape(-1, 5)


def common_share(a: Sequence[float] | NDArray[np.float64], b: Sequence[float] | NDArray[np.float64]) -> float:
    """Common area of two boxes (x, y, width, height) by the area of both together, 0 to 1."""
    across = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    down = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    if across <= 0 or down <= 0:
        return 0.0
    both = across * down
    return float(both / (a[2] * a[3] + b[2] * b[3] - both))
