"""Two or more people at once: a small network over log spectra, run with onnxruntime. No torch, no download.

The weights (`data/overlap.onnx`) are made by `models/training/overlap.py` from made mixtures of read speech; what they
reach on real conversations stands in `data/overlap.md`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.contract import SAMPLE_RATE_HZ, Availability, BackendInfo, BackendUnavailable, RawSpan, Samples
from models.sha256 import sha256_once

Array = NDArray[np.float32]

WEIGHTS = Path(__file__).parent / "data" / "overlap.onnx"
NOT_SHIPPED = "the embedded default cannot measure overlapping speech; install the pyannote extra and its pipeline"
HOP = 320
FRAME_RATE_HZ = SAMPLE_RATE_HZ / HOP
"""50 frames per second"""
FRAME = 1024
"""64 ms: fine enough in frequency to show two series of harmonics"""
CHUNK_FRAMES = 300
"""6 s, the length that the network was trained on"""
STEP_FRAMES = 150
MEL_BANDS = 40
FINE_BINS = slice(6, 70)
"""94 Hz to 1.1 kHz in steps of 15.6 Hz: the harmonics of each voice"""
FEATURES = MEL_BANDS + (FINE_BINS.stop - FINE_BINS.start)
CHUNK_SAMPLES = (CHUNK_FRAMES - 1) * HOP + FRAME


def log_spectra(samples: Samples) -> Array:
    """Shape (frames, FEATURES): log mel bands and fine low bins, each less its mean; frame i starts at `i * HOP`.

    Neither the level nor a fixed colour of the channel remains.
    """
    import scipy.fft

    view = np.lib.stride_tricks.sliding_window_view(np.asarray(samples, np.float32), FRAME)[::HOP]
    spectra = scipy.fft.rfft(view * _window(), axis=1)[:, : FRAME // 2]
    power = spectra.real**2 + spectra.imag**2
    both = np.concatenate([power @ _mel(), power[:, FINE_BINS]], axis=1)
    logs = np.log(both + 1e-5 * both.mean(axis=0) + 1e-7)
    return np.asarray(logs - logs.mean(axis=0), np.float32)


@cache
def _window() -> Array:
    return np.hanning(FRAME).astype(np.float32)


@cache
def _mel() -> Array:
    """Triangular mel bands, 60 Hz to 7.6 kHz, shape (512, MEL_BANDS)."""
    edges_mel = np.linspace(_to_mel(60.0), _to_mel(7600.0), MEL_BANDS + 2)
    edges_hz = 700 * (10 ** (edges_mel / 2595) - 1)
    hz = np.arange(FRAME // 2)[:, None] * SAMPLE_RATE_HZ / FRAME
    rising = (hz - edges_hz[:-2]) / (edges_hz[1:-1] - edges_hz[:-2])
    falling = (edges_hz[2:] - hz) / (edges_hz[2:] - edges_hz[1:-1])
    return np.maximum(0, np.minimum(rising, falling)).astype(np.float32)


def _to_mel(hz: float) -> float:
    return float(2595 * np.log10(1 + hz / 700))


Network = Callable[[Array], Array]
"""Features (n, CHUNK_FRAMES, FEATURES) in; probabilities of nobody, one voice, more (n, CHUNK_FRAMES, 3) out."""


def probabilities(samples: Samples, network: Network) -> Array:
    """Probabilities of nobody, one voice and more voices per 20 ms, shape (ceil(n / HOP), 3).

    Chunks of 6 s overlap by half; where two chunks see a frame, the one that sees it further from its edge counts more.
    """
    count = -(-len(samples) // HOP)
    total, weight = np.zeros((count + CHUNK_FRAMES, 3)), np.zeros((count + CHUNK_FRAMES, 1))
    share = np.minimum(np.arange(1, CHUNK_FRAMES + 1), np.arange(CHUNK_FRAMES, 0, -1))[:, None].astype(float)
    mode: Any = "reflect" if len(samples) > 1 else "constant"
    padded = np.pad(np.nan_to_num(samples), (FRAME // 2, CHUNK_SAMPLES), mode=mode)
    for first in range(0, max(1, count - STEP_FRAMES), STEP_FRAMES):
        chunk = padded[first * HOP : first * HOP + CHUNK_SAMPLES]
        total[first : first + CHUNK_FRAMES] += share * network(log_spectra(chunk)[None])[0]
        weight[first : first + CHUNK_FRAMES] += share
    return np.asarray((total / np.maximum(weight, 1e-9))[:count], np.float32)


def probe() -> Availability:
    """Whether the network can run here."""
    if not WEIGHTS.is_file():
        return Availability(False, NOT_SHIPPED)
    return Availability(True, "embedded network")


@cache
def _session(path: Path) -> Any:
    """The network, loaded once per process; one thread, because the pipeline runs one process per core."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = options.intra_op_num_threads = 1
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"], sess_options=options)


@dataclass(frozen=True)
class OverlapNetwork:
    """An `OverlapDetector`. Its thresholds were chosen on made mixtures of speakers that it was not trained on."""

    threshold: float = 0.7
    """probability of two or more voices, averaged over `smoothing`, from which a stretch counts"""
    smoothing: float = 0.3
    """seconds"""
    min_duration: float = 0.3
    longest_break: float = 0.2
    """seconds below the threshold inside an overlap that do not end it"""
    weights: Path = WEIGHTS

    @property
    def info(self) -> BackendInfo:
        known = {self.weights.name: sha256_once(self.weights)} if self.weights.is_file() else {}
        settings = {"threshold": self.threshold, "smoothing": self.smoothing, "min_duration": self.min_duration}
        return BackendInfo("embedded overlap network", "1", known, settings, draft=True)

    def detect(self, samples: Samples) -> tuple[RawSpan, ...]:
        """Overlaps, seconds from the first sample. Raises BackendUnavailable where the weights are missing."""
        if not self.weights.is_file():
            raise BackendUnavailable(NOT_SHIPPED)
        session = _session(self.weights)
        both = probabilities(samples, lambda features: np.asarray(session.run(None, {"features": features})[0]))[:, 2]
        return spans_of(both, self)


def spans_of(probability: Array, settings: OverlapNetwork) -> tuple[RawSpan, ...]:
    """Stretches over the threshold: smoothed, joined over short breaks, without those that are too short."""
    if not len(probability):
        return ()
    width = min(max(1, round(settings.smoothing * FRAME_RATE_HZ)), len(probability))
    smooth = np.convolve(probability, np.ones(width) / width, "same")
    edges = np.diff(np.concatenate([[0], (smooth >= settings.threshold).astype(np.int8), [0]]))
    stretches: list[list[int]] = []
    for first, last in zip(np.flatnonzero(edges == 1).tolist(), np.flatnonzero(edges == -1).tolist(), strict=True):
        if stretches and first - stretches[-1][1] <= settings.longest_break * FRAME_RATE_HZ:
            stretches[-1][1] = last
        else:
            stretches.append([first, last])
    return tuple(
        RawSpan(first / FRAME_RATE_HZ, last / FRAME_RATE_HZ, float(np.clip(smooth[first:last].mean(), 0, 1)))
        for first, last in stretches
        if last - first >= settings.min_duration * FRAME_RATE_HZ
    )
