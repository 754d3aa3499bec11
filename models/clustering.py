"""Groups windows of speech by voice without being told how many voices there are.

First groups by average linkage of the windows' vectors, cut at several heights; from each, variational Bayes over a
hidden Markov model whose states are voices (Landini, Profant, Diez, Burget: "Bayesian HMM clustering of x-vector
sequences", 2022). Voices that explain little die out, and the start that ends with the best bound is kept: both count
the speakers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.special import softmax

Array = NDArray[np.float64]
Labels = NDArray[np.int64]


@dataclass(frozen=True)
class FirstGroups:
    """Average linkage by angle. Settings chosen on made conversations (`models.training.speaker_space`)."""

    distances: tuple[float, ...] = (0.92, 0.88, 0.84, 0.8, 0.74)
    """1 - cosine at which two groups are no longer joined: one grouping for each"""
    least_share: float = 0.015
    """a group with a smaller share of the windows is given up"""
    most: int = 20
    """groups to begin with at most: more voices than this cannot be found"""
    largest_linkage: int = 1500
    """windows that average linkage may see: it needs memory by the square"""

    def of(self, vectors: Array) -> list[Labels]:
        """Group of each vector (n, d), whatever their lengths, per distance; equal groupings once."""
        unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        sample = unit[:: max(1, -(-len(unit) // self.largest_linkage))]
        if len(sample) < 2:
            return [np.zeros(len(vectors), np.int64)]
        tree = linkage(sample, "average", "sqeuclidean")
        # squared distance of unit vectors is twice 1 - cosine
        cuts = {tuple(fcluster(tree, 2 * distance, "distance")): None for distance in self.distances}
        return [self._kept(unit, sample, np.array(cut) - 1) for cut in cuts]

    def _kept(self, unit: Array, sample: Array, groups: Labels) -> Labels:
        """The large groups; what lies in none of them goes to the nearest."""
        sizes = np.bincount(groups)
        kept = np.argsort(-sizes, kind="stable")[: self.most]
        kept = kept[(sizes[kept] >= self.least_share * len(sample)) | (kept == kept[0])]
        means = np.array([sample[groups == g].mean(axis=0) for g in kept])
        means /= np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9)
        return np.asarray((unit @ means.T).argmax(axis=1), np.int64)


@dataclass(frozen=True)
class BayesianClustering:
    """Settings of the grouping; the defaults come from made conversations (`models.training.speaker_space`)."""

    evidence_weight: float = 0.3
    """below 1 because neighbouring windows share most of their sound (Fa of the paper)"""
    prior_weight: float = 4.0
    """the higher, the fewer voices (Fb of the paper)"""
    stay: float = 0.95
    """probability that the next window is the same voice"""
    rounds: int = 30
    least_share: float = 0.01
    """a voice with a smaller share of the windows is given up"""

    def voices(self, vectors: Array, between: Array, starts: Sequence[Labels]) -> Labels:
        """Voice of each window, 0, 1, 2... in order of appearance.

        `vectors` (n, d) are whitened: the spread within a voice is 1 in each column, between voices `between` (d,).
        `starts` are groupings (n,) to begin with, one or more; no group is added to them.
        """
        if len(vectors) == 0:
            return np.zeros(0, np.int64)
        shares, _ = max((self._posteriors(vectors, between, first) for first in starts), key=lambda found: found[1])
        kept = np.flatnonzero(
            np.bincount(shares.argmax(axis=1), minlength=shares.shape[1]) >= self._least(len(vectors))
        )
        if len(kept) == 0:
            kept = np.array([shares.sum(axis=0).argmax()])
        return by_appearance(shares[:, kept].argmax(axis=1))

    def _least(self, windows: int) -> float:
        return max(3.0, self.least_share * windows)

    def _posteriors(self, vectors: Array, between: Array, first: Labels) -> tuple[Array, float]:
        """Probability of each voice in each window, shape (n, first groups), and the bound of the evidence."""
        scale = np.sqrt(between)
        projected = vectors * scale
        constant = -0.5 * np.square(vectors).sum(axis=1, keepdims=True)
        ratio = self.evidence_weight / self.prior_weight
        gamma = softmax(np.eye(int(first.max()) + 1)[first] * 5.0, axis=1)
        weights = np.full(gamma.shape[1], 1.0 / gamma.shape[1])
        before = bound = -np.inf
        for _ in range(self.rounds):
            inverse = 1.0 / (1.0 + ratio * gamma.sum(axis=0)[:, None] * between)
            means = ratio * inverse * (gamma.T @ projected)
            fit = projected @ means.T - 0.5 * (inverse + np.square(means)) @ between + constant
            gamma, weights, total = _smoothed(self.evidence_weight * fit, weights, self.stay)
            bound = total + 0.5 * self.prior_weight * float((np.log(inverse) - inverse - np.square(means) + 1.0).sum())
            if bound - before < 1e-4 * len(vectors):
                break
            before = bound
        return np.asarray(gamma, np.float64), bound


def _smoothed(fit: Array, weights: Array, stay: float) -> tuple[Array, Array, float]:
    """Forward and backward pass: state probabilities, new weights of the voices, log likelihood."""
    top = fit.max(axis=1, keepdims=True)
    likelihood = np.exp(fit - top)
    move = (1.0 - stay) * weights
    forward, scale = np.empty_like(likelihood), np.empty(len(likelihood))
    at = weights
    for i, row in enumerate(likelihood):
        at = row * (at if i == 0 else stay * at + move)
        scale[i] = max(at.sum(), 1e-300)
        at = at / scale[i]
        forward[i] = at
    backward = np.empty_like(likelihood)
    entered = np.zeros_like(weights)
    after = np.ones_like(weights)
    for i in range(len(likelihood) - 1, -1, -1):
        backward[i] = after
        ahead = likelihood[i] * after / scale[i]
        if i:
            entered += move * ahead
        after = stay * ahead + float(move @ ahead)
    gamma = forward * backward
    gamma /= np.maximum(gamma.sum(axis=1, keepdims=True), 1e-300)
    fresh = gamma[0] + entered
    return gamma, fresh / fresh.sum(), float(np.log(scale).sum() + top.sum())


def by_appearance(labels: Labels) -> Labels:
    """The same grouping with the groups numbered in order of their first window."""
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    order = np.empty(len(first), np.int64)
    order[np.argsort(first)] = np.arange(len(first))
    return np.asarray(order[inverse], np.int64)


def most_likely_path(fit: Array, change_cost: Array) -> Labels:
    """Viterbi: the states with the highest sum of `fit` (n, states), less `change_cost` (n,) at each change."""
    score = fit[0].copy()
    back = np.zeros(fit.shape, np.int64)
    stay = np.arange(fit.shape[1])
    for i in range(1, len(fit)):
        best = int(score.argmax())
        moved = score[best] - change_cost[i]
        back[i] = np.where(moved > score, best, stay)
        score = np.maximum(score, moved) + fit[i]
    path = np.empty(len(fit), np.int64)
    path[-1] = int(score.argmax())
    for i in range(len(fit) - 1, 0, -1):
        path[i - 1] = back[i][path[i]]
    return path
