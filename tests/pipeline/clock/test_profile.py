"""Whose word counts for a digit: the profile's, or the general reader's."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from models.stamp_text import CLASSES, normalised
from pipeline.clock.layout import Layout
from pipeline.clock.profile import Profile
from tests.pipeline.clock.test_fit import LAYOUT, PLACE, PLAIN, picture, profile_of

SHOWN = "170426"


@pytest.fixture(scope="module")
def profile() -> Profile:
    return profile_of(PLAIN)


def strip_of(shown: str) -> NDArray[np.float32]:
    return normalised(PLACE.cut(picture(shown, PLAIN, 0.0, 5)))


def row_of(said: str, sure: float, layout: Layout = LAYOUT) -> NDArray[np.float32]:
    """What a general reader would say of the line: each of these digits so surely, else nothing."""
    row = np.full((110, len(CLASSES)), 1e-6)
    row[:, 0] = 1.0
    for slot, digit in zip(layout.slots, said, strict=True):
        row[round(slot.column), CLASSES.index(digit)] = sure
    return np.asarray(np.log(row), np.float32)


def smeared(strip: NDArray[np.float32], slot: int, other: str) -> NDArray[np.float32]:
    """One digit as an encoder may leave it: what it was, mixed with another and with its blocks' edges."""
    at = round((LAYOUT.slots[slot].column + 0.5) * 2)
    cell = slice(at - 7, at + 7)
    mixed = strip.copy()
    mixed[:, cell] = 0.25 * strip[:, cell] + 0.6 * strip_of(other * 6)[:, cell]
    mixed[12:, cell] += 1.2
    return mixed


def read(profile: Profile, strip: NDArray[np.float32], row: NDArray[np.float32]) -> str:
    return "".join(map(str, profile.digits_of(strip, row, LAYOUT)[0].argmax(axis=1)))


def test_plain_digits_are_the_profiles_to_read(profile: Profile) -> None:
    assert read(profile, strip_of(SHOWN), row_of("170726", 0.75)) == SHOWN


def test_a_digit_far_less_like_its_picture_than_the_others_is_the_general_readers_to_read(profile: Profile) -> None:
    strip = smeared(strip_of(SHOWN), 3, "1")
    alike = profile.alike(strip, LAYOUT.slots)
    best = alike.max(axis=1)
    assert np.median(best) - best[3] > 0.2, "the digit must be spoilt for this test to say anything"
    assert alike[3].argmax() != 4
    assert read(profile, strip, row_of(SHOWN, 0.75)) == SHOWN
