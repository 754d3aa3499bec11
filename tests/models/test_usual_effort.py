"""The two ways of speaking of a voice, on figures drawn around known means."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.effort_rule import load_rule
from models.usual_effort import COLUMNS, MODELLED, stretches_of
from models.vocal_effort import FRAME_RATE_HZ, Run, frames_of, windows_of
from tests.pipeline.stages.made_voices import Said, vowel

MODEL = load_rule().usual


def _drawn(calm: int, raised: int, seed: int = 1, scale: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Stretches around the model's mean voice, the raised ones a shift higher; calm first."""
    random = np.random.default_rng(seed)
    rows = random.multivariate_normal(np.zeros(len(MODELLED)), MODEL.within * 0.3, calm + raised) + MODEL.mean
    rows[calm:] += scale * MODEL.shift
    return rows, np.arange(calm + raised) >= calm


@pytest.mark.parametrize(("calm", "raised"), [(10, 2), (6, 6), (3, 9), (20, 0)])
def test_raised_stretches_are_told_whatever_their_share(calm: int, raised: int) -> None:
    rows, truth = _drawn(calm, raised)
    mean, likely = MODEL.split(rows)
    assert ((likely > 0.5) == truth).all()
    assert abs(mean - MODEL.mean)[MODELLED.index("pitch")] < 3


@given(calm=st.integers(0, 8), raised=st.integers(0, 8), seed=st.integers(0, 50), scale=st.floats(0, 1.5))
@settings(max_examples=40, deadline=None)
def test_probabilities_are_probabilities_and_follow_the_order_of_effort(
    calm: int, raised: int, seed: int, scale: float
) -> None:
    if calm + raised == 0:
        return
    rows, _ = _drawn(calm, raised, seed, scale)
    mean, likely = MODEL.split(rows)
    assert np.isfinite(mean).all()
    assert ((likely >= 0) & (likely <= 1)).all()
    effort = rows @ np.linalg.solve(MODEL.within, MODEL.shift)
    assert (np.diff(likely[np.argsort(effort)]) >= -1e-9).all()


def test_the_order_of_the_stretches_changes_nothing() -> None:
    rows, _ = _drawn(6, 3)
    order = np.random.default_rng(2).permutation(len(rows))
    mean, likely = MODEL.split(rows)
    again, shuffled = MODEL.split(rows[order])
    assert again == pytest.approx(mean)
    assert shuffled == pytest.approx(likely[order])


def test_shared_speech_is_nobodys_usual() -> None:
    samples = np.concatenate([vowel(Said("a", 0, 4)), vowel(Said("a", 0, 8, raised=True))])
    edge, end = int(4 * FRAME_RATE_HZ), int(12 * FRAME_RATE_HZ)
    apart = windows_of(frames_of(samples), [Run(0, edge, "a"), Run(edge, end, "a", alone=False)], 120)
    usual, likely = MODEL.usual(apart)
    assert usual[0, COLUMNS[MODELLED.index("pitch")]] < 12 * np.log2(130 / 55) + 1.5
    assert np.isfinite(likely[apart.measured]).all()


def test_a_voice_of_which_nothing_was_measured_has_the_usual_of_people() -> None:
    windows = windows_of(frames_of(np.zeros(32000, np.float32)), [Run(0, 60, "a")], 20)
    usual, likely = MODEL.usual(windows)
    assert usual[0] == pytest.approx(MODEL.prior)
    assert np.isnan(likely).all()


def test_long_turns_are_cut_into_stretches() -> None:
    samples = np.concatenate([vowel(Said("a", 0, 8), 1), vowel(Said("a", 0, 1), 2)])
    windows = windows_of(frames_of(samples), [Run(0, 320, "a"), Run(320, 360, "a")], 90)
    assert [len(s.at) for s in stretches_of(windows)] == [40, 40, 10]
