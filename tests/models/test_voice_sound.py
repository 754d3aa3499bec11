"""Near and far, narrow and wide, on made syllables whose room and band are known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import butter, oaconvolve, sosfilt

from models.contract import SAMPLE_RATE_HZ, Samples
from models.voice_sound import SoundOfVoice, sound_of_voice
from tests.pipeline.stages.made_voices import Said, vowel


def speech(seed: int = 1) -> Samples:
    """Eight seconds of vowels with a hiss between them, as sibilants are, over a quiet noise."""
    random = np.random.default_rng(seed)
    voiced = vowel(Said("a", 0, 8), seed)
    hiss = sosfilt(butter(4, 4000, "high", fs=SAMPLE_RATE_HZ, output="sos"), random.normal(0, 0.05, len(voiced)))
    gate = np.sin(2 * np.pi * np.arange(len(voiced)) / SAMPLE_RATE_HZ / 1.0 + 0.5) > 0.9
    return np.asarray(voiced + gate * hiss + random.normal(0, 1e-4, len(voiced)), np.float32)


def room(rt60: float, seed: int = 2) -> Samples:
    times = np.arange(round(0.5 * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    tail = np.random.default_rng(seed).normal(0, 1, len(times)) * 10 ** (-3 * times / rt60) * 0.03
    tail[0] = 1.0
    return np.asarray(tail, np.float32)


def radio(sound: Samples) -> Samples:
    band = sosfilt(butter(4, (300, 3400), "bandpass", fs=SAMPLE_RATE_HZ, output="sos"), sound)
    return np.asarray(np.tanh(6 * band) / 6, np.float32)


def figures(sound: Samples) -> SoundOfVoice:
    found = sound_of_voice([sound])
    assert found is not None
    return found


def test_echoes_fill_the_gaps_of_a_far_voice() -> None:
    near, far = figures(speech()), figures(np.asarray(oaconvolve(speech(), room(0.6)), np.float32))
    assert near.fall_db > far.fall_db + 4


def test_a_radio_is_narrow_at_both_ends() -> None:
    wide, narrow = figures(speech()), figures(radio(speech()))
    assert narrow.low_db < wide.low_db - 10
    assert narrow.high_db < wide.high_db - 10


@pytest.mark.parametrize("gain", [0.1, 0.5])
def test_the_gain_changes_the_level_and_nothing_else(gain: float) -> None:
    loud, quiet = figures(speech()), figures(speech() * np.float32(gain))
    assert quiet.level_db - loud.level_db == pytest.approx(20 * np.log10(gain), abs=0.2)
    assert (quiet.low_db, quiet.high_db, quiet.fall_db) == pytest.approx(
        (loud.low_db, loud.high_db, loud.fall_db), abs=0.2
    )


def test_too_little_says_nothing() -> None:
    assert sound_of_voice([]) is None
    assert sound_of_voice([np.zeros(100, np.float32)]) is None
    assert sound_of_voice([np.zeros(SAMPLE_RATE_HZ, np.float32)]) is None
    assert sound_of_voice([speech()[: SAMPLE_RATE_HZ // 4]]) is None
