"""How a voice comes to the microphone: how loud, through which band, and how fast it dies away.

Three things that no words say: a radio has nothing under 300 Hz or over 3.4 kHz (the telephone band), a near voice is
loud, and in a near voice the level falls steeply after each syllable, while echoes fill the gaps of a far one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.contract import SAMPLE_RATE_HZ, Samples

FRAME, HOP = 512, 160
"""samples: 32 ms, every 10 ms"""
BANDS_HZ = ((80.0, 250.0), (350.0, 3300.0), (3900.0, 7500.0))
"""under, inside and over the band of a radio; its edges are left out"""
FALL_FRAMES = 6
"""60 ms: longer than a frame, shorter than a syllable"""
HEARD = 4.0
"""a frame counts from four times (6 dB) the power of the noise on"""
LEAST_LEFT = 0.1
"""share of the noise that a band keeps at least when the noise is taken off"""
LEAST_FRAMES = 50
"""frames (half a second) that stand out of the noise, without which nothing is said"""
FLOOR = 1e-12

Powers = NDArray[np.float64]


@dataclass(frozen=True)
class SoundOfVoice:
    """Figures of one voice; dB."""

    seconds: float
    """that stand out of the noise"""
    level_db: float
    """median level in 350-3300 Hz, dBFS"""
    low_db: float
    """80-250 Hz against 350-3300 Hz"""
    high_db: float
    """3.9-7.5 kHz against 350-3300 Hz in the one frame of twenty where that is highest: the sibilants"""
    fall_db: float
    """by how much the level drops within 60 ms, at the steepest twentieth of the frames"""


def balance(samples: Samples) -> tuple[float, float] | None:
    """Mean power under and over the band of a radio against that inside it, dB; None where too little stands out."""
    if len(samples) < FRAME:
        return None
    rows = band_powers(samples)
    noise = np.percentile(rows, 10, axis=0)
    heard = rows[:, 1] > HEARD * noise[1]
    if heard.sum() < LEAST_FRAMES:
        return None
    low, middle, high = _db(np.maximum(rows - noise, LEAST_LEFT * noise + FLOOR)[heard].mean(axis=0))
    return float(low - middle), float(high - middle)


def sound_of_voice(parts: Sequence[Samples]) -> SoundOfVoice | None:
    """Figures of the stretches of one voice, mono 16 kHz; None where too little stands out of the noise."""
    powers = [band_powers(part) for part in parts if len(part) >= FRAME]
    if not powers:
        return None
    rows = np.concatenate(powers)
    noise = np.percentile(rows, 10, axis=0)
    heard = rows[:, 1] > HEARD * noise[1]
    sibilant = rows[:, 2] > HEARD * noise[2]
    if heard.sum() < LEAST_FRAMES:
        return None
    kept = np.maximum(rows - noise, LEAST_LEFT * noise + FLOOR)
    low, middle, _ = kept[heard].mean(axis=0)
    ratio = _db(kept[heard | sibilant, 2]) - _db(kept[heard | sibilant, 1])
    falls = np.concatenate([_falls(part, noise[1]) for part in powers])
    return SoundOfVoice(
        seconds=round(float(heard.sum()) * HOP / SAMPLE_RATE_HZ, 2),
        level_db=round(float(np.median(_db(rows[heard, 1]))), 1),
        low_db=round(float(_db(low) - _db(middle)), 1),
        high_db=round(float(np.percentile(ratio, 95)), 1),
        fall_db=round(float(np.percentile(falls, 95)), 1) if len(falls) else 0.0,
    )


def band_powers(samples: Samples) -> Powers:
    """Power in each of BANDS_HZ per frame, shape (n, 3), full scale 1."""
    import scipy.fft

    view = np.lib.stride_tricks.sliding_window_view(samples, FRAME)[::HOP]
    window = np.hanning(FRAME).astype(np.float32)
    power = np.abs(scipy.fft.rfft(view * window, axis=1)) ** 2 * (2 / (window**2).sum() / FRAME)
    step = SAMPLE_RATE_HZ / FRAME
    columns = [power[:, round(low / step) : round(high / step)].sum(axis=1) for low, high in BANDS_HZ]
    return np.stack(columns, axis=1).astype(np.float64)


def _falls(powers: Powers, noise: float) -> NDArray[np.float64]:
    """Drop of the level within FALL_FRAMES, from frames well over the noise, no lower than the noise."""
    level = _db(np.maximum(powers[:, 1], noise))
    first = level[:-FALL_FRAMES]
    return np.asarray((first - level[FALL_FRAMES:])[first > _db(noise) + 10])


def _db(power: NDArray[np.floating] | float) -> NDArray[np.float64]:
    return np.asarray(10 * np.log10(np.maximum(power, FLOOR)), np.float64)
