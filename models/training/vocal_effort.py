"""Fit the coefficients of `models/data/vocal_effort.toml` on made conversations of acted speech.

    python -m models.training.vocal_effort --data ../shared/data --out models/data/vocal_effort.toml

Speakers: five actors of RAVDESS (04, 06, 09, 10, 11), none of whom speaks in the conversations of the test, and read
speech of LibriSpeech, which is lively but not raised. The other actors and all of EmoDB are kept for testing. Raised =
strong anger, strong joy and strong fear: on the fixed microphone of RAVDESS most of these lie 12 to 30 dB over the same
actor's neutral speech, so they are loud whatever the feeling. Anger of normal intensity (7 to 12 dB over neutral as a
rule) is neither fitted nor tested as either.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.signal import lfilter

from models.contract import SAMPLE_RATE_HZ, Samples
from models.vocal_effort import (
    FEATURES,
    FRAME_RATE_HZ,
    WINDOW_RATE_HZ,
    EffortRule,
    Run,
    Usual,
    Windows,
    frames_of,
    windows_of,
)

TRAINING_ACTORS = ("04", "06", "09", "10", "11")
RAISED = ("0302", "0502", "0602")
USUAL = ("0101", "0201", "0202")
RISES = (-1, -1, 1, 1, 1)
"""which way each of FEATURES goes with effort: a weight may not go the other way"""


def read_sound(path: Path) -> Samples:
    """Decode a file to mono 16 kHz, shape (n,)."""
    with av.open(str(path)) as container:
        to_mono = av.AudioResampler("flt", "mono", SAMPLE_RATE_HZ)
        parts = [p.to_ndarray()[0] for f in container.decode(audio=0) for p in to_mono.resample(f)]
        parts += [p.to_ndarray()[0] for p in to_mono.resample(None)]
    return np.concatenate(parts)


@dataclass(frozen=True, eq=False)
class Utterance:
    """One stretch of one speaker, cut to its speech, with or without a raised voice."""

    speaker: str
    raised: bool
    samples: Samples


@dataclass(frozen=True)
class Line:
    """An utterance placed in a conversation: seconds, who, raised or not."""

    start: float
    end: float
    speaker: str
    raised: bool


def trimmed(samples: Samples, below_db: float = 35.0) -> Samples:
    """Without the silence before and after the speech."""
    level = frames_of(samples).level_db
    loud = np.flatnonzero(level > level.max() - below_db)
    return samples[loud[0] * 400 : loud[-1] * 400 + 800]


def ravdess(folder: Path, actors: Sequence[str], raised: Sequence[str] = RAISED) -> list[Utterance]:
    """The utterances of some actors whose effort is beyond doubt."""
    out = []
    for path in sorted(folder.glob("*.flac")):
        parts = path.stem.split("-")
        kind = parts[2] + parts[3]
        if parts[-1] in actors and kind in (*raised, *USUAL):
            out.append(Utterance(f"R{parts[-1]}", kind in raised, trimmed(read_sound(path))))
    return out


def emodb(folder: Path) -> list[Utterance]:
    """EmoDB: anger and neutral, peak-normalised."""
    return [
        Utterance(f"E{path.name[:2]}", path.parent.name == "angry", trimmed(read_sound(path)))
        for path in sorted(folder.glob("*/*.flac"))
    ]


def librispeech(folder: Path, every: int = 2, longest: float = 4.0) -> list[Utterance]:
    """Read speech in pieces of up to four seconds: never raised."""
    step = int(longest * SAMPLE_RATE_HZ)
    out = []
    for path in sorted(folder.glob("*.flac"))[::every]:
        samples = trimmed(read_sound(path))
        pieces = [samples[i : i + step] for i in range(0, len(samples) - SAMPLE_RATE_HZ, step)]
        out += [Utterance(f"L{path.name.split('-')[0]}", False, p) for p in pieces]
    return out


def rms(samples: Samples) -> float:
    """Root mean square, never zero."""
    return float(np.sqrt(np.mean(samples**2)) + 1e-9)


class Conversations:
    """Makes conversations: gain habits, noise and band limits drawn anew for each."""

    def __init__(self, utterances: Sequence[Utterance], noises: Sequence[Samples], seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self.noises = noises
        self.usual: dict[str, list[Utterance]] = {}
        self.raised: dict[str, list[Utterance]] = {}
        for u in utterances:
            (self.raised if u.raised else self.usual).setdefault(u.speaker, []).append(u)
        self.acting = sorted(self.raised)
        self.reading = sorted(set(self.usual) - set(self.raised))

    def make(self) -> tuple[Samples, list[Line]]:
        """One conversation of 6 to 20 turns."""
        speakers = self._speakers()
        share = {s: self.random.choice([0.0, 0.1, 0.3, 0.5, 0.8], p=[0.25, 0.2, 0.3, 0.2, 0.05]) for s in speakers}
        gain_db = {s: self.random.normal(0, 6) for s in speakers}
        habit = self.random.choice(["even", "true", "half"], p=[0.5, 0.2, 0.3])
        self.channel = {s: self.random.uniform(-0.4, 0.4) for s in speakers}
        parts, lines, at = [self._pause()], [], 0.0
        for _ in range(self.random.integers(6, 21)):
            chosen = self._utterance(speakers, share)
            at = sum(map(len, parts)) / SAMPLE_RATE_HZ
            samples = self._levelled(chosen, habit, gain_db[chosen.speaker])
            lines.append(Line(at, at + len(samples) / SAMPLE_RATE_HZ, chosen.speaker, chosen.raised))
            parts += [samples, self._pause()]
        return self._worn(np.concatenate(parts)), lines

    def _speakers(self) -> list[str]:
        count = int(self.random.integers(1, 4))
        acting = int(self.random.binomial(count, 0.75)) if self.reading else count
        acting = min(acting, len(self.acting))
        chosen = list(self.random.choice(self.acting, acting, replace=False))
        return (
            chosen + list(self.random.choice(self.reading, count - acting, replace=False)) if self.reading else chosen
        )

    def _utterance(self, speakers: Sequence[str], share: dict[str, float]) -> Utterance:
        who = self.random.choice(list(speakers))
        raised = who in self.raised and self.random.random() < share[who]
        pool = self.raised[who] if raised else self.usual[who]
        return pool[self.random.integers(len(pool))]

    def _levelled(self, chosen: Utterance, habit: str, gain_db: float) -> Samples:
        """Even: full automatic gain. True: shouts 20 dB up. Half: a gain that takes off half of that.

        Each speaker stands differently to the microphone, which tilts the spectrum by a few dB.
        """
        over_db = {"even": 0.0, "true": 20.0, "half": 10.0}[habit] if chosen.raised else 0.0
        over_db += gain_db + self.random.normal(0, 2) if habit != "even" else self.random.normal(0, 1)
        tilted = lfilter([1.0, self.channel[chosen.speaker]], [1.0], chosen.samples)
        return np.asarray(tilted * (0.02 * 10 ** (over_db / 20) / rms(tilted)), np.float32)

    def _pause(self) -> Samples:
        return np.zeros(int(self.random.uniform(0.1, 1.2) * SAMPLE_RATE_HZ), np.float32)

    def _worn(self, samples: Samples) -> Samples:
        """Noise at 5 to 20 dB or hardly any, a tilted channel, sometimes a narrow band."""
        snr_db = self.random.choice([5.0, 10.0, 20.0, 40.0], p=[0.1, 0.2, 0.3, 0.4])
        noise = self._noise(len(samples))
        out = samples + noise * (rms(samples) / rms(noise) * 10 ** (-snr_db / 20))
        tilt = self.random.uniform(-0.35, 0.35)
        out = lfilter([1.0, tilt], [1.0], out)
        return np.asarray(out, np.float32)

    def _noise(self, size: int) -> Samples:
        if self.random.random() < 0.3:
            white = self.random.standard_normal(size)
            return np.asarray(lfilter([1.0], [1.0, -self.random.uniform(0.5, 0.95)], white), np.float32)
        noise = self.noises[self.random.integers(len(self.noises))]
        shift = self.random.integers(len(noise))
        return np.resize(np.roll(noise, shift), size)


def measured(samples: Samples, lines: Sequence[Line]) -> tuple[Windows, NDArray[np.float64]]:
    """Windows of a conversation with the truth per window (NaN: nobody speaks)."""
    frames = frames_of(samples)
    runs = [Run(int(x.start * FRAME_RATE_HZ), int(x.end * FRAME_RATE_HZ), x.speaker) for x in lines]
    windows = windows_of(frames, runs, int(len(samples) / SAMPLE_RATE_HZ * WINDOW_RATE_HZ))
    truth = np.full(len(windows.voice), np.nan)
    times = np.arange(len(truth)) / WINDOW_RATE_HZ
    for line in lines:
        truth[(times >= line.start) & (times < line.end)] = line.raised
    return windows, truth


def fitted(conversations: Sequence[tuple[Windows, NDArray[np.float64]]], source: str) -> EffortRule:
    """Logistic regression: equal weight for both classes, a small ridge, signs as the literature has them."""
    count = len(FEATURES)
    usual = [
        np.array([w.alpha_db[m], w.hammarberg_db[m], w.pitch[m], w.level_db[m]])
        for w, t in conversations
        for m in [w.measured & (t == 0)]
    ]
    prior = Usual(*(round(float(v), 2) for v in np.median(np.concatenate(usual, axis=1), axis=1)))
    blank = EffortRule((0.0,) * count, (1.0,) * count, (0.0,) * count, 0.0, prior, 2.0, 0.3, source)
    rows = np.concatenate([blank.features(w) for w, _ in conversations])
    truth = np.concatenate([t for _, t in conversations])
    known = np.isfinite(rows).all(axis=1) & np.isfinite(truth)
    x, y = rows[known], truth[known]
    mean, scale = x.mean(axis=0), x.std(axis=0)
    weight, bias = _logistic((x - mean) / scale, y)
    as_given = [tuple(round(float(v), 4) for v in column) for column in (mean, scale, weight)]
    return EffortRule(*as_given, round(bias, 4), prior, blank.prior_seconds, blank.quantile, source)


def _logistic(x: NDArray[np.float64], y: NDArray[np.float64], ridge: float = 1e-3) -> tuple[NDArray[np.float64], float]:
    each = np.where(y == 1, 0.5 / max(1, (y == 1).sum()), 0.5 / max(1, (y == 0).sum()))
    sign = 2 * y - 1

    def loss(w: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margin = sign * (x @ w[:-1] + w[-1])
        pull = -each * sign / (1 + np.exp(margin))
        gradient = np.append(x.T @ pull + ridge * w[:-1], pull.sum())
        return float((each * np.logaddexp(0, -margin)).sum() + ridge / 2 * w[:-1] @ w[:-1]), gradient

    bounds = [(0, None) if s > 0 else (None, 0) for s in RISES] + [(None, None)]
    found = minimize(loss, np.zeros(x.shape[1] + 1), jac=True, method="L-BFGS-B", bounds=bounds)
    return found.x[:-1], float(found.x[-1])


def as_toml(rule: EffortRule) -> str:
    """The rule as the file that ships."""
    lines = [
        "# Coefficients of the raised-voice rule, written by models/training/vocal_effort.py; not to be edited by hand",
        f'source = "{rule.source}"',
        f"bias = {rule.bias}",
        f"prior_seconds = {rule.prior_seconds}",
        f"quantile = {rule.quantile}",
        "",
        "[prior]",
        *(f"{key} = {value}" for key, value in asdict(rule.prior).items()),
    ]
    for name, mean, scale, weight in zip(FEATURES, rule.mean, rule.scale, rule.weight, strict=True):
        lines += ["", "[[feature]]", f'name = "{name}"', f"mean = {mean}", f"scale = {scale}", f"weight = {weight}"]
    return "\n".join(lines) + "\n"


SOURCE = (
    "logistic regression on made conversations from RAVDESS (Livingstone and Russo 2018, CC BY-NC-SA 4.0; "
    "actors 04, 06, 09, 10, 11), LibriSpeech (CC BY 4.0; read speech, never raised) and ESC-50 noise"
)


def train(data: Path, count: int = 500, seed: int = 1) -> EffortRule:
    """Fit on `count` conversations of the training speakers; noise clips 0 and 1 of each kind."""
    utterances = ravdess(data / "shout" / "ravdess", TRAINING_ACTORS) + librispeech(data / "speech" / "speakers")
    noises = [read_sound(p) for p in sorted((data / "noise").glob("*_[01].flac"))]
    making = Conversations(utterances, noises, seed)
    return fitted([measured(*making.make()) for _ in range(count)], SOURCE)


def main() -> None:
    """Fit and write the coefficients."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=Path("models/data/vocal_effort.toml"))
    parser.add_argument("--conversations", type=int, default=500)
    arguments = parser.parse_args()
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(as_toml(train(arguments.data, arguments.conversations)), encoding="utf-8")


if __name__ == "__main__":
    main()
