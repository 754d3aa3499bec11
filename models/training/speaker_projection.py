"""Fits models/data/speaker_projection.npz and calibrates the clustering on made conversations.

    python -m models.training.speaker_projection fit ../shared/data/speech/speakers
    python -m models.training.speaker_projection calibrate ../shared/data/speech/speakers

Voices: 251 speakers of LibriSpeech train-clean-100 (Panayotov et al., 2015, CC BY 4.0), one utterance each, and four
flite voices at several pitches and vocal tract lengths. A fifth of each kind is kept out of the fit for calibration.
The projection is a linear discriminant analysis: directions in which windows of different voices of one conversation
lie apart, measured against the spread within a voice. About three CPU minutes each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import click
import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh
from scipy.optimize import linear_sum_assignment

from models.clustering import BayesianClustering
from models.contract import SAMPLE_RATE_HZ, Samples
from models.embedded_diarizer import PROJECTION
from models.speaker_features import frames, voiced_or_file_mean, window_vectors
from models.training.conversations import Conversation, conversation
from models.training.domain_text import sentences
from models.training.synthesis import synthesise

Voices = dict[str, list[Samples]]
WIDTH = 150
"""frames: windows of 1.5 s"""
PURE = 0.9
"""a window counts for a voice if that voice has this share of its speech"""
LEAST_WINDOWS = 5
COLUMNS = 25
LEAN = 0.01
"""share of the diagonal in the spread within voices, against overfitting"""
FLITE = [(v, f, p) for v in ("slt", "rms", "awb") for f in (-2.0, -1.0, 0.0, 1.5, 3.0) for p in (-2.0, 0.0, 2.0)]


@dataclass(frozen=True, eq=False)
class Windows:
    """Vectors (n, features) less their mean, the voice that speaks most in each, and its share of the speech."""

    vectors: NDArray[np.float32]
    voice: NDArray[np.int64]
    share: NDArray[np.float64]


def read_voices(folder: Path) -> Voices:
    """One utterance per speaker; the number before the first dash of the file's name is the speaker."""
    return {path.stem.split("-")[0]: [decoded(path)] for path in sorted(folder.glob("*.flac"))}


def decoded(path: Path) -> Samples:
    """A sound file as mono samples at 16 kHz."""
    resampler = av.AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE_HZ)
    with av.open(str(path)) as container:
        parts = [r.to_ndarray()[0] for f in container.decode(audio=0) for r in resampler.resample(f)]
    return np.concatenate(parts).astype(np.float32)


def flite_voices(seed: int = 3, lines: int = 6) -> Voices:
    """flite at several pitches and vocal tract lengths, saying lines of the written policing text.

    A third of the lines is raised or shouted, so that a voice and its shout lie within one voice.
    """
    rng = np.random.default_rng(seed)
    text = [line for line in sentences() if len(line.split()) > 5]
    out: Voices = {}
    for voice, formant, pitch in [*FLITE, ("kal16", 0.0, 0.0)]:
        efforts = rng.choice([0.0, 0.0, 0.0, 0.0, 0.5, 1.0], lines)
        out[f"{voice} {formant} {pitch}"] = [
            synthesise(
                str(rng.choice(text)), voice, pitch_semitones=pitch, formant_semitones=formant, effort=float(effort)
            ).samples
            for effort in efforts
        ]
    return out


def parted(voices: Voices, seed: int = 0) -> tuple[Voices, Voices]:
    """(to fit on, kept out): a fifth of the voices is kept out."""
    names = sorted(voices)
    np.random.default_rng(seed).shuffle(names)
    cut = len(names) // 5
    return {n: voices[n] for n in names[cut:]}, {n: voices[n] for n in names[:cut]}


def windows(made: Conversation, hop: int) -> Windows:
    """Windows every `hop` frames where somebody speaks."""
    heard = frames(made.samples)
    active = made.active[:, : len(heard)]
    speech = np.pad(active.any(axis=0), (0, len(heard) - active.shape[1]))
    centres = np.arange(0, len(heard), hop)
    centres = centres[speech[centres]]
    vectors = voiced_or_file_mean(window_vectors(heard, speech, centres, WIDTH))
    totals = np.hstack([np.zeros((len(active), 1)), np.cumsum(active, axis=1)])
    first = np.clip(centres - WIDTH // 2, 0, totals.shape[1] - 1)
    last = np.clip(centres + (WIDTH + 1) // 2, 0, totals.shape[1] - 1)
    spoken = totals[:, last] - totals[:, first]
    share = spoken.max(axis=0) / np.maximum(spoken.sum(axis=0), 1.0)
    return Windows(vectors - vectors.mean(axis=0), spoken.argmax(axis=0), share)


def discriminants(given: Sequence[Windows], columns: int = COLUMNS) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(columns (features, d), spread between voices (d,)); the spread within a voice becomes 1."""
    size = given[0].vectors.shape[1]
    within, between, count, voices = np.zeros((size, size)), np.zeros((size, size)), 0, 0
    for one in given:
        groups = [one.vectors[(one.voice == v) & (one.share > PURE)].astype(np.float64) for v in np.unique(one.voice)]
        groups = [g for g in groups if len(g) >= LEAST_WINDOWS]
        if len(groups) < 2:
            continue
        means = np.array([g.mean(axis=0) for g in groups])
        for group, mean in zip(groups, means, strict=True):
            within += (group - mean).T @ (group - mean)
            count += len(group) - 1
        between += (means - means.mean(axis=0)).T @ (means - means.mean(axis=0))
        voices += len(groups) - 1
    within = within / count
    within = within * (1 - LEAN) + LEAN * np.diag(np.diag(within))
    values, vectors = eigh(between / voices, within)
    best = np.argsort(-values)[:columns]
    return vectors[:, best], values[best]


def made(read: Voices, flite: Voices, count: int, seed: int, speakers: tuple[int, int]) -> Iterator[Conversation]:
    """Conversations, one in four of flite voices, the others of read speech."""
    rng = np.random.default_rng(seed)
    for i in range(count):
        pool = flite if i % 4 == 3 else read
        wanted = int(rng.integers(speakers[0], speakers[1] + 1))
        yield conversation(pool, rng, min(wanted, len(pool)), float(rng.uniform(40, 120)))


def confusion(true: NDArray[np.int64], found: NDArray[np.int64]) -> float:
    """Share of windows given to a wrong voice under the best mapping."""
    table = np.zeros((true.max() + 1, found.max() + 1))
    np.add.at(table, (true, found), 1)
    rows, columns = linear_sum_assignment(-table)
    return float(1 - table[rows, columns].sum() / len(true))


@click.group()
def main() -> None:
    """Fit and calibrate the embedded diarizer."""


@main.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True))
@click.option("--count", default=200, show_default=True, help="conversations")
@click.option("--out", type=click.Path(path_type=Path), default=PROJECTION)
def fit(folder: Path, count: int, out: Path) -> None:
    """Fit the projection and write it."""
    read, flite = parted(read_voices(folder))[0], parted(flite_voices())[0]
    columns, between = discriminants([windows(c, 37) for c in made(read, flite, count, 1, (3, 6))])
    np.savez_compressed(out, columns=columns.astype(np.float32), between=between.astype(np.float32))
    click.echo(f"spread between voices: {np.round(between, 2).tolist()}")


@main.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True))
@click.option("--count", default=60, show_default=True, help="conversations of 1 to 5 voices")
def calibrate(folder: Path, count: int) -> None:
    """Print errors and voice counts over settings of the clustering, on voices that the fit has not seen."""
    read, flite = parted(read_voices(folder))[1], parted(flite_voices())[1]
    stored = np.load(PROJECTION)
    conversations = [(windows(c, 25), len(c.active)) for c in made(read, flite, count, 7, (1, 5))]
    for evidence in (0.1, 0.15, 0.2, 0.3):
        for prior in (6.0, 10.0, 15.0, 25.0, 40.0):
            rule = BayesianClustering(evidence_weight=evidence, prior_weight=prior)
            rows = [(true, *_tried(rule, w, stored["columns"], stored["between"])) for w, true in conversations]
            errors = np.mean([error for _, _, error in rows])
            counts = [float(np.mean([f for t, f, _ in rows if t == n])) for n in range(1, 6)]
            click.echo(f"{evidence} {prior}: confusion {errors:.3f}, found for 1 to 5 voices {np.round(counts, 1)}")


def _tried(
    rule: BayesianClustering, given: Windows, columns: NDArray[np.float32], between: NDArray[np.float32]
) -> tuple[int, float]:
    found = rule.voices((given.vectors @ columns).astype(np.float64), between.astype(np.float64))
    return int(found.max()) + 1, confusion(given.voice, found)


if __name__ == "__main__":
    main()
