"""What tells voices apart without a neural network: cepstra, their movement, and the pitch, over windows of speech."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.fft import dct, irfft, rfft

from models.contract import SAMPLE_RATE_HZ, Samples

HOP = 0.01
"""seconds per frame"""
HOP_SAMPLES = round(HOP * SAMPLE_RATE_HZ)
FRAME_SAMPLES = 512
"""32 ms: two periods of a 63 Hz voice"""
BANDS = 32
LOWEST_HZ, HIGHEST_HZ = 80.0, 7600.0
CEPSTRA = 20
PITCH_LOWEST_HZ, PITCH_HIGHEST_HZ = 65.0, 400.0
VOICED = 0.45
"""normalised autocorrelation above which a frame counts as voiced"""
BLOCK_FRAMES = 6000
"""a minute at a time: bounds memory"""

Array = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Frames:
    """One row per 10 ms: `cepstra` (n, 20), level first; `octaves` (n,) of F0 over 65 Hz; `voiced` (n,) 0 or 1."""

    cepstra: Array
    octaves: Array
    voiced: Array

    def __len__(self) -> int:
        return len(self.cepstra)


@cache
def _filters() -> NDArray[np.float64]:
    """Triangular mel filters, shape (bins, bands)."""
    mel = np.linspace(_mel(LOWEST_HZ), _mel(HIGHEST_HZ), BANDS + 2)
    edges = 700 * (10 ** (mel / 2595) - 1)
    bins = np.arange(FRAME_SAMPLES // 2 + 1) * SAMPLE_RATE_HZ / FRAME_SAMPLES
    rise = (bins[:, None] - edges[:-2]) / (edges[1:-1] - edges[:-2])
    fall = (edges[2:] - bins[:, None]) / (edges[2:] - edges[1:-1])
    return np.maximum(0.0, np.minimum(rise, fall))


def _mel(hz: float) -> float:
    return float(2595 * np.log10(1 + hz / 700))


def frames(samples: Samples) -> Frames:
    """Features of every frame; the sound is padded so that frame i is centred at i * 10 ms."""
    count = max(1, len(samples) // HOP_SAMPLES)
    clean = np.nan_to_num(samples, posinf=1.0, neginf=-1.0).astype(np.float32)
    padded = np.pad(clean, (FRAME_SAMPLES // 2, FRAME_SAMPLES + HOP_SAMPLES))
    parts = []
    for first in range(0, count, BLOCK_FRAMES):
        last = min(count, first + BLOCK_FRAMES)
        piece = padded[first * HOP_SAMPLES : (last - 1) * HOP_SAMPLES + FRAME_SAMPLES]
        cut = np.lib.stride_tricks.sliding_window_view(piece, FRAME_SAMPLES)[::HOP_SAMPLES]
        parts.append((_cepstra(cut), *_pitch(cut)))
    cepstra, octaves, voiced = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Frames(cepstra, octaves, voiced)


def _cepstra(cut: Array) -> Array:
    window = np.hanning(FRAME_SAMPLES)
    power = np.abs(rfft(cut * window, axis=1)) ** 2
    logs = np.log(power @ _filters() + 1e-7)
    return np.asarray(dct(logs, type=2, axis=1, norm="ortho")[:, :CEPSTRA], np.float32)


def _pitch(cut: Array) -> tuple[Array, Array]:
    """F0 in octaves over the lowest, and whether the frame is voiced, from the autocorrelation of the frame."""
    window = np.hanning(FRAME_SAMPLES)
    centred = (cut - cut.mean(axis=1, keepdims=True)) * window
    correlation = irfft(np.abs(rfft(centred, 2 * FRAME_SAMPLES, axis=1)) ** 2, axis=1)[:, :FRAME_SAMPLES]
    shape = irfft(np.abs(rfft(window, 2 * FRAME_SAMPLES)) ** 2)[:FRAME_SAMPLES]
    first, last = int(SAMPLE_RATE_HZ / PITCH_HIGHEST_HZ), int(SAMPLE_RATE_HZ / PITCH_LOWEST_HZ)
    strength = correlation / np.maximum(correlation[:, :1], 1e-9) * (shape[0] / np.maximum(shape, 1e-6))
    searched = strength[:, first : last + 1]
    # a period's double is as strong as the period: of lags about as strong as the best, the shortest is the period
    good = searched >= 0.9 * searched.max(axis=1, keepdims=True)
    lag = first + np.argmax(good, axis=1)
    best = searched.max(axis=1)
    octaves = np.log2(SAMPLE_RATE_HZ / lag / PITCH_LOWEST_HZ)
    loud = correlation[:, 0] > 1e-5
    return octaves.astype(np.float32), ((best > VOICED) & loud).astype(np.float32)


VECTOR = 3 * CEPSTRA + 3 + (CEPSTRA - 1)
"""length of a window's vector"""


def window_vectors(given: Frames, speech: NDArray[np.bool_], centres: NDArray[np.int64], width: int) -> Array:
    """Statistics of the speech frames within `width` frames around each centre, shape (len(centres), VECTOR).

    Means and spreads of the cepstra, spread of their movement, means over the voiced frames alone, pitch, and its
    spread. Windows without speech give zeros.
    """
    weight = speech.astype(np.float64)
    voiced = weight * given.voiced
    first = np.clip(centres - width // 2, 0, len(given))
    last = np.clip(centres + (width + 1) // 2, 0, len(given))
    cepstra = given.cepstra.astype(np.float64)
    moved = np.zeros_like(cepstra)
    moved[2:-2] = (cepstra[4:] - cepstra[:-4]) * 0.5 if len(cepstra) > 4 else moved[2:-2]
    mean, spread = _weighted(cepstra, weight, first, last)
    _, movement = _weighted(moved, weight, first, last)
    voiced_mean, _ = _weighted(cepstra[:, 1:], voiced, first, last)
    pitch, pitch_spread = _weighted(given.octaves[:, None].astype(np.float64), voiced, first, last)
    share = _sums(voiced[:, None], first, last) / np.maximum(_sums(weight[:, None], first, last), 1.0)
    return np.hstack([mean, spread, movement, voiced_mean, pitch, pitch_spread, share]).astype(np.float32)


def _sums(values: NDArray[np.float64], first: NDArray[np.int64], last: NDArray[np.int64]) -> NDArray[np.float64]:
    total = np.vstack([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)])
    return np.asarray(total[last] - total[first], np.float64)


def _weighted(
    values: NDArray[np.float64], weight: NDArray[np.float64], first: NDArray[np.int64], last: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weighted mean and standard deviation of the rows in [first, last)."""
    count = np.maximum(_sums(weight[:, None], first, last), 1.0)
    mean = _sums(values * weight[:, None], first, last) / count
    square = _sums(values**2 * weight[:, None], first, last) / count
    return mean, np.sqrt(np.maximum(square - mean**2, 0.0))


def voiced_or_file_mean(vectors: Array) -> Array:
    """Vectors with the columns that only voiced frames give set to the file's mean where a window has none."""
    out = vectors.copy()
    silent = out[:, -1] <= 0
    columns = slice(3 * CEPSTRA, VECTOR - 1)
    if silent.any() and not silent.all():
        out[silent, columns] = out[~silent, columns].mean(axis=0)
    return out
