"""What is usual for a voice in this recording, and which stretches of it are likely raised: a mixture of two ways.

The figures of a voice's calm stretches scatter around a mean that is its own; raised stretches lie a shift higher. The
voice's own mean is unknown, the shift is known roughly, both from training speakers. Every split of the stretches into
the lower-effort and the higher-effort ones is weighed (none raised and all raised too), so that a voice that is raised
most of the time does not pass for calm, and a short clip is judged by what is usual for people.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln

from models.vocal_effort import FIGURES, WINDOW_RATE_HZ, Windows

Matrix = NDArray[np.floating[Any]]

MODELLED = ("hammarberg", "pitch", "middle slope", "upper slope", "formant slope")
"""the FIGURES that the mixture looks at: level is the gain's, not the voice's"""
COLUMNS = [FIGURES.index(name) for name in MODELLED]
STRETCH = 4.0
"""seconds of one turn that are taken together: a reader varies within a turn, who shouts does so between turns.
Chosen of 2, 3, 4 on training speakers left out of the fit, as were the next three"""
LEAST_WINDOWS = 6
"""measured windows without which a stretch says nothing: fewer scatter too much to be compared with longer ones"""
TEMPER = 1.0
"""how many independent stretches one counts for: neighbours sound alike"""
SHARE = (1.0, 2.0)
"""beta prior of the share of a voice's speech that is raised: a third, and little sure of it. In a heated contact a
voice may be raised most of the time; (0.5, 3) misses such voices of the sample for .01 of F1 on the held-out actors"""
SCALES = (0.2, 0.4, 0.7, 1.0)
"""how far a raised voice may go, in shifts of the training actors, who shouted 8 to 37 dB over their usual: most
people go less far, and with the larger steps alone the voices of the sample recordings passed for calm"""


@dataclass(frozen=True, eq=False)
class Stretch:
    """Windows `at` of one voice, and the mean of their figures, shape (7,)."""

    voice: int
    alone: bool
    at: NDArray[np.int64]
    figures: Matrix


def stretches_of(windows: Windows) -> Iterator[Stretch]:
    """Each run in parts of about STRETCH; parts with too little measured are left out."""
    measured = windows.measured
    starts = [0, *(np.flatnonzero(np.diff(windows.run)) + 1).tolist(), len(windows.run)] if len(measured) else []
    for first, past in pairwise(starts):
        if windows.run[first] < 0:
            continue
        parts = max(1, round((past - first) / (STRETCH * WINDOW_RATE_HZ)))
        for at in np.array_split(np.arange(first, past), parts):
            kept = at[measured[at]]
            if len(kept) >= LEAST_WINDOWS:
                mean = windows.figures[kept].mean(axis=0).astype(np.float64)
                yield Stretch(int(windows.voice[first]), bool(windows.alone[first]), at, mean)


@dataclass(frozen=True, eq=False)
class UsualModel:
    """Means (5,) and covariances (5, 5) over MODELLED, and the FIGURES (7,) of a voice of which nothing is known."""

    between: Matrix
    """covariance of the calm means of voices (and of their microphones)"""
    within: Matrix
    """covariance of a voice's calm stretches around its mean"""
    raised: Matrix
    """covariance of a voice's raised stretches around their mean"""
    shift: Matrix
    """how far the raised mean lies over the calm one"""
    shift_spread: Matrix
    """covariance of that over voices"""
    prior: Matrix
    """median of all FIGURES over calm speech"""
    mean: Matrix
    """mean of MODELLED over voices"""

    def usual(self, windows: Windows) -> tuple[Matrix, Matrix]:
        """What is usual for each voice, (voices, 7), and how likely each window's stretch is raised, (n,), or NaN."""
        usual = np.tile(self.prior, (len(windows.voices), 1))
        likely = np.full(len(windows.voice), np.nan)
        stretches = list(stretches_of(windows))
        for voice in range(len(windows.voices)):
            own = [s for s in stretches if s.voice == voice]
            alone = [s for s in own if s.alone] or own
            if not alone:
                continue
            rows = np.array([s.figures for s in alone])
            mean, raised = self.split(rows[:, COLUMNS])
            calm = 1 - raised + 1e-3
            usual[voice] = calm @ rows / calm.sum()
            usual[voice, COLUMNS] = mean
            for stretch, probability in zip(alone, raised, strict=True):
                likely[stretch.at] = probability
            for stretch in own:
                if np.isnan(likely[stretch.at[0]]):
                    likely[stretch.at] = self._one(stretch.figures[COLUMNS], mean)
        return usual, likely

    def _one(self, row: Matrix, usual: Matrix) -> float:
        """How likely one stretch is raised, where what is usual is known."""
        wide = self.raised + self.shift_spread
        odds = _log_density(row, usual + self.shift, wide) - _log_density(row, usual, self.within)
        return float(1 / (1 + np.exp(-np.clip(TEMPER * odds + np.log(SHARE[0] / SHARE[1]), -30, 30))))

    def split(self, rows: Matrix) -> tuple[Matrix, Matrix]:
        """Calm mean of a voice, (5,), and the probability of each stretch (n, 5) to be raised, (n,).

        Stretches are put in order of effort (Fisher's discriminant); split k takes the first k as raised.
        """
        order = np.argsort(-(rows @ np.linalg.solve(self.within, self.shift)), kind="stable")
        weighed = [self._weigh(rows[order], scale) for scale in SCALES]
        evidence = np.array([each for each, _ in weighed])
        weight = np.exp(evidence - evidence.max())
        weight /= weight.sum()
        raised = np.zeros(len(rows))
        raised[order] = 1 - np.cumsum(weight.sum(axis=0))[:-1]
        mean = np.einsum("sn,snj->j", weight, np.array([each for _, each in weighed]))
        return mean, np.clip(raised, 0.0, 1.0)

    def _weigh(self, rows: Matrix, scale: float) -> tuple[Matrix, Matrix]:
        """Log evidence (n + 1,) and calm mean (n + 1, 5) of each split; the calm mean is integrated out."""
        count, size = rows.shape
        high = np.arange(count + 1)
        calm = count - high
        inverse = np.linalg.inv
        within, raised, between = inverse(self.within), inverse(self.raised), inverse(self.between)
        sums = np.vstack([np.zeros(size), np.cumsum(rows, axis=0)])
        low_mean = (sums[-1] - sums) / np.maximum(calm, 1)[:, None]
        high_mean = sums / np.maximum(high, 1)[:, None]
        scatter = _scatter(rows, within)
        scatter = scatter[-1] - scatter - calm * _form(low_mean, within)
        scatter += _scatter(rows, raised) - high * _form(high_mean, raised)
        log_within, log_raised = _log_det(self.within), _log_det(self.raised)
        out = -0.5 * TEMPER * (scatter + calm * log_within + high * log_raised)
        # the calm stretches see the voice's mean directly, the raised ones through a shift that is known roughly
        spread = scale**2 * self.shift_spread + self.raised / np.maximum(high * TEMPER, 1e-9)[:, None, None]
        through = inverse(spread) * (high > 0)[:, None, None]
        direct = within * (calm * TEMPER)[:, None, None]
        shifted = high_mean - scale * self.shift
        precision = between + direct + through
        pull = between @ self.mean + np.einsum("nij,nj->ni", direct, low_mean)
        pull = pull + np.einsum("nij,nj->ni", through, shifted)
        means = np.linalg.solve(precision, pull[..., None])[..., 0]
        rest = _forms(low_mean, direct) + _forms(shifted, through) - np.einsum("ni,ni->n", means, pull)
        out += -0.5 * rest - 0.5 * _log_det(precision)
        wide = 0.5 * (log_raised - size * np.log(np.maximum(high * TEMPER, 1e-9)) - _log_det(spread))
        out += np.where(high > 0, wide, 0.0) + betaln(high + SHARE[0], calm + SHARE[1])
        return out, means


def _form(rows: Matrix, matrix: Matrix) -> Matrix:
    return np.asarray(np.einsum("ni,ij,nj->n", rows, matrix, rows))


def _forms(rows: Matrix, matrices: Matrix) -> Matrix:
    return np.asarray(np.einsum("ni,nij,nj->n", rows, matrices, rows))


def _scatter(rows: Matrix, matrix: Matrix) -> Matrix:
    """Sum of the quadratic forms of the first 0, 1, 2... rows."""
    return np.concatenate([[0.0], np.cumsum(_form(rows, matrix))])


def _log_det(matrix: Matrix) -> Matrix:
    return np.asarray(np.linalg.slogdet(matrix)[1])


def _log_density(row: Matrix, mean: Matrix, covariance: Matrix) -> float:
    apart = row - mean
    return float(-0.5 * (apart @ np.linalg.solve(covariance, apart) + _log_det(covariance)))
