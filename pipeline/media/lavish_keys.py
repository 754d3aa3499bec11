"""Held pictures that an encoder which looks ahead gave away: it spent far more bytes on them than on the scene live.

Such an encoder sees the pictures to come before it codes one. What stays exactly as it is, it codes finely once, since
all that follow can repeat it: key frames of a held picture take two to ten times the bytes of those of the same scene
live, and the pictures right after them take next to none. It sees the camera's noise, too, even where so little is left
to spend that none of it is coded: so a live scene, however still, gets no such key frames. This tells freezes where
neither motion nor noise does. Only sizes of packets and pictures that were looked at anyway are used.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.media.held import rounded
from pipeline.media.packets import PacketIndex
from pipeline.media.rules import PictureRules
from pipeline.media.samples import Samples, runs
from pipeline.media.small_packets import ordered
from pipeline.types import PictureState, ms

LEAD = 1e-3
AFTER = 2
"""packets right after a key frame that take next to nothing"""
NEXT_TO_NOTHING, FEW_BYTES = 0.0025, 24.0
"""of the key frame's bytes: 0.0002-0.0018 measured in held pictures, 0.003-0.03 in still live ones; and what an empty
picture takes in any case"""
SAME_SCENE = 12.0
"""change between key frames (mean over blocks) up to which the scene is the same: a wearer stands, or walks slowly"""
BEFORE_KEYS, AFTER_KEYS = 5, 3
"""live key frames on either side, the cheapest of which is compared: an encoder takes a while to change its mind"""
LEAST_BEFORE, LEAST_AFTER = 1.5, 1.25
"""how many times their bytes is worth noting (what is reported: FrozenPicture)"""
ALIKE = 2.0
"""and times the least that is spent right after a key frame of the same held picture"""
LIVE_MOST = 2.0
"""times the size that nineteen in twenty live packets stay below up to which a packet may be live"""
LIVE_ROW, LIVE_ROW_REORDERED = 3, 5
"""packets in a row that are neither empty nor too large are live: what is refined in between takes more; so many where
pictures are not shown in the order of the file, as those in between then take little in any case"""

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LavishKeys:
    """Finds key frames on which far more was spent than on live ones of the same scene, and how far they are held."""

    samples: Samples
    packets: PacketIndex
    origin: float
    rules: PictureRules

    def states(self, dark: NDArray[np.bool_]) -> Iterator[PictureState]:
        """Held pictures; none that is dark, or lasts to an end of the recording."""
        keys = np.flatnonzero(self.samples.column("key"))
        if len(keys) < 3:
            return
        at, moved = self.samples.column("at")[keys], self.samples.column("step_mean")[keys]
        spent, next_ = self._spent(at)
        for first, last in _held(spent, next_, self.samples.alike(self.rules)[keys]):
            before, after = _same_scene(moved, first, last)
            if not before or not after or dark[keys[before[-1]] : keys[after[-1]] + 1].any():
                continue
            most = float(spent[first : last + 1].max())
            times = most / float(spent[before].min()), most / float(spent[after].min())
            if times[0] < LEAST_BEFORE or times[1] < LEAST_AFTER:
                continue
            empty = float(next_[first : last + 1].max())
            start, end = self._ends(at[[before[-1], first - 1, first, last, last + 1, after[-1]]], empty)
            if end - start >= self.rules.small_least:
                figures = {"lavish_before": times[0], "lavish_after": times[1], "lavish_keys": float(last - first + 1)}
                yield PictureState(ms(start), ms(end), "still", rounded(figures))

    def _spent(self, at: Floats) -> tuple[Floats, Floats]:
        """Bytes of each key frame, and the most that a packet right after it has. `at`: when they are shown."""
        is_key, sizes = np.asarray(self.packets.keys, dtype=bool), np.asarray(self.packets.sizes, dtype=np.float64)
        places = np.flatnonzero(is_key)
        shown = np.asarray(self.packets.times, dtype=np.float64)[places] - self.origin
        order = np.argsort(shown, kind="stable")
        found = np.clip(np.searchsorted(shown[order], at - LEAD), 0, len(order) - 1)
        here = places[order[found]]
        inter = np.pad(np.where(is_key, np.inf, sizes), (0, AFTER), constant_values=np.inf)
        return sizes[here], np.asarray(np.max([inter[here + n] for n in range(1, AFTER + 1)], axis=0), np.float64)

    def _ends(self, at: Floats, empty: float) -> tuple[float, float]:
        """When the picture stands and moves on, by the sizes of packets, to a few pictures.

        `at`: key frames, the first live one that counts, the last live one, the first and last held one, and two more
        live ones. `empty`: bytes up to which a packet holds nothing.
        """
        times, sizes = ordered(self.packets, self.origin)
        inside = slice(*np.searchsorted(times, (at[0], at[-1])))
        times, sizes = times[inside], sizes[inside]
        live = sizes[(times < at[1]) | (times > at[4])]
        if not len(live):
            return float(at[2]), float(at[3])
        is_live = (sizes > empty) & (sizes <= LIVE_MOST * np.percentile(live, 95))
        least = LIVE_ROW_REORDERED if self.packets.reordered() else LIVE_ROW
        rows = [row for row in runs(is_live) if row[1] - row[0] + 1 >= least]
        last_live = [row[1] for row in rows if times[row[1]] < at[2]]
        first_live = [row[0] for row in rows if times[row[0]] > at[3]]
        start = times[last_live[-1] + 1] if last_live and last_live[-1] + 1 < len(times) else at[1]
        end = times[first_live[0]] if first_live else at[4]
        return float(min(start, at[2])), float(max(end, at[3]))


def _held(spent: Floats, next_: Floats, alike: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """(first, last) of each run of key frames right after which nothing is spent and that show one picture."""
    empty = next_ <= np.maximum(NEXT_TO_NOTHING * spent, FEW_BYTES)
    for first, last in runs(empty):
        empty[first : last + 1] &= next_[first : last + 1] <= ALIKE * next_[first : last + 1].min()
    for first, last in runs(empty):
        begins = [first, *(row for row in range(first + 1, last + 1) if not alike[row])]
        yield from zip(begins, [*(row - 1 for row in begins[1:]), last], strict=True)


def _same_scene(moved: Floats, first: int, last: int) -> tuple[list[int], list[int]]:
    """Rows of the key frames before and after that show the scene of those from `first` to `last`, nearest first."""
    before, after = [], []
    for row in range(first - 1, max(-1, first - 1 - BEFORE_KEYS), -1):
        if not moved[row + 1] <= SAME_SCENE:
            break
        before.append(row)
    for row in range(last + 1, min(len(moved), last + 1 + AFTER_KEYS)):
        if not moved[row] <= SAME_SCENE:
            break
        after.append(row)
    return before, after
