"""How many moments of two recordings carry a match: many short windows, each looked at by itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import binom

from pipeline.sync.coarse import Coarse, centred
from pipeline.sync.likeness import agreements
from pipeline.types import BandFlux

WINDOW = 5.0
"""seconds: a sentence"""
MOST_WINDOWS = 80
REACH = 100
"""frames either way among which a window's own best place is looked for"""
HIT = 5
"""frames from the line within which that place agrees"""
BY_CHANCE = (2 * HIT + 1) / (2 * REACH + 1)


@dataclass(frozen=True)
class Support:
    """Windows with sound in both recordings, and how many agree with the offset by themselves."""

    windows: int
    agreeing: int

    @property
    def by_chance(self) -> float:
        """How likely so many windows agree where nothing is shared (binomial distribution)."""
        return float(binom.sf(self.agreeing - 1, self.windows, BY_CHANCE))


def support(one: BandFlux, two: BandFlux, coarse: Coarse) -> Support:
    """Evenly spread windows of the overlap, each with its own best place within a second of the offset."""
    a, b = centred(one), centred(two)
    width = round(WINDOW * two.rate_hz)
    places = np.arange(0, len(b) - width + 1, width)
    times = two.start + places / two.rate_hz
    on_first = np.rint((coarse.offset + times * (1 + coarse.drift_ppm * 1e-6) - one.start) * one.rate_hz).astype(int)
    inside = (on_first >= REACH) & (on_first + width + REACH <= len(a))
    pairs = list(zip(places[inside], on_first[inside], strict=True))
    pairs = [pairs[i] for i in np.unique(np.linspace(0, len(pairs) - 1, min(len(pairs), MOST_WINDOWS)).astype(int))]
    windows = agreeing = 0
    for at, first in pairs:
        b_part, a_part = b[at : at + width], a[first - REACH : first + width + REACH]
        if np.any(b_part) and np.any(a_part):
            windows += 1
            best = int(np.argmax(agreements(a_part, b_part)))
            agreeing += abs(best - REACH) <= HIT
    return Support(windows, agreeing)
