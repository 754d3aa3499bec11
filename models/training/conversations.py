"""Made conversations with known turns, for choosing the settings of the embedded diarizer.

Voices are utterances of single speakers (given by the caller); each conversation draws a few of them, cuts turns,
places them after one another with pauses and now and then an overlap, raises some voices, gives each speaker a distance
and the whole a room, a frequency range and noise. The same seed and voices give the same conversation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_closing
from scipy.signal import butter, sosfilt

from models.contract import SAMPLE_RATE_HZ, Samples
from models.training.speaker_crops import convolved, noise, room, shouted

Rng = np.random.Generator
FRAMES_PER_SECOND = 100
SHORTEST_TURN = 0.6
LONGEST_TURNS = (2.5, 6.0)
"""seconds; a conversation is either a quick exchange or one of longer turns"""
TURN_SPREAD_DB = 1.2
"""change of a turn's response from octave to octave: one person does not sound the same in every turn, and the voices
given here were each recorded in one sitting"""
LEVEL_SPREAD_DB = 4.0
"""spread of a turn's level beside that of its effort"""
PITCH_SPREAD = 0.04
"""spread of a turn's speed and pitch (share), for the same reason"""
EFFORT_GAIN_DB = 8.0
"""a shout is about this much over calm speech"""


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
    levels_db, rooms = _places(rng, speakers)
    share = rng.dirichlet(np.full(speakers, rng.choice([1.0, 4.0])))
    raised = rng.uniform(0, 0.5) if rng.random() < 0.5 else 0.0
    overlap, longest = rng.uniform(0, 0.45), float(rng.choice(LONGEST_TURNS))
    at, last = int(rng.uniform(0, 1) * SAMPLE_RATE_HZ), -1
    while True:
        who = int(rng.choice(speakers, p=share))
        if who == last and speakers > 1 and rng.random() < 0.6:
            continue
        loud = rng.random() < raised
        turn = _turn(voices[names[who]], rng, longest, float(rng.uniform(1.5, 6.0)) if loud else 0.0)
        if at + len(turn) >= length:
            break
        heard = speech_frames(turn)
        gain = 10 ** ((levels_db[who] + rng.normal(0, LEVEL_SPREAD_DB) + EFFORT_GAIN_DB * loud) / 20)
        sound[at : at + len(turn)] += gain * convolved(_turned(turn, rng), rooms[who])
        first = at * FRAMES_PER_SECOND // SAMPLE_RATE_HZ
        active[who, first : first + len(heard)] |= heard[: active.shape[1] - first]
        at, last = max(0, at + len(turn) + int(_pause(rng, overlap) * SAMPLE_RATE_HZ)), who
    return Conversation(_recorded(sound, rng), names, active)


def _places(rng: Rng, speakers: int) -> tuple[NDArray[np.float64], list[NDArray[np.float32]]]:
    """dB and room of each speaker: a wearer near and the others 5 to 18 dB lower, or all alike, near or far."""
    kind = rng.random()
    decay = float(rng.uniform(0.12, 0.8))
    levels = rng.normal(0, 2, speakers)
    direct_db = rng.uniform(5, 18, speakers)
    if kind < 0.4:
        levels[1:] = rng.uniform(-18, -5, speakers - 1)
        direct_db[1:] = rng.uniform(-3, 10, speakers - 1)
    elif kind < 0.75:
        levels += rng.normal(0, 3, speakers)
        direct_db = rng.uniform(-6, 5, speakers)
    return np.asarray(levels, np.float64), [room(rng, decay, float(d)) for d in direct_db]


def speech_frames(samples: Samples) -> NDArray[np.bool_]:
    """Frames of 10 ms of clean speech that are no more than 35 dB under its loud parts; pauses under 0.3 s closed."""
    hop = SAMPLE_RATE_HZ // FRAMES_PER_SECOND
    count = len(samples) // hop
    level = 10 * np.log10(np.square(samples[: count * hop]).reshape(count, hop).mean(axis=1) + 1e-10)
    heard = level > np.percentile(level, 95) - 35
    return np.asarray(binary_closing(np.pad(heard, 30), np.ones(30))[30 : 30 + count] | heard, np.bool_)


def _turn(utterances: Sequence[Samples], rng: Rng, longest: float, semitones: float) -> Samples:
    """A cut of one utterance, 0.6 s to `longest`, short ones as likely as long, at RMS 0.05, perhaps raised."""
    whole = utterances[int(rng.integers(len(utterances)))]
    seconds = float(np.exp(rng.uniform(np.log(SHORTEST_TURN), np.log(longest))))
    pitch = 2 ** (semitones / 12)
    count = min(len(whole), int(seconds * pitch * SAMPLE_RATE_HZ))
    start = int(rng.integers(0, len(whole) - count + 1))
    speed = float(np.exp(rng.normal(0, PITCH_SPREAD))) * pitch
    cut = np.interp(np.arange(0, count - 1, speed), np.arange(count), whole[start : start + count])
    level = np.sqrt(np.mean(np.square(cut))) + 1e-6
    turn = np.asarray(cut * (0.05 / level), np.float32)
    if not semitones:
        return turn
    return np.asarray(0.05 * shouted(turn / np.float32(0.05), pitch, 0.04 * semitones, 2.0 * semitones), np.float32)


def _turned(turn: Samples, rng: Rng) -> Samples:
    """The turn as if the head were turned anew: a smooth random response, some dB up and down over the octaves."""
    points_hz = np.array([0, 125, 250, 500, 1000, 2000, 4000, 8000])
    response_db = np.cumsum(rng.normal(0, TURN_SPREAD_DB, len(points_hz)))
    response_db -= response_db.mean()
    spectrum = np.fft.rfft(turn)
    at_hz = np.fft.rfftfreq(len(turn), 1 / SAMPLE_RATE_HZ)
    gain = 10 ** (np.interp(at_hz, points_hz, response_db) / 20)
    return np.asarray(np.fft.irfft(spectrum * gain, len(turn)), np.float32)


def _pause(rng: Rng, overlap: float) -> float:
    """Seconds between two turns; negative where the second breaks in, as it does with probability `overlap`."""
    return float(-rng.uniform(0, 1.5) if rng.random() < overlap else rng.exponential(0.6))


def _recorded(sound: NDArray[np.float64], rng: Rng) -> Samples:
    """The sound as a camera keeps it: a frequency range, noise of some kind at 5 to 35 dB, a level."""
    low, high = rng.uniform(40, 250), rng.uniform(3500, 7800)
    band = butter(2, (low, high), "bandpass", fs=SAMPLE_RATE_HZ, output="sos")
    kept = np.asarray(sosfilt(band, sound), np.float64)
    loud = np.sqrt(np.mean(np.square(kept[np.abs(kept) > 1e-3]))) if np.any(np.abs(kept) > 1e-3) else 1e-3
    added = noise(rng, len(sound)) * loud * 10 ** (-rng.uniform(5, 35) / 20)
    mixed = (kept + added) * 10 ** (rng.uniform(-24, 6) / 20)
    return np.asarray(np.clip(mixed, -1, 1), np.float32)
