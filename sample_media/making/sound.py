"""What each camera hears: voices near and far, radio traffic, street and engine, 16 kHz mono float32."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, oaconvolve, sosfilt

from models.training.synthesis import RATE_HZ, Timed, synthesise
from sample_media.making.scenario import Line, Scenario, Speaker, Take

Samples = NDArray[np.float32]
CAMERA_GAIN_DB = 4.0
"""Added to the synthesiser's level (calm voice -26 dBFS): a wearer is about 0.3 m from the microphone."""
RADIO_LEAD = 1600
"""Samples for which a radio channel is open before and after the voice."""
CALM_DB = -26.0 + CAMERA_GAIN_DB


@dataclass(frozen=True, eq=False)
class Spoken:
    """A line with its sound and its place on the incident's clock; `words` are on the incident's clock too."""

    line: Line
    speaker: Speaker
    samples: Samples
    at: float
    words: tuple[Timed, ...]

    @property
    def start(self) -> float:
        return self.words[0][1]

    @property
    def end(self) -> float:
        return self.words[-1][2]


def speak(scenario: Scenario) -> tuple[Spoken, ...]:
    """Synthesise every line and set it on the incident's clock, in order of the script."""
    spoken: list[Spoken] = []
    for line in scenario.lines:
        voice = scenario.speaker(line.speaker)
        speech = synthesise(
            line.text,
            voice.voice,
            speed=voice.speed,
            pitch_semitones=voice.pitch_semitones,
            formant_semitones=voice.formant_semitones,
            effort=line.effort,
        )
        first = speech.words[0][1]
        begin = line.at if line.at is not None else (spoken[-1].end if spoken else 0.0) + line.gap
        at = begin - first
        words = tuple((text, at + start, at + end) for text, start, end in speech.words)
        spoken.append(Spoken(line, voice, speech.samples, at, words))
    return tuple(spoken)


def hear(take: Take, spoken: tuple[Spoken, ...], rng: np.random.Generator) -> Samples:
    """The sound track of one file: everybody in earshot, the street, and digital silence where the sound was off."""
    length = round(take.duration * RATE_HZ)
    room = impulse_response(rng)
    track = np.asarray(street_noise(length, rng) * 10 ** ((CALM_DB - take.snr_db) / 20), np.float32)
    for item in spoken:
        heard, lead = _through_air(item, take, room, rng)
        _add(track, heard, round((item.at - take.start) * RATE_HZ) - lead)
    track = _limited(track)
    for start, end in ((take.start, take.start + take.buffer), *take.muted):
        track[round((start - take.start) * RATE_HZ) : round((end - take.start) * RATE_HZ)] = 0.0
    return track


def _through_air(item: Spoken, take: Take, room: Samples, rng: np.random.Generator) -> tuple[Samples, int]:
    """The line as this camera hears it, and how many samples of it lie before the voice (a radio opens first)."""
    level_db = take.level_db(item.speaker)
    sound, lead = item.samples, 0
    if item.speaker.role == "radio":
        sound, lead = over_the_radio(sound, rng), RADIO_LEAD
    elif level_db < 0.0:
        sound = _low_passed(np.asarray(oaconvolve(sound, room), np.float32), 5_500)
    return np.asarray(sound * 10 ** ((level_db + CAMERA_GAIN_DB) / 20), np.float32), lead


def _add(track: Samples, sound: Samples, at: int) -> None:
    first, last = max(0, at), min(len(track), at + len(sound))
    if first < last:
        track[first:last] += sound[first - at : last - at]


def over_the_radio(sound: Samples, rng: np.random.Generator) -> Samples:
    """300-3400 Hz, hard compressed, with hiss while the channel is open and a click at both ends."""
    band = sosfilt(butter(4, (300, 3400), "bandpass", fs=RATE_HZ, output="sos"), np.pad(sound, RADIO_LEAD))
    band = np.tanh(6.0 * band) / 6.0 * 1.6
    hiss = sosfilt(butter(2, (500, 3400), "bandpass", fs=RATE_HZ, output="sos"), rng.normal(0, 0.0012, len(band)))
    click = rng.normal(0, 0.02, 240) * np.hanning(240)
    band = band + hiss
    band[:240] += click
    band[-240:] += click
    return np.asarray(band, np.float32)


def impulse_response(rng: np.random.Generator, metres: float = 4.0, rt60: float = 0.28) -> Samples:
    """A few metres of open street: direct sound, a wall's echo, and a weak diffuse tail. Direct sound is not delayed
    by more than its distance, so that word times stay true within 12 ms."""
    length = round(0.35 * RATE_HZ)
    times = np.arange(length) / RATE_HZ
    tail = rng.normal(0, 1, length) * 10 ** (-3 * times / rt60) * 0.011
    response = tail * (times > metres / 343)
    response[round(metres / 343 * RATE_HZ)] = 1.0
    response[round((metres + 5.5) / 343 * RATE_HZ)] = 0.22
    return np.asarray(response, np.float32)


def street_noise(length: int, rng: np.random.Generator) -> Samples:
    """Idling engine and a far road: rumble below 200 Hz, its harmonics, a little hiss; RMS 1."""
    times = np.arange(length) / RATE_HZ
    swell = 1 + 0.25 * np.sin(2 * np.pi * times / 11 + rng.uniform(0, 6)) + 0.15 * np.sin(2 * np.pi * times / 3.7)
    rumble = sosfilt(butter(2, (25, 180), "bandpass", fs=RATE_HZ, output="sos"), rng.normal(0, 1, length))
    road = sosfilt(butter(1, (150, 1200), "bandpass", fs=RATE_HZ, output="sos"), rng.normal(0, 1, length))
    turn = 2 * np.pi * np.cumsum(27 + 0.4 * np.sin(2 * np.pi * times / 6.1)) / RATE_HZ
    engine = sum(np.sin(k * turn + k) / k for k in range(1, 7))
    noise = swell * (rumble / rumble.std() + 0.5 * engine) + 0.22 * road / road.std() + rng.normal(0, 0.05, length)
    return np.asarray(noise / noise.std(), np.float32)


def _low_passed(sound: Samples, edge_hz: float) -> Samples:
    return np.asarray(sosfilt(butter(2, edge_hz, fs=RATE_HZ, output="sos"), sound), np.float32)


def _limited(track: Samples) -> Samples:
    """Soft limit at 0.6 of full scale, as a camera's limiter does."""
    over = np.abs(track) > 0.6
    limited = np.where(over, np.sign(track) * (0.6 + 0.38 * np.tanh((np.abs(track) - 0.6) / 0.38)), track)
    return np.asarray(limited, np.float32)
