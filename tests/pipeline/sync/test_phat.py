"""Delays to a fraction of a millisecond, whatever the filter and level."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import butter, sosfilt

from models.contract import SAMPLE_RATE_HZ
from pipeline.sync.phat import gcc_phat
from tests.pipeline.sync.made import talk

SOUND = talk(9.0, 3)


@settings(max_examples=15, deadline=None)
@given(st.integers(-1600, 1600))
def test_any_delay_within_reach_is_found(samples: int) -> None:
    one, two = SOUND[8000:136_000], SOUND[8000 - samples : 136_000 - samples]
    found = gcc_phat(one, two, 0.15)
    assert found.seconds == pytest.approx(samples / SAMPLE_RATE_HZ, abs=1e-4)
    assert found.score > 10


def test_filter_and_level_change_little() -> None:
    sos = butter(2, (300, 3000), "bandpass", fs=SAMPLE_RATE_HZ, output="sos")
    other = sosfilt(sos, SOUND[8000 - 320 : 136_000 - 320]).astype(np.float32) * np.float32(0.01)
    assert gcc_phat(SOUND[8000:136_000], other, 0.15).seconds == pytest.approx(0.02, abs=5e-4)


def test_nothing_in_common_is_not_clear() -> None:
    assert gcc_phat(talk(16.0, 7), talk(16.0, 9), 0.15).score < 7
    assert gcc_phat(SOUND, np.zeros_like(SOUND), 0.15).score == 0.0
