"""Made conversations with known turns, for fitting and calibrating the embedded diarizer.

Voices are utterances of single speakers (given by the caller); each conversation draws a few of them, cuts turns,
places them after one another with pauses and now and then an overlap, gives each speaker a distance and the whole a
room, a frequency range and noise. The same seed and voices give the same conversation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_closing
from scipy.signal import butter, oaconvolve, sosfilt

from models.contract import SAMPLE_RATE_HZ, Samples

Rng = np.random.Generator
FRAMES_PER_SECOND = 100
SHORTEST_TURN, LONGEST_TURN = 0.6, 6.0
TURN_SPREAD_DB = 1.2
"""change of a turn's response from octave to octave: one person does not sound the same in every turn, and the voices
given here were each recorded in one sitting"""
LEVEL_SPREAD_DB = 5.0
"""spread of a turn's level: a shout is about 8 dB over calm speech"""
PITCH_SPREAD = 0.04
"""spread of a turn's speed and pitch (share), for the same reason"""


@dataclass(frozen=True, eq=False)
class Conversation:
    """`samples`, and per speaker the frames (10 ms) in which that speaker is heard: `active` (speakers, frames)."""

    samples: Samples
    names: tuple[str, ...]
    active: NDArray[np.bool_]


def conversation(voices: Mapping[str, Sequence[Samples]], rng: Rng, speakers: int, seconds: float) -> Conversation:
    """About `seconds` of talk by `speakers` of the voices. Raises ValueError if there are fewer voices."""
    names = tuple(str(n) for n in rng.choice(sorted(voices), speakers, replace=False))
    length = int(seconds * SAMPLE_RATE_HZ)
    sound = np.zeros(length, np.float64)
    active = np.zeros((speakers, length * FRAMES_PER_SECOND // SAMPLE_RATE_HZ), bool)
    levels_db = _levels(rng, speakers)
    rooms = [_room(rng, level) for level in levels_db]
    share = rng.dirichlet(np.full(speakers, 4.0))
    at, last = int(rng.uniform(0, 1) * SAMPLE_RATE_HZ), -1
    while True:
        who = int(rng.choice(speakers, p=share))
        if who == last and speakers > 1 and rng.random() < 0.8:
            continue
        turn = _turn(voices[names[who]], rng)
        if at + len(turn) >= length:
            break
        heard = speech_frames(turn)
        gain = 10 ** ((levels_db[who] + rng.normal(0, LEVEL_SPREAD_DB)) / 20)
        sound[at : at + len(turn)] += gain * _turned(oaconvolve(turn, rooms[who])[: len(turn)], rng)
        first = at * FRAMES_PER_SECOND // SAMPLE_RATE_HZ
        active[who, first : first + len(heard)] |= heard[: active.shape[1] - first]
        at, last = max(0, at + len(turn) + int(_pause(rng) * SAMPLE_RATE_HZ)), who
    return Conversation(_recorded(sound, rng), names, active)


def speech_frames(samples: Samples) -> NDArray[np.bool_]:
    """Frames of 10 ms of clean speech that are no more than 35 dB under its loud parts; pauses under 0.3 s closed."""
    hop = SAMPLE_RATE_HZ // FRAMES_PER_SECOND
    count = len(samples) // hop
    level = 10 * np.log10(np.square(samples[: count * hop]).reshape(count, hop).mean(axis=1) + 1e-10)
    heard = level > np.percentile(level, 95) - 35
    return np.asarray(binary_closing(np.pad(heard, 30), np.ones(30))[30 : 30 + count] | heard, np.bool_)


def _levels(rng: Rng, speakers: int) -> NDArray[np.float64]:
    """dB per speaker: half of the conversations with a wearer near and the others 5 to 15 dB lower, else all alike."""
    if rng.random() < 0.5:
        return np.asarray(rng.normal(0, 2, speakers), np.float64)
    levels = rng.uniform(-15, -5, speakers)
    levels[0] = 0.0
    return np.asarray(levels, np.float64)


def _turn(utterances: Sequence[Samples], rng: Rng) -> Samples:
    """A cut of one utterance, 0.6 to 6 s, short ones as likely as long ones, at its level of -26 dBFS."""
    whole = utterances[int(rng.integers(len(utterances)))]
    seconds = float(np.exp(rng.uniform(np.log(SHORTEST_TURN), np.log(LONGEST_TURN))))
    count = min(len(whole), int(seconds * SAMPLE_RATE_HZ))
    start = int(rng.integers(0, len(whole) - count + 1))
    cut = whole[start : start + count].astype(np.float64)
    speed = float(np.exp(rng.normal(0, PITCH_SPREAD)))
    cut = np.interp(np.arange(0, count - 1, speed), np.arange(count), cut)
    level = np.sqrt(np.mean(np.square(cut))) + 1e-6
    return np.asarray(cut * (10 ** (-26 / 20) / level), np.float32)


def _turned(turn: NDArray[np.float64], rng: Rng) -> NDArray[np.float64]:
    """The turn as if the head were turned anew: a smooth random response, some dB up and down over the octaves."""
    points_hz = np.array([0, 125, 250, 500, 1000, 2000, 4000, 8000])
    response_db = np.cumsum(rng.normal(0, TURN_SPREAD_DB, len(points_hz)))
    response_db -= response_db.mean()
    spectrum = np.fft.rfft(turn)
    at_hz = np.fft.rfftfreq(len(turn), 1 / SAMPLE_RATE_HZ)
    gain = 10 ** (np.interp(at_hz, points_hz, response_db) / 20)
    return np.asarray(np.fft.irfft(spectrum * gain, len(turn)), np.float64)


def _pause(rng: Rng) -> float:
    return float(-rng.uniform(0, 0.8) if rng.random() < 0.12 else rng.exponential(0.5))


def _room(rng: Rng, level_db: float) -> NDArray[np.float64]:
    """An impulse response: the direct sound and an exponential tail that is stronger for a far voice."""
    decay = rng.uniform(0.08, 0.5)
    count = int(decay * SAMPLE_RATE_HZ)
    tail = rng.normal(0, 1, count) * 10 ** (-3 * np.arange(count) / count)
    tail *= 10 ** ((rng.uniform(-25, -8) - level_db / 3) / 20) / np.sqrt(np.sum(tail**2))
    tail[0] = 1.0
    return np.asarray(tail, np.float64)


def _recorded(sound: NDArray[np.float64], rng: Rng) -> Samples:
    """The sound as a camera keeps it: a frequency range, noise of some slope at 8 to 35 dB, a level."""
    low, high = rng.uniform(40, 250), rng.uniform(3500, 7800)
    band = butter(2, (low, high), "bandpass", fs=SAMPLE_RATE_HZ, output="sos")
    kept = np.asarray(sosfilt(band, sound), np.float64)
    spectrum = np.fft.rfft(rng.normal(0, 1, len(sound)))
    slope = np.arange(1, len(spectrum) + 1) ** -rng.uniform(0, 1)
    noise = np.fft.irfft(spectrum * slope, len(sound))
    loud = np.sqrt(np.mean(np.square(kept[np.abs(kept) > 1e-3]))) if np.any(np.abs(kept) > 1e-3) else 1e-3
    noise *= loud * 10 ** (-rng.uniform(8, 35) / 20) / np.sqrt(np.mean(np.square(noise)))
    mixed = (kept + noise) * 10 ** (rng.uniform(-12, 6) / 20)
    return np.asarray(np.clip(mixed, -1, 1), np.float32)
