"""Vocal effort as measured: figures of voiced frames, and their averages over windows of one voice.

Effort raises the pitch and lifts the upper spectrum even where automatic gain hides the level (Andersson, Eriksson and
Traunmueller 1996; the alpha ratio and the Hammarberg index are defined as in eGeMAPS, Eyben et al. 2016). What is usual
for a voice is in `models.usual_effort`, the rule that decides in `models.effort_rule`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.contract import SAMPLE_RATE_HZ, Samples

Array = NDArray[np.float32]

FRAME = 800
"""samples per frame: 50 ms, three periods of the lowest pitch"""
HOP = 400
FRAME_RATE_HZ = SAMPLE_RATE_HZ / HOP
"""40 frames per second"""
WINDOW_RATE_HZ = 10.0
"""probabilities per second"""
WINDOW = 1.0
"""seconds of one voice that one probability looks at"""
LEAST_VOICED = 4
"""voiced frames (100 ms) without which a window says nothing"""
WEAK_DB = 15.0
"""frames this far below the loudest of their window are left out: echoes, other voices, breath"""
ABOVE_NOISE = 4.0
"""a voiced frame has four times the power (6 dB) of the steady noise, or is not used"""
LEAST_LEFT = 0.1
"""share of the noise's power that a band keeps at least when the noise is taken off"""
VOICED_PERIODICITY = 0.35
"""autocorrelation peak of the flattened spectrum from which a frame counts as voiced; white noise stays below"""
FLOOR = 1e-10
_SIZE = 2048
_LOWEST_HZ, _HIGHEST_HZ = 65.0, 600.0
_BASE_HZ = 55.0
_RUMBLE_HZ = (50.0, 100.0)
_BANDS_HZ = ((100.0, 300.0), (300.0, 600.0), (600.0, 1000.0), (1000.0, 2500.0), (2500.0, 5000.0))
_PEAKS_HZ = ((100.0, 2000.0), (2000.0, 5000.0))
_BATCH = 4096


@dataclass(frozen=True, eq=False)
class Frames:
    """Figures of successive 50 ms frames, 40 per second; every field float32, shape (n,), `bands` (n, 5)."""

    level_db: Array
    """dBFS, RMS"""
    pitch: Array
    """semitones over 55 Hz; meaningless where `periodicity` is low"""
    periodicity: Array
    """height of the autocorrelation peak, 0 to 1"""
    rumble: Array
    """power 50-100 Hz: wind and handling as a rule; left out of everything but `alpha_db`"""
    bands: Array
    """power 100-300, 300-600, 600-1000, 1000-2500, 2500-5000 Hz"""
    low_peak: Array
    """strongest bin of 0.1-2 kHz, power"""
    high_peak: Array
    """strongest bin of 2-5 kHz, power"""

    def __len__(self) -> int:
        return len(self.level_db)

    @property
    def voiced(self) -> NDArray[np.bool_]:
        return np.asarray(self.periodicity >= VOICED_PERIODICITY)

    @property
    def low(self) -> Array:
        """Power 100-1000 Hz."""
        return np.asarray(self.bands[:, :3].sum(axis=1))

    @property
    def high(self) -> Array:
        """Power 1-5 kHz."""
        return np.asarray(self.bands[:, 3:].sum(axis=1))

    @property
    def alpha_db(self) -> Array:
        """Alpha ratio as recorded: 50-1000 Hz over 1-5 kHz; falls as effort rises."""
        return _ratio_db(self.rumble + self.low, self.high)


def joined(parts: Sequence[Frames]) -> Frames:
    """Frames of successive blocks as one."""
    if not parts:
        parts = (_none(),)
    return Frames(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Frames)))


def _none() -> Frames:
    empty = np.zeros(0, np.float32)
    return Frames(empty, empty, empty, empty, np.zeros((0, len(_BANDS_HZ)), np.float32), empty, empty)


def frames_of(samples: Samples) -> Frames:
    """Measure frames; frame i starts at sample `i * HOP`. Fewer than FRAME samples give no frame."""
    count = max(0, 1 + (len(samples) - FRAME) // HOP) if len(samples) >= FRAME else 0
    if count == 0:
        return _none()
    view = np.lib.stride_tricks.sliding_window_view(samples, FRAME)[::HOP][:count]
    parts = [_measure(view[i : i + _BATCH]) for i in range(0, count, _BATCH)]
    return joined(parts) if len(parts) > 1 else parts[0]


@cache
def _window() -> tuple[Array, Array]:
    """The Hann window and its normalised autocorrelation (Boersma 1993, eq. 9)."""
    hann = np.hanning(FRAME).astype(np.float32)
    auto = np.fft.irfft(np.abs(np.fft.rfft(hann, _SIZE)) ** 2)[: FRAME // 2]
    return hann, (auto / auto[0]).astype(np.float32)


def _measure(view: Array) -> Frames:
    import scipy.fft

    hann, _ = _window()
    centred = view - view.mean(axis=1, keepdims=True)
    level = 10 * np.log10(np.maximum(np.mean(centred**2, axis=1), 1e-12))
    power = np.abs(scipy.fft.rfft(centred * hann, _SIZE, axis=1)) ** 2 / FRAME
    rumble = power[:, _bins(_RUMBLE_HZ)].sum(axis=1)
    bands = np.stack([power[:, _bins(band)].sum(axis=1) for band in _BANDS_HZ], axis=1)
    under, over = (power[:, _bins(band)].max(axis=1) for band in _PEAKS_HZ)
    pitch, periodicity = _pitch(power)
    columns = (level, pitch, periodicity, rumble, bands, under, over)
    return Frames(*(np.asarray(c, np.float32) for c in columns))


def _bins(band_hz: tuple[float, float]) -> slice:
    step = SAMPLE_RATE_HZ / _SIZE
    return slice(round(band_hz[0] / step), round(band_hz[1] / step))


def _pitch(power: Array) -> tuple[Array, Array]:
    """Semitones over 55 Hz and periodicity by autocorrelation below 2 kHz; of equals, the shorter period."""
    import scipy.fft

    _, window = _window()
    limited = np.sqrt(power)  # flattened: band-limited and noisy voices keep their pitch
    limited[:, _bins((2000.0, SAMPLE_RATE_HZ / 2)).start :] = 0
    limited[:, : _bins((50.0, 60.0)).start] = 0
    auto = scipy.fft.irfft(limited, axis=1)[:, : len(window)] / window
    auto /= np.maximum(auto[:, :1], FLOOR)
    first, last = int(SAMPLE_RATE_HZ / _HIGHEST_HZ), int(SAMPLE_RATE_HZ / _LOWEST_HZ)
    lags = np.arange(first, last + 1)
    inner = auto[:, first : last + 1]
    peaks = (inner >= auto[:, first - 1 : last]) & (inner > auto[:, first + 1 : last + 2])
    weighted = np.where(peaks, inner - 0.04 * np.log2(lags / first), -1)
    best = np.argmax(weighted, axis=1)
    rows = np.arange(len(auto))
    before, at, after = (auto[rows, lags[best] + step] for step in (-1, 0, 1))
    bend = before - 2 * at + after
    shift = np.where(np.abs(bend) > FLOOR, 0.5 * (before - after) / np.where(bend == 0, 1, bend), 0)
    hz = SAMPLE_RATE_HZ / (lags[best] + np.clip(shift, -0.5, 0.5))
    found = weighted[rows, best] > -1
    return 12 * np.log2(hz / _BASE_HZ), np.where(found, np.clip(at, 0, 1), 0)


def _ratio_db(over: NDArray[np.floating[Any]], under: NDArray[np.floating[Any]]) -> Array:
    return np.asarray(10 * np.log10(np.maximum(over, FLOOR) / np.maximum(under, FLOOR)), np.float32)


@dataclass(frozen=True)
class Run:
    """Frames [first, last) in which `voice` speaks without a break; `alone`: nobody else does."""

    first: int
    last: int
    voice: str
    alone: bool = True


FIGURES = (
    "alpha",
    "hammarberg",
    "pitch",
    "level",
    "middle slope",
    "upper slope",
    "formant slope",
)
"""Columns of `Windows.figures`: dB, but for the pitch (semitones over 55 Hz). A slope is a higher band over a lower:
1-2.5 kHz over 300-1000 Hz, 2.5-5 over 1-2.5 kHz, and 600-1000 over 300-600 Hz, where the first formant goes when the
mouth is opened wide. What lies under 300 Hz is left out of them: it follows the pitch, the wind and the low cut."""


@dataclass(frozen=True, eq=False)
class Windows:
    """Figures of one voice around each tenth of a second; shape (n,), NaN where nobody could be measured."""

    voice: NDArray[np.int32]
    """index into `voices`; -1: no speech"""
    voices: tuple[str, ...]
    alone: NDArray[np.bool_]
    run: NDArray[np.int32]
    """number of the run that the window lies in; -1: no speech"""
    figures: Array
    """float32, shape (n, 7), in the order of FIGURES"""

    @property
    def measured(self) -> NDArray[np.bool_]:
        return np.asarray(np.isfinite(self.figures[:, 0]))

    @property
    def pitch(self) -> Array:
        return np.asarray(self.figures[:, FIGURES.index("pitch")])


def windows_of(frames: Frames, runs: Sequence[Run], count: int) -> Windows:
    """Average the voiced frames within half a second, never across the borders of a run; `count` windows at 10 Hz."""
    voices = tuple(sorted({r.voice for r in runs}))
    voice, alone, run, first, last = _bounds(runs, voices, count, len(frames))
    values, noise = _with_noise(frames)
    figures = np.full((count, len(FIGURES)), np.nan, np.float32)
    for start in range(0, count, _BATCH):
        some = slice(start, start + _BATCH)
        figures[some] = _averaged(values, noise, first[some], last[some])
    return Windows(voice, voices, alone, run, figures)


def _with_noise(frames: Frames) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Seven powers and the pitch per frame (pitch NaN where no voice stands out), and the seven powers of the noise."""
    powers = np.column_stack([frames.bands, frames.low_peak, frames.high_peak]).astype(np.float64)
    noise = np.stack([_noise_floor(column) for column in powers.T], axis=1)
    whole = frames.low + frames.high
    heard = frames.voiced & (whole > ABOVE_NOISE * _noise_floor(whole))
    pitch = np.where(heard, frames.pitch, np.nan).astype(np.float64)
    return np.concatenate([powers, pitch[:, None]], axis=1), noise


def _averaged(
    values: NDArray[np.float64], noise: NDArray[np.float64], first: NDArray[np.int64], last: NDArray[np.int64]
) -> NDArray[np.float64]:
    """FIGURES of each window, from its voiced frames but the much weaker ones.

    The noise is taken off the sum of many frames, not off each: so much less is lost where a band lies below it.
    """
    at = first[:, None] + np.arange(round(WINDOW * FRAME_RATE_HZ))
    inside = at < last[:, None]
    at = np.where(inside, at, 0)
    if not len(values):
        return np.full((len(first), len(FIGURES)), np.nan)
    powers, pitch = values[:, :-1], values[at, -1]
    whole = powers[:, : len(_BANDS_HZ)].sum(axis=1)[at]
    power = np.where(inside & np.isfinite(pitch), whole, 0.0)
    use = (power > 0) & (power >= power.max(axis=1, keepdims=True) * 10 ** (-WEAK_DB / 10))
    voiced = np.maximum(use.sum(axis=1), 1)
    floor = (noise[at] * use[..., None]).sum(axis=1) / voiced[:, None]
    mean = (powers[at] * use[..., None]).sum(axis=1) / voiced[:, None]
    kept = np.maximum(mean - floor, np.maximum(LEAST_LEFT * floor, FLOOR))
    ordered = np.sort(np.where(use, pitch, np.inf), axis=1)
    middle = ordered[np.arange(len(at)), voiced // 2]
    out = _figures(kept, middle)
    out[use.sum(axis=1) < LEAST_VOICED] = np.nan
    return out


def _figures(kept: NDArray[np.float64], pitch: NDArray[np.float64]) -> NDArray[np.float64]:
    """FIGURES from the five bands and the two peaks, (n, 7), and the pitch, (n,)."""
    foot, under, formant, middle, upper, low_peak, high_peak = kept.T
    low, high = foot + under + formant, middle + upper
    columns = (
        _ratio_db(low, high),
        _ratio_db(low_peak, high_peak),
        pitch,
        10 * np.log10(low + high),
        _ratio_db(middle, under + formant),
        _ratio_db(upper, middle),
        _ratio_db(formant, under),
    )
    return np.stack(columns, axis=1).astype(np.float64)


def _bounds(
    runs: Sequence[Run], voices: tuple[str, ...], count: int, frames: int
) -> tuple[NDArray[np.int32], NDArray[np.bool_], NDArray[np.int32], NDArray[np.int64], NDArray[np.int64]]:
    """For each window: whose it is, whether nobody else speaks, which run, and the frames that it may look at."""
    centre = np.arange(count) * FRAME_RATE_HZ / WINDOW_RATE_HZ
    half = WINDOW / 2 * FRAME_RATE_HZ
    voice, alone, number = np.full(count, -1, np.int32), np.zeros(count, bool), np.full(count, -1, np.int32)
    first, last = np.zeros(count, np.int64), np.zeros(count, np.int64)
    for index, run in enumerate(runs):
        here = (centre >= run.first) & (centre < run.last)
        voice[here], alone[here], number[here] = voices.index(run.voice), run.alone, index
        first[here] = np.clip(np.maximum(centre[here] - half, run.first), 0, frames)
        last[here] = np.clip(np.minimum(centre[here] + half, run.last), 0, frames)
    return voice, alone, number, np.minimum(first, last), last


def _noise_floor(power: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Power of the steady noise: the tenth percentile of each 5 s, the lower quartile of five of those."""
    span = round(5 * FRAME_RATE_HZ)
    floors = [float(np.percentile(power[i : i + span], 10)) for i in range(0, len(power), span)] or [0.0]
    padded = np.pad(floors, 2, mode="edge")
    slow = np.percentile(np.lib.stride_tricks.sliding_window_view(padded, 5), 25, axis=1)
    return np.asarray(np.interp(np.arange(len(power)), (np.arange(len(slow)) + 0.5) * span, slow), np.float64)
