"""Synthetic speech with exact word and phone times, for sample media and for training text-independent parts.

A wrapper round the `flite` program (CMU, BSD licence), needed only where media or training sounds are made: nothing
that users run imports this. Voices: slt (woman), rms and awb (men), kal16 (diphone man, used as radio traffic).
The same arguments give the same samples on the same flite build; nothing here draws random numbers.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
import wave
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.signal import firwin2, oaconvolve, resample_poly

RATE_HZ = 16_000
VOICES = ("slt", "rms", "awb", "kal16")
CALM_LEVEL_DB = -26.0
"""RMS of the voiced parts of calm speech, dBFS; a raised voice is louder by `EFFORT_GAIN_DB` times its effort."""

EFFORT_SEMITONES = 6.0
"""F0 rise at effort 1. Andersson, Eriksson and Traunmuller (1996) report up to an octave at shouting distance; half of
that keeps the voice recognisable."""
EFFORT_TILT_DB = 9.0
"""Rise of 1-4 kHz against the low band at effort 1 (same source: most of the gain lies in the upper spectrum)."""
EFFORT_GAIN_DB = 8.0
"""Rise of the level at effort 1."""
EFFORT_STRETCH = 0.10
"""Lengthening at effort 1: loud vowels last longer (same source)."""

_NATIVE_PITCH = frozenset({"slt", "awb", "kal16"})
"""Voices that obey flite's `f0_shift` (measured; rms ignores it and is shifted by overlap-add below)."""

Samples = NDArray[np.float32]
Timed = tuple[str, float, float]


class SynthesisUnavailableError(RuntimeError):
    """The flite program is not installed."""


@dataclass(frozen=True, eq=False)
class Speech:
    """One utterance: float32 samples at 16 kHz (level about -26 dBFS while speaking, more with effort).

    `words` and `phones` are (text, start, end), seconds from the first sample. Words are lower case without marks;
    phones are flite's, silences (`pau`) left out.
    """

    samples: Samples
    words: tuple[Timed, ...]
    phones: tuple[Timed, ...]

    @property
    def duration(self) -> float:
        return len(self.samples) / RATE_HZ


def available() -> bool:
    """Whether the flite program is there."""
    return shutil.which("flite") is not None


def spoken_words(text: str) -> tuple[str, ...]:
    """The words of a text as they stand in the truth: lower case, apostrophes kept, other marks dropped."""
    return tuple(re.findall(r"[a-z0-9]+(?:'[a-z]+)*", text.lower()))


def synthesise(
    text: str,
    voice: str,
    *,
    speed: float = 1.0,
    pitch_semitones: float = 0.0,
    formant_semitones: float = 0.0,
    effort: float = 0.0,
    trim: bool = True,
) -> Speech:
    """Speak `text`. Write numbers as words and spell abbreviations out, so that each word has its own time.

    `effort` 0 is calm, 1 a shout: higher F0, flatter spectrum, longer, louder. `formant_semitones` makes the vocal
    tract shorter (positive) or longer, for further voices; `pitch_semitones` moves F0 alone. `trim` cuts the silence
    that flite puts before and after. Raises SynthesisUnavailableError without flite, ValueError for an
    unknown voice or an empty text.
    """
    if voice not in VOICES:
        raise ValueError(f"no voice {voice!r}; there are {', '.join(VOICES)}")
    if not spoken_words(text):
        raise ValueError(f"nothing to say in {text!r}")
    squeeze = 2.0 ** (formant_semitones / 12)
    stretch = (1.0 + EFFORT_STRETCH * effort) / speed * squeeze
    semitones = pitch_semitones + EFFORT_SEMITONES * effort - formant_semitones
    sound, phones = _speak(text, voice, stretch, semitones if voice in _NATIVE_PITCH else 0.0)
    if voice not in _NATIVE_PITCH and abs(semitones) > 0.05:
        sound = shift_pitch(sound, semitones)
    if abs(squeeze - 1.0) > 1e-3:
        sound, phones = _resampled(sound, phones, squeeze)
    phones = tuple(p for p in phones if p[0] != "pau")
    if trim:
        sound, phones = _trimmed(sound, phones)
    return Speech(_levelled(_raised(sound, effort), effort), _words(text, voice, phones), phones)


def _run_flite(*arguments: str) -> str:
    if not available():
        raise SynthesisUnavailableError("flite is not installed (Debian: apt install flite)")
    done = subprocess.run(["flite", *arguments], check=True, capture_output=True, text=True)
    return done.stdout


def _speak(text: str, voice: str, stretch: float, semitones: float) -> tuple[Samples, tuple[Timed, ...]]:
    settings = ["--setf", f"duration_stretch={stretch:.4f}", "--setf", f"f0_shift={2 ** (semitones / 12):.4f}"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "speech.wav"
        listing = _run_flite("-voice", voice, "-psdur", *settings, "-t", text + " ", "-o", str(path))
        with wave.open(str(path)) as file:
            rate_hz = file.getframerate()
            sound = np.frombuffer(file.readframes(file.getnframes()), np.int16).astype(np.float32) / 32768
    if rate_hz != RATE_HZ:
        sound = resample_poly(sound, RATE_HZ, rate_hz).astype(np.float32)
    phones, start = [], 0.0
    for entry in listing.split():
        name, _, end = entry.rpartition(":")
        phones.append((name, start, float(end)))
        start = float(end)
    return np.asarray(sound, np.float32), tuple(phones)


def _resampled(sound: Samples, phones: tuple[Timed, ...], squeeze: float) -> tuple[Samples, tuple[Timed, ...]]:
    up, down = 1000, round(1000 * squeeze)
    shorter = resample_poly(sound, up, down).astype(np.float32)
    return shorter, tuple((name, start * up / down, end * up / down) for name, start, end in phones)


def _trimmed(sound: Samples, phones: tuple[Timed, ...], keep: float = 0.02) -> tuple[Samples, tuple[Timed, ...]]:
    begin = max(0.0, phones[0][1] - keep)
    finish = min(len(sound) / RATE_HZ, phones[-1][2] + keep)
    first, last = round(begin * RATE_HZ), round(finish * RATE_HZ)
    return sound[first:last], tuple((name, a - begin, b - begin) for name, a, b in phones)


def _raised(sound: Samples, effort: float) -> Samples:
    """Flatten the spectrum as a raised voice does: up between 1 and 4 kHz, level below 500 Hz."""
    if effort <= 0.0:
        return sound
    gain = 10 ** (EFFORT_TILT_DB * effort / 20)
    taps = firwin2(257, [0, 500, 1000, 4000, 6000, 8000], [1, 1, gain, gain, gain**0.5, 1], fs=RATE_HZ)
    return np.asarray(oaconvolve(sound, taps, mode="same"), np.float32)


def _levelled(sound: Samples, effort: float) -> Samples:
    """Set the RMS of the louder frames, then limit peaks softly below full scale."""
    frames = sound[: len(sound) // 320 * 320].reshape(-1, 320)
    power = (frames**2).mean(axis=1) if len(frames) else np.array([float((sound**2).mean())])
    level = np.sqrt(power[power >= 0.1 * power.max()].mean())
    wanted = 10 ** ((CALM_LEVEL_DB + EFFORT_GAIN_DB * effort) / 20)
    louder = sound * (wanted / max(level, 1e-6))
    limited = np.where(np.abs(louder) > 0.5, np.sign(louder) * (0.5 + 0.5 * np.tanh(2 * np.abs(louder) - 1)), louder)
    return np.asarray(limited, np.float32)


@lru_cache(maxsize=20_000)
def _phones_of(word: str, voice: str) -> tuple[str, ...]:
    listing = _run_flite("-voice", voice, "-ps", "-t", word + " ", "-o", "none")
    return tuple(p for p in listing.split() if p != "pau")


def _words(text: str, voice: str, phones: tuple[Timed, ...]) -> tuple[Timed, ...]:
    """Word times: each word's own phones, aligned with the phones of the sentence by edit distance.

    flite says phones but not words with times, and speaks some words differently in a sentence ("the", "a").
    """
    words = spoken_words(text)
    expected = [(index, phone) for index, word in enumerate(words) for phone in _phones_of(word, voice)]
    times: dict[int, list[float]] = {}
    for said, planned in _aligned([p[0] for p in phones], [phone for _, phone in expected]):
        index = expected[planned][0]
        times.setdefault(index, []).extend(phones[said][1:])
    missing = [word for index, word in enumerate(words) if index not in times]
    if missing:
        raise ValueError(f"no time found for {missing} in {text!r}; spell it as it is spoken")
    return tuple((word, min(times[i]), max(times[i])) for i, word in enumerate(words))


def _aligned(said: list[str], planned: list[str]) -> list[tuple[int, int]]:
    """Index pairs of the cheapest alignment (match 0, exchange 1, leave out 1.1)."""
    cost = np.zeros((len(said) + 1, len(planned) + 1))
    cost[:, 0], cost[0, :] = 1.1 * np.arange(len(said) + 1), 1.1 * np.arange(len(planned) + 1)
    for i, phone in enumerate(said):
        for j, other in enumerate(planned):
            cost[i + 1, j + 1] = min(cost[i, j] + (phone != other), cost[i, j + 1] + 1.1, cost[i + 1, j] + 1.1)
    pairs, i, j = [], len(said), len(planned)
    while i and j:
        if np.isclose(cost[i, j], cost[i - 1, j - 1] + (said[i - 1] != planned[j - 1])):
            i, j = i - 1, j - 1
            pairs.append((i, j))
        elif np.isclose(cost[i, j], cost[i - 1, j] + 1.1):
            i -= 1
        else:
            j -= 1
    return pairs[::-1]


def shift_pitch(sound: Samples, semitones: float) -> Samples:
    """Move F0, keep durations and formants: pitch-synchronous overlap-add (Moulines and Charpentier, 1990)."""
    ratio = 2.0 ** (semitones / 12)
    marks, periods = _pitch_marks(sound)
    out = np.zeros(len(sound) + 1, np.float64)
    weight = np.zeros_like(out)
    at = float(marks[0])
    while at < marks[-1]:
        nearest = int(np.argmin(np.abs(marks - at)))
        period, voiced = abs(periods[nearest]), periods[nearest] > 0
        _add_grain(out, weight, sound, int(marks[nearest]), round(at), period)
        at += period / ratio if voiced else period
    return (out[:-1] / np.maximum(weight[:-1], 0.5)).astype(np.float32)


def _add_grain(
    out: NDArray[np.float64], weight: NDArray[np.float64], sound: Samples, source: int, target: int, half: int
) -> None:
    first, last = max(-half, -source, -target), min(half, len(sound) - source, len(out) - target)
    window = np.hanning(2 * half + 1)[half + first : half + last]
    out[target + first : target + last] += window * sound[source + first : source + last]
    weight[target + first : target + last] += window


def _pitch_marks(sound: Samples) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Marks about one period apart, and the period at each (samples; negative where unvoiced, fixed 5 ms)."""
    marks, periods, at, plain = [0], [-80], 80, 80
    while at < len(sound) - 400:
        period = _period(sound, at)
        if period is None:
            marks.append(at)
            periods.append(-plain)
            at += plain
            continue
        near = sound[max(0, at - period // 4) : at + period // 4 + 1]
        if periods[-1] < 0:
            near = sound[at : at + period]
            at += int(np.argmax(near))
        else:
            at = max(0, at - period // 4) + int(np.argmax(near))
        marks.append(at)
        periods.append(period)
        at += period
    return np.array(marks), np.array(periods)


def _period(sound: Samples, at: int, lowest_hz: int = 60, highest_hz: int = 330) -> int | None:
    """The period round a sample, by normalised autocorrelation; None where the sound is not periodic."""
    frame = sound[max(0, at - 300) : at + 300].astype(np.float64)
    frame = frame - frame.mean()
    energy = float(frame @ frame)
    if energy < 1e-3:
        return None
    lags = np.arange(RATE_HZ // highest_hz, min(RATE_HZ // lowest_hz, len(frame) - 1))
    curve = np.correlate(frame, frame, "full")[len(frame) - 1 :][lags] * len(frame) / (len(frame) - lags)
    best = int(np.argmax(curve))
    return int(lags[best]) if curve[best] > 0.45 * energy else None
