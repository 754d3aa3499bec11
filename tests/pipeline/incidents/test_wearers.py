"""The wearer is nearest to their own camera, whatever the cameras' gains."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.incidents.wearers import wearers

FRAMES = 300
SPEAKING = [np.zeros(FRAMES, bool) for _ in range(3)]
for index, row in enumerate(SPEAKING):
    row[index * 100 : index * 100 + 80] = True
CAMERAS = {"a": "CAM-A", "b": "CAM-B"}


def levels(of_a: tuple[float, ...], of_b: tuple[float, ...]) -> dict[str, np.ndarray]:
    out = {}
    for name, values in (("a", of_a), ("b", of_b)):
        out[name] = np.full(FRAMES, -60.0, np.float32)
        for row, value in zip(SPEAKING, values, strict=True):
            out[name][row] = value
    return out


@given(st.floats(-20, 20))
def test_gain_does_not_matter(gain: float) -> None:
    heard = levels((-20.0, -32.0, -30.0), (-34.0 + gain, -22.0 + gain, -30.0 + gain))
    found = wearers(SPEAKING, heard, CAMERAS)
    assert [w.camera if w else None for w in found] == ["CAM-A", "CAM-B", None]


def test_nobody_clearly_nearest_is_nobody() -> None:
    assert wearers(SPEAKING, levels((-20.0, -24.0, -25.0), (-22.0, -24.0, -25.0)), CAMERAS) == [None] * 3


def test_one_camera_alone_tells_nothing() -> None:
    heard = levels((-20.0, -32.0, -30.0), (-34.0, -22.0, -30.0))
    assert wearers(SPEAKING, {"a": heard["a"]}, CAMERAS) == [None] * 3
    assert wearers(SPEAKING, heard, {"a": "CAM-A", "b": "CAM-A"}) == [None] * 3


def test_a_word_or_two_is_too_little() -> None:
    short = [row & (np.arange(FRAMES) % 100 < 10) for row in SPEAKING]
    assert wearers(short, levels((-20.0, -32.0, -30.0), (-34.0, -22.0, -30.0)), CAMERAS) == [None] * 3
