"""Pitch, tilt and windows, on vowels whose figures are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.contract import SAMPLE_RATE_HZ, Samples
from models.vocal_effort import FIGURES, FRAME, FRAME_RATE_HZ, HOP, Run, frames_of, joined, windows_of
from tests.pipeline.stages.made_voices import Said, vowel


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
    assert not windows.measured[5:].any()
    assert (windows.run[:5] == 0).all()
    assert (windows.run[5:] == -1).all()


def test_a_raised_vowel_has_more_of_the_upper_bands_whatever_the_gain() -> None:
    runs = [Run(0, 80, "a")]
    calm = windows_of(frames_of(vowel(Said("a", 0, 2))), runs, 20).figures
    loud = windows_of(frames_of(vowel(Said("a", 0, 2, raised=True)) * np.float32(0.1)), runs, 20).figures
    over = dict(zip(FIGURES, np.nanmedian(loud, axis=0) - np.nanmedian(calm, axis=0), strict=True))
    assert over["alpha"] < -4
    assert over["hammarberg"] < -4
    assert over["middle slope"] > 2
    assert over["pitch"] == pytest.approx(7.0, abs=0.5)
    assert over["level"] == pytest.approx(-20.0, abs=3.0)
