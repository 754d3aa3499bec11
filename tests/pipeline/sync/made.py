"""Made sound with onsets like speech, heard by two cameras at known times."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.signal import butter, sosfilt

from models.contract import SAMPLE_RATE_HZ, Samples
from pipeline.sync import band_flux
from pipeline.types import BandFlux, Span


def talk(duration: float, seed: int) -> Samples:
    """Syllables of 0.1 to 0.3 s in changing bands, with pauses: shape (n,)."""
    rng = np.random.default_rng(seed)
    out = np.zeros(round(duration * SAMPLE_RATE_HZ), np.float32)
    at = 0.2
    while at < duration - 0.5:
        length = float(rng.uniform(0.1, 0.3))
        low = float(rng.uniform(200, 3000))
        count = round(length * SAMPLE_RATE_HZ)
        sos = butter(2, (low, min(low * 2.5, 7000)), "bandpass", fs=SAMPLE_RATE_HZ, output="sos")
        first = round(at * SAMPLE_RATE_HZ)
        piece = sosfilt(sos, rng.normal(0, 1, count)) * np.hanning(count) ** 0.5
        out[first : first + count] += piece.astype(np.float32)
        at += length + float(rng.uniform(0.02, 0.1) if rng.uniform() < 0.85 else rng.uniform(0.5, 1.5))
    return out / np.float32(np.abs(out).max())


def recorded(
    scene: Samples, offset: float, duration: float, *, drift_ppm: float = 0.0, noise: float = 0.05, seed: int = 0
) -> Samples:
    """What a camera keeps of a scene: its time t is `offset + t * (1 + drift_ppm / 1e6)`, with noise of its own."""
    rng = np.random.default_rng(seed)
    times = offset + np.arange(round(duration * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ * (1 + drift_ppm * 1e-6)
    heard = np.interp(times * SAMPLE_RATE_HZ, np.arange(len(scene)), scene, left=0.0, right=0.0)
    return (heard * rng.uniform(0.1, 0.5) + noise * 0.1 * rng.normal(0, 1, len(heard))).astype(np.float32)


def print_of(samples: Samples) -> BandFlux:
    return band_flux([samples], 0.0)


def reader(samples: Samples) -> Callable[[Span], Samples]:
    def read(span: Span) -> Samples:
        first, last = round(span.start * SAMPLE_RATE_HZ), round(span.end * SAMPLE_RATE_HZ)
        out = np.zeros(last - first, np.float32)
        low, high = max(0, first), min(len(samples), last)
        if high > low:
            out[low - first : high - first] = samples[low:high]
        return out

    return read
