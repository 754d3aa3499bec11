"""What is made of the network's answers, with made answers; and, where the weights are, the network itself."""

from __future__ import annotations

import os
from importlib import metadata
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from models import center_face, face_detector, weights, yunet
from models.contract import BackendUnavailable
from models.faces import RawFace, common_share
from models.yunet import SIDE_PX, STRIDES, YuNet


class Network:
    """Answers that say a face lies where the test planted one, in pixels of the network's square."""

    def __init__(self, *planted: tuple[float, float, float, float, int, float]) -> None:
        self.planted = planted
        self.given: list[NDArray[np.float32]] = []

    def __call__(self, batch: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
        self.given.append(batch)
        out: dict[str, NDArray[np.float32]] = {}
        for stride in STRIDES:
            cells = (SIDE_PX // stride) ** 2
            for name, width in (("cls", 1), ("obj", 1), ("bbox", 4), ("kps", 10)):
                out[f"{name}_{stride}"] = np.zeros((1, cells, width), np.float32)
        for x, y, w, h, stride, score in self.planted:
            middle = ((x + w / 2) / stride, (y + h / 2) / stride)
            column, row = int(middle[0]), int(middle[1])
            cell = row * (SIDE_PX // stride) + column
            out[f"cls_{stride}"][0, cell] = out[f"obj_{stride}"][0, cell] = score
            said = (middle[0] - column, middle[1] - row, np.log(w / stride), np.log(h / stride))
            out[f"bbox_{stride}"][0, cell] = said
        return out


def test_a_face_comes_back_where_it_lies_in_the_picture() -> None:
    network = Network((100, 50, 60, 80, 16, 0.9))
    (found,) = YuNet(network).detect(np.zeros((360, 640, 3), np.uint8))
    assert (found.x, found.y) == pytest.approx((100 / 640, 50 / 360), abs=1e-4)
    assert (found.width, found.height) == pytest.approx((60 / 640, 80 / 360), abs=1e-4)
    assert found.score == pytest.approx(0.9, abs=1e-4)
    assert network.given[0].shape == (1, 3, SIDE_PX, SIDE_PX)


def test_a_small_picture_is_enlarged_and_a_tall_one_fits() -> None:
    (found,) = YuNet(Network((64, 64, 64, 64, 8, 0.8))).detect(np.zeros((320, 160, 3), np.uint8))
    assert (found.x, found.y, found.width, found.height) == pytest.approx((0.2, 0.1, 0.2, 0.1), abs=1e-4)


def test_the_same_face_in_two_layers_is_one_and_a_doubtful_one_is_left_out() -> None:
    network = Network((100, 50, 60, 80, 16, 0.9), (102, 51, 60, 80, 8, 0.7), (400, 200, 40, 40, 8, 0.2))
    assert len(YuNet(network).detect(np.zeros((360, 640, 3), np.uint8))) == 1


def test_a_large_picture_is_looked_at_in_quarters_too() -> None:
    network = Network((100, 50, 60, 80, 16, 0.9))
    found = YuNet(network).detect(np.zeros((1080, 1920, 3), np.uint8))
    assert len(network.given) == 5
    assert len(found) == 5  # the same answer for each part lies at five places of the picture
    assert all(0 <= f.x < 1 and 0 <= f.y < 1 for f in found)


def test_colours_are_given_as_blue_green_red() -> None:
    network = Network()
    YuNet(network).detect(np.full((640, 640, 3), (10, 20, 30), np.uint8))
    assert network.given[0][0, :, 5, 5].tolist() == [10, 20, 30]


boxes = st.tuples(*[st.floats(0, 1)] * 2, *[st.floats(0.01, 1)] * 2)


@given(boxes, boxes)
def test_common_share(a: tuple[float, ...], b: tuple[float, ...]) -> None:
    assert 0 <= common_share(a, b) <= 1 + 1e-9
    assert common_share(a, b) == pytest.approx(common_share(b, a))
    assert common_share(a, a) == pytest.approx(1)


def test_without_weights_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BWC_MODELS", str(tmp_path))
    monkeypatch.setattr(center_face, "weights_file", lambda: None)
    assert "bwc models pull yunet" in face_detector.probe().reason
    with pytest.raises(BackendUnavailable, match="bwc models pull yunet"):
        face_detector.face_finder()


def test_the_manifest_knows_the_file() -> None:
    entry = next(m for m in weights.catalogue() if m.name == yunet.NAME)
    assert entry.pinned
    assert [f.path for f in entry.files] == [yunet.FILE]
    assert entry.licence == "MIT"


def portrait() -> NDArray[np.uint8] | None:
    """A picture of one face, which no repository may hold: one that is named, or the astronaut of scikit-image (NASA,
    public domain), read from the installed package without importing it."""
    if named := os.environ.get("BWC_FACE_PICTURE"):
        return cv2.imread(named)
    try:
        path = metadata.distribution("scikit-image").locate_file("skimage/data/astronaut.png")
    except metadata.PackageNotFoundError:
        return None
    whole = cv2.imread(str(path))
    return None if whole is None else whole[40:200, 144:304]


@pytest.mark.skipif(not face_detector.probe().available, reason=face_detector.probe().reason)
@pytest.mark.skipif(portrait() is None, reason="no picture of a face: set BWC_FACE_PICTURE, or install scikit-image")
def test_a_face_that_moves_grows_and_brightens_is_found_in_95_of_100_pictures() -> None:
    """Over a made background, 70 to 200 pixels, from half to nearly one and a half times its light."""
    face = portrait()
    assert face is not None
    finder = face_detector.face_finder()
    draw = np.random.default_rng(2)
    found = false = 0
    for n in range(100):
        size = round(70 + 130 * (0.5 + 0.5 * np.sin(n / 15)))
        x, y = round((640 - size) * (0.5 + 0.5 * np.sin(n / 23))), round((360 - size) * (0.5 + 0.5 * np.cos(n / 31)))
        coarse = draw.integers(40, 200, (9, 16, 3)).astype(np.uint8)
        picture = cv2.resize(coarse, (640, 360), interpolation=cv2.INTER_CUBIC)
        light = 0.5 + 0.9 * (n % 40) / 40
        patch = np.clip(cv2.resize(face, (size, size), interpolation=cv2.INTER_AREA) * light, 0, 255)
        picture[y : y + size, x : x + size] = patch.astype(np.uint8)
        planted = (x / 640, y / 360, size / 640, size / 360)
        seen = [_inside(f, planted) for f in finder.detect(picture)]
        found, false = found + any(seen), false + sum(not one for one in seen)
    assert found >= 95
    assert false <= 2


def _inside(face: RawFace, planted: tuple[float, float, float, float]) -> bool:
    x, y = face.x + face.width / 2, face.y + face.height / 2
    return planted[0] <= x <= planted[0] + planted[2] and planted[1] <= y <= planted[1] + planted[3]
