"""Digits that stand are held against the running seconds: what was misread alike in all pictures is found out."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from models.stamp_text import normalised
from pipeline.clock.layout import Layout, Slot
from pipeline.clock.patches import Sample, corrected, likeness, missing, templates, width_of

LAYOUT = Layout(
    "",
    tuple(Slot(field, worth, 8.0 + 7.0 * n) for n, (field, worth) in enumerate((("h", 10), ("h", 1), ("s", 1)))),
    "",
    None,
)


def sample(at: float, hour: int, taken_for: int, second: int) -> Sample:
    """A strip that shows the hour and a second, read as another hour."""
    strip = np.full((24, 80), 40, np.uint8)
    for slot, digit in zip(LAYOUT.slots, (0, hour, second), strict=True):
        left = round((slot.column + 0.5) * 2) - 5
        cv2.putText(strip, str(digit), (left, 19), cv2.FONT_HERSHEY_SIMPLEX, 0.55, 230, 1, cv2.LINE_AA)
    noise = np.random.default_rng(round(at)).normal(0, 4, strip.shape)
    return Sample(at, normalised((strip + noise).astype(np.float32)), LAYOUT, (0, taken_for, second))


def samples(hour: int, taken_for: int, seconds: int = 30) -> list[Sample]:
    return [sample(float(n), hour, taken_for, n % 10 if seconds >= 30 else n % 6) for n in range(seconds)]


def test_each_digit_is_most_like_itself() -> None:
    shown = samples(6, 6)
    digits, counts = templates(shown, width_of(LAYOUT), "s")
    assert counts == [3] * 10
    for each in shown:
        assert likeness(each.strip, LAYOUT.slots, digits).argmax(axis=1).tolist() == list(each.digits)


@pytest.mark.parametrize(("hour", "taken_for"), [(6, 5), (8, 3), (0, 8), (1, 7)])
def test_a_digit_misread_in_all_pictures_is_corrected(hour: int, taken_for: int) -> None:
    right = corrected(samples(hour, taken_for))
    assert right is not None
    assert {each.digits[1] for each in right} == {hour}


@pytest.mark.parametrize("hour", range(10))
def test_digits_read_right_stay(hour: int) -> None:
    assert corrected(samples(hour, hour)) is None


def test_a_digit_that_no_second_showed_yet_is_in_doubt() -> None:
    assert missing(samples(6, 5, seconds=16)) == [6, 7, 8, 9]
    assert corrected(samples(6, 5, seconds=16)) is None
    assert not missing(samples(6, 5))
