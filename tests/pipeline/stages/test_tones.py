"""Tones are found where they lie; speech-like sound and noise are none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.contract import SAMPLE_RATE_HZ, Samples, no_progress
from pipeline.codec import decode, encode
from pipeline.errors import NotMeasurable
from pipeline.stages.scan import LEVEL_HZ
from pipeline.stages.tones import MeasureTones, searched, tones_in
from pipeline.types import Curve, Evidence, Span
from tests.pipeline.stages.audio_in_memory import evidence_with

DRAW = np.random.default_rng(3)


def noise(seconds: float, level: float = 0.01) -> Samples:
    return (np.random.default_rng(4).standard_normal(round(seconds * SAMPLE_RATE_HZ)) * level).astype(np.float32)


def with_beep(samples: Samples, at: float, hz: float = 2700.0, seconds: float = 0.2, level: float = 0.3) -> Samples:
    time = np.arange(round(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    edge = np.minimum(1.0, np.minimum(time, seconds - time) / 0.005)
    out = samples.copy()
    first = round(at * SAMPLE_RATE_HZ)
    out[first : first + len(time)] += (np.sin(2 * np.pi * hz * time) * edge * level).astype(np.float32)
    return out


def measured(samples: Samples) -> Evidence:
    evidence = evidence_with(samples)
    rows = samples[: len(samples) // 800 * 800].reshape(-1, 800)
    return replace(evidence, peak=Curve(LEVEL_HZ, 0.0, np.abs(rows).max(axis=1)))


def test_a_beep_is_found_with_its_time_and_pitch() -> None:
    (tone,) = tones_in(with_beep(noise(4), 1.5), 10.0)
    assert tone.start == pytest.approx(11.5, abs=0.03) and tone.end == pytest.approx(11.7, abs=0.03)
    assert tone.hz == pytest.approx(2700, abs=15)


def test_two_beeps_are_two_tones() -> None:
    samples = with_beep(with_beep(noise(4), 1.0, 3100), 1.4, 3100)
    assert [round(t.start, 1) for t in tones_in(samples, 0.0)] == [1.0, 1.4]


@pytest.mark.parametrize("kind", ["noise", "hum", "vowel", "sweep", "long", "click", "silence"])
def test_what_is_no_tone(kind: str) -> None:
    time = np.arange(4 * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    gate = (time > 1.0) & (time < 1.3)
    sounds = {
        "noise": noise(4, 0.1),
        "hum": noise(4) + 0.3 * np.sin(2 * np.pi * 180 * time) * gate,
        "vowel": noise(4) + 0.05 * gate * sum(np.sin(2 * np.pi * 210 * n * time) / n**0.5 for n in range(1, 20)),
        "sweep": noise(4) + 0.3 * np.sin(2 * np.pi * (1000 + 1500 * time) * time) * gate,
        "long": noise(4) + 0.3 * np.sin(2 * np.pi * 2000 * time) * ((time > 0.5) & (time < 3.0)),
        "click": noise(4) + 0.9 * ((time > 1.0) & (time < 1.002)),
        "silence": np.zeros(4 * SAMPLE_RATE_HZ),
    }
    assert list(tones_in(sounds[kind].astype(np.float32), 0.0)) == []


def test_a_piece_shorter_than_a_tone_has_none() -> None:
    assert list(tones_in(np.zeros(0, np.float32), 0.0)) == []
    assert list(tones_in(noise(0.05), 0.0)) == []


def test_only_beside_starts_silences_and_ends() -> None:
    samples = noise(120)
    samples[60 * SAMPLE_RATE_HZ : 80 * SAMPLE_RATE_HZ] = 0.0
    for at in (2.0, 30.0, 58.5, 81.0, 118.0):
        samples = with_beep(samples, at)
    evidence = measured(samples)
    assert searched(evidence) == tuple(Span(a, b) for a, b in ((0, 6), (53.975, 65.975), (74.025, 86.025), (114, 120)))
    tones = MeasureTones()(evidence, no_progress).tones
    assert tones is not None
    assert [round(t.start, 1) for t in tones] == [2.0, 58.5, 81.0, 118.0]
    assert decode("tones", encode(tones)) == tones


def test_nothing_measured_without_sound() -> None:
    with pytest.raises(NotMeasurable):
        MeasureTones()(evidence_with(None), no_progress)


def test_a_steady_tone_over_low_voiced_sound_is_found_and_a_wavering_one_is_not() -> None:
    at = np.arange(3 * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    voice = sum(np.sin(2 * np.pi * 140 * n * at) / n for n in range(1, 5)) * 0.1
    voice += np.random.default_rng(3).normal(0, 0.001, len(at))
    inside = (at >= 1.0) & (at < 1.25)
    steady = voice + np.where(inside, 0.03 * np.sin(2 * np.pi * 2300 * at), 0.0)
    (one,) = tones_in(steady.astype(np.float32), 0.0)
    assert abs(one.start - 1.0) < 0.05 and abs(one.hz - 2300) < 20
    tremble = 0.03 * (1 + 0.6 * np.sin(2 * np.pi * 14 * at)) * np.sin(2 * np.pi * 2300 * at)
    assert list(tones_in((voice + np.where(inside, tremble, 0.0)).astype(np.float32), 0.0)) == []


def test_the_overtones_of_a_low_horn_are_no_tone_of_a_camera() -> None:
    at = np.arange(3 * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    horn = np.where((at >= 1.0) & (at < 1.5), sum(np.sin(2 * np.pi * 450 * n * at) / n for n in (1, 3, 5)) * 0.2, 0.0)
    noisy = horn + np.random.default_rng(3).normal(0, 0.001, len(at))
    assert list(tones_in(noisy.astype(np.float32), 0.0)) == []
