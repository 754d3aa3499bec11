"""Vowels made of harmonics, whose pitch, tilt and level are known, and a recording that holds them in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from models.contract import SAMPLE_RATE_HZ, Samples
from pipeline.types import Diarization, Evidence, ScoredSpan, VoiceTurn
from tests.pipeline.stages.audio_in_memory import evidence_with


@dataclass(frozen=True)
class Said:
    """One voice from `start` to `end`: `raised` lifts the pitch by 7 semitones and flattens the spectrum."""

    voice: str
    start: float
    end: float
    raised: bool = False
    pitch_hz: float = 120.0
    level: float = 0.05


def vowel(said: Said, seed: int = 0) -> Samples:
    """Syllables of 0.18 s with pauses of 0.07 s; harmonics fall by 9 dB per octave, by 5 dB where raised."""
    random = np.random.default_rng(seed)
    count = round((said.end - said.start) * SAMPLE_RATE_HZ)
    times = np.arange(count) / SAMPLE_RATE_HZ
    pitch_hz = said.pitch_hz * (1.5 if said.raised else 1.0) * (1 + 0.03 * np.sin(2 * np.pi * 1.3 * times))
    phase = 2 * np.pi * np.cumsum(pitch_hz) / SAMPLE_RATE_HZ
    slope = 5.0 if said.raised else 9.0
    sound = np.zeros(count)
    for k in range(1, int(6000 / said.pitch_hz / 1.6)):
        sound += np.sin(k * phase + random.uniform(0, 6)) * 10 ** (-slope * np.log2(k) / 20)
    gate = np.minimum(1.0, 8 * np.maximum(0, np.sin(2 * np.pi * times / 0.5) ** 2 - 0.2))
    sound *= gate
    return np.asarray(sound * said.level / (np.sqrt(np.mean(sound**2)) + 1e-9), np.float32)


def recording_of(
    lines: Sequence[Said], duration: float, *, voices: bool = True, noise: float = 0.0005, start: float = 0.0
) -> Evidence:
    """A recording of these lines with true speech and, if wanted, true voices. Sound begins at `start`."""
    samples = np.random.default_rng(7).normal(0, noise, round((duration - start) * SAMPLE_RATE_HZ)).astype(np.float32)
    for seed, line in enumerate(lines):
        first = round((line.start - start) * SAMPLE_RATE_HZ)
        sound = vowel(line, seed)
        samples[first : first + len(sound)] += sound
    turns = tuple(VoiceTurn(x.voice, x.start, x.end) for x in lines)
    return replace(
        evidence_with(samples, start, duration),
        speech=tuple(ScoredSpan(x.start, x.end) for x in lines),
        voices=Diarization(turns, turns, None) if voices else None,
    )


CONVERSATION = (
    Said("v1", 0.5, 2.5),
    Said("v2", 3.0, 5.0, pitch_hz=200.0),
    Said("v1", 5.5, 7.3, raised=True),
    Said("v2", 8.0, 10.0, pitch_hz=200.0),
    Said("v1", 10.5, 12.5),
    Said("v2", 13.0, 15.0, raised=True, pitch_hz=200.0),
    Said("v1", 15.5, 17.5),
    Said("v2", 18.0, 20.0, pitch_hz=200.0),
)
"""Two voices; each is raised once, at 5.5 to 7.3 s and at 13 to 15 s."""
