"""Vocal effort from sound: figures of voiced frames, a baseline per voice, and a fitted logistic rule.

Effort raises the pitch and lifts the upper spectrum even where automatic gain hides the level (Andersson, Eriksson and
Traunmueller 1996; the alpha ratio and the Hammarberg index are defined as in eGeMAPS, Eyben et al. 2016). Nothing here
is trained in the sense of a network: five coefficients in `data/vocal_effort.toml` name their source.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.contract import SAMPLE_RATE_HZ, BackendInfo, Samples

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
_BANDS_HZ = ((50.0, 100.0), (100.0, 1000.0), (1000.0, 5000.0), (100.0, 2000.0), (2000.0, 5000.0))
_BATCH = 4096


@dataclass(frozen=True, eq=False)
class Frames:
    """Figures of successive 50 ms frames, 40 per second; every field float32, shape (n,)."""

    level_db: Array
    """dBFS, RMS"""
    pitch: Array
    """semitones over 55 Hz; meaningless where `periodicity` is low"""
    periodicity: Array
    """height of the autocorrelation peak, 0 to 1"""
    rumble: Array
    """power 50-100 Hz: wind and handling as a rule; left out of everything but `alpha_db`"""
    low: Array
    """power 100-1000 Hz"""
    high: Array
    """power 1-5 kHz"""
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
    def alpha_db(self) -> Array:
        """Alpha ratio as recorded: 50-1000 Hz over 1-5 kHz; falls as effort rises."""
        return _ratio_db(self.rumble + self.low, self.high)


def joined(parts: Sequence[Frames]) -> Frames:
    """Frames of successive blocks as one."""
    if not parts:
        parts = (frames_of(np.zeros(0, np.float32)),)
    return Frames(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Frames)))


def frames_of(samples: Samples) -> Frames:
    """Measure frames; frame i starts at sample `i * HOP`. Fewer than FRAME samples give no frame."""
    count = max(0, 1 + (len(samples) - FRAME) // HOP) if len(samples) >= FRAME else 0
    if count == 0:
        return Frames(*(np.zeros(0, np.float32) for _ in fields(Frames)))
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
    rumble, low, high, under, over = (power[:, _bins(band)] for band in _BANDS_HZ)
    pitch, periodicity = _pitch(power)
    columns = (level, pitch, periodicity, rumble.sum(1), low.sum(1), high.sum(1), under.max(1), over.max(1))
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


@dataclass(frozen=True, eq=False)
class Windows:
    """Figures of one voice around each tenth of a second; float32, shape (n,), NaN where nobody could be measured."""

    voice: NDArray[np.int32]
    """index into `voices`; -1: no speech"""
    voices: tuple[str, ...]
    alone: NDArray[np.bool_]
    alpha_db: Array
    hammarberg_db: Array
    pitch: Array
    level_db: Array

    @property
    def measured(self) -> NDArray[np.bool_]:
        return np.asarray(np.isfinite(self.alpha_db))


def windows_of(frames: Frames, runs: Sequence[Run], count: int) -> Windows:
    """Average the voiced frames within half a second, never across the borders of a run; `count` windows at 10 Hz."""
    voices = tuple(sorted({r.voice for r in runs}))
    voice, alone, first, last = _bounds(runs, voices, count, len(frames))
    values, noise = _with_noise(frames)
    columns = np.full((count, 4), np.nan, np.float32)
    for start in range(0, count, _BATCH):
        some = slice(start, start + _BATCH)
        columns[some] = _averaged(values, noise, first[some], last[some])
    return Windows(voice, voices, alone, *columns.T)


def _with_noise(frames: Frames) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Four powers and the pitch per frame (pitch NaN where no voice stands out), and the four powers of the noise."""
    powers = np.stack([frames.low, frames.high, frames.low_peak, frames.high_peak], axis=1).astype(np.float64)
    noise = np.stack([_noise_floor(column) for column in powers.T], axis=1)
    heard = frames.voiced & (powers[:, :2].sum(axis=1) > ABOVE_NOISE * _noise_floor(frames.low + frames.high))
    pitch = np.where(heard, frames.pitch, np.nan).astype(np.float64)
    return np.concatenate([powers, pitch[:, None]], axis=1), noise


def _averaged(
    values: NDArray[np.float64], noise: NDArray[np.float64], first: NDArray[np.int64], last: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Alpha ratio, Hammarberg index, pitch, level of each window, from its voiced frames but the much weaker ones.

    The noise is taken off the sum of many frames, not off each: so much less is lost where a band lies below it.
    """
    at = first[:, None] + np.arange(round(WINDOW * FRAME_RATE_HZ))
    inside = at < last[:, None]
    at = np.where(inside, at, 0)
    if not len(values):
        return np.full((len(first), 4), np.nan)
    pitch = values[at, 4]
    power = np.where(inside & np.isfinite(pitch), values[at, 0] + values[at, 1], 0.0)
    use = (power > 0) & (power >= power.max(axis=1, keepdims=True) * 10 ** (-WEAK_DB / 10))
    voiced = np.maximum(use.sum(axis=1), 1)
    floor = (noise[at] * use[..., None]).sum(axis=1) / voiced[:, None]
    mean = (values[at, :4] * use[..., None]).sum(axis=1) / voiced[:, None]
    low, high, under, over = np.maximum(mean - floor, np.maximum(LEAST_LEFT * floor, FLOOR)).T
    ordered = np.sort(np.where(use, pitch, np.inf), axis=1)
    middle = ordered[np.arange(len(at)), voiced // 2]
    columns = (_ratio_db(low, high), _ratio_db(under, over), middle, 10 * np.log10(low + high))
    out = np.stack(columns, axis=1).astype(np.float64)
    out[use.sum(axis=1) < LEAST_VOICED] = np.nan
    return out


def _bounds(
    runs: Sequence[Run], voices: tuple[str, ...], count: int, frames: int
) -> tuple[NDArray[np.int32], NDArray[np.bool_], NDArray[np.int64], NDArray[np.int64]]:
    """For each window: whose it is, whether nobody else speaks, and the frames that it may look at."""
    centre = np.arange(count) * FRAME_RATE_HZ / WINDOW_RATE_HZ
    half = WINDOW / 2 * FRAME_RATE_HZ
    voice, alone = np.full(count, -1, np.int32), np.zeros(count, bool)
    first, last = np.zeros(count, np.int64), np.zeros(count, np.int64)
    for run in runs:
        here = (centre >= run.first) & (centre < run.last)
        voice[here], alone[here] = voices.index(run.voice), run.alone
        first[here] = np.clip(np.maximum(centre[here] - half, run.first), 0, frames)
        last[here] = np.clip(np.minimum(centre[here] + half, run.last), 0, frames)
    return voice, alone, np.minimum(first, last), last


def _noise_floor(power: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Power of the steady noise: the tenth percentile of each 5 s, the lower quartile of five of those."""
    span = round(5 * FRAME_RATE_HZ)
    floors = [float(np.percentile(power[i : i + span], 10)) for i in range(0, len(power), span)] or [0.0]
    padded = np.pad(floors, 2, mode="edge")
    slow = np.percentile(np.lib.stride_tricks.sliding_window_view(padded, 5), 25, axis=1)
    return np.asarray(np.interp(np.arange(len(power)), (np.arange(len(slow)) + 0.5) * span, slow), np.float64)


HIGH_PITCH = 27.0
"""semitones over 55 Hz (262 Hz): ordinary speech, of women too, stays mostly below"""

EFFORT_UNIT = 5.0
"""semitones and dB: by about twice this the pitch rises and the alpha ratio falls (RAVDESS, five training actors)"""
TWO_WAYS = 3.0
"""EFFORT_UNITs between two ways of speaking of one voice; chosen on made conversations of the training actors"""

RAISED_PITCH = 20.0
"""semitones over 55 Hz (175 Hz): if the higher way lies below, it is the ordinary one, and the lower one is creak"""
LEAST_LOWER = 0.15
"""share of a voice's speech that a lower way of speaking must have: less is creak, breath or noise"""

FEATURES = (
    "alpha over usual",
    "hammarberg over usual",
    "pitch over usual",
    "level over usual",
    "pitch over 27",
)
LIMITS = np.array([[-9.0, -9.0, -3.0, -6.0, 0.0], [3.0, 3.0, 9.0, 12.0, 9.0]])
"""Each feature counts no further than this: twice the effort is not twice as sure."""
"""Against the voice's own usual, but for the last: semitones over HIGH_PITCH, zero below it."""


@dataclass(frozen=True)
class Usual:
    """What is usual for one voice in this recording: the lower-effort third of its speech."""

    alpha_db: float
    hammarberg_db: float
    pitch: float
    level_db: float


def lower_of_two(windows: Windows, of: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The windows `of` without those of a clearly higher second way of speaking, where there is one (two-means).

    A voice that is raised most of the time would otherwise count its raised speech as usual.
    """
    effort = (windows.pitch - windows.alpha_db) / EFFORT_UNIT
    known = effort[of]
    if not len(known):
        return of
    centres = np.quantile(known, [0.1, 0.9])
    for _ in range(15):
        upper = known > centres.mean()
        if upper.all() or not upper.any():
            return of
        centres = np.array([known[~upper].mean(), known[upper].mean()])
    lower = of & (effort <= centres.mean())
    apart = centres[1] - centres[0] >= TWO_WAYS
    high = float(np.median(windows.pitch[of & ~lower])) >= RAISED_PITCH
    return lower if apart and high and lower.sum() >= LEAST_LOWER * of.sum() else of


FLATTER_DB, LOUDER_DB, LEAST_PITCH = 9.0, 6.0, 15.0
"""What makes a voice one that was heard raised only: so much flatter and louder than the other voices of the recording,
and not deep (15 semitones over 55 Hz are 131 Hz). Chosen on the sample media, where a diarizer does this; with 6 and
4 dB the precision on made conversations of acted speech fell from .90 to .73, with 9 and 6 dB it stayed."""


def raised_only(figures: Array, seconds: Array) -> NDArray[np.bool_]:
    """Which voices, shape (n,), have no calm speech here: told against the median of the others, in seconds of speech.

    `figures` (n, 4): what would be usual for each voice, in the order of Usual. A diarizer at times takes a person's
    shouting for a voice of its own; taken as usual, it would hide itself.
    """
    out = np.zeros(len(figures), bool)
    for index, (alpha, _, pitch, level) in enumerate(figures):
        others = np.arange(len(figures)) != index
        if seconds[others].sum() <= seconds[index]:  # also where nothing of anybody could be measured
            continue
        usual = [_weighted_median(figures[others, column], seconds[others]) for column in (0, 3)]
        out[index] = usual[0] - alpha >= FLATTER_DB and level - usual[1] >= LOUDER_DB and pitch >= LEAST_PITCH
    return out


def _weighted_median(values: Array, weights: Array) -> float:
    order = np.argsort(values)
    return float(values[order][np.searchsorted(np.cumsum(weights[order]), weights.sum() / 2)])


@dataclass(frozen=True)
class EffortRule:
    """Mean, scale and weight of each of FEATURES, and what the baseline shrinks towards (`vocal_effort.toml`)."""

    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weight: tuple[float, ...]
    bias: float
    prior: Usual
    prior_seconds: float
    """how many seconds of speech the prior is worth"""
    quantile: float
    """which share of a voice's windows counts as its usual effort"""
    source: str
    sha256: str = ""
    """of the file that it was read from"""

    @property
    def info(self) -> BackendInfo:
        return BackendInfo("vocal effort rule", "2", {"vocal_effort.toml": self.sha256}, {"source": self.source})

    def usual(self, windows: Windows) -> tuple[Usual, ...]:
        """What is usual for each voice, shrunk to the scene's where a voice says little, and that to the prior."""
        known = windows.measured & windows.alone
        each = [known & (windows.voice == index) for index in range(len(windows.voices))]
        seconds = np.array([float(rows.sum()) / WINDOW_RATE_HZ for rows in each])
        own = [self._own(windows, rows) for rows in each]
        figures = np.array([[u.alpha_db, u.hammarberg_db, u.pitch, u.level_db] for u in own]).reshape(-1, 4)
        prior = np.array([self.prior.alpha_db, self.prior.hammarberg_db, self.prior.pitch, self.prior.level_db])
        hidden = raised_only(figures, seconds)
        if hidden.any():
            calm = [_weighted_median(figures[~hidden, column], seconds[~hidden]) for column in range(4)]
            figures[hidden] = figures[hidden] - [0.0, 0.0, EFFORT_UNIT, EFFORT_UNIT]
            figures[hidden, :2] = calm[:2]
        weights = np.append(seconds, self.prior_seconds)
        scene = weights @ np.vstack([figures, prior]) / weights.sum()
        scene[2] = self.prior.pitch
        share = (seconds / (seconds + self.prior_seconds))[:, None]
        return tuple(Usual(*map(float, row)) for row in share * figures + (1 - share) * scene)

    def _own(self, windows: Windows, rows: NDArray[np.bool_]) -> Usual:
        if not rows.any():
            return self.prior
        rows = lower_of_two(windows, rows)
        falls, rises = 1 - self.quantile, self.quantile
        return Usual(
            float(np.quantile(windows.alpha_db[rows], falls)),
            float(np.quantile(windows.hammarberg_db[rows], falls)),
            float(np.quantile(windows.pitch[rows], rises)),
            float(np.quantile(windows.level_db[rows], rises)),
        )

    def features(self, windows: Windows) -> NDArray[np.float64]:
        """Shape (n, 5), in the order of FEATURES; rows of windows that could not be measured are NaN."""
        out = np.full((len(windows.voice), len(FEATURES)), np.nan)
        for index, usual in enumerate(self.usual(windows)):
            rows = windows.measured & (windows.voice == index)
            columns = (
                windows.alpha_db[rows] - usual.alpha_db,
                windows.hammarberg_db[rows] - usual.hammarberg_db,
                windows.pitch[rows] - usual.pitch,
                windows.level_db[rows] - usual.level_db,
                windows.pitch[rows] - HIGH_PITCH,
            )
            out[rows] = np.clip(np.stack(columns, axis=1), *LIMITS)
        return out

    def probability(self, windows: Windows) -> Array:
        """Probability of a raised voice per window, NaN where it could not be measured."""
        scaled = (self.features(windows) - self.mean) / self.scale
        return np.asarray(1 / (1 + np.exp(-(scaled @ np.asarray(self.weight) + self.bias))), np.float32)


def load_rule() -> EffortRule:
    """The coefficients that come with the project."""
    text = (resources.files("models") / "data" / "vocal_effort.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    by_name = {row["name"]: row for row in data["feature"]}
    rows = [by_name[name] for name in FEATURES]
    return EffortRule(
        mean=tuple(r["mean"] for r in rows),
        scale=tuple(r["scale"] for r in rows),
        weight=tuple(r["weight"] for r in rows),
        bias=data["bias"],
        prior=Usual(**data["prior"]),
        prior_seconds=data["prior_seconds"],
        quantile=data["quantile"],
        source=data["source"],
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )
