"""Intervals for rates and shares: few events say little, and the report has to show how little."""

from __future__ import annotations

from dataclasses import dataclass

from scipy.stats import binomtest, chi2

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Estimate:
    """A rate or share with its interval (`CONFIDENCE`)."""

    value: float
    low: float
    high: float


def rate(events: int, exposure: float) -> Estimate | None:
    """Events per unit of `exposure` with the exact Poisson interval (Garwood 1936). None: nothing was exposed.

    Utterances of one contact come together, so that the true uncertainty is wider: reports say so.
    """
    if exposure <= 0:
        return None
    tail = (1 - CONFIDENCE) / 2
    low = float(chi2.ppf(tail, 2 * events)) / 2 if events else 0.0
    high = float(chi2.ppf(1 - tail, 2 * events + 2)) / 2
    return Estimate(events / exposure, low / exposure, high / exposure)


def share(hits: int, of: int) -> Estimate | None:
    """A share with Wilson's interval. None: of nothing."""
    if of == 0:
        return None
    found = binomtest(hits, of).proportion_ci(CONFIDENCE, method="wilson")
    return Estimate(hits / of, float(found.low), float(found.high))
