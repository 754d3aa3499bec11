"""Onsets in eight bands a hundred times a second: a small print of the sound by which two recordings are laid together.

What is kept is when each band grows louder, not how loud it is: a camera's gain, its filter and a steady noise take
little of it away, and no word can be understood from it.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from scipy.fft import rfft
from scipy.ndimage import uniform_filter1d

from models.contract import SAMPLE_RATE_HZ, Samples
from pipeline.types import BandFlux

RATE_HZ = 100.0
HOP = round(SAMPLE_RATE_HZ / RATE_HZ)
WINDOW = 512
"""samples, 32 ms: two periods of a deep voice, short against a syllable"""
EDGES_HZ = np.geomspace(200, 6400, 9)
"""above an engine's rumble, below what a camera's codec drops; eight bands of five eighths of an octave"""
AROUND = 5.0
"""seconds over which a band's loudness and its onsets are brought to one scale: a shout must not outweigh a minute"""
STEPS_PER_RMS = 24.0
"""steps of the stored whole numbers per root mean square of the onsets nearby; ten times that is cut off"""


def band_flux(blocks: Iterable[Samples], start: float) -> BandFlux:
    """The print of a sound track that comes in pieces; `start` is the time of its first sample."""
    energies = [_energies(block) for block in _framed(blocks)]
    energy = np.concatenate(energies) if energies else np.zeros((0, len(EDGES_HZ) - 1), np.float32)
    onsets = _onsets(energy)
    return BandFlux(RATE_HZ, start + WINDOW / 2 / SAMPLE_RATE_HZ, quantised(onsets))


def quantised(onsets: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Onsets over the root mean square of those nearby, as whole numbers, 0 where nothing grows louder."""
    return np.asarray(np.clip(np.rint(onsets * STEPS_PER_RMS), 0, 255), np.uint8)


def _framed(blocks: Iterable[Samples]) -> Iterable[Samples]:
    """The same samples cut so that each piece ends on a whole frame and the next begins where it must."""
    left = np.zeros(0, np.float32)
    for block in blocks:
        left = np.concatenate([left, block])
        frames = (len(left) - WINDOW) // HOP + 1
        if frames > 0:
            yield left[: (frames - 1) * HOP + WINDOW]
            left = left[frames * HOP :]


def _energies(samples: Samples) -> NDArray[np.float32]:
    """Power per frame and band, shape (frames, bands)."""
    frames = np.lib.stride_tricks.sliding_window_view(samples, WINDOW)[::HOP]
    out = np.empty((len(frames), len(EDGES_HZ) - 1), np.float32)
    taper = np.hanning(WINDOW).astype(np.float32)
    edges = np.rint(EDGES_HZ * WINDOW / SAMPLE_RATE_HZ).astype(int)
    for first in range(0, len(frames), 4096):
        power = np.abs(rfft(frames[first : first + 4096] * taper, axis=1)) ** 2
        out[first : first + 4096] = np.add.reduceat(power[:, : edges[-1]], edges[:-1], axis=1)
    return out


def _onsets(energy: NDArray[np.float32]) -> NDArray[np.float32]:
    """By how much each band grew within 20 ms, over its root mean square nearby."""
    if len(energy) < 3:
        return np.zeros_like(energy)
    width = round(AROUND * RATE_HZ)
    floor = np.maximum(uniform_filter1d(energy, width, axis=0, mode="nearest"), 0.0) * 0.03 + 1e-9
    loud = np.log1p(energy / floor)
    grown = np.zeros_like(loud)
    grown[1:-1] = np.maximum(loud[2:] - loud[:-2], 0.0)
    # the running sum leaves rounding errors below zero where silence follows sound
    nearby = np.sqrt(np.maximum(uniform_filter1d(grown**2, width, axis=0, mode="nearest"), 0.0))
    return np.asarray(grown / np.maximum(nearby, 1e-3), np.float32)
