from __future__ import annotations

import numpy as np
import pytest

from models import speaker_features
from models.contract import SAMPLE_RATE_HZ
from models.speaker_features import CEPSTRA, VECTOR, frames, voiced_or_file_mean, window_vectors
from tests.models.speech_truth import clip, truth


def harmonic(hz: float, seconds: float = 1.0) -> np.ndarray:
    at = np.arange(round(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    return (0.1 * sum(np.sin(2 * np.pi * hz * k * at) / k for k in range(1, 12))).astype(np.float32)


@pytest.mark.parametrize("hz", [80.0, 120.0, 210.0, 330.0])
def test_the_pitch_of_a_harmonic_sound_is_found(hz: float) -> None:
    heard = frames(harmonic(hz))
    inner = slice(5, -5)
    assert heard.voiced[inner].mean() > 0.95
    assert np.median(heard.octaves[inner]) == pytest.approx(np.log2(hz / 65.0), abs=0.05)


def test_noise_and_silence_are_not_voiced() -> None:
    noise = np.random.default_rng(1).normal(0, 0.1, SAMPLE_RATE_HZ).astype(np.float32)
    assert frames(noise).voiced.mean() < 0.1
    assert frames(np.zeros(SAMPLE_RATE_HZ, np.float32)).voiced.sum() == 0


def test_blocks_do_not_change_the_features(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = frames(clip("talk.flac"))
    monkeypatch.setattr(speaker_features, "BLOCK_FRAMES", 83)
    cut = frames(clip("talk.flac"))
    assert len(cut) == len(whole) == len(clip("talk.flac")) // 160
    assert cut.cepstra == pytest.approx(whole.cepstra, abs=1e-3)
    assert (cut.voiced == whole.voiced).all()


def test_gain_moves_the_level_alone() -> None:
    sound = clip("commands.flac")
    loud, soft = frames(sound), frames(sound * np.float32(0.5))
    difference = (loud.cepstra - soft.cepstra)[60:170]
    assert np.median(difference[:, 0]) == pytest.approx(np.log(4) * np.sqrt(32), rel=0.1)
    assert np.abs(np.median(difference[:, 1:], axis=0)).max() < 0.3


def test_windows_hold_statistics_of_their_own_speech() -> None:
    heard = frames(clip("commands.flac"))
    speech = np.zeros(len(heard), bool)
    for turn in truth("commands.flac"):
        speech[round(turn.start * 100) : round(turn.end * 100)] = True
    at = np.array([110, 330])
    vectors = window_vectors(heard, speech, at, 100)
    assert vectors.shape == (2, VECTOR)
    inside = heard.cepstra[60:160][speech[60:160]]
    assert vectors[0, :CEPSTRA] == pytest.approx(inside.mean(axis=0), abs=1e-3)
    assert vectors[0, CEPSTRA : 2 * CEPSTRA] == pytest.approx(inside.std(axis=0), abs=1e-2)


@pytest.mark.parametrize("samples", [0, 1, 100, 400, 1000])
def test_very_short_sound_gives_finite_features(samples: int) -> None:
    heard = frames(np.full(samples, 0.1, np.float32))
    vectors = window_vectors(heard, np.ones(len(heard), bool), np.array([0]), 150)
    assert np.isfinite(vectors).all()


def test_windows_without_a_voiced_frame_take_the_files_mean() -> None:
    vectors = np.zeros((3, VECTOR), np.float32)
    vectors[0, -1], vectors[1, -1] = 0.5, 0.7
    vectors[0, 3 * CEPSTRA : -1], vectors[1, 3 * CEPSTRA : -1] = 1.0, 3.0
    out = voiced_or_file_mean(vectors)
    assert out[2, 3 * CEPSTRA : -1] == pytest.approx(2.0)
    assert out[2, -1] == 0.0
    assert not vectors[2].any()
