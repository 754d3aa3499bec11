"""What one voice sounds like, as a vector: log mel bands into a small network, run by onnxruntime. No torch.

The network is the project's own (`models.training.speaker_embedding`, card in models/data/speaker_embedding.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from math import gcd
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.fft import rfft
from scipy.signal import resample_poly

from models.contract import SAMPLE_RATE_HZ, Availability, BackendUnavailable, RawSpan, RawVoiceTurn, Samples

WEIGHTS = Path(__file__).parent / "data" / "speaker_embedding.onnx"
HOP = 0.01
"""seconds per frame"""
HOP_SAMPLES = 160
FRAME_SAMPLES = 400
FFT = 512
BANDS = 64
LOWEST_HZ, HIGHEST_HZ = 60.0, 7600.0
LEVEL = 0.05
"""RMS to which the speech of a file is brought before the logarithm, so that the floor means the same everywhere"""
FLOOR = 1e-4
"""power added before the logarithm"""
BLOCK_FRAMES = 6000
"""a minute at a time: bounds memory"""
WINDOW = 150
"""frames that the network hears at once: 1.5 s"""
WINDOWS_PER_CALL = 64
SIZE = 128
"""length of a vector"""

Array = NDArray[np.float32]


@cache
def _filters() -> Array:
    """Triangular mel filters, shape (bins, bands)."""
    mel = np.linspace(2595 * np.log10(1 + LOWEST_HZ / 700), 2595 * np.log10(1 + HIGHEST_HZ / 700), BANDS + 2)
    edges = 700 * (10 ** (mel / 2595) - 1)
    bins = np.arange(FFT // 2 + 1) * SAMPLE_RATE_HZ / FFT
    width = SAMPLE_RATE_HZ / FFT
    rise = (bins[:, None] - edges[:-2]) / np.maximum(edges[1:-1] - edges[:-2], width)
    fall = (edges[2:] - bins[:, None]) / np.maximum(edges[2:] - edges[1:-1], width)
    return np.maximum(0.0, np.minimum(rise, fall)).astype(np.float32)


def log_mels(samples: Samples, gain: float = 1.0) -> Array:
    """Natural logarithm of the power per mel band, shape (len(samples) // 160, 64), frame i centred at i * 10 ms + 5.

    `gain` brings the speech to an RMS of `LEVEL` (see `gain_for`). Needs 90 MB for an hour, and little beside.
    """
    count = len(samples) // HOP_SAMPLES
    margin = (FRAME_SAMPLES - HOP_SAMPLES) // 2
    window = np.hanning(FRAME_SAMPLES).astype(np.float32) * np.float32(gain)
    out = np.empty((count, BANDS), np.float32)
    for first in range(0, count, BLOCK_FRAMES):
        last = min(count, first + BLOCK_FRAMES)
        begin, end = first * HOP_SAMPLES - margin, (last - 1) * HOP_SAMPLES - margin + FRAME_SAMPLES
        piece = _numbers(samples[max(0, begin) : end])
        piece = np.pad(piece, (max(0, -begin), max(0, end - len(samples))))
        cut = np.lib.stride_tricks.sliding_window_view(piece, FRAME_SAMPLES)[::HOP_SAMPLES]
        spectrum = rfft(cut * window, FFT, axis=1)
        power = spectrum.real**2 + spectrum.imag**2
        out[first:last] = np.log(power @ _filters() + FLOOR)
    return out


def _numbers(samples: Samples) -> Samples:
    return np.nan_to_num(samples, posinf=1.0, neginf=-1.0).astype(np.float32)


def probe() -> Availability:
    """Whether voices can be embedded here."""
    if not WEIGHTS.is_file():
        return Availability(False, f"{WEIGHTS.name} is missing in models/data")
    return Availability(True, "the project's own speaker embedding, without torch")


@cache
def _session(path: Path) -> Any:
    """The network, loaded once per process; one thread, because the pipeline runs one process per core."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = options.intra_op_num_threads = 1
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"], sess_options=options)


def vectors(features: Array, windows: NDArray[np.int64]) -> Array:
    """Unit vectors (n, 128) of windows given as frame numbers (n, frames) into `features` (frames, 64), mean off.

    Raises BackendUnavailable where the weights are missing.
    """
    if not WEIGHTS.is_file():
        raise BackendUnavailable(probe().reason)
    session = _session(WEIGHTS)
    out = np.empty((len(windows), SIZE), np.float32)
    for first in range(0, len(windows), WINDOWS_PER_CALL):
        part = features[windows[first : first + WINDOWS_PER_CALL]]
        out[first : first + len(part)] = session.run(None, {"features": part})[0]
    return out


def gain_for(samples: Samples, spans: Sequence[RawSpan]) -> float:
    """What to multiply the sound with so that the speech in it has an RMS of `LEVEL`."""
    power, count = 0.0, 0
    for span in spans:
        part = _numbers(samples[max(0, round(span.start * SAMPLE_RATE_HZ)) : max(0, round(span.end * SAMPLE_RATE_HZ))])
        power, count = power + float(np.square(part, dtype=np.float64).sum()), count + len(part)
    return LEVEL / max(float(np.sqrt(power / max(count, 1))), 1e-6)


def embed(samples: Samples, rate_hz: int, spans: Sequence[RawSpan]) -> Array:
    """One unit vector per span, shape (len(spans), 128): what the voice in it sounds like; compare by dot product.

    `samples` are mono, `spans` seconds from their start; give all speech of a recording at once, because the mean of
    all spans is what each is measured against. Spans that hold no sound give zeros; under half a second a vector says
    little. Raises BackendUnavailable where the weights are missing.
    """
    if rate_hz != SAMPLE_RATE_HZ:
        shared = gcd(rate_hz, SAMPLE_RATE_HZ)
        samples = resample_poly(samples, SAMPLE_RATE_HZ // shared, rate_hz // shared).astype(np.float32)
    features = log_mels(samples, gain_for(samples, spans))
    ranges = [_frames_of(span, len(features)) for span in spans]
    heard = [np.arange(first, last) for first, last in ranges if last > first]
    out = np.zeros((len(spans), SIZE), np.float32)
    if not heard:
        return out
    features -= features[np.unique(np.concatenate(heard))].mean(axis=0)
    rows = [(row, window) for row, (a, b) in enumerate(ranges) if b > a for window in _windows(a, b)]
    found = vectors(features, np.array([window for _, window in rows]))
    np.add.at(out, [row for row, _ in rows], found)
    return np.asarray(out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9), np.float32)


def voice_vectors(samples: Samples, rate_hz: int, turns: Sequence[RawVoiceTurn]) -> dict[str, Array]:
    """A unit vector (128,) per voice: the mean over its turns, weighted by their length."""
    each = embed(samples, rate_hz, [RawSpan(t.start, t.end) for t in turns])
    out: dict[str, Array] = {}
    for turn, vector in zip(turns, each, strict=True):
        out[turn.voice] = out.get(turn.voice, np.zeros(SIZE, np.float32)) + np.float32(turn.end - turn.start) * vector
    return {
        voice: np.asarray(total / max(float(np.linalg.norm(total)), 1e-9), np.float32) for voice, total in out.items()
    }


def _frames_of(span: RawSpan, count: int) -> tuple[int, int]:
    return min(count, max(0, round(span.start / HOP))), min(count, max(0, round(span.end / HOP)))


def _windows(first: int, last: int) -> Iterator[NDArray[np.int64]]:
    """Windows that cover [first, last) every half a window; a shorter stretch is said again until it fills one."""
    if last - first <= WINDOW:
        yield first + np.arange(WINDOW) % (last - first)
        return
    count = 1 + -(-2 * (last - first - WINDOW) // WINDOW)
    for start in np.linspace(first, last - WINDOW, count).round().astype(np.int64):
        yield np.arange(start, start + WINDOW)
