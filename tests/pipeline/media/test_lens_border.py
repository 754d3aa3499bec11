from __future__ import annotations

import cv2
import numpy as np
import pytest

from pipeline.media.lens_border import border_of, reduced
from pipeline.media.obstruction_rules import ObstructionRules
from pipeline.media.picture import Plane
from tests.pipeline.media.test_obstructed import Cover, cover, film

RULES = ObstructionRules()


def planes(over: Cover, count: int = 12) -> list[Plane]:
    return [reduced(picture, 640) for picture in film(lambda at: over).pictures[:count]]


def blocks(share: float = 0.3) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    region = np.zeros((17, 40), dtype=bool)
    region[:, : int(share * 40)] = True
    return region


@pytest.mark.parametrize("soft", [6.0, 8.0])
def test_a_border_out_of_focus(soft: float) -> None:
    border = border_of(planes(cover(soft)), blocks(), RULES)
    assert border is not None and border.on_lens(RULES)
    assert border.ramps[1] == pytest.approx(soft / 640, rel=0.4)  # from a fifth to half of the range is one deviation
    assert border.share == pytest.approx(0.33, abs=0.05) and border.kept > 0.95


def test_a_border_in_focus() -> None:
    border = border_of(planes(cover(0.0)), blocks(), RULES)
    assert border is not None and not border.on_lens(RULES)
    assert border.ramps[2] < RULES.ramp


def test_a_soft_camera_is_no_evidence() -> None:
    """Everything is as much out of focus as the border."""
    soft = [np.asarray(cv2.GaussianBlur(plane, (0, 0), 5.0), np.uint8) for plane in planes(cover(0.0))]
    border = border_of(soft, blocks(), RULES)
    assert border is not None and border.ramps[1] > RULES.ramp
    assert border.focus > 0.01 and not border.on_lens(RULES)


def test_too_little_to_tell() -> None:
    assert border_of(planes(cover(6.0), 3), blocks(), RULES) is None
    assert border_of([*planes(cover(6.0)), np.zeros((9, 9), np.uint8)], blocks(), RULES) is None
    assert border_of(planes(cover(6.0)), np.ones((17, 40), dtype=bool), RULES) is None


def test_a_larger_picture_is_made_smaller_and_loses_its_bands() -> None:
    assert reduced(np.zeros((720, 1280), np.uint8), 640).shape == (272, 640)
    assert reduced(np.zeros((180, 320), np.uint8), 640).shape == (136, 320)
