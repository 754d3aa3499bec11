"""A straight line through delays of which some are wrong: offset and drift of one clock against another."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

STEEPEST_PPM = 120.0
"""quartz differs by 50 ppm at most; a phone's clock under load by a little more"""
NEAR = ((0.004, 0.5), (0.015, 0.5), (0.045, 0.8))
"""seconds from the line within which a delay agrees with it, and the share of delays that must; the narrowest counts.
People near either camera and ten metres between them are heard 30 ms early or late (3 ms a metre)"""
FURTHEST_APART = 0.1
"""seconds between what is heard early and what is heard late: 17 m between two cameras"""
LEAST_SHARE = 0.1
"""of the windows, that must give a delay for people to be there: an echo wins a window now and then"""
LEAST_SPREAD = 60.0
"""seconds between the first and the last delay from which a drift can be told: 4 ms off would be 70 ppm"""


@dataclass(frozen=True)
class Line:
    """`delay = at_zero + slope_ppm / 1e6 * time`, and which delays agree."""

    at_zero: float
    slope_ppm: float
    agree: NDArray[np.bool_]
    error: float
    """standard error in the middle of the delays, seconds"""
    slope_known: bool
    """False: too short a stretch to tell a drift; the slope is then what was given"""


def fit_line(times: NDArray[np.float64], delays: NDArray[np.float64], slope_ppm: float, ends: float) -> Line | None:
    """The line with which most delays agree; None where fewer than three do, or too small a share of them.

    The slope is fitted only where delays near both ends of a stretch of `ends` seconds agree (first and last third)
    and lie far enough apart; otherwise it stays `slope_ppm`, as known before.
    """
    for near, share in NEAR:
        agree = _most_agreeing(times, delays, slope_ppm, near)
        if agree.sum() >= max(3, len(times) * share):
            return _through(times, delays, agree, slope_ppm, ends)
    return None


def _most_agreeing(
    times: NDArray[np.float64], delays: NDArray[np.float64], slope_ppm: float, near: float
) -> NDArray[np.bool_]:
    best = np.zeros(len(times), bool)
    for i in range(len(times)):
        for slope in _slopes(times, delays, i, slope_ppm):
            agree = np.abs(delays - delays[i] - slope * (times - times[i])) <= near
            if agree.sum() > best.sum():
                best = agree
    return best


def _slopes(times: NDArray[np.float64], delays: NDArray[np.float64], i: int, known_ppm: float) -> NDArray[np.float64]:
    apart = times - times[i]
    far = np.abs(apart) > LEAST_SPREAD
    slopes = (delays - delays[i])[far] / apart[far]
    slopes = slopes[np.abs(slopes) <= STEEPEST_PPM * 1e-6]
    return np.append(slopes, known_ppm * 1e-6)


def _through(
    times: NDArray[np.float64], delays: NDArray[np.float64], agree: NDArray[np.bool_], known_ppm: float, ends: float
) -> Line:
    t, d = times[agree], delays[agree]
    both_ends = t.min() <= times.min() + ends / 3 and t.max() >= times.min() + 2 * ends / 3
    known = bool(both_ends and np.ptp(t) >= LEAST_SPREAD and len(t) >= 4)
    if known:
        slope, at_zero = np.polyfit(t, d, 1)
    else:
        slope, at_zero = known_ppm * 1e-6, float(np.mean(d - known_ppm * 1e-6 * t))
    spread = float(np.std(d - at_zero - slope * t))
    return Line(float(at_zero), float(slope * 1e6), agree, float(spread / np.sqrt(len(t))), known)


def between(line: Line, times: NDArray[np.float64], delays: NDArray[np.float64]) -> Line:
    """The line moved to the middle of the delays at which people are heard, where they stand apart.

    Who is near one camera is heard late by the other, and the other way round, 3 ms a metre; the clocks lie midway. A
    delay counts that several windows give; the error then says half of what lies between.
    """
    rest = np.sort(delays - line.at_zero - line.slope_ppm * 1e-6 * times)
    rest = rest[np.abs(rest) <= FURTHEST_APART]
    groups = np.split(rest, np.flatnonzero(np.diff(rest) > NEAR[0][0]) + 1)
    places = [float(np.median(g)) for g in groups if len(g) >= max(2, LEAST_SHARE * len(delays))]
    if len(places) < 2:
        return line
    half = (places[-1] - places[0]) / 2
    return replace(line, at_zero=line.at_zero + places[0] + half, error=max(line.error, half))
