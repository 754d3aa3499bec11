from __future__ import annotations

import numpy as np

from models.contract import SAMPLE_RATE_HZ
from models.training.conversations import conversation, speech_frames


def made_voices() -> dict[str, list[np.ndarray]]:
    rng = np.random.default_rng(1)
    gate = (np.sin(np.arange(6 * SAMPLE_RATE_HZ) / 4000) > -0.5).astype(np.float32)
    return {name: [(rng.normal(0, 0.1, 6 * SAMPLE_RATE_HZ) * gate).astype(np.float32)] for name in "abc"}


def test_conversations_are_repeatable_and_marked() -> None:
    one, two = (conversation(made_voices(), np.random.default_rng(3), 2, 20.0) for _ in range(2))
    assert (one.samples == two.samples).all()
    assert one.names == two.names
    assert one.active.shape == (2, 2000)
    assert one.active.any(axis=1).all()
    assert np.abs(one.samples).max() <= 1.0


def test_marked_frames_are_louder_than_the_others() -> None:
    made = conversation(made_voices(), np.random.default_rng(4), 2, 30.0)
    level = np.square(made.samples).reshape(-1, 160).mean(axis=1)
    heard = made.active.any(axis=0)
    assert level[heard].mean() > 4 * level[~heard].mean()


def test_silence_between_words_is_not_speech() -> None:
    sound = np.zeros(SAMPLE_RATE_HZ * 2, np.float32)
    sound[:SAMPLE_RATE_HZ] = np.random.default_rng(1).normal(0, 0.1, SAMPLE_RATE_HZ)
    frames = speech_frames(sound)
    assert frames[:100].all()
    assert not frames[110:].any()
