"""Intervals for rates and shares: few events say little, and the report has to show how little."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from statistics import NormalDist

CONFIDENCE = 0.95
_Z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)


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
    low, high = _garwood(events)
    return Estimate(events / exposure, low / exposure, high / exposure)


@lru_cache(maxsize=10_000)
def _garwood(events: int) -> tuple[float, float]:
    """Between how many events a count of so many may stand for. A page asks thousands of times, mostly for few."""
    from scipy.special import gammaincinv  # a third of what scipy.stats loads; audits need neither

    tail = (1 - CONFIDENCE) / 2  # half the quantile of chi-square with 2k degrees of freedom is the gamma one of k
    low = float(gammaincinv(events, tail)) if events else 0.0
    return low, float(gammaincinv(events + 1, 1 - tail))


def share(hits: int, of: int) -> Estimate | None:
    """A share with Wilson's interval (Wilson 1927, without correction for continuity). None: of nothing.

    By its formula: scipy's test gives the same and takes a hundred times as long, and an audit has thousands.
    """
    if of == 0:
        return None
    middle = (hits + _Z**2 / 2) / (of + _Z**2)
    half = _Z / (of + _Z**2) * sqrt(hits * (of - hits) / of + _Z**2 / 4)
    low = 0.0 if hits == 0 else middle - half
    high = 1.0 if hits == of else middle + half
    return Estimate(hits / of, low, high)
