"""The embedded diarizer: windows of speech as vectors of a small network, Bayesian clustering. No torch, no download.

It hears one voice at a time, so it cannot tell overlaps, and it does not find more voices than `FirstGroups.most`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models import speaker_embedding
from models.clustering import Array, BayesianClustering, FirstGroups, Labels, by_appearance, most_likely_path
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
from models.radio_turns import radio_apart
from models.sha256 import sha256_once
from models.speaker_embedding import HOP, SIZE, WEIGHTS, WINDOW, gain_for, log_mels, vectors

SPACE = Path(__file__).parent / "data" / "speaker_space.npz"
STEP = 10
"""frames: turns begin and end on tenths of a second, or where speech does"""


def probe() -> Availability:
    """Whether the embedded diarizer can run here."""
    if not SPACE.is_file():
        return Availability(False, f"{SPACE.name} is missing in models/data")
    if not (embedding := speaker_embedding.probe()).available:
        return embedding
    return Availability(True, "embedded: the project's own speaker embedding and clustering, without torch")


@cache
def _space() -> tuple[Array, Array]:
    """(columns (128, d), spread between voices (d,)); the spread within a voice is 1."""
    with np.load(SPACE) as stored:
        return stored["columns"].astype(np.float64), stored["between"].astype(np.float64)


@dataclass(frozen=True, eq=False)
class Heard:
    """A recording as the clustering sees it. Frames are of 10 ms."""

    mask: NDArray[np.bool_]
    """which frames are speech, shape (frames,)"""
    centres: NDArray[np.int64]
    """frame in the middle of each window (n,)"""
    vectors: NDArray[np.float32]
    """unit vectors of the windows (n, 128)"""
    short_centres: NDArray[np.int64]
    """of the windows that place the turns' edges: one per `STEP` frames of speech"""
    short_vectors: NDArray[np.float32]


@dataclass(frozen=True)
class EmbeddedDiarizer:
    """Windows of speech -> voices -> turns. Settings chosen on made conversations, not on the recordings reported."""

    hop: float = 0.25
    """seconds between the windows that are clustered; they are 1.5 s long"""
    smoothing: float = 0.25
    """seconds before and after a window whose vectors are averaged with its own before the first grouping"""
    short_window: float = 0.8
    """seconds of the windows that place the turns' edges"""
    edge_weight: float = 0.1
    """of a short window's evidence: neighbours share most of their sound"""
    change_cost: float = 4.0
    """what a change of voice costs within unbroken speech; a third of it after a pause"""
    pause: float = 0.15
    """seconds without speech that count as a pause"""
    first_groups: FirstGroups = field(default_factory=FirstGroups)
    clustering: BayesianClustering = field(default_factory=BayesianClustering)

    @property
    def info(self) -> BackendInfo:
        return BackendInfo(
            name="embedded",
            version="4",
            weights={path.name: sha256_once(path) for path in (WEIGHTS, SPACE)},
            settings={
                "hop": self.hop,
                "short_window": self.short_window,
                "change_cost": self.change_cost,
                "first_distances": ", ".join(map(str, self.first_groups.distances)),
                "evidence_weight": self.clustering.evidence_weight,
                "prior_weight": self.clustering.prior_weight,
            },
            draft=True,
            remarks=("tells one voice at a time, overlaps are not heard",),
        )

    def diarize(self, samples: Samples, speech: Sequence[RawSpan], progress: Progress = no_progress) -> RawDiarization:
        """Turns of voices "v1", "v2"... in order of appearance; every instant of `speech` has exactly one voice.

        Raises BackendUnavailable where the weights are missing.
        """
        heard = self.hear(samples, speech, progress)
        if heard is None:
            return RawDiarization((), (), None)
        turns = radio_apart(samples, tuple(_turns(self.labels(heard), speech)))
        progress(1.0)
        return RawDiarization(turns, turns, None)

    def hear(self, samples: Samples, speech: Sequence[RawSpan], progress: Progress = no_progress) -> Heard | None:
        """Vectors of the windows of speech; None where there is none. An hour takes 230 MB beside its samples."""
        features = log_mels(samples, gain_for(samples, speech))
        mask = _mask(speech, len(features))
        if not mask.any():
            return None
        features -= features[mask].mean(axis=0)
        progress(0.1)
        spoken = np.flatnonzero(mask)
        centres = spoken[:: max(1, round(self.hop / HOP))]
        long = vectors(features, windows_around(spoken, centres, WINDOW, WINDOW))
        progress(0.5)
        width = round(self.short_window / HOP)
        starts = np.arange(0, len(spoken), STEP)
        middle = spoken[np.minimum(starts + STEP // 2, len(spoken) - 1)]
        short = vectors(features, windows_around(spoken, middle, width, width))
        progress(0.9)
        return Heard(mask, centres, long, middle, short)

    def labels(self, heard: Heard) -> Labels:
        """Voice of every frame of 10 ms; -1 outside speech."""
        groups = self._groups(heard)
        path = self._path(heard, groups)
        spoken = np.flatnonzero(heard.mask)
        out = np.full(len(heard.mask), -1, np.int64)
        out[spoken] = by_appearance(np.repeat(path, STEP)[: len(spoken)])
        return out

    def _groups(self, heard: Heard) -> Labels:
        """Voice of every window."""
        columns, between = _space()
        starts = self.first_groups.of(_smoothed(heard, round(self.smoothing / HOP)))
        return self.clustering.voices((heard.vectors - heard.vectors.mean(axis=0)) @ columns, between, starts)

    def _path(self, heard: Heard, groups: Labels) -> Labels:
        """Voice of every short window: what fits best without changing more often than the evidence asks for."""
        columns, _ = _space()
        mean = heard.vectors.mean(axis=0)
        projected = (heard.vectors - mean) @ columns
        voices = np.array([projected[groups == g].mean(axis=0) for g in range(int(groups.max()) + 1)])
        short = (heard.short_vectors - mean) @ columns
        fit = self.edge_weight * (short @ voices.T - 0.5 * np.square(voices).sum(axis=1))
        pauses = np.diff(heard.short_centres, prepend=heard.short_centres[0]) - STEP >= self.pause / HOP
        return most_likely_path(fit, np.where(pauses, self.change_cost / 3, self.change_cost))


def windows_around(spoken: NDArray[np.int64], centres: NDArray[np.int64], width: int, length: int) -> NDArray[np.int64]:
    """Frame numbers (n, length) of the speech within `width` frames around each centre, said again until it fills."""
    first = np.searchsorted(spoken, centres - width // 2)
    last = np.searchsorted(spoken, centres + (width + 1) // 2)
    return np.asarray(spoken[first[:, None] + np.arange(length) % np.maximum(last - first, 1)[:, None]], np.int64)


def _smoothed(heard: Heard, reach: int) -> Array:
    """Sum of each window's vector and those within `reach` frames."""
    first = np.searchsorted(heard.centres, heard.centres - reach)
    last = np.searchsorted(heard.centres, heard.centres + reach, side="right")
    total = np.concatenate([np.zeros((1, SIZE)), np.cumsum(heard.vectors, axis=0, dtype=np.float64)])
    return np.asarray(total[last] - total[first], np.float64)


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
