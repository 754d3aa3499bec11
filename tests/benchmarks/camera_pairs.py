"""Made pairs of cameras: one scene of real speech, heard twice with other rooms, filters, levels, noise and clocks.

The scene is speech of several people with pauses. Each camera has its own clock (offset, drift), its own room for each
speaker, its own filter, gain control or none, and its own noise. All times are known exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.ndimage import map_coordinates, maximum_filter1d, uniform_filter1d
from scipy.signal import butter, oaconvolve, sosfilt

from models.contract import SAMPLE_RATE_HZ, Samples
from models.training.vocal_effort import read_sound

SOUND_M_PER_S = 343.0


@dataclass(frozen=True)
class Material:
    """Utterances by speaker and noise clips by kind."""

    speakers: Sequence[Sequence[Samples]]
    noises: Sequence[Sequence[Samples]]


@dataclass(frozen=True)
class Camera:
    """What befalls the sound on its way into one file. Its time t is `offset + t * (1 + drift_ppm / 1e6)`."""

    offset: float
    duration: float
    drift_ppm: float
    snr_db: float
    gain_control: bool = False
    delays: Sequence[float] = ()
    """seconds from each speaker to the microphone"""
    noise: int | None = None
    """which kind of noise, None: any"""
    levels_db: Sequence[float] = ()
    """how loud each speaker is here"""


@dataclass(frozen=True)
class Scene:
    """Who is heard when: (seconds, speaker, samples)."""

    lines: Sequence[tuple[float, int, Samples]]
    speakers: int
    duration: float


def material(data: Path, part: int) -> Material:
    """Every second speaker and noise clip: `part` 0 to choose thresholds on, 1 to report on."""
    files = sorted((data / "speech" / "speakers").glob("*.flac"))[part::2]
    kinds: dict[str, list[Path]] = {}
    for path in sorted((data / "noise").glob("*.flac")):
        kinds.setdefault(path.stem.rsplit("_", 1)[0], []).append(path)
    noises = [[read_sound(p) for p in paths[part::2]] for paths in kinds.values()]
    return Material([[read_sound(p)] for p in files], noises)


def scene(drawn: Material, rng: np.random.Generator, duration: float, who: Sequence[int] = ()) -> Scene:
    """People talking in turn: pauses of 0.2 to 3 s, a longer silence now and then. `who`: indices of speakers."""
    chosen = list(who) or rng.choice(len(drawn.speakers), 40, replace=False).tolist()
    lines, at = [], float(rng.uniform(0, 3))
    while at < duration:
        index = int(rng.integers(len(chosen)))
        whole = drawn.speakers[chosen[index]][0]
        length = round(float(rng.uniform(1.0, 5.0)) * SAMPLE_RATE_HZ)
        first = int(rng.integers(max(1, len(whole) - length)))
        lines.append((at, index, whole[first : first + length]))
        pause = float(rng.uniform(5, 25)) if rng.uniform() < 0.05 else float(rng.uniform(0.2, 3.0))
        at += len(lines[-1][2]) / SAMPLE_RATE_HZ + pause
    return Scene(lines, len(chosen), duration)


def heard(made: Scene, camera: Camera, drawn: Material, rng: np.random.Generator) -> Samples:
    """The sound track of one camera, shape (n,)."""
    length = round(made.duration * SAMPLE_RATE_HZ)
    rooms = [room(rng) for _ in range(4)]
    tracks = np.zeros((len(rooms), length + SAMPLE_RATE_HZ), np.float32)
    for at, index, samples in made.lines:
        delay = camera.delays[index % len(camera.delays)] if camera.delays else 0.0
        level = camera.levels_db[index % len(camera.levels_db)] if camera.levels_db else 0.0
        first = round((at + delay) * SAMPLE_RATE_HZ)
        kept = samples[: max(0, tracks.shape[1] - first)]
        tracks[index % len(rooms), first : first + len(kept)] += kept * np.float32(10 ** (level / 20))
    speech = sum(oaconvolve(t, r)[:length] for t, r in zip(tracks, rooms, strict=True))
    own = _on_clock(np.asarray(speech, np.float32), camera)
    own = _filtered(own, rng)
    active = own[np.abs(own) > 0.05 * np.abs(own).max()]
    noise = _noise(len(own), drawn, camera.noise, rng)
    noise *= np.sqrt(np.mean(active**2)) / np.sqrt(np.mean(noise**2)) * 10 ** (-camera.snr_db / 20)
    out = own + noise
    if camera.gain_control:
        out = _levelled(out)
    return np.asarray(out * 10 ** (rng.uniform(-20, 0) / 20) / np.abs(out).max(), np.float32)


def room(rng: np.random.Generator) -> Samples:
    """A direct sound and a diffuse tail, 0.2 to 0.7 s to -60 dB, the direct one 6 dB below to 12 dB above its sum."""
    seconds = float(rng.uniform(0.2, 0.7))
    times = np.arange(round(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    tail = rng.normal(0, 1, len(times)) * 10 ** (-3 * times / seconds)
    tail[: round(0.002 * SAMPLE_RATE_HZ)] = 0.0
    tail *= 10 ** (-float(rng.uniform(-6, 12)) / 20) / np.sqrt(np.sum(tail**2))
    tail[0] = 1.0
    return np.asarray(tail, np.float32)


def _on_clock(speech: Samples, camera: Camera) -> Samples:
    """The stretch that the camera records, sampled by its own clock (cubic splines)."""
    times = np.arange(round(camera.duration * SAMPLE_RATE_HZ), dtype=np.float64)
    places = camera.offset * SAMPLE_RATE_HZ + times * (1 + camera.drift_ppm * 1e-6)
    first, last = max(0, int(places[0]) - 50), int(places[-1]) + 50
    part = speech[first:last]
    return np.asarray(map_coordinates(part, [places - first], order=3, mode="constant", cval=0.0), np.float32)


def _filtered(samples: Samples, rng: np.random.Generator) -> Samples:
    low, high = float(rng.uniform(60, 300)), float(rng.uniform(3000, 7500))
    out = sosfilt(butter(2, (low, high), "bandpass", fs=SAMPLE_RATE_HZ, output="sos"), samples)
    return np.asarray(out, np.float32)


def _noise(count: int, drawn: Material, kind: int | None, rng: np.random.Generator) -> Samples:
    """Clips of one kind, cut anywhere and laid over each other, so that nothing repeats in step; RMS above zero."""
    clips = drawn.noises[int(rng.integers(len(drawn.noises))) if kind is None else kind]
    out = np.asarray(rng.normal(0, 1e-4, count), np.float32)
    for offset in (0, 2):
        at = -int(rng.integers(SAMPLE_RATE_HZ)) * (offset > 0)
        while at < count:
            clip = clips[int(rng.integers(len(clips)))]
            length = min(len(clip), round(float(rng.uniform(1.5, 4.5)) * SAMPLE_RATE_HZ))
            first = int(rng.integers(len(clip) - length + 1))
            piece = clip[first : first + length] * np.hanning(length)
            low, high = max(0, at), min(count, at + length)
            if high > low:
                out[low:high] += (piece[low - at : high - at] * rng.uniform(0.3, 1)).astype(np.float32)
            at += length // 2
    return out


def _levelled(samples: Samples) -> Samples:
    """A gain control: loudness over the last tenths of a second brought to one level, by up to 20 dB."""
    power = uniform_filter1d(samples.astype(np.float64) ** 2, round(0.3 * SAMPLE_RATE_HZ))
    slow = np.sqrt(maximum_filter1d(power[::160], 100) + 1e-12)
    gain = np.minimum(np.median(slow) / slow, 10.0)
    return np.asarray(samples * np.interp(np.arange(len(samples)), np.arange(len(gain)) * 160, gain), np.float32)
