"""Whether two recordings hear the same, and if so how their clocks lie. "No match" is an answer, never a guess."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.sync.coarse import Coarse, every_offset
from pipeline.sync.refine import ReadSound, refine
from pipeline.sync.support import support
from pipeline.types import BandFlux

ANYWHERE = 8.5
"""score from which an offset is believed that may lie anywhere (benchmark sync: unrelated pairs reach 7.4)"""
NEAR_CLOCK = 5.0
"""the same where a clock has said within half a minute: a hundredth of the offsets, so less stands out by chance"""
WITHOUT_PHASES = 12.0
"""the same where the sound itself is gone, or its phases do not agree, and the stored onsets must do"""
VERY_CLEAR = 20.0
"""score that chance never came near"""
RARE, VERY_RARE = 1e-3, 1e-6
"""how likely chance may make as many windows agree; the second where neither phases nor a very clear score stand by.
One beep in both files, however clear, is not enough"""
NO_SOUND = "too little sound that both could have heard"
ONSETS_ERROR = 0.01
"""seconds: one frame of the onsets (benchmark sync: 5 to 8 ms without phases)"""
OVER_RIVAL = 1.3
"""by how much the best offset must beat every other: what repeats (beeps, sirens, a tiled sound) fits in many places"""


@dataclass(frozen=True)
class SoundMatch:
    """Time t of the second recording is `offset + t * (1 + drift_ppm / 1e6)` on the first's clock."""

    offset: float
    drift_ppm: float
    score: float
    error: float
    """seconds, one standard error; distances between people and cameras (3 ms a metre) come on top"""
    method: str
    """"phases" (milliseconds) or "onsets" (hundredths of a second)"""


@dataclass(frozen=True)
class Comparison:
    """What comparing two sounds gave: a match, or why there is none."""

    match: SoundMatch | None
    reason: str = ""
    score: float = 0.0
    """of the best offset, also where it is not believed"""


def compare(
    one: BandFlux,
    two: BandFlux,
    read_one: ReadSound | None = None,
    read_two: ReadSound | None = None,
    clock: tuple[float, float] | None = None,
) -> Comparison:
    """Looks first where the clocks say (`clock`: offset, tolerance in seconds), then everywhere."""
    every = every_offset(one, two)
    if every is None:
        return Comparison(None, NO_SOUND)
    near = every.best((clock[0] - clock[1], clock[0] + clock[1])) if clock is not None else None
    return believed(one, two, (near, every.best()), read_one, read_two)


def believed(
    one: BandFlux,
    two: BandFlux,
    best: tuple[Coarse | None, Coarse | None],
    read_one: ReadSound | None = None,
    read_two: ReadSound | None = None,
) -> Comparison:
    """The match at the best offset near the clocks, else at the best of all (`best`), else why neither is believed."""
    near, anywhere = best
    if near is not None:
        found = _judged(one, two, near, read_one, read_two, NEAR_CLOCK)
        if found.match is not None:
            return found
    return _judged(one, two, anywhere, read_one, read_two, ANYWHERE)


def _judged(
    one: BandFlux,
    two: BandFlux,
    coarse: Coarse | None,
    read_one: ReadSound | None,
    read_two: ReadSound | None,
    gate: float,
) -> Comparison:
    if coarse is None:
        return Comparison(None, NO_SOUND)
    score = round(coarse.score, 1)
    if coarse.score < gate:
        return Comparison(None, f"the sounds do not match (score {score}, {gate} needed)", score)
    if coarse.score < OVER_RIVAL * coarse.rival:
        return Comparison(None, f"another offset fits nearly as well (scores {score} and {coarse.rival:.1f})", score)
    carried = support(one, two, coarse)
    fit = refine(one, two, coarse, read_one, read_two) if read_one is not None and read_two is not None else None
    if fit is not None and (carried.by_chance < RARE or (fit.throughout and fit.by_chance < VERY_RARE)):
        return Comparison(SoundMatch(fit.offset, fit.drift_ppm, score, fit.error, "phases"), "", score)
    rare = RARE if coarse.score >= VERY_CLEAR else VERY_RARE
    if fit is None and coarse.score >= WITHOUT_PHASES and carried.by_chance < rare:
        return Comparison(SoundMatch(coarse.offset, coarse.drift_ppm, score, ONSETS_ERROR, "onsets"), "", score)
    said = f"score {score}, {carried.agreeing} of {carried.windows} windows agree"
    return Comparison(None, f"too few moments carry the match ({said})", score)
