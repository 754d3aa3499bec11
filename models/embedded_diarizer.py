"""The embedded diarizer: speaker features, a small fitted projection, Bayesian clustering. numpy and scipy, no torch.

It hears one voice at a time, so it cannot tell overlaps, and it does not find more voices than `first_groups`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.clustering import Array, BayesianClustering, Labels, by_appearance, most_likely_path
from models.contract import (
    Availability,
    BackendInfo,
    Progress,
    RawDiarization,
    RawSpan,
    RawVoiceTurn,
    Samples,
    no_progress,
)
from models.sha256 import sha256_once
from models.speaker_features import HOP, Frames, frames, voiced_or_file_mean, window_vectors

PROJECTION = Path(__file__).parent / "data" / "speaker_projection.npz"
STEP = 10
"""frames: turns begin and end on tenths of a second, or where speech does"""


def probe() -> Availability:
    """Whether the embedded diarizer can run here."""
    if not PROJECTION.is_file():
        return Availability(False, f"{PROJECTION.name} is missing in models/data")
    return Availability(True, "embedded: speaker features and clustering, without torch")


@cache
def _projection() -> tuple[Array, Array]:
    """(columns (features, d), spread between voices (d,)); the spread within a voice is 1."""
    with np.load(PROJECTION) as stored:
        return stored["columns"].astype(np.float64), stored["between"].astype(np.float64)


@dataclass(frozen=True)
class EmbeddedDiarizer:
    """Windows of speech -> voices -> turns. Settings chosen on made conversations, not on the recordings reported."""

    window: float = 1.5
    """seconds of a window that is clustered"""
    hop: float = 0.25
    short_window: float = 0.9
    """seconds of the windows that place the turns' edges"""
    window_weight: float = 2.0
    frame_weight: float = 2.0
    change_cost: float = 15.0
    """what a change of voice costs within unbroken speech; a third of it after a pause"""
    pause: float = 0.15
    """seconds without speech that count as a pause"""
    clustering: BayesianClustering = field(default_factory=BayesianClustering)

    @property
    def info(self) -> BackendInfo:
        return BackendInfo(
            name="embedded",
            version="1",
            weights={PROJECTION.name: sha256_once(PROJECTION)},
            settings={
                "window": self.window,
                "hop": self.hop,
                "short_window": self.short_window,
                "change_cost": self.change_cost,
                "first_groups": self.clustering.first_groups,
                "evidence_weight": self.clustering.evidence_weight,
                "prior_weight": self.clustering.prior_weight,
            },
            draft=True,
            remarks=("tells one voice at a time, overlaps are not heard",),
        )

    def diarize(self, samples: Samples, speech: Sequence[RawSpan], progress: Progress = no_progress) -> RawDiarization:
        """Turns of voices "v1", "v2"... in order of appearance; every instant of `speech` has exactly one voice."""
        heard = frames(samples)
        mask = _mask(speech, len(heard))
        progress(0.5)
        if not mask.any():
            return RawDiarization((), (), None)
        labels = self._labels(heard, mask)
        progress(1.0)
        turns = tuple(_turns(labels, speech))
        return RawDiarization(turns, turns, None)

    def _labels(self, heard: Frames, mask: NDArray[np.bool_]) -> Labels:
        """Voice of every frame of 10 ms; -1 outside speech."""
        spoken = np.flatnonzero(mask)
        centres = spoken[:: max(1, round(self.hop / HOP))]
        columns, between = _projection()
        vectors = voiced_or_file_mean(window_vectors(heard, mask, centres, round(self.window / HOP)))
        mean = vectors.mean(axis=0)
        projected = (vectors - mean) @ columns
        groups = self.clustering.voices(projected, between)
        nearest = np.clip(np.searchsorted(centres, spoken), 0, len(centres) - 1)
        before = np.maximum(nearest - 1, 0)
        nearer = np.abs(spoken - centres[before]) <= np.abs(centres[nearest] - spoken)
        labels = np.full(len(mask), -1, np.int64)
        labels[spoken] = groups[np.where(nearer, before, nearest)]
        if groups.max() == 0:
            return labels
        return self._refined(heard, mask, labels, _Voices(projected, groups, mean, columns))

    def _refined(self, heard: Frames, mask: NDArray[np.bool_], labels: Labels, voices: _Voices) -> Labels:
        """Edges of turns put where the sound changes: short windows and single frames against each voice."""
        spoken = np.flatnonzero(mask)
        starts = np.arange(0, len(spoken), STEP)
        middle = spoken[np.minimum(starts + STEP // 2, len(spoken) - 1)]
        short = voiced_or_file_mean(window_vectors(heard, mask, middle, round(self.short_window / HOP)))
        by_window = voices.fit(short)
        by_frame = np.add.reduceat(_frame_fit(heard, labels, spoken, len(voices.means)), starts, axis=0) / STEP
        jumps = np.diff(middle, prepend=middle[0]) - STEP >= self.pause / HOP
        cost = np.where(jumps, self.change_cost / 3, self.change_cost)
        fit = self.window_weight / STEP * by_window + self.frame_weight * by_frame
        path = most_likely_path(fit, cost)
        out = labels.copy()
        out[spoken] = np.repeat(path, STEP)[: len(spoken)]
        out[spoken] = by_appearance(out[spoken])
        return out


class _Voices:
    """The voices that clustering found, as means in the projected space."""

    def __init__(self, projected: Array, groups: Labels, mean: NDArray[np.float32], columns: Array) -> None:
        self.means = np.array([projected[groups == g].mean(axis=0) for g in range(int(groups.max()) + 1)])
        self._mean = mean
        self._columns = columns

    def fit(self, vectors: NDArray[np.float32]) -> Array:
        """Log likelihood of each window under each voice, up to a constant, shape (n, voices)."""
        projected = (vectors - self._mean) @ self._columns
        square = np.square(projected).sum(axis=1, keepdims=True) + np.square(self.means).sum(axis=1)
        return np.asarray(-0.5 * (square - 2 * projected @ self.means.T), np.float64)


def _frame_fit(heard: Frames, labels: Labels, spoken: NDArray[np.int64], voices: int) -> Array:
    """Log likelihood of each spoken frame under one Gaussian per voice, shape (len(spoken), voices).

    Each voice's covariance leans on that of the whole file, as if a second of it had been heard more.
    """
    rows = np.hstack([heard.cepstra, (heard.octaves * heard.voiced)[:, None]])[spoken].astype(np.float64)
    owner = labels[spoken]
    whole = np.cov(rows.T) + 1e-3 * np.eye(rows.shape[1])
    out = np.empty((len(rows), voices))
    for voice in range(voices):
        own = rows[owner == voice]
        mean = own.mean(axis=0)
        spread = ((own - mean).T @ (own - mean) + 100 * whole) / (len(own) + 100)
        factor = np.linalg.cholesky(spread)
        distance = np.linalg.solve(factor, (rows - mean).T)
        out[:, voice] = -0.5 * np.square(distance).sum(axis=0) - np.log(np.diag(factor)).sum()
    return out


def _mask(speech: Sequence[RawSpan], count: int) -> NDArray[np.bool_]:
    mask = np.zeros(count, bool)
    for span in speech:
        mask[max(0, round(span.start / HOP)) : max(0, round(span.end / HOP))] = True
    return mask


def _turns(labels: Labels, speech: Sequence[RawSpan]) -> Iterator[RawVoiceTurn]:
    """Runs of one voice; the first and last of a stretch of speech begin and end exactly where the stretch does."""
    for span in sorted(speech, key=lambda s: s.start):
        first, last = max(0, round(span.start / HOP)), min(len(labels), round(span.end / HOP))
        if last <= first:
            continue
        changes = np.flatnonzero(np.diff(labels[first:last])) + first + 1
        edges = [span.start, *(c * HOP for c in changes), span.end]
        owners = labels[[first, *changes]]
        for start, end, owner in zip(edges[:-1], edges[1:], owners, strict=True):
            if end > start and owner >= 0:
                yield RawVoiceTurn(f"v{owner + 1}", float(start), float(end))
