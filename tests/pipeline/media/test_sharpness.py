from __future__ import annotations

import math

import cv2
import numpy as np
import pytest

from pipeline.media.picture import Plane
from pipeline.media.sharpness import sharpness
from tests.pipeline.media.made import Scene


def fine(soft_px: float = 0.0, noise: float = 0.0, contrast: float = 1.0) -> Plane:
    """A made scene as `Look.fine` holds it, blurred at full size and noisy after."""
    picture = Scene(width=640, height=272, noise=0.0, contrast=contrast, seed=4).frame(0).astype(np.float32)
    if soft_px:
        picture = cv2.GaussianBlur(picture, (0, 0), soft_px).astype(np.float32)
    picture += np.random.default_rng(2).normal(0, noise, picture.shape).astype(np.float32) if noise else 0
    small = cv2.resize(picture[24:], (320, 136), interpolation=cv2.INTER_AREA)
    return np.asarray(np.clip(small, 0, 255), dtype=np.uint8)


@pytest.mark.parametrize("noise", [0.0, 2.0, 4.0])
@pytest.mark.parametrize("contrast", [1.0, 0.5])
def test_edges_in_focus_and_out_of_it(noise: float, contrast: float) -> None:
    assert sharpness(fine(0.0, noise, contrast)) > 0.3
    assert sharpness(fine(6.0, noise, contrast)) < 0.2


def test_what_cannot_be_told() -> None:
    assert math.isnan(sharpness(np.full((136, 320), 90, np.uint8)))
    assert math.isnan(sharpness(fine(6.0, noise=25.0)))
