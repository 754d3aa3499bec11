"""The shipped rule on vowels whose effort is known."""

from __future__ import annotations

import numpy as np
import pytest

from models.effort_rule import FEATURES, LIMITS, features, load_rule
from models.vocal_effort import FRAME_RATE_HZ, Run, frames_of, windows_of
from tests.pipeline.stages.made_voices import Said, vowel

RULE = load_rule()


def _conversation(raised_share: float, turns: int = 10) -> tuple[np.ndarray, np.ndarray]:
    """Probability per window of one voice of which a share is raised, and the truth."""
    said = [Said("a", 0, 1.5, raised=i < round(raised_share * turns)) for i in range(turns)]
    samples = np.concatenate([vowel(x, i) for i, x in enumerate(said)])
    run = int(1.5 * FRAME_RATE_HZ)
    runs = [Run(i * run, (i + 1) * run, "a") for i in range(turns)]
    probability = RULE.probability(windows_of(frames_of(samples), runs, 15 * turns))
    return probability, np.repeat([x.raised for x in said], 15)


def test_the_rule_has_the_signs_of_the_literature() -> None:
    rises = dict(zip(FEATURES, RULE.weight, strict=True))
    assert rises["alpha over usual"] <= 0
    assert rises["hammarberg over usual"] <= 0
    assert rises["pitch over usual"] > 0
    assert rises["level over usual"] >= 0
    assert rises["stretch"] > 0
    assert "RAVDESS" in RULE.source


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7])
def test_raised_speech_stands_out_even_where_all_is_equally_loud(share: float) -> None:
    probability, truth = _conversation(share)
    known = np.isfinite(probability)
    assert known.mean() > 0.9
    assert (probability[known & truth] >= 0.5).mean() > 0.9
    assert (probability[known & ~truth] < 0.5).mean() > 0.9


def test_a_voice_that_is_never_raised_is_not_reported() -> None:
    probability, _ = _conversation(0.0)
    assert np.nanmax(probability) < 0.5


def test_windows_without_speech_have_no_probability() -> None:
    windows = windows_of(frames_of(vowel(Said("a", 0, 2))), [Run(0, 20, "a")], 20)
    assert np.isnan(RULE.probability(windows)[5:]).all()


def test_features_stay_within_their_limits() -> None:
    samples = np.concatenate([vowel(Said("a", 0, 2)), 0.001 * vowel(Said("a", 0, 2, pitch_hz=350))])
    windows = windows_of(frames_of(samples.astype(np.float32)), [Run(0, 160, "a")], 40)
    rows = features(windows, RULE.usual)
    known = rows[np.isfinite(rows).all(axis=1)]
    assert len(known)
    assert (known >= LIMITS[0]).all()
    assert (known <= LIMITS[1]).all()


def test_nobody_speaks() -> None:
    windows = windows_of(frames_of(np.zeros(16000, np.float32)), [], 10)
    assert np.isnan(RULE.probability(windows)).all()
