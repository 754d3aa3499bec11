"""Reads lines of burned-in text (date, time, camera) in any font: strips of luma in, characters by column out.

The network is the project's own, trained on lines rendered in many fonts (`models/training/stamp_text.py`); figures on
fonts that it never saw are in `models/data/stamp_text.md`.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.contract import Availability, BackendInfo, BackendUnavailable
from models.sha256 import sha256_once

WEIGHTS = Path(__file__).parent / "data" / "stamp_text.onnx"
CLASSES = " 0123456789:-/.+ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""what a column may show; the first means no middle of a character. Small letters count as capitals"""
HEIGHT_PX = 24
"""rows of a strip"""
DIGIT_PX = 14.0
"""height of a digit in a strip; 12 to 17 are read as well"""
STRIDE_PX = 2
"""columns of the strip from one verdict to the next"""
ROW_STRIDE_PX = 4
"""rows from one verdict to the next where a taller picture is read"""
_WINDOW = (49, 25)
_FLOOR = 6.0
"""8-bit steps: contrast below this is noise"""

Strip = NDArray[np.float32]
LogProbs = NDArray[np.float32]


def normalised(luma: NDArray[np.uint8] | NDArray[np.float32]) -> Strip:
    """Luma less its mean over a window, over its spread there: lamps, night and boxes look alike."""
    import cv2  # 16 MB; the characters that are read are asked for where none is

    picture = luma.astype(np.float32)
    mean = cv2.blur(picture, _WINDOW, borderType=cv2.BORDER_REFLECT_101)
    square = cv2.blur(picture * picture, _WINDOW, borderType=cv2.BORDER_REFLECT_101)
    spread = np.sqrt(np.maximum(square - mean * mean, 0.0))
    return np.asarray((picture - mean) / (spread + _FLOOR), np.float32)


class StampText:
    """The shipped reader. One thread: it works beside the decoder, on strips of a few hundred columns."""

    def __init__(self, weights: Path = WEIGHTS) -> None:
        if not weights.is_file():
            raise BackendUnavailable(
                f"the reader of burned-in text ({weights.name}) is missing: install the package again"
            )
        self._weights = weights

    @cached_property
    def info(self) -> BackendInfo:
        return BackendInfo("stamp text", "1", {self._weights.name: sha256_once(self._weights)})

    def read(self, pictures: NDArray[np.float32]) -> LogProbs:
        """Natural log of each class's probability.

        `pictures`: normalised, shape (n, height >= 24, width), width even. Returns (n, rows, width / 2, classes): one
        row for 24 px of height, one more for each further 4 px; row r is the text whose middle lies at 12 + 4 r.
        """
        logits = self._session.run(None, {"strips": np.ascontiguousarray(pictures[:, None], np.float32)})[0]
        logits = np.moveaxis(logits, 1, -1)
        logits = logits - logits.max(axis=-1, keepdims=True)
        return np.asarray(logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True)), np.float32)

    @cached_property
    def _session(self):  # type: ignore[no-untyped-def]  # the library has no types
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        return onnxruntime.InferenceSession(str(self._weights), options, providers=["CPUExecutionProvider"])


def probe() -> Availability:
    """Whether the reader can run here."""
    return Availability(WEIGHTS.is_file(), "ships with the package" if WEIGHTS.is_file() else "its weights are missing")
