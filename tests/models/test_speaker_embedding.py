from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import resample_poly

from models import speaker_embedding
from models.contract import SAMPLE_RATE_HZ, BackendUnavailable, RawSpan, RawVoiceTurn, Samples
from models.speaker_embedding import BANDS, LEVEL, SIZE, WEIGHTS, embed, gain_for, log_mels, voice_vectors
from tests.models.speech_truth import clip, truth


def tone(hz: float, seconds: float = 1.0) -> Samples:
    return (0.1 * np.sin(2 * np.pi * hz * np.arange(int(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ)).astype(np.float32)


def conversation() -> tuple[Samples, list[RawVoiceTurn]]:
    """Turns of a second or more in which nobody else speaks."""
    turns = truth("conversation.opus")
    alone = [t for t in turns if not any(o.start < t.end and t.start < o.end for o in turns if o.voice != t.voice)]
    return clip("conversation.opus"), [RawVoiceTurn(t.voice, t.start, t.end) for t in alone if t.end - t.start > 1]


def test_a_tone_lies_in_its_band() -> None:
    low, high = (int(log_mels(tone(hz))[50].argmax()) for hz in (200.0, 3000.0))
    assert 0 < low < high < BANDS


def test_blocks_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    sound = np.random.default_rng(1).normal(0, 0.1, 40_000).astype(np.float32)
    whole = log_mels(sound)
    monkeypatch.setattr(speaker_embedding, "BLOCK_FRAMES", 83)
    assert log_mels(sound) == pytest.approx(whole, abs=1e-4)
    assert whole.shape == (250, BANDS)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 3000), st.sampled_from([0.0, 1e-9, 0.3, np.nan, np.inf]))
def test_features_of_any_sound_are_numbers(count: int, level: float) -> None:
    assert np.isfinite(log_mels(np.full(count, level, np.float32), 50.0)).all()


def test_the_gain_brings_speech_to_its_level() -> None:
    sound = np.concatenate([np.zeros(SAMPLE_RATE_HZ, np.float32), tone(300)])
    assert gain_for(sound, [RawSpan(1.0, 2.0)]) * 0.1 / np.sqrt(2) == pytest.approx(LEVEL, rel=1e-3)


def test_a_voice_is_nearer_to_itself_than_to_others() -> None:
    sound, turns = conversation()
    found = embed(sound, SAMPLE_RATE_HZ, [RawSpan(t.start, t.end) for t in turns])
    assert found.shape == (len(turns), SIZE)
    assert np.linalg.norm(found, axis=1) == pytest.approx(np.ones(len(turns)), abs=1e-3)
    alike = found @ found.T
    same = np.array([[a.voice == b.voice for b in turns] for a in turns])
    apart = ~np.eye(len(turns), dtype=bool)
    assert alike[same & apart].mean() > alike[~same].mean() + 0.3


def test_level_and_rate_change_little() -> None:
    sound, turns = conversation()
    spans = [RawSpan(t.start, t.end) for t in turns]
    known = embed(sound, SAMPLE_RATE_HZ, spans)
    assert (embed(sound * 0.2, SAMPLE_RATE_HZ, spans) * known).sum(axis=1).min() > 0.99
    faster = resample_poly(sound, 3, 1).astype(np.float32)
    assert (embed(faster, 3 * SAMPLE_RATE_HZ, spans) * known).sum(axis=1).min() > 0.9


def test_each_voice_has_one_vector() -> None:
    sound, turns = conversation()
    found = voice_vectors(sound, SAMPLE_RATE_HZ, turns)
    assert set(found) == {t.voice for t in turns}
    assert all(v.shape == (SIZE,) and np.linalg.norm(v) == pytest.approx(1.0, abs=1e-3) for v in found.values())


def test_spans_without_sound_give_zeros() -> None:
    found = embed(tone(300), SAMPLE_RATE_HZ, [RawSpan(0.2, 0.8), RawSpan(5.0, 6.0), RawSpan(0.5, 0.5)])
    assert np.linalg.norm(found, axis=1) == pytest.approx([1.0, 0.0, 0.0], abs=1e-3)
    assert embed(tone(300), SAMPLE_RATE_HZ, []).shape == (0, SIZE)


def test_missing_weights_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    assert speaker_embedding.probe().available
    assert WEIGHTS.stat().st_size < 5_000_000
    monkeypatch.setattr(speaker_embedding, "WEIGHTS", WEIGHTS.with_name("nowhere.onnx"))
    assert speaker_embedding.probe() == (False, "nowhere.onnx is missing in models/data")
    with pytest.raises(BackendUnavailable, match=r"nowhere\.onnx"):
        embed(tone(300), SAMPLE_RATE_HZ, [RawSpan(0.0, 1.0)])
