"""Whether two recordings that lie on one clock hear the same in a short stretch: cameras part, and meet again."""

from __future__ import annotations

import numpy as np
from scipy.fft import irfft, next_fast_len, rfft

from pipeline.sync.coarse import Floats

REACH = 150
"""frames either way that tell what chance gives here"""
HIT = 8
"""frames (80 ms) by which people near one camera and far from the other are heard late, and clocks are wrong"""


def likeness(one: Floats, two: Floats, first_one: int, first_two: int, frames: int) -> float | None:
    """How far the agreement of the onsets of both stands out from that at other offsets, in standard deviations.

    `one` and `two` are onsets as `coarse.centred` gives them, (n, bands); the stretch begins at these frames. None
    where there is too little around it, or one of them hears nothing.
    """
    low, high = first_one - REACH, first_one + frames + REACH
    if low < 0 or high > len(one) or first_two < 0 or first_two + frames > len(two):
        return None
    around, part = one[low:high], two[first_two : first_two + frames]
    if not np.any(part) or not np.any(around[REACH:-REACH]):
        return None
    agreement = agreements(around, part)
    middle = np.abs(np.arange(len(agreement)) - REACH) <= HIT
    others = agreement[~middle]
    spread = float(others.std())
    return float((agreement[middle].max() - others.mean()) / spread) if spread > 0 else None


def agreements(around: Floats, part: Floats) -> Floats:
    """Sum over frames and bands of `part` laid at each place in `around`, shape (len(around) - len(part) + 1,)."""
    size = next_fast_len(len(around), real=True)
    product = rfft(around, size, axis=0) * np.conj(rfft(part, size, axis=0))
    return np.asarray(irfft(product.sum(axis=1), size)[: len(around) - len(part) + 1], np.float32)
