from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import sawtooth

from models.contract import SAMPLE_RATE_HZ, Samples
from models.speaker_embedding import BANDS, log_mels
from models.training.speaker_crops import FILES, PER_FILE, SPEEDS, Crops, cut, room, shouted, spoken, voice_classes


def buzz(hz: float, seconds: float = 3.0) -> Samples:
    times = np.arange(int(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    return (0.3 * sawtooth(2 * np.pi * hz * times) * (1 + 0.3 * np.sin(20 * times))).astype(np.float32)


def test_batches_are_repeatable_and_labelled() -> None:
    classes = voice_classes({str(hz): [buzz(hz)] for hz in (90.0, 120.0, 200.0, 240.0, 300.0, 330.0)}, {})
    assert len(classes) == 6 * len(SPEEDS)
    (first, labels), (second, _) = Crops(classes, 3).batch(), Crops(classes, 3).batch()
    assert (first == second).all()
    assert first.shape[0] == labels.shape[0] == FILES * PER_FILE
    assert first.shape[2] == BANDS
    assert np.isfinite(first).all()
    assert set(labels.tolist()) <= set(range(len(classes)))


def test_a_shout_without_change_is_the_sound_itself() -> None:
    sound = buzz(150.0, 1.0)
    assert shouted(sound, 1.0, 0.0, 0.0)[600:-600] == pytest.approx(sound[600:-600], abs=1e-3)


def test_a_shout_has_the_flatter_spectrum() -> None:
    sound = buzz(150.0, 1.0)
    calm, loud = (log_mels(s).mean(axis=0) for s in (sound, shouted(sound, 1.0, 0.0, 12.0)))
    rise = loud - calm
    assert rise[-20:-5].mean() > rise[:10].mean() + 1.5


def test_pauses_are_taken_out() -> None:
    sound = np.concatenate([buzz(100.0), np.zeros(2 * SAMPLE_RATE_HZ, np.float32), buzz(100.0)])
    kept = spoken(sound)
    assert 6 * SAMPLE_RATE_HZ <= len(kept) < 6.5 * SAMPLE_RATE_HZ
    assert np.sqrt(np.mean(kept**2)) == pytest.approx(1.0, rel=1e-3)


def test_short_utterances_are_said_again() -> None:
    assert len(cut(np.random.default_rng(1), (buzz(100.0, 0.5),), 1.2)) == 2 * SAMPLE_RATE_HZ


def test_a_far_voice_has_the_stronger_tail() -> None:
    near, far = (room(np.random.default_rng(2), 0.4, db) for db in (15.0, -5.0))
    assert near[0] == far[0] == 1.0
    assert np.square(far[1:]).sum() > 10 * np.square(near[1:]).sum()
