"""Radio turns set apart: made voices, wide and through a telephone band."""

from __future__ import annotations

import numpy as np
from scipy.signal import butter, sosfilt

from models.contract import SAMPLE_RATE_HZ, RawVoiceTurn, Samples
from models.radio_turns import radio_apart


def voice(seconds: float, pitch_hz: float, seed: int = 0) -> Samples:
    """Syllables of a buzz with all harmonics, falling 6 dB an octave, over faint noise."""
    times = np.arange(int(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    buzz = sum(np.sin(2 * np.pi * k * pitch_hz * times) / k for k in range(1, int(7000 / pitch_hz)))
    syllables = 0.5 * (1 + np.sin(2 * np.pi * 4 * times)) ** 2
    noise = np.random.default_rng(seed).normal(0, 1e-3, len(times))
    return (0.1 * buzz * syllables + noise).astype(np.float32)


def over_radio(samples: Samples) -> Samples:
    band = butter(6, (300, 3400), "bandpass", fs=SAMPLE_RATE_HZ, output="sos")
    return sosfilt(band, samples).astype(np.float32)


def test_narrow_turns_of_a_wide_voice_become_a_voice_of_their_own() -> None:
    near, radio = voice(3, 120), over_radio(voice(3, 130, 1))
    samples = np.concatenate([near, radio, near, radio])
    turns = tuple(RawVoiceTurn("v1", k * 3.0, k * 3.0 + 3) for k in range(4))
    assert [t.voice for t in radio_apart(samples, turns)] == ["v1", "v2", "v1", "v2"]
    assert [(t.start, t.end) for t in radio_apart(samples, turns)] == [(t.start, t.end) for t in turns]


def test_voices_that_are_all_of_one_band_stay_whole() -> None:
    for make in (lambda s: s, over_radio):
        samples = np.concatenate([make(voice(3, 110)), make(voice(3, 200, 1))])
        turns = (RawVoiceTurn("v1", 0, 3), RawVoiceTurn("v2", 3, 6))
        assert radio_apart(samples, turns) == turns


def test_a_high_voice_or_a_muffled_one_is_no_radio() -> None:
    for edges, kind in ((300, "high"), (3400, "low")):
        cut = butter(6, edges, kind, fs=SAMPLE_RATE_HZ, output="sos")
        cut_off = sosfilt(cut, voice(3, 130, 1)).astype(np.float32)
        samples = np.concatenate([voice(3, 120), cut_off])
        turns = (RawVoiceTurn("v1", 0, 3), RawVoiceTurn("v1", 3, 6))
        assert radio_apart(samples, turns) == turns


def test_a_moment_of_radio_is_too_little_and_silence_says_nothing() -> None:
    samples = np.concatenate([voice(4, 120), over_radio(voice(0.8, 120)), np.zeros(SAMPLE_RATE_HZ, np.float32)])
    turns = (RawVoiceTurn("v1", 0, 4), RawVoiceTurn("v1", 4, 4.8), RawVoiceTurn("v1", 4.8, 5.8))
    assert radio_apart(samples, turns) == turns


def test_nobody_speaks() -> None:
    assert radio_apart(np.zeros(0, np.float32), ()) == ()
