from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.reels.level import MOST_DB, WANTED_DB, gain_of, levelled

RATE = 8000


def noise(level_db: float, seconds: float = 4.0) -> np.ndarray:
    draw = np.random.default_rng(1).standard_normal((round(seconds * RATE), 2))
    mono = draw.mean(axis=1).std()
    return (draw * 10 ** (level_db / 20) / mono).astype(np.float32)


@pytest.mark.parametrize("level_db", [-38, -30, -15])
def test_clips_come_to_the_same_level(level_db: float) -> None:
    after = levelled(noise(level_db), gain_of([noise(level_db)], RATE))
    assert 20 * np.log10(after.mean(axis=1).std()) == pytest.approx(WANTED_DB, abs=0.5)


def test_pauses_do_not_count_and_silence_stays_silent() -> None:
    speech = noise(-30)
    with_pause = np.concatenate([speech, np.zeros_like(speech)])
    assert gain_of([with_pause], RATE) == pytest.approx(gain_of([speech], RATE), rel=0.1)
    assert gain_of([np.zeros((RATE, 2), np.float32)], RATE) == 1.0
    assert gain_of([noise(-49.0)], RATE) <= 10 ** (MOST_DB / 20) + 1e-6


@given(st.floats(0.01, 8), st.lists(st.floats(-1, 1, width=32), min_size=1, max_size=20))
def test_no_sample_leaves_full_scale(gain: float, samples: list[float]) -> None:
    after = levelled(np.array(samples, np.float32)[:, None], gain)
    assert float(np.abs(after).max()) <= 1.0
