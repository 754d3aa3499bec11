"""Made conversations with raised turns whose truth is known, and gain controls to hide the level of a voice.

Three speakers, fourteen turns, a third of them begun before the last one has ended. Each conversation draws how far the
speakers stand from the microphone, its noise, and how its gain control works: from one that follows the syllables to
one that takes seconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.contract import SAMPLE_RATE_HZ, Samples
from models.training.vocal_effort import Line, Utterance, rms

TURNS = 14
RAISED_SHARE = 0.43
"""of the turns: as in the six conversations of `shout/mixed`"""
OVERLAPPING = 0.35
STEP = 80
"""samples between two values of a gain: 5 ms"""


@dataclass(frozen=True)
class GainControl:
    """A compressor that then turns up what is quiet: seconds, dB."""

    attack: float
    release: float
    ratio: float
    over_db: float
    """its threshold lies so far under the loud tenth of the sound"""
    range_db: float

    def __call__(self, samples: Samples) -> Samples:
        """The sound with its gain ridden, shape (n,)."""
        count = max(1, len(samples) // STEP)
        power = np.mean(np.resize(samples, count * STEP).reshape(count, STEP) ** 2, axis=1) + 1e-12
        level_db = 10 * np.log10(self._followed(power))
        over = np.maximum(level_db - (10 * np.log10(np.percentile(power, 90)) - self.over_db), 0.0)
        gain_db = np.maximum(-(1 - 1 / self.ratio) * over, -self.range_db)
        gain_db -= np.percentile(gain_db, 20)
        at = (np.arange(count) + 0.5) * STEP
        gain = 10 ** (np.interp(np.arange(len(samples)), at, gain_db) / 20)
        return np.asarray(samples * gain, np.float32)

    def _followed(self, power: NDArray[np.float64]) -> NDArray[np.float64]:
        step = STEP / SAMPLE_RATE_HZ
        rise, fall = np.exp(-step / self.attack), np.exp(-step / self.release)
        out, last = np.empty(len(power)), float(power[:200].mean())
        for index, now in enumerate(power.tolist()):
            keep = rise if now > last else fall
            last = keep * last + (1 - keep) * now
            out[index] = last
        return out


def drawn(random: np.random.Generator) -> GainControl:
    """Attack of 2 to 300 ms, release of 20 ms to 6 s, ratio from mild to a limiter."""
    attack = 10 ** random.uniform(np.log10(0.002), np.log10(0.3))
    release = float(np.clip(attack * 10 ** random.uniform(0.0, 2.0), 0.02, 6.0))
    ratio = float(random.choice([1.5, 2.0, 4.0, 20.0], p=[0.15, 0.25, 0.3, 0.3]))
    return GainControl(float(attack), release, ratio, random.uniform(0, 35), random.uniform(10, 30))


class Conversations:
    """Makes conversations of some speakers; noise clips are drawn for each."""

    def __init__(self, utterances: Sequence[Utterance], noises: Sequence[Samples], seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self.noises = noises
        self.speakers = sorted({u.speaker for u in utterances})
        self.pool = {
            (who, up): [u for u in utterances if u.speaker == who and u.raised == up]
            for who in self.speakers
            for up in (False, True)
        }

    def make(self) -> tuple[Samples, list[Line]]:
        """One conversation as a microphone without gain control hears it."""
        speakers = self.random.choice(self.speakers, 3, replace=False).tolist()
        gain = {who: 10 ** (self.random.normal(0, 3) / 20) for who in speakers}
        said = list(self._said(speakers))
        out = np.zeros(int((max(line.end for line, _ in said) + 1) * SAMPLE_RATE_HZ), np.float32)
        for line, samples in said:
            first = int(line.start * SAMPLE_RATE_HZ)
            out[first : first + len(samples)] += samples * gain[line.speaker]
        level = float(np.median([rms(samples) * gain[line.speaker] for line, samples in said]))
        noise = np.resize(self.noises[int(self.random.integers(len(self.noises)))], len(out))
        snr_db = self.random.choice([40.0, 30.0, 20.0, 10.0])  # against the middle turn, not the loudest
        return np.asarray(out + noise * (level / rms(noise) * 10 ** (-snr_db / 20)), np.float32), [x for x, _ in said]

    def _said(self, speakers: Sequence[str]) -> Iterator[tuple[Line, Samples]]:
        """Turn by turn; nobody interrupts himself."""
        at, last = self.random.uniform(0.5, 2.0), None
        end = at
        for _ in range(TURNS):
            if last is not None and self.random.random() < OVERLAPPING:
                who = str(self.random.choice([s for s in speakers if s != last.speaker]))
                at = max(last.end - self.random.uniform(0.3, 1.2), last.start + 0.2)
            else:
                who, at = str(self.random.choice(speakers)), end + self.random.uniform(0.2, 1.5)
            pool = self.pool[who, bool(self.random.random() < RAISED_SHARE)]
            chosen = pool[int(self.random.integers(len(pool)))]
            last = Line(at, at + len(chosen.samples) / SAMPLE_RATE_HZ, who, chosen.raised)
            end = max(end, last.end)
            yield last, chosen.samples
