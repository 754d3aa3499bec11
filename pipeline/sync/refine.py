"""From an offset right to some hundredths of a second to one right to a few milliseconds, with the drift."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from models.contract import Samples
from pipeline.sync.coarse import Coarse, centred
from pipeline.sync.line import between, fit_line
from pipeline.sync.phat import Delay, gcc_phat
from pipeline.types import BandFlux, Span

ReadSound = Callable[[Span], Samples]
"""Samples of a span of one recording, 16 kHz, on its own clock; zero where it has none."""

WINDOW = 16.0
"""seconds of sound that give one delay; 20 s failed at 0 dB only, 60 s cost three times as much for the same"""
STRETCHES, PER_STRETCH = 8, 3
"""the overlap is cut into so many stretches, and so many windows are taken from each: both ends are always there"""
REACH = 0.15
"""seconds around the coarse offset: its own error (30 ms at the ends of an hour) and 40 m of distance"""
CLEAR = 7.0
"""standard deviations from which a delay counts; chance gives 5.5 in a window (benchmark sync)"""
LEAST_CLEAR, LEAST_SHARE = 3, 0.25
"""windows, and share of those compared, that must give a clear delay: one beep in both files is no match"""
SLACK = 4
"""frames by which onsets may miss each other when windows are chosen"""
CLOSE = 0.004
"""seconds from the line"""
ALONE_BY_CHANCE = 0.1
"""how likely a window of unrelated sound lies on a line within CLOSE: .03 by its reach, three times that to be safe"""
THROUGHOUT = 0.75
"""share of the stretches of the overlap in which a window must agree, for the match not to hang on single moments"""


@dataclass(frozen=True)
class Fit:
    """Time t of the second recording is `offset + t * (1 + drift_ppm / 1e6)` on the first's clock."""

    offset: float
    drift_ppm: float
    error: float
    """standard error in the middle of the overlap, seconds; distances between people and cameras come on top"""
    agreeing: int
    compared: int
    close: int = 0
    """windows that agree within CLOSE"""
    stretches: float = 0.0
    """share of the stretches of the overlap in which one of those lies"""

    @property
    def by_chance(self) -> float:
        """How likely so many windows lie on one line where nothing is shared (binomial; a line fits any two)."""
        return float(binom.sf(self.close - 3, self.compared - 2, ALONE_BY_CHANCE))

    @property
    def throughout(self) -> bool:
        """Whether the match is carried by the whole of the overlap."""
        return self.stretches >= THROUGHOUT


def refine(one: BandFlux, two: BandFlux, coarse: Coarse, read_one: ReadSound, read_two: ReadSound) -> Fit | None:
    """None where too few windows give one clear delay: the coarse offset stands."""
    windows = promising(one, two, coarse)
    if not windows:
        return None
    measured = [_delay(start, coarse, read_one, read_two) for start in windows]
    times = np.array([start + WINDOW / 2 for start in windows])
    clear = np.array([delay.score >= CLEAR for delay in measured])
    if clear.sum() < max(LEAST_CLEAR, len(windows) * LEAST_SHARE):
        return None
    delays = np.array([delay.seconds for delay in measured])
    line = fit_line(times[clear], delays[clear], 0.0, float(np.ptp(times)))
    if line is None:
        return None
    close = np.abs(delays[clear] - line.at_zero - line.slope_ppm * 1e-6 * times[clear]) <= CLOSE
    line = between(line, times[clear], delays[clear])
    # a delay d at time t says that t of the second is d earlier on the first than the coarse line has it
    drift_ppm = coarse.drift_ppm - line.slope_ppm
    level = 0.0 if line.slope_known else drift_ppm  # a drift that nothing tells is no drift: right where it was heard
    return Fit(
        offset=coarse.offset - line.at_zero + level * 1e-6 * float(np.mean(times[clear][line.agree])),
        drift_ppm=drift_ppm - level,
        error=line.error,
        agreeing=int(line.agree.sum()),
        compared=len(windows),
        close=int(close.sum()),
        stretches=_stretches(times, times[clear][close]),
    )


def _stretches(times: NDArray[np.float64], carrying: NDArray[np.float64]) -> float:
    """Share of the stretches between the first and the last window in which one carries the match."""
    edges = np.linspace(times.min(), times.max() + 1e-6, STRETCHES + 1)
    return float(np.mean(np.histogram(carrying, edges)[0] > 0))


def _delay(start: float, coarse: Coarse, read_one: ReadSound, read_two: ReadSound) -> Delay:
    """How much later than the coarse line says the second recording hears the same, around `start` on its clock."""
    on_first = coarse.offset + (start + WINDOW / 2) * (1 + coarse.drift_ppm * 1e-6) - WINDOW / 2
    moved = max(0.0, -on_first)
    first, second = Span(on_first + moved, on_first + moved + WINDOW), Span(start + moved, start + moved + WINDOW)
    a, b = read_one(first), read_two(second)
    count = min(len(a), len(b))
    # spans are whole milliseconds
    rounded = (first.start - on_first) - (second.start - start)
    found = gcc_phat(a[:count], b[:count], REACH, -coarse.drift_ppm)
    return found._replace(seconds=found.seconds - rounded)


def promising(one: BandFlux, two: BandFlux, coarse: Coarse) -> list[float]:
    """Starts, on the second's clock, of the windows in which the onsets agree best, some from each stretch."""
    overlap = shared_span(one, two, coarse)
    if overlap is None:
        return []
    agreement, first = _agreement(one, two, coarse, overlap)
    width = max(1, round(WINDOW / 2 * two.rate_hz))
    starts = np.arange(0, max(1, len(agreement) - 2 * width + 1), width)
    sums = np.concatenate([[0.0], np.cumsum(agreement)])
    worth = sums[np.minimum(starts + 2 * width, len(agreement))] - sums[starts]
    chosen: list[int] = []
    for part in np.array_split(np.arange(len(starts)), min(STRETCHES, len(starts))):
        ranked = part[np.argsort(-worth[part])]
        chosen += [int(starts[i]) for i in ranked[:PER_STRETCH] if worth[i] > 0]
    return sorted(first + at / two.rate_hz for at in chosen)


def shared_span(one: BandFlux, two: BandFlux, coarse: Coarse) -> Span | None:
    """What both recordings cover, on the second's clock; None: less than a window."""
    start = max(two.start, one.start - coarse.offset, 0.0)
    end = min(two.start + two.duration, one.start + one.duration - coarse.offset)
    return Span(start, end) if end - start >= WINDOW else None


def _agreement(one: BandFlux, two: BandFlux, coarse: Coarse, overlap: Span) -> tuple[NDArray[np.float64], float]:
    """How much the onsets of both agree, frame by frame of the second, and the time of its first value."""
    a, b = centred(one), centred(two)
    first = round((overlap.start - two.start) * two.rate_hz)
    frames = np.arange(first, min(len(b), round((overlap.end - two.start) * two.rate_hz)))
    times = two.start + frames / two.rate_hz
    places = np.rint((coarse.offset + times * (1 + coarse.drift_ppm * 1e-6) - one.start) * one.rate_hz).astype(int)
    products = [
        np.sum(a[np.clip(places + slack, 0, len(a) - 1)] * b[frames], axis=1) for slack in range(-SLACK, SLACK + 1)
    ]
    return np.max(products, axis=0) - np.mean(products, axis=0), float(times[0])
