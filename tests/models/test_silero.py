from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from models import silero
from models.contract import SAMPLE_RATE_HZ, BackendUnavailable, Samples
from models.silero import FRAME_SAMPLES, Silero, levelled, speech_probabilities
from tests.models.speech_truth import clip, covered, speech_of


def agreement(samples: Samples, name: str) -> tuple[float, float]:
    """(share of the true speech found, share of what was found that is speech or within 0.2 s of it)."""
    duration = len(samples) / SAMPLE_RATE_HZ
    truth, found = covered(speech_of(name), duration), covered(Silero().detect(samples), duration)
    near = np.convolve(truth, np.ones(41), mode="same") > 0
    return float((truth & found).sum() / truth.sum()), float((found & near).sum() / max(1, found.sum()))


@pytest.mark.parametrize("name", ["commands.flac", "talk.flac", "conversation.opus"])
def test_speech_is_found(name: str) -> None:
    recall, precision = agreement(clip(name), name)
    assert recall > 0.9
    assert precision > 0.97


@pytest.mark.parametrize("gain_db", [-30, 12])
def test_a_quiet_or_clipped_voice_is_found_too(gain_db: float) -> None:
    sound = np.clip(clip("commands.flac") * 10 ** (gain_db / 20), -1, 1).astype(np.float32)
    recall, _ = agreement(sound, "commands.flac")
    assert recall > 0.85


def test_speech_in_noise_is_found() -> None:
    sound = clip("commands.flac")
    noise = np.random.default_rng(1).normal(0, 1, len(sound)) * np.sqrt(np.mean(sound**2)) * 0.3
    recall, precision = agreement((sound + noise).astype(np.float32), "commands.flac")
    assert recall > 0.8
    assert precision > 0.85


@pytest.mark.parametrize(
    "sound",
    [
        np.zeros(0, np.float32),
        np.zeros(5, np.float32),
        np.zeros(SAMPLE_RATE_HZ * 4, np.float32),
        np.full(SAMPLE_RATE_HZ, 0.5, np.float32),
        np.random.default_rng(2).normal(0, 1e-4, SAMPLE_RATE_HZ * 5).astype(np.float32),
        np.sin(np.arange(SAMPLE_RATE_HZ * 5) * 0.4).astype(np.float32),
    ],
    ids=["empty", "five samples", "silence", "constant", "faint hiss", "tone"],
)
def test_no_speech_where_there_is_none(sound: Samples) -> None:
    assert Silero().detect(sound) == ()


def test_broken_samples_do_not_stop_it() -> None:
    sound = clip("commands.flac").copy()
    sound[1000:1010] = np.nan
    sound[2000] = np.inf
    assert len(Silero().detect(sound)) >= 3


def test_the_same_sound_gives_the_same_answer() -> None:
    assert Silero().detect(clip("talk.flac")) == Silero().detect(clip("talk.flac"))


def test_calls_of_the_network_join_without_a_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = speech_probabilities(clip("talk.flac"))
    monkeypatch.setattr(silero, "FRAMES_PER_CALL", 37)
    assert speech_probabilities(clip("talk.flac")) == pytest.approx(whole, abs=1e-4)
    assert len(whole) == -(-len(clip("talk.flac")) // FRAME_SAMPLES)


def test_levelling_raises_a_far_voice_and_keeps_silence() -> None:
    near = np.random.default_rng(3).normal(0, 0.2, SAMPLE_RATE_HZ * 6).astype(np.float32)
    sound = np.concatenate([near, near * 0.01, np.zeros(SAMPLE_RATE_HZ * 6, np.float32)])
    out = levelled(sound, 0.7, 30.0, 4.0)
    middle = slice(9 * SAMPLE_RATE_HZ, 11 * SAMPLE_RATE_HZ)
    assert np.std(out[middle]) > 20 * np.std(sound[middle])
    assert not out[-3 * SAMPLE_RATE_HZ :].any()
    assert np.abs(out).max() <= 1.0


@settings(max_examples=60, deadline=None)
@given(arrays(np.float32, st.integers(0, 400), elements=st.floats(0, 1, width=32)), st.floats(0, 20))
def test_spans_are_in_order_apart_and_inside(probabilities: np.ndarray, spare: float) -> None:
    duration = max(0.0, len(probabilities) * 0.032 - min(spare, 0.03))
    spans = Silero().spans(probabilities, duration)
    assert all(0 <= s.start < s.end <= duration and 0 <= s.score <= 1 for s in spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))


def test_info_names_the_weights() -> None:
    info = Silero().info
    assert len(info.weights["silero_vad_v6.onnx"]) == 64
    assert info.settings["threshold"] == 0.2
    assert silero.probe().available


def test_missing_weights_are_said_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(silero, "weights_path", lambda: None)
    assert silero.probe().available is False
    with pytest.raises(BackendUnavailable, match="install faster-whisper"):
        Silero().detect(np.zeros(SAMPLE_RATE_HZ, np.float32))
