"""What people say of which recordings belong together and where they lie: replayed from the activity log at every
analysis."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import combinations

from pipeline.errors import StoreError
from pipeline.incidents.grouping import BY_HAND, Apart, grouped_by_hand
from pipeline.rows import Grouping, Placing
from pipeline.types import Incident, Recording, ms

FARTHEST = 24 * 3600.0
"""seconds by which a person may move a recording at once: a clock that is wrong is often wrong by whole hours"""


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


def moved(incident: Incident, recording: str, by: float) -> Placing:
    """What a person says who moves a recording on the incident's clock by seconds. Raises StoreError."""
    if not abs(by) <= FARTHEST:
        raise StoreError(f"a recording is moved by at most {FARTHEST:.0f} s at once")
    against = _another(incident, recording)
    was = ms(_offset(incident, recording) - _offset(incident, against))
    source = next(source for r, _, source in incident.recordings if r == recording)
    return Placing(incident.id, recording, against, ms(was + by), BY_HAND, was, source)


def moved_back(incident: Incident, recording: str, placings: Sequence[Placing]) -> Placing:
    """The same recording where it lay before anybody moved it. Raises StoreError where nobody did."""
    _offset(incident, recording)
    own = [p for p in placings if p.recording == recording]
    if not own or own[-1].source != BY_HAND:
        raise StoreError("nobody moved this recording by hand")
    first = len(own)
    while first > 0 and own[first - 1].source == BY_HAND:
        first -= 1
    now, before = own[-1], own[first]
    return Placing(
        incident.id, recording, before.against, before.was_seconds, before.was_source, now.seconds, now.source
    )


def placed(incident: Incident, placings: Iterable[Placing]) -> Incident:
    """The incident with its recordings where people put them, in the order in which they said so; the last word on a
    recording counts. What was said against a recording that is no longer in the incident is left out."""
    last: dict[str, Placing] = {}
    for one in placings:
        last.pop(one.recording, None)
        last[one.recording] = one
    for one in last.values():
        incident = put(incident, one) if one.source == BY_HAND else incident
    return incident


def put(incident: Incident, said: Placing) -> Incident:
    """The incident with one recording elsewhere, its clock beginning with the first again."""
    members = {r: (offset, source) for r, offset, source in incident.recordings}
    if not {said.recording, said.against} <= members.keys():
        return incident
    members[said.recording] = (ms(members[said.against][0] + said.seconds), said.source)
    first = min(offset for offset, _ in members.values())
    rows = ((r, ms(offset - first), source) for r, (offset, source) in members.items())
    start = incident.start_utc + timedelta(seconds=first) if incident.start_utc else None
    return replace(incident, start_utc=start, recordings=tuple(sorted(rows, key=lambda row: row[1:2])))


def _another(incident: Incident, recording: str) -> str:
    """What a recording is placed against: the first of those that nobody moved, else the first."""
    others = [(source == BY_HAND, n, r) for n, (r, _, source) in enumerate(incident.recordings) if r != recording]
    if not others:
        raise StoreError("an incident of one recording has nothing to place it against")
    return min(others)[2]


def _offset(incident: Incident, recording: str) -> float:
    for member, offset, _ in incident.recordings:
        if member == recording:
            return offset
    raise StoreError("this recording is not in the incident; see: bwc incidents")


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
