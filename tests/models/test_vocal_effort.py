"""Pitch, tilt, windows and the rule, on vowels whose figures are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.contract import SAMPLE_RATE_HZ, Samples
from models.vocal_effort import (
    FEATURES,
    FRAME,
    FRAME_RATE_HZ,
    HOP,
    LIMITS,
    Run,
    frames_of,
    joined,
    load_rule,
    raised_only,
    windows_of,
)
from tests.pipeline.stages.made_voices import Said, vowel

RULE = load_rule()


def _tone(pitch_hz: float, seconds: float = 1.0) -> Samples:
    times = np.arange(round(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    parts = [np.sin(2 * np.pi * k * pitch_hz * times) / k for k in range(1, 12) if k * pitch_hz < 7000]
    return np.asarray(0.1 * np.sum(parts, axis=0), np.float32)


@pytest.mark.parametrize("pitch_hz", [75.0, 110.0, 180.0, 260.0, 400.0, 550.0])
def test_pitch_is_right_to_a_fifth_of_a_semitone(pitch_hz: float) -> None:
    frames = frames_of(_tone(pitch_hz))
    assert frames.voiced.all()
    assert np.abs(frames.pitch - 12 * np.log2(pitch_hz / 55)).max() < 0.2


def test_noise_is_not_voiced() -> None:
    noise = np.random.default_rng(1).normal(0, 0.1, 5 * SAMPLE_RATE_HZ).astype(np.float32)
    assert frames_of(noise).voiced.mean() < 0.05


def test_silence_and_sound_shorter_than_a_frame_give_nothing_voiced() -> None:
    assert not frames_of(np.zeros(SAMPLE_RATE_HZ, np.float32)).voiced.any()
    assert len(frames_of(np.zeros(FRAME - 1, np.float32))) == 0
    assert len(joined([])) == 0


def test_level_is_rms_over_full_scale() -> None:
    times = np.arange(SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    frames = frames_of(np.sin(2 * np.pi * 200 * times).astype(np.float32))
    assert frames.level_db == pytest.approx(-3.01, abs=0.05)


def test_alpha_ratio_does_not_know_the_gain_and_falls_with_a_flatter_spectrum() -> None:
    calm, raised = vowel(Said("a", 0, 2)), vowel(Said("a", 0, 2, raised=True))
    quiet, loud = frames_of(calm * np.float32(0.1)), frames_of(calm)
    both = quiet.voiced & loud.voiced & (loud.level_db > -40)
    assert np.abs(quiet.alpha_db - loud.alpha_db)[both].max() < 0.1
    assert np.median(frames_of(raised).alpha_db) < np.median(loud.alpha_db) - 5


@given(cut=st.integers(1, 60))
@settings(max_examples=15, deadline=None)
def test_frames_of_blocks_are_the_frames_of_the_whole(cut: int) -> None:
    samples = vowel(Said("a", 0, 2))
    whole = frames_of(samples)
    parts = joined([frames_of(samples[: cut * HOP + FRAME - HOP]), frames_of(samples[cut * HOP :])])
    assert len(parts) == len(whole)
    assert np.allclose(parts.pitch[whole.voiced], whole.pitch[whole.voiced], atol=1e-3)


def test_a_window_never_looks_past_its_run() -> None:
    low, high = vowel(Said("a", 0, 2, pitch_hz=100)), vowel(Said("b", 0, 2, pitch_hz=200))
    edge = int(2 * FRAME_RATE_HZ)
    windows = windows_of(frames_of(np.concatenate([low, high])), [Run(0, edge, "a"), Run(edge, 2 * edge, "b")], 40)
    assert windows.voice[:20].tolist() == [0] * 20
    assert np.nanmax(windows.pitch[:20]) < 12.5
    assert np.nanmin(windows.pitch[21:]) > 20


def test_windows_without_speech_are_not_measured() -> None:
    windows = windows_of(frames_of(vowel(Said("a", 0, 2))), [Run(0, 20, "a")], 20)
    assert (windows.voice[:5] == 0).all()
    assert (windows.voice[5:] == -1).all()
    assert np.isnan(RULE.probability(windows)[5:]).all()


def test_the_rule_has_the_signs_of_the_literature() -> None:
    rises = dict(zip(FEATURES, RULE.weight, strict=True))
    assert rises["alpha over usual"] <= 0
    assert rises["hammarberg over usual"] <= 0
    assert rises["pitch over usual"] > 0
    assert rises["level over usual"] >= 0
    assert "RAVDESS" in RULE.source


def _conversation(raised_share: float, turns: int = 10) -> tuple[np.ndarray, np.ndarray]:
    """Probability per window of one voice of which a share is raised, and the truth."""
    said = [Said("a", 0, 1.5, raised=i < round(raised_share * turns)) for i in range(turns)]
    samples = np.concatenate([vowel(x, i) for i, x in enumerate(said)])
    run = int(1.5 * FRAME_RATE_HZ)
    runs = [Run(i * run, (i + 1) * run, "a") for i in range(turns)]
    probability = RULE.probability(windows_of(frames_of(samples), runs, 15 * turns))
    return probability, np.repeat([x.raised for x in said], 15)


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5])
def test_raised_speech_stands_out_even_where_all_is_equally_loud(share: float) -> None:
    probability, truth = _conversation(share)
    known = np.isfinite(probability)
    assert known.mean() > 0.9
    assert (probability[known & truth] >= 0.5).mean() > 0.9
    assert (probability[known & ~truth] < 0.5).mean() > 0.9


def test_a_voice_that_is_never_raised_is_not_reported() -> None:
    probability, _ = _conversation(0.0)
    assert np.nanmax(probability) < 0.5


def test_shared_speech_is_nobodys_usual() -> None:
    samples = np.concatenate([vowel(Said("a", 0, 4)), vowel(Said("a", 0, 8, raised=True))])
    edge, end = int(4 * FRAME_RATE_HZ), int(12 * FRAME_RATE_HZ)
    frames = frames_of(samples)
    apart = windows_of(frames, [Run(0, edge, "a"), Run(edge, end, "a", alone=False)], 120)
    usual = RULE.usual(apart)[0]
    assert usual.pitch < 12 * np.log2(130 / 55) + 1.5


def test_features_stay_within_their_limits() -> None:
    samples = np.concatenate([vowel(Said("a", 0, 2)), 0.001 * vowel(Said("a", 0, 2, pitch_hz=350))])
    windows = windows_of(frames_of(samples.astype(np.float32)), [Run(0, 160, "a")], 40)
    rows = RULE.features(windows)
    known = rows[np.isfinite(rows).all(axis=1)]
    assert len(known)
    assert (known >= LIMITS[0]).all()
    assert (known <= LIMITS[1]).all()


CALM = [18.0, 24.0, 12.0, -8.0]
"""alpha, Hammarberg, pitch, level of a calm voice"""


@pytest.mark.parametrize(
    ("other", "raised"),
    [
        ([7.0, 14.0, 18.0, 0.0], True),
        ([7.0, 14.0, 10.0, 0.0], False),  # deep: a radio, or a voice near the microphone
        ([7.0, 14.0, 18.0, -7.0], False),  # no louder
        ([14.0, 20.0, 18.0, 0.0], False),  # hardly flatter: another voice
    ],
)
def test_a_voice_that_is_heard_raised_only_is_told_by_the_others(other: list[float], raised: bool) -> None:
    figures = np.array([CALM, [19.0, 25.0, 20.0, -9.0], other])
    assert list(raised_only(figures, np.array([10.0, 8.0, 5.0]))) == [False, False, raised]


def test_most_of_the_speech_cannot_be_raised_against_the_rest() -> None:
    figures = np.array([CALM, [7.0, 14.0, 18.0, 0.0]])
    assert not raised_only(figures, np.array([5.0, 20.0])).any()
    assert not raised_only(figures[1:], np.array([20.0])).any()


@pytest.mark.parametrize("voices", [0, 1, 2])
def test_voices_of_whom_nothing_could_be_measured_are_not_raised(voices: int) -> None:
    assert not raised_only(np.array([CALM] * voices).reshape(-1, 4), np.zeros(voices)).any()
