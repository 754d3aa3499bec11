"""Onsets per band: the same however the sound is cut, little changed by gain, none where nothing is heard."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.sync.flux import band_flux
from tests.pipeline.sync.made import talk

SOUND = talk(6.0, 1)
WHOLE = band_flux([SOUND], 0.0).values


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(1, len(SOUND) - 1), max_size=6))
def test_pieces_of_any_length_give_the_same(cuts: list[int]) -> None:
    np.testing.assert_array_equal(band_flux(np.split(SOUND, sorted(cuts)), 0.0).values, WHOLE)


def test_gain_changes_little() -> None:
    quiet = band_flux([SOUND * np.float32(0.05)], 0.0).values
    assert np.abs(quiet.astype(int) - WHOLE.astype(int)).max() <= 2


def test_silence_has_no_onsets() -> None:
    assert not band_flux([np.zeros(32_000, np.float32)], 0.0).values.any()
    assert band_flux([np.zeros(100, np.float32)], 0.0).values.shape == (0, 8)
    assert band_flux([], 0.0).values.shape == (0, 8)
