"""How the stamp's clock ran: the likeliest path of its offset over the whole recording, all digits weighed together.

A single misread digit makes an offset that one picture alone supports; a clock that was set anew makes one that all
pictures after it support. So each picture's digits are scored against every offset that several pictures suggest, and
the best path through them is searched (Viterbi), where each change costs more than a few misread digits can bring.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.clock.cells import DAY, Cells, Floats, Whole

GRID = 0.25
"""seconds between the offsets that are tried"""
CHANGE = 14.0
"""natural log units that a jump must bring: three digits read quite surely otherwise"""
STOP = 9.0
"""the same for a clock that stops, and again where it goes on"""
SLIP = 1.8
"""for one step of the grid, less than a seventh of a jump: a clock that runs fast passes four of them for each second
that it wins"""
MOST = 400
"""offsets tried at most, those with most support"""
EVERY = 0.5
"""seconds: pictures closer together than this share the weight of one, since they are misread alike"""


@dataclass(frozen=True)
class Path:
    """For each picture: whether the clock runs, its offset (seconds that the stamp is ahead of the recording's time),
    and the value that it should show."""

    runs: NDArray[np.bool_]
    offset: Floats
    value: Whole
    agrees: NDArray[np.bool_]
    """the picture's own digits do not speak clearly for another value"""
    gain: float
    """log likelihood per picture over digits by chance: 0 where nothing was read"""


def find_path(cells: Cells) -> Path | None:
    """The likeliest path. None: fewer than two pictures suggest the same offset."""
    values, known = cells.likeliest()
    offsets = _offsets(cells, values, known)
    if not len(offsets):
        return None
    stops = _stops(values, known)
    showing = np.floor(cells.at[None, :] + offsets[:, None]).astype(np.int64)
    if not cells.dated:
        showing %= DAY
    showing = np.concatenate([showing, np.repeat(stops[:, None], len(cells), axis=1)])
    scores = cells.score(showing)
    states = _best(scores * weights(cells.at)[None, :], offsets)
    numbers = np.arange(len(cells))
    value, score = showing[states, numbers], scores[states, numbers]
    runs = states < len(offsets)
    offset = np.where(runs, offsets[np.minimum(states, len(offsets) - 1)], value - cells.at)
    value, score = _at_the_turn(cells, runs, offset, value, score)
    own = _own_score(cells)
    slots = np.array([len(c.layout.slots) for c in cells.cells])
    return Path(
        runs=np.asarray(runs, bool),
        offset=np.asarray(offset, np.float64),
        value=value,
        agrees=np.asarray(own - score < 3.0, bool),
        gain=float(np.mean((score + slots * np.log(10)) / slots)),
    )


def _at_the_turn(
    cells: Cells, runs: NDArray[np.bool_], offset: Floats, value: Whole, score: NDArray[np.float32]
) -> tuple[Whole, NDArray[np.float32]]:
    """Values and scores with the second before or after where the offset, known to the grid alone, allows for both and
    the picture shows that one."""
    share = (cells.at + offset) % 1.0
    beside = np.where(share < GRID, value - 1, np.where(share > 1 - GRID, value + 1, value))
    if not cells.dated:
        beside = beside % DAY
    other = cells.score(beside[None, :])[0]
    better = runs & (other > score)
    return np.where(better, beside, value), np.where(better, other, score)


def weights(at: Floats) -> Floats:
    """How much each picture counts: 1, less where several lie within half a second."""
    if len(at) < 2:
        return np.ones(len(at))
    steps = np.diff(at)
    before, after = np.append(np.inf, steps), np.append(steps, np.inf)
    return np.asarray(np.clip(np.minimum(before, after) / EVERY, 0.02, 1.0))


def _own_score(cells: Cells) -> Floats:
    return np.array([c.digits.max(axis=1).sum() for c in cells.cells])


def _offsets(cells: Cells, values: Whole, known: NDArray[np.bool_]) -> Floats:
    """Offsets on the grid that at least two pictures suggest, in order."""
    first = (values - cells.at)[known]
    if not cells.dated:
        first = first % DAY
    votes: Counter[int] = Counter()
    for step in range(round(1 / GRID)):
        votes.update(np.ceil(first / GRID + step - 1e-6).astype(np.int64).tolist())
    chosen = {offset for offset, count in votes.most_common(MOST) if count >= 2}
    return np.array(sorted(chosen), np.float64) * GRID


def _stops(values: Whole, known: NDArray[np.bool_]) -> Whole:
    """Values that two pictures in a row show."""
    same = np.flatnonzero((np.diff(values) == 0) & known[1:] & known[:-1])
    return np.unique(values[same])


def _best(scores: Floats, offsets: Floats) -> Whole:
    """The best state for each picture (Viterbi). The first states are the offsets, in order, the others stops."""
    (count, pictures), running = scores.shape, len(offsets)
    beside = np.flatnonzero(np.diff(offsets) < 1.5 * GRID)
    total = scores[:, 0].astype(np.float64)
    came = np.empty((pictures, count), np.int32)
    own = np.arange(count)
    for n in range(1, pictures):
        top = int(total.argmax())
        run_top = int(total[:running].argmax())
        before, from_ = total.copy(), own.copy()
        _take(before, from_, total[run_top] - CHANGE, run_top, slice(0, running))
        _take(before, from_, total[top] - STOP, top, slice(running, count))
        if count > running:
            stop_top = running + int(total[running:].argmax())
            _take(before, from_, total[stop_top] - STOP, stop_top, slice(0, running))
        _slip(before, from_, total, beside, beside + 1)
        _slip(before, from_, total, beside + 1, beside)
        came[n] = from_
        total = before + scores[:, n]
    states = np.empty(pictures, np.int64)
    states[-1] = int(total.argmax())
    for n in range(pictures - 1, 0, -1):
        states[n - 1] = came[n, states[n]]
    return states


def _take(before: Floats, from_: Whole, offer: float, source: int, where: slice) -> None:
    better = before[where] < offer
    before[where][better] = offer
    from_[where][better] = source


def _slip(before: Floats, from_: Whole, total: Floats, source: Whole, target: Whole) -> None:
    """One step of the grid up or down, for a cost that a clock which runs fast pays now and then."""
    offer = total[source] - SLIP
    better = before[target] < offer
    before[target[better]] = offer[better]
    from_[target[better]] = source[better]
