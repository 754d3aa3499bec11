"""Silence that the sound packets prove: they repeat, and decode to what is quiet (`pipeline.media.sound_packets`)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

QUIET = 0.01
"""full scale, -40 dBFS: repeated packets below this are silence with whatever a codec or a converter leaves in it (a
constant, up to 60 steps); above it they may be a tone that a device makes"""
MOSTLY, HARDLY = 0.5, 0.25
"""shares of a silence in which packets repeat: above the one it is proven, up to the other contradicted"""
REPEATED = 0.75
"""values above this are repeated packets (1); 0.5 says that packets cannot tell, 0 that they are new"""

Flags = NDArray[np.bool_]
Values = NDArray[np.float64]


def proven(values: Values, exact: Flags, repeats: Values, length: int) -> Flags:
    """Stretches of at least `length` values in which most packets repeat, with the like values beside them."""
    again = repeats > REPEATED
    out = np.zeros(len(values), bool)
    for first, last in runs((again & (values < QUIET)) | exact, 0):
        if last - first >= length and again[first:last].mean() > MOSTLY:
            low, high = _as_quiet(values, first, last)
            out[low:high] = True
    return out


def contradicted(exact: Flags, repeats: Values) -> Flags:
    """Exact stretches in which packets hardly ever repeat although they could: live sound that decodes to nothing."""
    out = np.zeros(len(exact), bool)
    for first, last in runs(exact, 0):
        here = repeats[first:last]
        out[first:last] = np.mean(here > REPEATED) <= HARDLY and np.mean(here == 0) > MOSTLY
    return out


def _as_quiet(values: Values, first: int, last: int) -> tuple[int, int]:
    """The stretch with the values beside it that are as quiet: its first packets were new."""
    limit = 1.1 * float(np.median(values[first:last])) + 1.25 / 32768
    while first > 0 and values[first - 1] <= limit:
        first -= 1
    while last < len(values) and values[last] <= limit:
        last += 1
    return first, last


def runs(flags: Flags, bridge: int) -> list[tuple[int, int]]:
    """Half-open index ranges of True, joined over at most `bridge` values of False."""
    changes = np.diff(np.concatenate(([0], flags.astype(np.int8), [0])))
    out: list[tuple[int, int]] = []
    for first, last in zip(np.flatnonzero(changes == 1).tolist(), np.flatnonzero(changes == -1).tolist(), strict=True):
        if out and first - out[-1][1] <= bridge:
            out[-1] = (out[-1][0], last)
        else:
            out.append((first, last))
    return out
