"""Training excerpts of 2 s as they come out of a conversation: several voices in one room, on one microphone.

What stays the same within a made file: the room, the noise, the frequency range, and the mean that is taken off. What
changes from excerpt to excerpt of one voice: distance and head (level, response), and vocal effort: a third is raised
or shouted (pitch, first formant, flatter spectrum), so that a voice and its shout count as one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, next_fast_len, rfft
from scipy.signal import butter, lfilter, sosfilt

from models.contract import SAMPLE_RATE_HZ, Samples
from models.speaker_embedding import BANDS, LEVEL, log_mels
from models.training.speaker_voices import Voices

Rng = np.random.Generator
Floats = NDArray[np.float32]
SECONDS = 2.0
SIZE = int(SECONDS * SAMPLE_RATE_HZ)
FRAMES = int(SECONDS * 100)
PER_FILE = 8
FILES = 8
"""files of 8 excerpts in a batch"""
SPEEDS = (1.0, 0.9, 1.1)
FLITE_SHARE = 0.12
EFFORT_SHARE = 0.35
KEPT_FILES = 4000
"""made files that may be used again, 200 kB each"""
USES = 3
"""steps per made file: making one costs about as much as learning from it"""


@dataclass(frozen=True, eq=False)
class VoiceClass:
    """A voice at a speed: its utterances, whether it is synthetic."""

    utterances: tuple[Floats, ...]
    speed: float
    person: str
    synthetic: bool


def voice_classes(read: Voices, flite: Voices) -> list[VoiceClass]:
    """Each person at three speeds, each synthetic voice at one."""
    out = [VoiceClass(tuple(spoken(u) for u in read[n]), speed, n, False) for n in sorted(read) for speed in SPEEDS]
    return out + [VoiceClass((spoken(np.concatenate(flite[n])),), 1.0, n, True) for n in sorted(flite)]


def spoken(samples: Samples) -> Floats:
    """The utterance at RMS 1 without the pauses of more than 0.2 s: frames 35 dB under the loud ones are taken out."""
    hop = SAMPLE_RATE_HZ // 100
    frames = samples[: len(samples) // hop * hop].reshape(-1, hop)
    level_db = 10 * np.log10((frames**2).mean(axis=1) + 1e-10)
    loud = level_db > np.percentile(level_db, 95) - 35
    near = np.convolve(loud, np.ones(21), "same") > 0
    kept = frames[near].reshape(-1)
    return np.asarray(kept / (np.sqrt(np.mean(kept**2)) + 1e-9), np.float32)


class Crops:
    """Batches of features (64, frames, 64 bands) and classes (64,)."""

    def __init__(self, classes: Sequence[VoiceClass], seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.classes = list(classes)
        self.people = [i for i, c in enumerate(classes) if not c.synthetic]
        self.synthetic = [i for i, c in enumerate(classes) if c.synthetic]
        self.kept: list[tuple[NDArray[np.float16], NDArray[np.int64]]] = []
        self.steps = 0

    def reseed(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)

    def batch(self) -> tuple[Floats, NDArray[np.int64]]:
        """A batch of files, one in `USES` new; all excerpts of a batch are equally long, 0.9 to 2 s."""
        self.steps += 1
        if self.steps % USES == 1 or len(self.kept) < FILES * 4:
            files = [self.file() for _ in range(FILES)]
            self.kept = [*self.kept[-KEPT_FILES:], *files]
        else:
            files = [self.kept[int(i)] for i in self.rng.integers(0, len(self.kept), FILES)]
        length = int(np.exp(self.rng.uniform(np.log(90), np.log(FRAMES))))
        features = np.stack([self._varied(f.astype(np.float32), length) for f, _ in files])
        return features.reshape(FILES * PER_FILE, length, BANDS), np.concatenate([t for _, t in files])

    def file(self) -> tuple[NDArray[np.float16], NDArray[np.int64]]:
        """Excerpts of one made file (8, 200, 64), before the mean is taken off, and their classes."""
        voices = self._voices()
        decay = float(self.rng.uniform(0.12, 0.8))
        dry = self.rng.random() < 0.25
        chosen = np.concatenate([np.arange(len(voices)), self.rng.integers(0, len(voices), PER_FILE)])[:PER_FILE]
        level_db = (
            self.rng.normal(0, 4, len(voices)) if self.rng.random() < 0.5 else self.rng.uniform(-14, 0, len(voices))
        )
        rooms = [None if dry else room(self.rng, decay, float(self.rng.uniform(-6, 16))) for _ in voices]
        excerpts = np.empty((PER_FILE, SIZE), np.float32)
        for row, which in enumerate(chosen):
            sound = self._excerpt(self.classes[voices[which]])
            gain_db = level_db[which] + self.rng.normal(0, 4)
            excerpts[row] = convolved(sound, rooms[which]) * np.float32(10 ** (gain_db / 20))
        return self._recorded(excerpts).astype(np.float16), np.array([voices[i] for i in chosen], np.int64)

    def _voices(self) -> list[int]:
        """Classes of one file: 1 to 5 different voices."""
        synthetic = bool(self.synthetic) and self.rng.random() < FLITE_SHARE
        pool = self.synthetic if synthetic else self.people
        count = int(self.rng.choice([1, 2, 3, 4, 5], p=[0.12, 0.26, 0.24, 0.22, 0.16]))
        out: list[int] = []
        while len(out) < count:
            one = int(pool[int(self.rng.integers(len(pool)))])
            if all(self.classes[one].person != self.classes[o].person for o in out):
                out.append(one)
        return out

    def _excerpt(self, voice: VoiceClass) -> Floats:
        """2 s of a voice, perhaps raised, perhaps with a weak second voice, at RMS about 1."""
        semitones = 0.0
        raised = self.rng.random() < EFFORT_SHARE
        if raised:
            semitones = float(self.rng.uniform(0.5, 6.0))
        pitch = 2 ** (semitones / 12)
        sound = cut(self.rng, voice.utterances, voice.speed * pitch * float(np.exp(self.rng.normal(0, 0.015))))
        if raised:
            sound = shouted(sound, pitch, self.rng.uniform(0, 0.3) * semitones / 6, self.rng.uniform(0, 12))
        sound = sound / np.float32(np.sqrt(np.mean(sound**2)) + 1e-6)
        if self.rng.random() < 0.15:
            other = self.classes[int(self.people[int(self.rng.integers(len(self.people)))])]
            weak = cut(self.rng, other.utterances, 1.0)
            sound = sound + weak * np.float32(10 ** (-self.rng.uniform(6, 20) / 20))
        return np.asarray(sound, np.float32)

    def _recorded(self, excerpts: Floats) -> Floats:
        """Features of the excerpts with the noise, the frequency range and the clipping of one recorder."""
        loud = float(np.sqrt(np.mean(excerpts**2))) + 1e-6
        snr_db = float(self.rng.uniform(3, 40))
        noisy = excerpts + noise(self.rng, excerpts.size).reshape(excerpts.shape) * np.float32(
            loud * 10 ** (-snr_db / 20)
        )
        low, high = self.rng.uniform(30, 300), self.rng.uniform(3000, 7900)
        if self.rng.random() < 0.7:
            noisy = sosfilt(butter(2, (low, high), "bandpass", fs=SAMPLE_RATE_HZ, output="sos"), noisy, axis=1)
        if self.rng.random() < 0.2:
            most = float(np.quantile(np.abs(noisy), self.rng.uniform(0.97, 1.0))) + 1e-6
            noisy = np.tanh(noisy / most) * most
        noisy = noisy * (LEVEL / (np.sqrt(np.mean(noisy**2)) + 1e-9))
        return log_mels(noisy.reshape(-1)).reshape(PER_FILE, FRAMES, BANDS)

    def _varied(self, given: Floats, length: int) -> Floats:
        """A piece of each excerpt: its own response, the file's mean off, now and then a band or a moment blanked."""
        points = np.cumsum(self.rng.normal(0, 0.18, (PER_FILE, 9)), axis=1)
        points = points - points.mean(axis=1, keepdims=True) + self.rng.normal(0, 0.3, (PER_FILE, 1))
        at = np.linspace(0, 8, BANDS)
        low = np.minimum(at.astype(np.int64), 7)
        curve = points[:, low] * (1 - (at - low)) + points[:, low + 1] * (at - low)
        given = given + curve[:, None, :].astype(np.float32)
        given = given - given.mean(axis=(0, 1), keepdims=True)
        starts = self.rng.integers(0, FRAMES - length + 1, PER_FILE)
        out = np.stack([given[i, s : s + length] for i, s in enumerate(starts)])
        for row in range(PER_FILE):
            if self.rng.random() < 0.5:
                first, width = int(self.rng.integers(0, BANDS)), int(self.rng.integers(2, 10))
                out[row, :, first : first + width] = 0.0
            if self.rng.random() < 0.3:
                first, width = int(self.rng.integers(0, length)), int(self.rng.integers(4, 20))
                out[row, first : first + width] = 0.0
        return out


def cut(rng: Rng, utterances: Sequence[Floats], speed: float) -> Floats:
    """2 s from a random place of an utterance, played `speed` times as fast."""
    whole = utterances[int(rng.integers(len(utterances)))]
    need = int(SIZE * speed) + 2
    if len(whole) < need:
        whole = np.tile(whole, -(-need // len(whole)))
    start = int(rng.integers(0, len(whole) - need + 1))
    if abs(speed - 1) < 1e-6:
        return whole[start : start + SIZE].copy()
    at = np.arange(SIZE, dtype=np.float32) * np.float32(speed)
    low = at.astype(np.int32)
    part = at - low
    piece = whole[start : start + need]
    return np.asarray(piece[low] * (1 - part) + piece[low + 1] * part, np.float32)


def shouted(sound: Floats, pitch: float, formant_rise: float, tilt_db: float) -> Floats:
    """Speech that was sped up by `pitch`, with its formants put back, the first raised, and the spectrum flatter.

    Traunmüller and Eriksson (2000) for the kinds of change: F0 up, F1 up, more energy above 1 kHz. Frame by frame,
    the spectral envelope (30 cepstral coefficients) is exchanged, the phases stay.
    """
    frame, hop = 512, 128
    padded = np.pad(sound, (frame, frame + hop))
    window = np.hanning(frame + 1)[:-1].astype(np.float32)
    pieces = np.lib.stride_tricks.sliding_window_view(padded, frame)[::hop]
    spectrum = rfft(pieces * window, axis=1)
    log_power = np.log(np.abs(spectrum) + 1e-3)
    cepstrum = irfft(log_power, axis=1)
    cepstrum[:, 30:-29] = 0.0
    envelope = rfft(cepstrum, axis=1).real
    bins = np.arange(envelope.shape[1])
    hz = bins * SAMPLE_RATE_HZ / frame
    raise_by = 1 + formant_rise * np.clip((1500 - hz) / 700, 0, 1)
    source = np.clip(bins * pitch / raise_by, 0, len(bins) - 1.001)
    low = source.astype(np.int64)
    part = (source - low).astype(np.float32)
    wanted = envelope[:, low] * (1 - part) + envelope[:, low + 1] * part
    tilt = tilt_db / 20 * np.log(10) * np.clip(np.log2(np.maximum(hz, 1) / 500) / 1.5, 0, 1)
    gain = np.exp(np.clip(wanted - envelope, -3.5, 2.5) + tilt).astype(np.float32)
    changed = irfft(spectrum * gain, axis=1) * window
    out = np.zeros(len(padded), np.float32)
    for k in range(frame // hop):
        part_of = changed[k :: frame // hop]
        out[k * hop : k * hop + part_of.size] += part_of.reshape(-1)
    return np.asarray(out[frame : frame + len(sound)] / 1.5, np.float32)


def room(rng: Rng, decay: float, direct_db: float) -> Floats:
    """A direct sound, early reflections and a tail whose high frequencies die sooner (`decay` = RT60, s).

    `direct_db`: level of the direct sound over that of the tail.
    """
    count = int(min(decay, 0.5) * SAMPLE_RATE_HZ)
    times = np.arange(count) / SAMPLE_RATE_HZ
    grain = rng.standard_normal(count).astype(np.float32)
    low = lfilter([0.3], [1, -0.7], grain)
    tail = low * np.exp(-6.9 * times / decay) + 0.5 * (grain - low) * np.exp(-13.8 * times / decay)
    tail[: int(0.003 * SAMPLE_RATE_HZ)] = 0.0
    tail *= 10 ** (-direct_db / 20) / (np.sqrt((tail**2).sum()) + 1e-9)
    tail[0] = 1.0
    places = rng.integers(8, 800, 6)
    tail[places] += rng.uniform(-0.6, 0.6, 6) * 10 ** (-max(direct_db, 0) / 20)
    return np.asarray(tail, np.float32)


def convolved(sound: Floats, response: Floats | None) -> Floats:
    """The sound in a room, as long as before."""
    if response is None:
        return sound
    size = next_fast_len(len(sound) + len(response), real=True)
    return np.asarray(irfft(rfft(sound, size) * rfft(response, size), size)[: len(sound)], np.float32)


def noise(rng: Rng, count: int) -> Floats:
    """White to brown noise, sometimes swelling, sometimes with an engine's harmonics, at RMS 1."""
    slope = float(rng.choice([0.0, 0.5, 0.9, 0.97]))
    out = lfilter([1.0], [1.0, -slope], rng.standard_normal(count, dtype=np.float32))
    out /= np.sqrt(np.mean(out**2))
    times = np.arange(count) / SAMPLE_RATE_HZ
    kind = rng.random()
    if kind < 0.3:
        knots = np.linspace(0, times[-1], 40)
        out = out * np.interp(times, knots, rng.uniform(0.05, 1.8, 40))
    elif kind < 0.5:
        phase = 2 * np.pi * rng.uniform(45, 400) * times
        out = out + rng.uniform(0.3, 2) * sum(np.sin(k * phase) / k ** rng.uniform(0.5, 1.5) for k in range(1, 6))
    return np.asarray(out / (np.sqrt(np.mean(out**2)) + 1e-9), np.float32)
