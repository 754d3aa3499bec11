"""Where two recordings lie against each other, over every possible offset, from the onsets of their bands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, next_fast_len, rfft
from scipy.ndimage import gaussian_filter1d

from pipeline.types import BandFlux

Floats = NDArray[np.float32]

BLOCK = 600.0
"""seconds of one recording that are looked for in the other at once: 50 ppm move its ends by 15 ms, one onset"""
DRIFTS_PPM = np.arange(-60.0, 61.0, 10.0)
"""clocks of quartz differ by up to 50 ppm; steps of 10 move the ends of an hour by 18 ms"""
SPREAD = 1.5
"""frames: standard deviation by which rooms and distance blur an onset"""
LEAST_SHARED = 10.0
"""seconds of sound with onsets that must lie over each other"""
LEAST_FOR_DRIFT = 300.0
"""seconds in common from which a drift can show in onsets: 50 ppm are then 15 ms"""
APART = 1.0
"""seconds from the best offset beyond which another one is a rival"""


@dataclass(frozen=True)
class Coarse:
    """The best offset: time t of the second recording is `offset + t * (1 + drift_ppm / 1e6)` on the first's clock."""

    offset: float
    drift_ppm: float
    score: float
    """standard deviations above what other offsets give"""
    rival: float
    """the same for the best other offset that was allowed: near `score` where something repeats (a beep, a siren)"""


@dataclass(frozen=True, eq=False)
class Offsets:
    """How well two recordings fit at every offset, `scores` in standard deviations of what chance gives."""

    one: BandFlux
    two: BandFlux
    scores: Floats
    drifts: NDArray[np.int8]
    """which of DRIFTS_PPM fits best there"""

    def best(self, within: tuple[float, float] | None = None) -> Coarse | None:
        """The best of all, or of those `within` (seconds), however unlikely."""
        one, two = self.one, self.two
        lags = np.arange(len(self.scores)) - (len(two.values) - 1)
        offsets = lags / one.rate_hz + one.start - two.start
        allowed = self.scores
        if within is not None:
            allowed = np.where((offsets >= within[0]) & (offsets <= within[1]), allowed, -np.inf)
        best = int(np.argmax(allowed))
        if not np.isfinite(allowed[best]) or allowed[best] <= 0:
            return None
        away = np.abs(lags - lags[best]) > APART * one.rate_hz
        rival = float(allowed[away & np.isfinite(allowed)].max(initial=0.0))
        drift_ppm, offset = float(DRIFTS_PPM[self.drifts[best]]), float(offsets[best])
        start = max(two.start, one.start - offset)
        end = min(two.start + two.duration, one.start + one.duration - offset)
        if end - start < LEAST_FOR_DRIFT:  # right in the middle of what both cover
            offset, drift_ppm = offset + drift_ppm * 1e-6 * (start + end) / 2, 0.0
        return Coarse(offset, drift_ppm, float(allowed[best]), rival)


def coarse_match(one: BandFlux, two: BandFlux, within: tuple[float, float] | None = None) -> Coarse | None:
    """The offset of `two` on the clock of `one`, best of all or of those `within` (seconds), however unlikely.

    None where too little sound with onsets can lie over each other. The drift is right to some 10 ppm.
    """
    found = every_offset(one, two)
    return found.best(within) if found is not None else None


def every_offset(one: BandFlux, two: BandFlux) -> Offsets | None:
    """The fit at each offset at which the recordings overlap. None where one of them has no sound."""
    a, b = centred(one), centred(two)
    if not len(a) or not len(b):
        return None
    block = round(BLOCK * one.rate_hz)
    starts = list(range(0, len(b), block))
    rows = np.stack([_correlation(a, b[first : first + block], first, len(b)) for first in starts])
    middles = np.array([min(first + block / 2, (first + len(b)) / 2) for first in starts])
    shared = _correlation(_power(a), _power(b), 0, len(b))
    height, drifts = _over_drifts(rows, middles)
    sigma = np.sqrt(np.maximum(shared, 1e-9))
    z = np.where(shared >= LEAST_SHARED * one.rate_hz, height / sigma, 0.0)
    z = gaussian_filter1d(z, SPREAD)
    return Offsets(one, two, np.asarray(z / _scale(z), np.float32), drifts)


def centred(flux: BandFlux) -> Floats:
    """Onsets with a mean of zero in each band where there is sound, and zero where there is none; (n, bands)."""
    values = flux.values.astype(np.float32)
    heard = _heard(values)
    mean = values[heard].mean(axis=0) if heard.any() else 0.0
    out = np.where(heard[:, None], values - mean, 0.0)
    scale = out[heard].std(axis=0) if heard.any() else 1.0
    return np.asarray(out / np.maximum(scale, 1e-6), np.float32)


def _heard(values: Floats) -> NDArray[np.bool_]:
    """Frames within a tenth of a second of any onset: digital silence has none."""
    return np.asarray(gaussian_filter1d(values.max(axis=1, initial=0.0), 10.0) > 1e-3)


def _power(values: Floats) -> Floats:
    return np.asarray(np.mean(values**2, axis=1, keepdims=True), np.float32)


def _correlation(a: Floats, b: Floats, first: int, length: int) -> Floats:
    """Sum over bands of a[j + lag] * b[j] for lag from -(length - 1) to len(a) - 1; `b` starts at frame `first`."""
    size = next_fast_len(len(a) + len(b), real=True)
    spectrum = np.zeros(size // 2 + 1, np.complex64)
    for band in range(a.shape[1]):
        spectrum += rfft(a[:, band], size) * np.conj(rfft(b[:, band], size))
    cyclic = irfft(spectrum, size)
    out = np.zeros(len(a) + length - 1, np.float32)
    # b alone runs over lags -(len(b) - 1) .. len(a) - 1; as a part that starts at `first` it is moved by -first
    lags = np.arange(-(len(b) - 1), len(a))
    at = lags - first + length - 1
    inside = (at >= 0) & (at < len(out))
    out[at[inside]] = cyclic[lags[inside]]
    return out


def _over_drifts(rows: Floats, middles: NDArray[np.float64]) -> tuple[Floats, NDArray[np.int8]]:
    """The highest sum of the blocks over the drifts, and which drift gives it; blocks shift by drift times distance."""
    if len(rows) == 1:
        return rows[0], np.full(rows.shape[1], len(DRIFTS_PPM) // 2, np.int8)
    height, which = np.full(rows.shape[1], -np.inf, np.float32), np.zeros(rows.shape[1], np.int8)
    for index, drift in enumerate(DRIFTS_PPM):
        summed = sum(np.roll(row, -round(drift * 1e-6 * m)) for row, m in zip(rows, middles, strict=True))
        better = summed > height
        height[better], which[better] = summed[better], index
    return height, which


def _scale(z: Floats) -> float:
    """The spread of what chance gives, from the middle half of the offsets (the match itself must not count)."""
    used = z[z != 0]
    if not len(used):
        return 1.0
    low, high = np.percentile(used, (25, 75))
    return float(max((high - low) / 1.349, 1e-9))
