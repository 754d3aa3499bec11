"""Groups windows of speech by voice without being told how many voices there are.

First many small groups by average linkage, then variational Bayes over a hidden Markov model whose states are voices
(Landini, Profant, Diez, Burget: "Bayesian HMM clustering of x-vector sequences", 2022): voices that explain little die
out, which is what counts the speakers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.special import softmax

Array = NDArray[np.float64]
Labels = NDArray[np.int64]


@dataclass(frozen=True)
class BayesianClustering:
    """Settings of the grouping; the defaults come from made conversations (`models.training.speaker_projection`)."""

    first_groups: int = 10
    """groups to begin with: more voices than this cannot be found"""
    largest_linkage: int = 1000
    """windows that average linkage may see: it needs memory by the square"""
    evidence_weight: float = 0.3
    """below 1 because neighbouring windows share most of their sound (Fa of the paper)"""
    prior_weight: float = 20.0
    """the higher, the fewer voices (Fb of the paper)"""
    stay: float = 0.9
    """probability that the next window is the same voice"""
    rounds: int = 30
    least_share: float = 0.01
    """a voice with a smaller share of the windows is given up"""

    def voices(self, vectors: Array, between: Array) -> Labels:
        """Voice of each window, 0, 1, 2... in order of appearance.

        `vectors` (n, d) are whitened: the spread within a voice is 1 in each column, between voices `between` (d,).
        """
        if len(vectors) == 0:
            return np.zeros(0, np.int64)
        first = self._first_groups(vectors, between)
        shares = self._posteriors(vectors, between, first)
        kept = np.flatnonzero(
            np.bincount(shares.argmax(axis=1), minlength=shares.shape[1]) >= self._least(len(vectors))
        )
        if len(kept) == 0:
            kept = np.array([shares.sum(axis=0).argmax()])
        return by_appearance(shares[:, kept].argmax(axis=1))

    def _least(self, windows: int) -> float:
        return max(3.0, self.least_share * windows)

    def _first_groups(self, vectors: Array, between: Array) -> Labels:
        """Average linkage by angle over an even sample of the windows; the others go to the nearest group."""
        scaled = vectors * np.sqrt(between / (between + 1.0))
        scaled = scaled / np.maximum(np.linalg.norm(scaled, axis=1, keepdims=True), 1e-9)
        step = -(-len(scaled) // self.largest_linkage)
        sample = scaled[::step]
        if len(sample) < 2:
            return np.zeros(len(vectors), np.int64)
        groups = fcluster(linkage(sample, "average", "sqeuclidean"), self.first_groups, "maxclust") - 1
        means = np.array([sample[groups == g].mean(axis=0) for g in range(groups.max() + 1)])
        return np.asarray((scaled @ means.T).argmax(axis=1), np.int64)

    def _posteriors(self, vectors: Array, between: Array, first: Labels) -> Array:
        """Probability of each voice in each window, shape (n, first groups)."""
        scale = np.sqrt(between)
        projected = vectors * scale
        constant = -0.5 * np.square(vectors).sum(axis=1, keepdims=True)
        ratio = self.evidence_weight / self.prior_weight
        gamma = softmax(np.eye(int(first.max()) + 1)[first] * 5.0, axis=1)
        weights = np.full(gamma.shape[1], 1.0 / gamma.shape[1])
        before = -np.inf
        for _ in range(self.rounds):
            inverse = 1.0 / (1.0 + ratio * gamma.sum(axis=0)[:, None] * between)
            means = ratio * inverse * (gamma.T @ projected)
            fit = projected @ means.T - 0.5 * (inverse + np.square(means)) @ between + constant
            gamma, weights, total = _smoothed(self.evidence_weight * fit, weights, self.stay)
            bound = total + 0.5 * self.prior_weight * float((np.log(inverse) - inverse - np.square(means) + 1.0).sum())
            if bound - before < 1e-4 * len(vectors):
                break
            before = bound
        return np.asarray(gamma, np.float64)


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
