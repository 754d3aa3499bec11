"""What is made of the network's answer, with a made answer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models import center_face
from models.center_face import decoded


def test_a_cell_tells_where_its_face_lies_and_how_large_it_is() -> None:
    heat, size, offset = (
        np.zeros((20, 30), np.float32),
        np.zeros((2, 20, 30), np.float32),
        np.zeros((2, 20, 30), np.float32),
    )
    heat[5, 9], heat[12, 3] = 0.9, 0.2  # the second is too doubtful
    size[:, 5, 9] = np.log(10), np.log(6)
    offset[:, 5, 9] = 0.25, -0.25
    (box,) = decoded(heat, size, offset)
    assert box == pytest.approx((4 * 9.25 - 12, 4 * 5.75 - 20, 24, 40, 0.9), abs=1e-4)


def test_no_face_is_no_row() -> None:
    empty = np.zeros((8, 8), np.float32)
    assert decoded(empty, np.zeros((2, 8, 8), np.float32), np.zeros((2, 8, 8), np.float32)).shape == (0, 5)


def test_another_file_under_the_same_name_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Package:
        def locate_file(self, name: str) -> Path:
            return tmp_path / Path(name).name

    monkeypatch.setattr(center_face.metadata, "distribution", lambda name: Package())
    assert center_face.weights_file() is None
    (tmp_path / "centerface.onnx").write_bytes(b"another network")
    assert center_face.weights_file() is None
