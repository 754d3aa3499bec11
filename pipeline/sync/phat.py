"""The delay between two stretches of sound to a fraction of a millisecond, by correlation of phases (GCC-PHAT)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, next_fast_len, rfft
from scipy.ndimage import gaussian_filter1d

from models.contract import SAMPLE_RATE_HZ, Samples

PIECE = 4.0
"""seconds whose phases are compared at once: 10 ppm that the coarse drift is wrong by move it by less than a sample"""
BAND_HZ = (150.0, 6000.0)
"""voices; engines below and codecs above say nothing of the delay"""
BLUR = 3.0
"""samples (0.2 ms): standard deviation by which each piece's peak is widened, so that the pieces of a window add up"""


class Delay(NamedTuple):
    """How much later the second sound hears the same, in seconds, and how clear the peak is (standard deviations)."""

    seconds: float
    score: float


def gcc_phat(one: Samples, two: Samples, longest: float, drift_ppm: float = 0.0) -> Delay:
    """The delay of `two` after `one`, at most `longest` seconds either way; both of one length, 16 kHz.

    `drift_ppm` is by how much the second clock is already known to run slower: pieces are laid over each other so.
    After Knapp and Carter 1976, "The generalized correlation method for estimation of time delay".
    """
    piece, reach = round(PIECE * SAMPLE_RATE_HZ), round(longest * SAMPLE_RATE_HZ)
    places, total = np.arange(-reach, reach + 1), np.zeros(2 * reach + 1)
    for first in range(0, max(1, min(len(one), len(two)) - piece // 2), piece):
        a, b = one[first : first + piece], two[first : first + piece]
        if np.any(a) and np.any(b):
            middle = (first + piece / 2 - len(one) / 2) * drift_ppm * 1e-6
            total += np.interp(places - middle, places, _phat(a, b, reach))
    spread = float(np.median(np.abs(total - np.median(total)))) * 1.4826
    best = int(np.argmax(total))
    return Delay((best - reach) / SAMPLE_RATE_HZ, float(total[best]) / spread if spread > 0 else 0.0)


def _phat(one: Samples, two: Samples, reach: int) -> NDArray[np.float64]:
    """Correlation of phases at delays -reach to reach samples."""
    size = next_fast_len(len(one) + reach, real=True)
    cross = np.conj(rfft(one, size)) * rfft(two, size)
    cross /= np.maximum(np.abs(cross), 1e-12)
    low, high = (round(edge * size / SAMPLE_RATE_HZ) for edge in BAND_HZ)
    cross[:low] = 0.0
    cross[high:] = 0.0
    cyclic = irfft(cross, size)
    around = np.concatenate([cyclic[-reach:], cyclic[: reach + 1]])
    return np.asarray(gaussian_filter1d(around, BLUR), np.float64)
