"""Finds faces in a picture: YuNet (Wu, Peng, Yu: "YuNet: A Tiny Millisecond-level Face Detector", 2023), MIT.

The file that the manifest pulls takes pictures of 640 x 640 only. OpenCV 5's own reader of it wants a file with free
sizes, of which the hub holds no fixed revision, so it runs with onnxruntime here, which takes the one that is there.
The network finds faces of about 10 to 300 pixels; large pictures are looked at as a whole and in quarters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import util
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from models import weights
from models.contract import Availability, BackendInfo, BackendUnavailable, ModelError
from models.faces import LEAST_SCORE, Bgr, RawFace, alone

NAME = "yunet"
FILE = "face_detection_yunet_2023mar.onnx"
SIDE_PX = 640
"""the size of picture that the network was made for"""
STRIDES = (8, 16, 32)
"""pixels of the picture to each cell of the network's three layers"""
QUARTERS_FROM_PX = 800
"""longest side from which quarters are looked at too: shrunk to 640, a face of 13 pixels would have 10"""
OVERLAP = 0.1
"""by which quarters reach over the middle, as a share of the picture: a face on the seam lies whole in one of them"""

Run = Callable[[NDArray[np.float32]], Mapping[str, NDArray[np.float32]]]


def probe() -> Availability:
    """Whether the network is here, and what to do where it is not."""
    if util.find_spec("onnxruntime") is None:
        return Availability(False, "onnxruntime is not installed")
    try:
        folder = weights.locate(NAME)
    except ModelError as error:
        return Availability(False, str(error))
    if folder is None:
        return Availability(False, f"the face detector is not here: run bwc models pull {NAME} (0.2 MB, once)")
    return Availability(True, f"YuNet in {folder}")


def yunet() -> YuNet:
    """The network. Raises BackendUnavailable."""
    here = probe()
    folder = weights.locate(NAME) if here.available else None
    if folder is None:
        raise BackendUnavailable(here.reason)
    return YuNet(_session(folder / FILE), weights.hashes(NAME))


@cache
def _session(path: Path) -> Run:
    """The network, loaded once per process; one thread, because the pipeline runs one process per core."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = options.intra_op_num_threads = 1
    options.log_severity_level = 4
    session: Any = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"], sess_options=options)
    given, wanted = session.get_inputs()[0].name, [o.name for o in session.get_outputs()]
    return lambda batch: dict(zip(wanted, session.run(wanted, {given: batch}), strict=True))


class YuNet:
    """The network and what is made of its answers."""

    def __init__(self, run: Run, hashes: Mapping[str, str] | None = None) -> None:
        self._run = run
        self._info = BackendInfo(
            name="YuNet", version="2023mar", weights=dict(hashes or {}), settings={"least_score": LEAST_SCORE}
        )

    @property
    def info(self) -> BackendInfo:
        return self._info

    def detect(self, picture: Bgr) -> tuple[RawFace, ...]:
        """Faces of a picture, shape (height, width, 3), blue green red, surest first."""
        height, width = picture.shape[:2]
        found = [self._look(picture[t:b, x:r], (x, t)) for x, t, r, b in _windows(width, height)]
        boxes = alone(np.concatenate(found))
        return tuple(
            RawFace(float(x / width), float(y / height), float(w / width), float(h / height), float(s))
            for x, y, w, h, s in boxes
        )

    def _look(self, part: Bgr, corner: tuple[int, int]) -> NDArray[np.float64]:
        """Boxes of one part in pixels of the whole picture: rows of x, y, width, height, score."""
        height, width = part.shape[:2]
        share = SIDE_PX / max(height, width)
        sized = cv2.resize(part, (max(1, round(width * share)), max(1, round(height * share))))
        square = np.zeros((SIDE_PX, SIDE_PX, 3), np.float32)
        square[: sized.shape[0], : sized.shape[1]] = sized
        answers = self._run(np.ascontiguousarray(square.transpose(2, 0, 1))[None])
        boxes = np.concatenate([_decoded(answers, stride) for stride in STRIDES])
        boxes[:, :4] /= share
        boxes[:, 0] += corner[0]
        boxes[:, 1] += corner[1]
        return boxes


def _windows(width: int, height: int) -> Sequence[tuple[int, int, int, int]]:
    """Left, top, right, bottom of the parts that are looked at: the whole, and four quarters of a large picture."""
    whole = (0, 0, width, height)
    if max(width, height) < QUARTERS_FROM_PX:
        return (whole,)
    across, down = round(width * (0.5 + OVERLAP)), round(height * (0.5 + OVERLAP))
    corners = [(x, y) for x in (0, width - across) for y in (0, height - down)]
    return (whole, *((x, y, x + across, y + down) for x, y in corners))


def _decoded(answers: Mapping[str, NDArray[np.float32]], stride: int) -> NDArray[np.float64]:
    """The boxes of one layer: a cell says how sure it is, where the middle lies from it, and the size's logarithm."""
    cells = SIDE_PX // stride
    sure = [np.clip(answers[f"{kind}_{stride}"].reshape(-1).astype(np.float64), 0, 1) for kind in ("cls", "obj")]
    score = np.sqrt(sure[0] * sure[1])
    chosen = np.flatnonzero(score >= LEAST_SCORE)
    said = answers[f"bbox_{stride}"].reshape(-1, 4).astype(np.float64)[chosen]
    middle = (np.stack([chosen % cells, chosen // cells], axis=1) + said[:, :2]) * stride
    size = np.exp(np.clip(said[:, 2:], -10, 10)) * stride
    return np.concatenate([middle - size / 2, size, score[chosen, None]], axis=1)
