"""Where pictures take far fewer bytes than before and after: where a picture may be held.

A repeated picture costs an encoder little. That proves nothing (a wearer who stands still costs little, too, and an
encoder at a constant rate fills up), but it says at no cost where it is worth decoding between two key frames.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from pipeline.media.packets import PacketIndex
from pipeline.media.rules import PictureRules
from pipeline.media.samples import runs
from pipeline.types import Span

SMOOTH = 0.5
"""seconds over which sizes are smoothed: several groups of B frames, whose sizes differ from P frames'"""
KEYS_AROUND = 21
"""key frames that say what usually comes after one"""
AT_ONCE = 4096
"""windows whose medians are taken together: constant memory whatever the recording's length"""
GROUPED = 0.5
"""seconds up to which large packets come from one change of the picture"""
AROUND = 10.0
"""seconds to either side that say what is usual"""


@dataclass(frozen=True)
class Hints:
    """Where the packets of a recording say that a picture may be held; seconds on the recording's clock."""

    keys: tuple[float, ...] = ()
    """key frames after which a held picture would cost next to nothing, or before which it may jump on"""
    jumps: tuple[float, ...] = ()
    """the largest of each group of packets far larger than usual: a held picture may end there"""
    small: tuple[Span, ...] = ()
    """long stretches of small packets"""


def hints(packets: PacketIndex, origin: float, rules: PictureRules) -> Hints:
    """All that the packets tell without being decoded."""
    at, sizes = _large(packets, origin, rules)
    near = {*small_after_key(packets, origin, rules), *_last_before(packets.key_times() - origin, at)}
    return Hints(tuple(sorted(near)), _peaks(at, sizes), tuple(small_stretches(packets, origin, rules)))


def small_stretches(packets: PacketIndex, origin: float, rules: PictureRules) -> list[Span]:
    """Stretches of the recording, `small_least` seconds or longer, whose packets but for key frames are small."""
    at, sizes = ordered(packets, origin)
    if len(at) < 10:
        return []
    usual_step = float(np.median(np.diff(at)))
    smooth = _running_median(sizes, max(3, round(SMOOTH / max(usual_step, 1e-3))))
    small = smooth <= rules.small_share * _usual(at, smooth)
    out = [Span(max(0.0, float(at[first])), float(at[last])) for first, last in runs(small) if at[last] > 0]
    return [span for span in out if span.duration >= rules.small_least]


def small_after_key(packets: PacketIndex, origin: float, rules: PictureRules) -> list[float]:
    """Key frames (seconds on the recording's clock) whose two next packets in the file are both tiny.

    A key frame is coded finely, so nothing is left to say of a repeat right after it, even where an encoder at a
    constant rate fills later packets by refining the held picture.
    """
    keys = np.flatnonzero(np.asarray(packets.keys, dtype=bool))
    keys = keys[keys + 2 < len(packets.keys)]
    sizes, is_key = np.asarray(packets.sizes, dtype=np.float64), np.asarray(packets.keys, dtype=bool)
    keys = keys[~is_key[keys + 1] & ~is_key[keys + 2]]
    if len(keys) < 3:
        return []
    after = np.maximum(sizes[keys + 1], sizes[keys + 2])
    usual = _running_median(after, min(len(after), KEYS_AROUND))
    return [float(packets.times[key]) - origin for key in keys[after <= rules.small_after_key * usual]]


def _large(packets: PacketIndex, origin: float, rules: PictureRules) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Times and sizes of packets far larger than usual: there a held picture may jump on.

    The one sign left of an encoder that spends the same on every picture.
    """
    at, sizes = ordered(packets, origin)
    if len(at) < 10:
        return at[:0], sizes[:0]
    large = sizes >= rules.large_times * _usual(at, sizes)
    return at[large], sizes[large]


def _last_before(keys: NDArray[np.float64], times: NDArray[np.float64]) -> list[float]:
    """The last key frame before each of these times, each key frame once."""
    places = np.unique(np.searchsorted(keys, times - 1e-3) - 1)
    return [float(key) for key in keys[places[places >= 0]]]


def _peaks(at: NDArray[np.float64], sizes: NDArray[np.float64]) -> tuple[float, ...]:
    """When the largest of each group is shown; groups lie more than `GROUPED` apart."""
    if not len(at):
        return ()
    groups = np.split(np.arange(len(at)), np.flatnonzero(np.diff(at) > GROUPED) + 1)
    return tuple(float(at[group[sizes[group].argmax()]]) for group in groups)


def ordered(packets: PacketIndex, origin: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Times on the recording's clock and sizes of the packets between key frames, in order of presentation."""
    between = ~np.asarray(packets.keys, dtype=bool)
    at = np.asarray(packets.times, dtype=np.float64)[between] - origin
    order = np.argsort(at, kind="stable")
    return at[order], np.asarray(packets.sizes, dtype=np.float64)[between][order]


def _running_median(values: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """The median of `width` values round each, the ends repeated."""
    left = width // 2
    padded = np.pad(values, (left, width - 1 - left), mode="edge")
    windows = sliding_window_view(padded, width)
    pieces = [np.median(windows[i : i + AT_ONCE], axis=-1) for i in range(0, len(windows), AT_ONCE)]
    return np.concatenate(pieces) if pieces else values


def _usual(at: NDArray[np.float64], sizes: NDArray[np.float64]) -> NDArray[np.float64]:
    """The middle size within `AROUND` of each second; a stretch shorter than that does not move it."""
    out = np.empty_like(sizes)
    for second in range(int(at[0]) - 1, int(at[-1]) + 1):
        here = slice(*np.searchsorted(at, (second, second + 1)))
        near = slice(*np.searchsorted(at, (second + 0.5 - AROUND, second + 0.5 + AROUND)))
        if here.stop > here.start:
            out[here] = np.median(sizes[near])
    return out
