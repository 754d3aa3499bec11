"""What of a clip is copied and what is encoded anew: decided from time stamps alone, nothing is opened."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.media.cut.window import SNAP, Row

SHORTEST_COPY = 1.0
"""Seconds of picture below which copying is not worth two joins."""


@dataclass(frozen=True)
class Plan:
    """The pictures of a clip, each by the time stamp of its packet, in order of presentation.

    `head` and `tail` are encoded anew, `copied` (a range of the rows, in decode order) goes over as it is.
    """

    shown: tuple[float, ...]
    """times on the recording's clock of all pictures of the clip"""
    head: int
    """pictures before the copied ones; all of them where nothing is copied"""
    tail: int
    """pictures behind the copied ones"""
    copied: range
    """rows that are copied, in decode order; empty: none"""


def plan_exact(rows: Sequence[Row], start: float, end: float, copying: bool = True) -> Plan:
    """The pictures on the screen from `start` to `end`: the first is the one that stands there at `start`.

    Copied is the longest run of rows that begins at an IDR picture and whose pictures are all shown before `end`, so
    that nothing copied refers to anything that is left out. Raises ValueError without any row that is shown.
    """
    times = sorted({row.at for row in rows if row.shown})
    if not times:
        raise ValueError("no picture")
    first = max((n for n, at in enumerate(times) if at <= start + SNAP), default=0)
    last = max((n for n, at in enumerate(times) if at < end - SNAP), default=first)
    last = max(first, last)
    shown = tuple(times[first : last + 1])
    copied = _copyable(rows, shown) if copying else range(0)
    if not copied:
        return Plan(shown, len(shown), 0, range(0))
    head = shown.index(rows[copied.start].at)
    return Plan(shown, head, len(shown) - head - len(copied), copied)


def _copyable(rows: Sequence[Row], shown: tuple[float, ...]) -> range:
    """Rows from the first IDR picture in `shown` up to where decode order and order of presentation hold the same."""
    begin = next((n for n, row in enumerate(rows) if row.idr and row.shown and row.at >= shown[0]), None)
    if begin is None or rows[begin].at > shown[-1]:
        return range(0)
    at, stop, highest = shown.index(rows[begin].at), begin, -1.0
    for n in range(begin, len(rows)):
        row = rows[n]
        if row.pts is None or not row.shown or not row.whole or row.at > shown[-1] or row.at < rows[begin].at:
            break
        if row.key and not row.idr:  # an open group: browsers stop when they search for it (seen in Chromium)
            break
        highest = max(highest, row.at)
        place = at + n - begin
        if place >= len(shown):
            break
        if highest == shown[place]:  # as many pictures as lie up to the latest of them: nothing is missing between
            stop = n + 1
    copied = range(begin, stop)
    long_enough = stop > begin and rows_span(rows, copied) >= SHORTEST_COPY
    return copied if long_enough else range(0)


def rows_span(rows: Sequence[Row], part: range) -> float:
    """Seconds from the first to the last picture of some rows."""
    times = [rows[n].at for n in part]
    return max(times) - min(times)


def whole_from(rows: Sequence[Row], end: float) -> int:
    """How many rows, in decode order, hold every picture before `end` and nothing of which a part is missing."""
    wanted = {row.at for row in rows if row.shown and row.at < end - SNAP}
    highest, missing, suffix = -1.0, len(wanted), [float("inf")] * (len(rows) + 1)
    for n in range(len(rows) - 1, -1, -1):
        suffix[n] = min(suffix[n + 1], rows[n].at)
    for n, row in enumerate(rows):
        highest = max(highest, row.at)
        missing -= row.at in wanted
        wanted.discard(row.at)
        if missing == 0 and highest < suffix[n + 1]:
            return n + 1
    return len(rows)


def decode_times(shown_in_decode_order: Sequence[float]) -> list[float]:
    """A decode time for each picture, given their presentation times in decode order.

    Decode times rise strictly and never lie behind presentation. Where pictures are reordered they start before zero,
    by as many pictures as the deepest reordering.
    """
    ordered = sorted(shown_in_decode_order)
    rank = {at: n for n, at in enumerate(ordered)}
    depth = max((n - rank[at] for n, at in enumerate(shown_in_decode_order)), default=0)
    step = _step(ordered)
    before = [ordered[0] - step * n for n in range(depth, 0, -1)] if ordered else []
    return (before + ordered)[: len(ordered)]


def _step(ordered: Sequence[float]) -> float:
    steps = sorted(b - a for a, b in itertools.pairwise(ordered) if b > a)
    return steps[len(steps) // 2] if steps else 0.04
