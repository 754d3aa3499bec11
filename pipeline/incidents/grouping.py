"""Grouping recordings into incidents: as a person says, else by dispatch record, else by their clocks."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from pipeline.config import Incidents
from pipeline.parts import Camera, camera_of, parts_placed
from pipeline.types import Incident, Recording

BY_HAND, BY_DISPATCH, BY_CLOCK = "by hand", "dispatch record", "clock"
NO_CLOCK = "no clock: laid at the start"
"""the source of an offset that nothing tells; what such a recording heard is not laid over other cameras"""
LEAD = 300.0
"""seconds before a call's first time and after its last in which its cameras' recordings belong to it: cameras are
switched on before a call is written down, and off after it is closed"""

Apart = frozenset[frozenset[str]]
"""Pairs of recordings that a person said do not belong together."""


@dataclass(frozen=True)
class GroupedCall:
    """A call as far as grouping needs it: from when to when, and who was sent (officers, or cameras by their names)."""

    number: str
    start_utc: datetime
    end_utc: datetime
    sent: frozenset[str]


@dataclass(frozen=True)
class Known:
    """What is known beside the recordings' clocks."""

    earlier: Sequence[Incident] = ()
    """the incidents as they were: those by hand stay, the others keep their ids"""
    calls: Sequence[GroupedCall] = ()
    wearers: Mapping[str, str] = field(default_factory=dict)
    """recording -> officer"""
    apart: Apart = field(default_factory=frozenset)


@dataclass(frozen=True)
class _Timed:
    """A recording whose clock is known."""

    recording: Recording
    camera: Camera | None
    start: datetime
    end: datetime
    call: GroupedCall | None = None


def group(
    recordings: Iterable[Recording], settings: Incidents, earlier: Sequence[Incident] = (), known: Known | None = None
) -> list[Incident]:
    """Recordings of one event, as far as clocks and dispatch records tell; a recording alone makes no incident.

    Two recordings belong together where their cameras were sent to one call, where they overlap in time, or where they
    are of one camera and no more than `settings.apart` seconds apart; never where their calls differ, or where a person
    keeps them apart. With `same_folder`, clocks put only files of one folder together: clocks alone cannot tell two
    events that happen at the same time in different places. Parts of one export begin where the part before ends.
    An incident that existed keeps its id when recordings join.
    """
    known = known or Known(earlier)
    placed = parts_placed(list(recordings))
    by_sent = _by_sent(known.calls)
    timed = [_timed(r, known.wearers.get(r.id), by_sent) for r in placed if r.start_utc]
    timed.sort(key=lambda t: (t.start, t.recording.id))
    by_hand = [incident for incident in known.earlier if incident.grouped_by == BY_HAND]
    taken = {recording for incident in by_hand for recording, _, _ in incident.recordings}
    groups = _groups([one for one in timed if one.recording.id not in taken], settings, known)
    found = [_incident(members, id) for members, id in _named(groups, known.earlier)]
    return sorted([*by_hand, *found], key=lambda i: (i.start_utc or datetime.max.replace(tzinfo=UTC), i.id))


def _groups(timed: Sequence[_Timed], settings: Incidents, known: Known) -> list[list[_Timed]]:
    """What belongs together, by start; groups that nothing later can join are not looked at again."""
    longest = max((c.end_utc - c.start_utc for c in known.calls), default=timedelta(0))
    reach = max(timedelta(seconds=settings.apart), longest + timedelta(seconds=2 * LEAD) if known.calls else longest)
    done: list[list[_Timed]] = []
    near: list[list[_Timed]] = []
    for one in timed:
        over = [max(t.end for t in g) + reach < one.start for g in near]
        done += [g for g, is_over in zip(near, over, strict=True) if is_over]
        near = _joined([g for g, is_over in zip(near, over, strict=True) if not is_over], one, settings, known.apart)
    return [g for g in (*done, *near) if len(g) > 1]


def _joined(groups: Sequence[list[_Timed]], one: _Timed, settings: Incidents, apart: Apart) -> list[list[_Timed]]:
    """The groups with one more recording: what it belongs to becomes one, but for what is kept apart."""
    own, rest = [one], []
    for other in sorted(groups, key=len, reverse=True):
        if any(_together(one, t, settings) for t in other) and not _parted(own, other, apart):
            own = [*other, *own]
        else:
            rest.append(other)
    return [*rest, own]


def _parted(some: Sequence[_Timed], others: Sequence[_Timed], apart: Apart) -> bool:
    return any(frozenset((a.recording.id, b.recording.id)) in apart for a in some for b in others) if apart else False


def grouped_by_hand(name: str, recordings: Sequence[Recording]) -> Incident:
    """Recordings that a person says belong together; each offset from its own clock, where it has one."""
    placed = parts_placed(recordings)
    zero = min((r.start_utc for r in placed if r.start_utc), default=None)
    members = tuple(_by_hand_member(r, zero) for r in placed)
    return Incident(_hash(f"by hand: {name}"), name, zero, members, BY_HAND)


def _by_hand_member(recording: Recording, zero: datetime | None) -> tuple[str, float, str]:
    if zero is None or recording.start_utc is None:
        return recording.id, 0.0, NO_CLOCK
    return recording.id, (recording.start_utc - zero).total_seconds(), f"{recording.clock_source} clock"


def _by_sent(calls: Sequence[GroupedCall]) -> dict[str, list[GroupedCall]]:
    out: dict[str, list[GroupedCall]] = {}
    for call in calls:
        for name in call.sent:
            out.setdefault(name, []).append(call)
    return out


def _timed(recording: Recording, wearer: str | None, calls: Mapping[str, Sequence[GroupedCall]]) -> _Timed:
    assert recording.start_utc is not None
    camera, end = camera_of(recording), recording.start_utc + timedelta(seconds=recording.duration)
    own = [c for name in (wearer, camera.name if camera else None) if name for c in calls.get(name, ())]
    return _Timed(recording, camera, recording.start_utc, end, _call_of(recording.start_utc, end, own))


def _call_of(start: datetime, end: datetime, calls: Sequence[GroupedCall]) -> GroupedCall | None:
    """The call that shares most time with a recording, or lies near it by no more than the lead; None: none does."""
    shared = [(min(end, c.end_utc) - max(start, c.start_utc), c.number, c) for c in calls]
    near = [row for row in shared if row[0] > -timedelta(seconds=LEAD)]
    return max(near, key=lambda row: row[:2])[2] if near else None


def _together(one: _Timed, other: _Timed, settings: Incidents) -> bool:
    if one.call is not None and other.call is not None:
        return one.call == other.call
    if settings.same_folder and one.recording.path.parent != other.recording.path.parent:
        return False
    apart = (max(one.start, other.start) - min(one.end, other.end)).total_seconds()
    same_camera = one.camera is not None and one.camera == other.camera
    return apart < 0 or (same_camera and apart <= settings.apart)


def _incident(members: Sequence[_Timed], id: str) -> Incident:
    ordered = sorted(members, key=lambda t: (t.start, t.recording.id))
    zero = ordered[0].start
    cameras = {t.camera.name if t.camera else t.recording.id for t in ordered}
    calls = sorted({t.call.number for t in ordered if t.call is not None})
    name = f"{zero:%Y-%m-%d %H:%M} UTC, {len(cameras)} camera{'s' if len(cameras) > 1 else ''}"
    return Incident(
        id=id,
        name=f"call {', '.join(calls)}: {name}" if calls else name,
        start_utc=zero,
        recordings=tuple(
            (t.recording.id, (t.start - zero).total_seconds(), f"{t.recording.clock_source} clock") for t in ordered
        ),
        grouped_by=BY_DISPATCH if calls else BY_CLOCK,
    )


def _named(groups: Sequence[list[_Timed]], earlier: Sequence[Incident]) -> list[tuple[list[_Timed], str]]:
    """Each group with its id: that of the earlier incident with which it shares most recordings, each given once."""
    sets = [{t.recording.id for t in g} for g in groups]
    taken = {incident.id for incident in earlier}
    was_in: dict[str, list[str]] = {}
    for incident in earlier:
        for recording, _, _ in incident.recordings:
            was_in.setdefault(recording, []).append(incident.id)
    shared = Counter((id, n) for n, own in enumerate(sets) for recording in own for id in was_in.get(recording, ()))
    ids: dict[int, str] = {}
    given: set[str] = set()
    for (id, n), _ in sorted(shared.items(), key=lambda row: (-row[1], row[0])):
        if n not in ids and id not in given:
            ids[n] = id
            given.add(id)
    for n, found in enumerate(sets):
        if n not in ids:
            first = min(groups[n], key=lambda t: (t.start, t.recording.id)).recording.id
            fresh = _hash(f"incident {first}")
            ids[n] = _hash("incident " + " ".join(sorted(found))) if fresh in taken else fresh
    return [(group, ids[n]) for n, group in enumerate(groups)]


def _hash(said: str) -> str:
    return hashlib.sha256(said.encode()).hexdigest()[:16]
