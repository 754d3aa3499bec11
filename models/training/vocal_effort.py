"""Fit the coefficients of `models/data/vocal_effort.toml` on made conversations of acted speech.

    python -m models.training.vocal_effort --data ../shared/data --out models/data/vocal_effort.toml
    python -m models.training.vocal_effort --data ../shared/data --left-out

Raised = 8 dB or more over the same actor's neutral speech, on the fixed microphone of RAVDESS and whatever the feeling;
usual = 4 dB or less (a raised voice lies about 7 dB over a normal one, a shout 25: Pearsons, Bennett and Fidell 1977).
What lies between is not fitted. The level itself is then taken away again by a gain drawn anew for each conversation.

Speakers: twelve actors of RAVDESS and every second speaker of LibriSpeech, read speech that is lively but not raised.
What is reported on an actor comes from a rule fitted without him (`train(data, without=...)`, tests/benchmarks/
raised_voice.py); EmoDB is kept for testing. `--left-out` fits without some of the actors in turn and reports on them
and on the other half of the readers: the numbers of the model were chosen by that.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.signal import lfilter

from models.contract import SAMPLE_RATE_HZ, Samples
from models.effort_rule import FEATURES, EffortRule, features
from models.usual_effort import COLUMNS, Matrix, UsualModel, stretches_of
from models.vocal_effort import FRAME_RATE_HZ, WINDOW_RATE_HZ, Run, Windows, frames_of, windows_of

TRAINING_ACTORS = tuple(f"{n:02d}" for n in range(1, 13))
RAISED = ("0302", "0502", "0602")
USUAL_DB, RAISED_DB = 4.0, 8.0
USUAL = ("0101", "0201", "0202")
RISES = (-1, -1, 1, 1, 1, 1, 1, 1, 1)
"""which way each of FEATURES goes with effort: a weight may not go the other way"""
RAISED_SHARE = 0.3
"""share of speech that is taken to be raised: a probability of .5 is worth a finding. With equal
shares lively reading would pass for a shout too often"""
RIDGE = 1e-2
WIDER = 2.0
"""how much more voices and microphones vary in the field than here: a meeting's microphone passed for a raised voice"""
LEFT_OUT = tuple(TRAINING_ACTORS[first::4] for first in range(4))

Conversation = tuple[Windows, NDArray[np.float64]]
"""windows, and the truth of each: 1 raised, 0 not, NaN nobody speaks"""
Bounds = tuple[int | None, int | None]
"""least and most of a weight; None: none"""


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
    over_db: float = 0.0
    """level over the speaker's usual, where that is known"""


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


def by_level(folder: Path, actors: Sequence[str]) -> list[Utterance]:
    """All utterances of some actors of RAVDESS, raised or not by their level over the actor's neutral ones."""
    out = []
    for actor in actors:
        kinds = [(p.stem.split("-")[2], trimmed(read_sound(p))) for p in sorted(folder.glob(f"*-{actor}.flac"))]
        level = [_level_db(samples) for _, samples in kinds]
        neutral = float(np.median([x for x, (kind, _) in zip(level, kinds, strict=True) if kind == "01"]))
        for x, (_, samples) in zip(level, kinds, strict=True):
            over = x - neutral
            if not USUAL_DB < over < RAISED_DB:
                out.append(Utterance(f"R{actor}", over >= RAISED_DB, samples, over))
    return out


def _level_db(samples: Samples) -> float:
    """Level of the voiced frames no more than 15 dB below the loudest."""
    frames = frames_of(samples)
    loud = frames.level_db[frames.voiced & (frames.level_db > frames.level_db.max() - 15)]
    return float(10 * np.log10(np.mean(10 ** (loud / 10))))


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


def librispeech(folder: Path, first: int = 0, longest: float = 4.0) -> list[Utterance]:
    """Read speech of every second speaker in pieces of up to `longest` seconds: never raised."""
    step = int(longest * SAMPLE_RATE_HZ)
    out = []
    for path in sorted(folder.glob("*.flac"))[first::2]:
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
        return pool[int(self.random.integers(len(pool)))]

    def _levelled(self, chosen: Utterance, habit: str, gain_db: float) -> Samples:
        """Even: full automatic gain. True: as loud as it was. Half: a gain that takes off half of that.

        Each speaker stands differently to the microphone, which tilts the spectrum by a few dB.
        """
        over_db = {"even": 0.0, "true": 1.0, "half": 0.5}[habit] * chosen.over_db
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
        noise = self.noises[int(self.random.integers(len(self.noises)))]
        shift = self.random.integers(len(noise))
        return np.resize(np.roll(noise, shift), size)


def measured(samples: Samples, lines: Sequence[Line]) -> Conversation:
    """Windows of a conversation with the truth per window (NaN: nobody speaks)."""
    runs = [Run(int(x.start * FRAME_RATE_HZ), int(x.end * FRAME_RATE_HZ), x.speaker) for x in lines]
    return measured_in(runs, samples, lines)


def measured_in(runs: Sequence[Run], samples: Samples, lines: Sequence[Line]) -> Conversation:
    """The same where who speaks when is told otherwise, by `runs`; the truth is that of `lines`."""
    windows = windows_of(frames_of(samples), runs, int(len(samples) / SAMPLE_RATE_HZ * WINDOW_RATE_HZ))
    truth = np.full(len(windows.voice), np.nan)
    times = np.arange(len(truth)) / WINDOW_RATE_HZ
    for line in lines:
        truth[(times >= line.start) & (times < line.end)] = line.raised
    return windows, truth


def fitted_usual(conversations: Sequence[Conversation]) -> UsualModel:
    """Means and covariances of calm and raised stretches, over voices and within them."""
    means, calm, raised, shifts = [], [], [], []
    for windows, truth in conversations:
        for own, up in _by_voice(windows, truth):
            low, high = own[~up], own[up]
            if len(low) >= 3:
                means.append(low.mean(axis=0))
                calm.append((low - low.mean(axis=0)) * np.sqrt(len(low) / (len(low) - 1)))
            if len(low) >= 2 and len(high) >= 2:
                shifts.append(high.mean(axis=0) - low.mean(axis=0))
                raised.append((high - high.mean(axis=0)) * np.sqrt(len(high) / (len(high) - 1)))
    quiet = [w.figures[w.measured & (t == 0)] for w, t in conversations]
    return UsualModel(
        between=WIDER * _covariance(means),
        within=_covariance([np.concatenate(calm)]),
        raised=_covariance([np.concatenate(raised)]),
        shift=np.mean(shifts, axis=0).round(3),
        shift_spread=_covariance(shifts),
        prior=np.median(np.concatenate(quiet), axis=0).astype(np.float64).round(3),
        mean=np.mean(means, axis=0).round(3),
    )


def _by_voice(windows: Windows, truth: NDArray[np.float64]) -> Iterator[tuple[Matrix, NDArray[np.bool_]]]:
    """The modelled figures of the stretches of each voice, (n, 5), and which are raised."""
    stretches = list(stretches_of(windows))
    for voice in range(len(windows.voices)):
        own = [s for s in stretches if s.voice == voice]
        if own:
            up = np.array([np.nanmean(truth[s.at]) > 0.5 for s in own])
            yield np.array([s.figures[COLUMNS] for s in own]), up


def _covariance(rows: Sequence[Matrix]) -> Matrix:
    return np.cov(np.vstack(rows).T).round(4)


def fitted(conversations: Sequence[Conversation], source: str) -> EffortRule:
    """Logistic regression with a small ridge, signs as the literature has them."""
    usual = fitted_usual(conversations)
    rows = np.concatenate([features(w, usual) for w, _ in conversations])
    truth = np.concatenate([t for _, t in conversations])
    known = np.isfinite(rows).all(axis=1) & np.isfinite(truth)
    x, y = rows[known], truth[known]
    mean, scale = x.mean(axis=0), x.std(axis=0)
    weight, bias = logistic((x - mean) / scale, y, [(0, None) if s > 0 else (None, 0) for s in RISES], RIDGE)
    return EffortRule(_rounded(mean), _rounded(scale), _rounded(weight), round(bias, 4), usual, source)


def _rounded(values: Matrix) -> tuple[float, ...]:
    return tuple(round(float(v), 4) for v in values)


def logistic(x: Matrix, y: Matrix, bounds: Sequence[Bounds], ridge: float) -> tuple[Matrix, float]:
    """Weights (within `bounds`) and bias of a logistic regression; raised speech counts for RAISED_SHARE in all."""
    share = np.where(y == 1, RAISED_SHARE, 1 - RAISED_SHARE)
    each = share / np.where(y == 1, max(1, (y == 1).sum()), max(1, (y == 0).sum()))
    sign = 2 * y - 1

    def loss(w: Matrix) -> tuple[float, Matrix]:
        margin = sign * (x @ w[:-1] + w[-1])
        pull = -each * sign / (1 + np.exp(margin))
        gradient = np.append(x.T @ pull + ridge * w[:-1], pull.sum())
        return float((each * np.logaddexp(0, -margin)).sum() + ridge / 2 * w[:-1] @ w[:-1]), gradient

    start, all_bounds = np.zeros(x.shape[1] + 1), [*bounds, (None, None)]
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=all_bounds)
    return found.x[:-1], float(found.x[-1])


def as_toml(rule: EffortRule) -> str:
    """The rule as the file that ships."""
    lines = [
        "# Coefficients of the raised-voice rule, written by models/training/vocal_effort.py; not to be edited by hand",
        f'source = "{rule.source}"',
        f"bias = {rule.bias}",
    ]
    for name, mean, scale, weight in zip(FEATURES, rule.mean, rule.scale, rule.weight, strict=True):
        lines += ["", "[[feature]]", f'name = "{name}"', f"mean = {mean}", f"scale = {scale}", f"weight = {weight}"]
    lines += ["", "[usual]"]
    for field in fields(rule.usual):
        lines.append(f"{field.name} = {getattr(rule.usual, field.name).tolist()}")
    return "\n".join(lines) + "\n"


SOURCE = (
    "logistic regression on made conversations from RAVDESS (Livingstone and Russo 2018, CC BY-NC-SA 4.0; "
    "actors 01 to 12), LibriSpeech (CC BY 4.0; read speech, never raised) and ESC-50 noise"
)


def train(data: Path, count: int = 500, seed: int = 1, without: Sequence[str] = ()) -> EffortRule:
    """Fit on `count` conversations of the training speakers; noise clips 0 and 1 of each kind."""
    making = made_of([actor for actor in TRAINING_ACTORS if actor not in without], data, seed)
    return fitted([measured(*making.make()) for _ in range(count)], SOURCE)


def made_of(actors: Sequence[str], data: Path, seed: int) -> Conversations:
    """What makes conversations of these actors and the readers that are fitted on."""
    return Conversations(_actors(data, actors) + _readers(data, 0), _noises(data), seed)


def _actors(data: Path, actors: Sequence[str]) -> list[Utterance]:
    return by_level(data / "shout" / "ravdess", actors)


def _readers(data: Path, first: int) -> list[Utterance]:
    return librispeech(data / "speech" / "speakers", first)


def _noises(data: Path) -> list[Samples]:
    return [read_sound(p) for p in sorted((data / "noise").glob("*_[01].flac"))]


def left_out(data: Path) -> Iterator[str]:
    """Turns of conversations by actors and readers who were left out of the fit, at a mean probability of a half."""
    noises = _noises(data)
    for index, actors in enumerate(LEFT_OUT):
        others = [a for a in TRAINING_ACTORS if a not in actors]
        making = Conversations(_actors(data, others) + _readers(data, 0), noises, 10 + index)
        rule = fitted([measured(*making.make()) for _ in range(150)], SOURCE)
        making = Conversations(_actors(data, actors) + _readers(data, 1), noises, 20 + index)
        hit = false = missed = 0
        for _ in range(60):
            for probability, up in _turns(rule, *measured(*making.make())):
                hit += up and probability >= 0.5
                missed += up and probability < 0.5
                false += not up and probability >= 0.5
        yield f"left out {', '.join(actors)}: raised {hit + missed}, found {hit}, false {false}"


def _turns(rule: EffortRule, windows: Windows, truth: NDArray[np.float64]) -> Iterator[tuple[float, bool]]:
    probability = rule.probability(windows)
    for run in range(windows.run.max() + 1):
        at = (windows.run == run) & windows.measured
        if at.any():
            yield float(probability[at].mean()), bool(np.nanmax(truth[at]) > 0.5)


def main() -> None:
    """Fit and write the coefficients, or report on speakers left out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=Path("models/data/vocal_effort.toml"))
    parser.add_argument("--conversations", type=int, default=500)
    parser.add_argument("--left-out", action="store_true")
    arguments = parser.parse_args()
    if arguments.left_out:
        print("\n".join(left_out(arguments.data)))
        return
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(as_toml(train(arguments.data, arguments.conversations)), encoding="utf-8")


if __name__ == "__main__":
    main()
