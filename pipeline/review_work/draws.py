"""Choices of what is reviewed: by chance with a seed that anybody can draw again with, by kind of event, by priority.

What is drawn by chance is drawn as the audit's samples are: pipeline.audit.sample says how, and how to check it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pipeline.audit.case import NOT_STATED
from pipeline.audit.sample import METHOD, as_population, draw, new_seed
from pipeline.errors import BwcError
from pipeline.reports.period import Period
from pipeline.roster import Roster
from pipeline.store.findings import Observed
from pipeline.store.review_kinds import GROUPINGS, Draw
from pipeline.types import Recording

BY_PRIORITY = "in order of priority, as its reasons say"


def by_wearer(
    recordings: Iterable[Recording], roster: Roster, grouping: str, period: Period | None
) -> dict[str, tuple[str, ...]]:
    """Recordings that start in the period (None: all), by the officer who wore the camera or that officer's unit."""
    pairs = []
    for one in recordings:
        if period is None or period.holds(one.start_utc):
            worn = roster.wearer(one.device, one.start_utc)
            pairs.append(((worn and (worn.officer if grouping == "officer" else worn.unit)) or NOT_STATED, one.id))
    return as_population(pairs)


def by_event(
    found: Iterable[Observed], subjects: Mapping[str, str], labels: Iterable[str]
) -> dict[str, tuple[str, ...]]:
    """What holds a finding of each of the labels. `subjects`: recording or incident -> what is reviewed as one."""
    wanted = set(labels)
    pairs = [(f.label, subjects[f.subject]) for f in found if f.label in wanted and f.subject in subjects]
    return as_population(pairs)


def drawn(
    grouping: str, population: Mapping[str, Iterable[str]], each: int, period: str, seed: str | None = None
) -> Draw:
    """A draw by chance. Raises BwcError where nothing can be drawn from."""
    if grouping not in GROUPINGS:
        raise BwcError(f"draws are by {', '.join(GROUPINGS)}, not by {grouping}")
    if each < 1:
        raise BwcError("at least one of each group is drawn")
    of = as_population((group, one) for group, members in population.items() for one in members)
    if not of:
        raise BwcError("there is nothing to draw from: no recording fits")
    chosen = (seed or "").strip() or new_seed()
    return Draw(grouping, period, each, chosen, METHOD, of, draw(of, each, chosen))


def drawn_alike(kept: Draw) -> bool:
    """Whether a draw by chance is what its seed and its population give."""
    return kept.method == METHOD and draw(kept.population, kept.each, kept.seed) == dict(kept.drawn)
