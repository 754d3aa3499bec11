"""From the path of the offset to stretches in which the clock ran evenly, or stood still."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np

from pipeline.clock.cells import DAY, Cells, Floats, Whole
from pipeline.clock.path import Path
from pipeline.types import ClockPiece, ms

ONE = 0.8
"""seconds of offset from picture to picture within one piece: the grid, and a clock that runs fast"""
LONG = 90.0
"""seconds of a piece from which its rate is measured; shorter ones are taken to run as the recording does"""
MOMENT = 1.3
"""seconds: any running clock shows each value for one"""
DRIFTED = 0.8
"""seconds lost or won over a piece from which on its rate is told apart from 1"""


def pieces_of(cells: Cells, path: Path, duration: float) -> tuple[ClockPiece, ...]:
    """The pieces in order, from the first picture's to the end of the recording, each up to where the next begins."""
    bounds = _bounds(path)
    made = [_piece(cells, path, first, last) for first, last in pairwise([*bounds, len(cells)])]
    made = _without_moments(_stops_placed(made, [float(cells.at[max(0, first - 1)]) for first in bounds]))
    ends = [piece.start for piece in made[1:]] + [ms(max(duration, made[-1].start))]
    return tuple(_until(piece, end) for piece, end in zip(made, ends, strict=True))


def _without_moments(made: list[ClockPiece]) -> list[ClockPiece]:
    """Without what is no stop: a second between two stretches that run, in which the pictures were misread alike."""
    ends = [piece.start for piece in made[1:]]
    inner = {n for n, end in enumerate(ends) if n and not made[n].runs and end - made[n].start < MOMENT}
    return [p for n, p in enumerate(made) if n not in inner or not (made[n - 1].runs and made[n + 1].runs)]


def _bounds(path: Path) -> list[int]:
    runs = path.runs
    new_kind = runs[1:] != runs[:-1]
    moved = runs[1:] & (np.abs(np.diff(path.offset)) > ONE)
    other_stop = ~runs[1:] & (np.diff(path.value) != 0)
    return [0, *(np.flatnonzero(new_kind | moved | other_stop) + 1).tolist()]


def _piece(cells: Cells, path: Path, first: int, last: int) -> ClockPiece:
    at, value, agrees = cells.at[first:last], path.value[first:last], path.agrees[first:last]
    start, agreeing = ms(float(at[0]) if first else 0.0), float(agrees.mean())
    if not path.runs[first]:
        return ClockPiece(start, start, float(value[0]), 0.0, 0.5, ms(agreeing))
    offset, rate, error = _line(
        at[agrees], _unwrapped(value[agrees], path.offset[first:last][agrees], at[agrees]), cells.dated
    )
    if offset is None:
        offset, rate, error = float(path.offset[first]) + start, 1.0, 0.5
        return ClockPiece(start, start, ms(offset), rate, error, ms(agreeing))
    return ClockPiece(start, start, ms(offset + rate * start), round(rate, 6), ms(error), ms(agreeing))


def _unwrapped(value: Whole, offset: Floats, at: Floats) -> Floats:
    """Values of a stamp without a date that pass midnight, made to go on rising."""
    expected = np.floor(at + offset)
    return np.asarray(value + np.round((expected - value) / DAY) * DAY, np.float64)


def _line(at: Floats, value: Floats, dated: bool) -> tuple[float | None, float, float]:
    """(what the stamp showed at 0, its rate, seconds by which that may be off) of a clock that shows whole seconds.

    A picture at t that shows v says that the clock stood in [v, v + 1) then.
    """
    if not len(at):
        return None, 1.0, 0.5
    rate = 1.0
    if at[-1] - at[0] >= LONG and len(at) >= 20:
        slope = float(np.polyfit(at, value + 0.5 - at, 1)[0])
        rate = 1.0 + slope if abs(slope) * (at[-1] - at[0]) >= DRIFTED else 1.0
    low, high = float((value - rate * at).max()), float((value + 1 - rate * at).min())
    if low <= high:
        return (low + high) / 2, rate, max(0.01, (high - low) / 2)
    middle = float(np.median(value + 0.5 - rate * at))
    return middle, rate, 0.5


def _stops_placed(made: list[ClockPiece], seen_before: list[float]) -> list[ClockPiece]:
    """A stop begins between the second that it shows and the next that is missed, and, where the clock then lags, lasts
    as long as it lags by. `seen_before`: of each piece, when the last picture was that belongs to the one before."""
    out: list[ClockPiece] = []
    for piece, before in zip(made, seen_before, strict=True):
        if not piece.runs and out and out[-1].runs:
            out.append(_begun(piece, out[-1], before))
        elif piece.runs and len(out) > 1 and not out[-1].runs and out[-2].runs:
            out.append(_ended(piece, out[-1], out[-2]))
        else:
            out.append(piece)
    return out


def _begun(stop: ClockPiece, before: ClockPiece, seen_before: float) -> ClockPiece:
    start = before.start + (stop.shows + 0.5 - before.shows) / before.rate
    if not max(before.start, seen_before - 1.0) < start <= stop.start + 0.5:
        return stop
    return replace(stop, start=ms(start), end=ms(start))


def _ended(piece: ClockPiece, stop: ClockPiece, before: ClockPiece) -> ClockPiece:
    lag = before.at(piece.start) - piece.shows
    end = stop.start + lag
    if lag <= 0 or abs(end - piece.start) > 1.2:
        return piece
    return replace(piece, start=ms(end), end=ms(end), shows=ms(piece.shows + end - piece.start))


def _until(piece: ClockPiece, end: float) -> ClockPiece:
    return replace(piece, end=ms(max(end, piece.start)))


def changes(pieces: tuple[ClockPiece, ...]) -> Iterator[tuple[ClockPiece, ClockPiece, float]]:
    """(before, after, seconds by which the stamp is ahead of where the piece before would have it)."""
    for before, after in pairwise(pieces):
        yield before, after, after.shows - before.at(after.start)
