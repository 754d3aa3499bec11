"""Fits models/data/speaker_space.npz and chooses the settings of the clustering on made conversations.

    python -m models.training.speaker_space fit ../shared/data/speech/speakers
    python -m models.training.speaker_space calibrate ../shared/data/speech/speakers

The space is a linear discriminant analysis of the speaker embedding: directions in which windows of different voices of
one conversation lie apart, measured against the spread within a voice. It is fitted on voices that the embedding was
trained on, settings are chosen on voices that it was not (`models.training.speaker_voices`). Some minutes each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh
from scipy.optimize import linear_sum_assignment

from models.clustering import BayesianClustering, FirstGroups
from models.contract import Samples
from models.embedded_diarizer import SPACE, EmbeddedDiarizer, Heard, windows_around
from models.silero import Silero
from models.speaker_embedding import HOP, WINDOW, gain_for, log_mels, vectors
from models.training.conversations import Conversation, conversation
from models.training.speaker_voices import HELD_OUT, HELD_OUT_FLITE, Voices, flite_voices, parted, read_voices

PURE = 0.9
"""a window counts for a voice if that voice has this share of its speech"""
LEAST_WINDOWS = 8
COLUMNS = 50
LEAN = 0.05
"""share of the diagonal in the spread within voices, against overfitting"""
COLLAR = 25
"""frames around each edge of the truth that are not scored"""


@dataclass(frozen=True, eq=False)
class Windows:
    """Vectors (n, features) less their mean, the voice that speaks most in each, and its share of the speech."""

    vectors: NDArray[np.float32]
    voice: NDArray[np.int64]
    share: NDArray[np.float64]


def made(read: Voices, flite: Voices, count: int, seed: int, speakers: tuple[int, int]) -> Iterator[Conversation]:
    """Conversations of 20 to 100 s, one in six of flite voices (where there are any), the others of read speech."""
    rng = np.random.default_rng(seed)
    for i in range(count):
        pool = flite if flite and i % 6 == 5 else read
        wanted = speakers[0] + i % (speakers[1] - speakers[0] + 1)
        one = conversation(pool, rng, min(wanted, len(pool)), float(np.exp(rng.uniform(np.log(20), np.log(100)))))
        if one.active.any():
            yield one


def windows(given: Conversation, hop: int = 50) -> Windows:
    """Windows of 1.5 s every `hop` frames of the speech that Silero finds."""
    samples: Samples = given.samples
    speech = Silero().detect(samples)
    features = log_mels(samples, gain_for(samples, speech))
    mask = np.zeros(len(features), bool)
    for span in speech:
        mask[round(span.start / HOP) : round(span.end / HOP)] = True
    spoken = np.flatnonzero(mask)
    centres = spoken[::hop]
    features -= features[mask].mean(axis=0)
    found = vectors(features, windows_around(spoken, centres, WINDOW, WINDOW))
    totals = np.hstack([np.zeros((len(given.active), 1)), np.cumsum(given.active, axis=1)])
    first = np.clip(centres - WINDOW // 2, 0, totals.shape[1] - 1)
    last = np.clip(centres + WINDOW // 2, 0, totals.shape[1] - 1)
    heard = totals[:, last] - totals[:, first]
    return Windows(
        found - found.mean(axis=0), heard.argmax(axis=0), heard.max(axis=0) / np.maximum(heard.sum(axis=0), 1)
    )


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
    values, directions = eigh(between / voices, within)
    best = np.argsort(-values)[:columns]
    return directions[:, best], values[best]


def error_rate(active: NDArray[np.bool_], labels: NDArray[np.int64]) -> float:
    """Diarization error of one voice per frame (-1: nobody) against the truth (speakers, frames), with a collar."""
    size = max(active.shape[1], len(labels))
    true = np.pad(active, ((0, 0), (0, size - active.shape[1])))
    voices = np.arange(max(1, int(labels.max(initial=0)) + 1))
    found = np.pad(labels, (0, size - len(labels)), constant_values=-1)[None, :] == voices[:, None]
    scored = np.ones(size, bool)
    for row in true:
        for edge in np.flatnonzero(np.diff(row.astype(np.int8), prepend=0, append=0)):
            scored[max(0, edge - COLLAR) : edge + COLLAR] = False
    true, found = true[:, scored], found[:, scored]
    agreement = true.astype(np.float32) @ found.T.astype(np.float32)
    rows, columns = linear_sum_assignment(-agreement)
    wrong = np.maximum(true.sum(axis=0), found.sum(axis=0)).sum() - agreement[rows, columns].sum()
    return float(wrong / max(1, true.sum()))


def variants(start: EmbeddedDiarizer) -> Iterator[tuple[str, EmbeddedDiarizer]]:
    """The settings that are tried, one kind after another, around those of `start`."""
    yield "as it is", start
    for distance in (0.76, 0.8, 0.84, 0.88, 0.92):
        yield f"first distance {distance} alone", replace(start, first_groups=FirstGroups(distances=(distance,)))
    for evidence, prior in ((0.3, 2.5), (0.3, 3.0), (0.3, 5.0), (0.3, 8.0), (0.6, 8.0), (0.6, 12.0)):
        rule = BayesianClustering(evidence_weight=evidence, prior_weight=prior)
        yield f"evidence {evidence}, prior {prior}", replace(start, clustering=rule)
    for weight, cost in ((0.05, 2.0), (0.05, 4.0), (0.1, 2.0), (0.1, 8.0), (0.2, 4.0), (0.2, 8.0)):
        yield f"edge weight {weight}, change cost {cost}", replace(start, edge_weight=weight, change_cost=cost)
    for smoothing in (0.0, 0.5):
        yield f"smoothing {smoothing}", replace(start, smoothing=smoothing)


def result(given: Sequence[tuple[NDArray[np.bool_], Heard]], diarizer: EmbeddedDiarizer) -> str:
    """Mean error, and the mean number of voices found per true number."""
    rows = []
    for active, heard in given:
        labels = diarizer.labels(heard)
        rows.append((int(active.any(axis=1).sum()), int(labels.max()) + 1, error_rate(active, labels)))
    counts = [float(np.mean([f for t, f, _ in rows if t == n] or [-1])) for n in range(1, 6)]
    return f"DER {np.mean([e for _, _, e in rows]):.3f}, voices found for 1 to 5: {np.round(counts, 1).tolist()}"


@click.group()
def main() -> None:
    """Fit and calibrate the embedded diarizer."""


@main.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True))
@click.option("--count", default=120, show_default=True, help="conversations of 2 to 6 voices")
@click.option("--out", type=click.Path(path_type=Path), default=SPACE, show_default=False)
def fit(folder: Path, count: int, out: Path) -> None:
    """Fit the space and write it."""
    read, flite = parted(read_voices(folder), HELD_OUT)[0], parted(flite_voices(), HELD_OUT_FLITE)[0]
    columns, between = discriminants([windows(c) for c in made(read, flite, count, 202, (2, 6))])
    np.savez_compressed(out, columns=columns.astype(np.float32), between=between.astype(np.float32))
    click.echo(f"spread between voices: {np.round(between, 2).tolist()}")


@main.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True))
@click.option("--count", default=100, show_default=True, help="conversations of 1 to 5 voices")
@click.option("--seed", default=101, show_default=True)
def calibrate(folder: Path, count: int, seed: int) -> None:
    """Print errors and voice counts over settings, on voices that nothing was fitted on."""
    read, flite = parted(read_voices(folder), HELD_OUT)[1], parted(flite_voices(), HELD_OUT_FLITE)[1]
    start, given = EmbeddedDiarizer(), []
    for one in made(read, flite, count, seed, (1, 5)):
        heard = start.hear(one.samples, Silero().detect(one.samples))
        if heard is not None:
            given.append((one.active, heard))
    for name, diarizer in variants(start):
        click.echo(f"{name}: {result(given, diarizer)}")


if __name__ == "__main__":
    main()
