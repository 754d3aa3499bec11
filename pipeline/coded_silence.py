"""Silence that the sound packets prove: they repeat, and decode to what is quiet (`pipeline.media.sound_packets`)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

QUIET = 0.01
"""full scale, -40 dBFS: repeated packets below this are silence with whatever a codec or a converter leaves in it (a
constant, up to 60 steps); above it they may be a tone that a device makes"""
NEW_AMONG = 0.4
"""seconds of new packets, at the start and in between, that do not take anything from repeated ones (AAC at 8 kHz has
packets of 0.128 s, MP3 at a constant rate makes a new one now and then)"""
BESIDE, FAR_BESIDE = 0.15, 1.2
"""seconds beside repeated packets that belong to the silence if they are as quiet, and where hardly anything else is:
its first packets were new (AMR goes through a cycle of 0.9 s), its last may carry what comes next (MP3: 0.4 s)"""
HARDLY = 0.2
"""share of the values without repeated packets up to which hardly any is as quiet"""
LIVE_LEAST = 0.6
"""seconds of new packets that decode to nothing from which they are live sound; where such are scarce, more than what a
codec may need to come to rest (`FAR_BESIDE`; Opus: 0.9 s)"""
REPEATED = 0.75
"""values above this are repeated packets (1); 0.5 says that packets cannot tell, 0 that they are new"""
STEP = 1 / 32768
"""one step of 16 bits; peaks are in units of full scale"""

Flags = NDArray[np.bool_]
Values = NDArray[np.float64]


def proven(values: Values, repeats: Values, rate_hz: float, shortest: float) -> Flags:
    """Stretches in which packets repeat, of at least `shortest` seconds with the like values beside them."""
    again, quiet = repeats > REPEATED, values < QUIET
    out = np.zeros(len(values), bool)
    for first, last in runs(again & quiet | _among(again, quiet, round(NEW_AMONG * rate_hz)), 0):
        if last - first >= (shortest - NEW_AMONG) * rate_hz:
            low, high = _as_quiet(values, again, first, last, rate_hz)
            out[low:high] = high - low >= round(shortest * rate_hz)
    return out


def _among(again: Flags, quiet: Flags, most: int) -> Flags:
    """Quiet stretches of at most so many values between repeated packets."""
    out = np.zeros(len(again), bool)
    for first, last in runs(quiet & ~again, 0):
        inside = first > 0 and last < len(again) and again[first - 1] and again[last]
        out[first:last] = inside and last - first <= most
    return out


def contradicted(exact: Flags, repeats: Values, rate_hz: float) -> Flags:
    """Exact stretches of packets that are new although silence repeats: live sound that decodes to nothing."""
    out, new = np.zeros(len(exact), bool), exact & (repeats == 0)
    least = FAR_BESIDE if new.sum() < HARDLY * np.sum(repeats <= REPEATED) else LIVE_LEAST
    for first, last in runs(new, 0):
        out[first:last] = last - first > least * rate_hz
    return out


def _as_quiet(values: Values, again: Flags, first: int, last: int, rate_hz: float) -> tuple[int, int]:
    """The stretch with the few values on either side that are as quiet."""
    limit = 1.1 * float(np.median(values[first:last])) + 1.25 * STEP
    alone = float(np.mean(values[~again] <= limit)) < HARDLY if not again.all() else False
    most = round((FAR_BESIDE if alone else BESIDE) * rate_hz)
    low, high = first, last
    while low > max(0, first - most) and values[low - 1] <= limit:
        low -= 1
    while high < min(len(values), last + most) and values[high] <= limit:
        high += 1
    return low, high


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
