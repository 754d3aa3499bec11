"""What people say of which recordings belong together: replayed from the activity log at every analysis."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import combinations

from pipeline.incidents.grouping import BY_HAND, Apart, grouped_by_hand
from pipeline.rows import Grouping
from pipeline.types import Incident, Recording


def kept_apart(groupings: Iterable[Grouping]) -> Apart:
    """Pairs that a person took apart and nobody put together since, from decisions in their order."""
    apart: set[frozenset[str]] = set()
    for one in groupings:
        if one.together:
            apart -= {frozenset(pair) for pair in combinations(one.recordings, 2)}
        elif one.rest:
            apart |= {frozenset((out, left)) for out in one.recordings for left in one.rest}
        else:
            apart |= {frozenset(pair) for pair in combinations(one.recordings, 2)}
    return frozenset(apart)


def with_more(there: Incident | None, members: Sequence[Recording], more: Sequence[Recording], name: str) -> Incident:
    """An incident by hand of what is there and what a person adds; it keeps its id and name, and so its verdicts."""
    known = {r.id for r in members}
    made = grouped_by_hand(there.name if there else name, [*members, *(r for r in more if r.id not in known)])
    return replace(made, id=there.id) if there else made


def without(incident: Incident, out: Iterable[str]) -> Incident:
    """An incident less these recordings, its clock beginning with the first that is left. One that lost some stays as
    it was grouped; fewer than one by hand, or two by clocks, is no incident: `recordings` is empty then."""
    gone = set(out)
    left = tuple(row for row in incident.recordings if row[0] not in gone)
    if len(left) == len(incident.recordings):
        return incident
    if not left or (incident.grouped_by != BY_HAND and len(left) < 2):
        return replace(incident, recordings=(), fits=())
    first = min(offset for _, offset, _ in left)
    return replace(
        incident,
        start_utc=incident.start_utc + timedelta(seconds=first) if incident.start_utc else None,
        recordings=tuple((r, round(offset - first, 3), source) for r, offset, source in left),
        fits=tuple(fit for fit in incident.fits if fit.recording not in gone),
    )
