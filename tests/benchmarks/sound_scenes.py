"""Sound with stretches that are off, and sound that is not: what `sound_faults` plants and its controls, at 48 kHz."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from tests.benchmarks.raised_voice import read_sound
from tests.pipeline.media.made import sound as street_noise

RATE_HZ = 48000
LENGTH = 90.0
BUFFER = 20.0
MUTES = ((35.0, 37.0), (50.0, 62.0), (70.3, 73.1))
ENDS = 85.0
"""seconds; the sound is off from here on"""
MANY = ((14.0, 16.0), (17.0, 19.5), (30.0, 36.0), (58.0, 72.0))
"""seconds; the first two are a second apart"""
MANY_BUFFER, MANY_ENDS = 8.0, 83.5
Sound = NDArray[np.int16]


def planted(live: Sound, late: bool = False) -> Sound:
    """Live sound with the faults; `late`: its first seconds are cut off, not silent."""
    out = live.copy()
    for start, end in ((0.0, BUFFER), *MUTES, (ENDS, LENGTH)):
        out[round(start * RATE_HZ) : round(end * RATE_HZ)] = 0
    return out[round(BUFFER * RATE_HZ) :] if late else out


def muted_often(live: Sound, left: Sound | None = None) -> Sound:
    """Live sound with mutes close to one another, which leave `left` (else nothing)."""
    out, left = live.copy(), np.zeros_like(live) if left is None else left
    for start, end in ((0.0, MANY_BUFFER), *MANY, (MANY_ENDS, LENGTH)):
        at = slice(round(start * RATE_HZ), round(end * RATE_HZ))
        out[at] = left[at]
    return out


def street(seed: int = 3) -> Sound:
    """Noise with a hum, made."""
    return street_noise(LENGTH, rate_hz=RATE_HZ, seed=seed)


def quiet(steps: float, seed: int = 5) -> Sound:
    """A quiet room: noise of so many steps of 16 bits (standard deviation), and nothing else."""
    draw = np.random.default_rng(seed)
    return np.round(draw.standard_normal(round(LENGTH * RATE_HZ)) * steps).astype(np.int16)


def quiet_with_talk(steps: float) -> Sound:
    """A quiet room in which somebody speaks for a second now and then."""
    out = quiet(steps).astype(np.int32)
    loud = street().astype(np.int32)
    for at in (8, 20, 21, 33, 47, 60, 61, 74):
        out[at * RATE_HZ : (at + 1) * RATE_HZ] += loud[at * RATE_HZ : (at + 1) * RATE_HZ]
    return out.astype(np.int16)


def gated(longest: float) -> Sound:
    """Sound that a gate cuts to exact silence in every pause, up to `longest` seconds."""
    out, draw, at = street().copy(), np.random.default_rng(8), 2.0
    while at < LENGTH - longest:
        pause = float(draw.uniform(0.3, longest))
        out[round(at * RATE_HZ) : round((at + pause) * RATE_HZ)] = 0
        at += pause + float(draw.uniform(1.0, 4.0))
    return out


def talk(data: Path, number: int, noise: str, snr_db: float, level: float) -> Sound:
    """Real speech in real noise at 48 kHz, its peak at `level`."""
    speech = np.tile(read_sound(data / "speech" / "libri" / f"libri{number}.flac"), 2)[: round(LENGTH * 16000)]
    back = np.tile(read_sound(data / "noise" / f"{noise}.flac"), 30)[: len(speech)]
    ratio = float(np.sqrt(np.mean(speech**2) / max(1e-12, np.mean(back**2)))) / 10 ** (snr_db / 20)
    mixed = resample_poly(speech + back * ratio, 3, 1)
    return np.round(mixed / np.abs(mixed).max() * level * 32767).astype(np.int16)


def stereo(left: Sound, right: Sound) -> Sound:
    """Two channels, one after the other in each sample."""
    return np.stack([left, right], axis=1).reshape(-1)


def scene(data: Path, seed: int, floor_db: float) -> Sound:
    """Single speakers who say something now and then, in noise at `floor_db` dBFS; 48 kHz."""
    draw = np.random.default_rng(seed)
    speakers = sorted((data / "speech" / "speakers").glob("*.flac"))
    noise = np.cumsum(draw.standard_normal(round(LENGTH * 16000))) * 0.002 if seed % 2 else 0.0
    noise = draw.standard_normal(round(LENGTH * 16000)) + noise - np.mean(noise)
    out, at = noise / np.std(noise) * 10 ** (floor_db / 20), float(draw.uniform(0.5, 3.0))
    while at < LENGTH - 2:
        said = read_sound(speakers[int(draw.integers(len(speakers)))])[: round(draw.uniform(1.0, 6.0) * 16000)]
        said = said / float(np.sqrt(np.mean(said**2))) * 10 ** (draw.uniform(-34.0, -20.0) / 20)
        first = round(at * 16000)
        out[first : first + len(said)] += said[: len(out) - first]
        at += len(said) / 16000 + float(draw.uniform(0.2, 8.0))
    return np.round(np.clip(resample_poly(out, 3, 1), -0.99, 0.99) * 32767).astype(np.int16)


def gate(live: Sound, hold: float) -> Sound:
    """What a gate lets through that shuts so many seconds after the sound fell below -40 dBFS."""
    loud = np.abs(live.astype(np.int32)) > 327
    last = np.maximum.accumulate(np.where(loud, np.arange(len(live)), -len(live)))
    return np.where(np.arange(len(live)) - last < hold * RATE_HZ, live, 0).astype(np.int16)
