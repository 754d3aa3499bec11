"""Grouping recordings into incidents by their clocks, or as a person says."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pipeline.config import Incidents
from pipeline.incidents.clocks import NO_CLOCK
from pipeline.types import Incident, Recording


@dataclass(frozen=True)
class _Timed:
    """A recording whose clock is known."""

    recording: Recording
    start: datetime
    end: datetime


def group(recordings: Iterable[Recording], settings: Incidents, earlier: Sequence[Incident] = ()) -> list[Incident]:
    """Recordings of one event, as far as clocks can tell; a recording alone makes no incident.

    Two recordings belong together where they overlap in time, or are of one camera and no more than `settings.apart`
    seconds apart. With `same_folder`, only files of one folder are put together: clocks alone cannot tell two events
    that happen at the same time in different places. An incident that existed keeps its id when recordings join.
    """
    timed = sorted((_timed(r) for r in recordings if r.start_utc), key=lambda t: (t.start, t.recording.id))
    by_hand = [incident for incident in earlier if incident.grouped_by == "by hand"]
    taken = {recording for incident in by_hand for recording, _, _ in incident.recordings}
    groups: list[list[_Timed]] = []
    for one in timed:
        if one.recording.id in taken:
            continue
        joined = [g for g in groups if any(_together(one, other, settings) for other in g)]
        groups = [g for g in groups if g not in joined] + [[t for g in joined for t in g] + [one]]
    clocked = [_incident(g, earlier) for g in groups if len(g) > 1]
    return sorted([*by_hand, *clocked], key=lambda i: (i.start_utc or datetime.max.replace(tzinfo=UTC), i.id))


def grouped_by_hand(name: str, recordings: Sequence[Recording]) -> Incident:
    """Recordings that a person says belong together; each offset from its own clock, where it has one."""
    zero = min((r.start_utc for r in recordings if r.start_utc), default=None)
    members = tuple(_by_hand_member(r, zero) for r in recordings)
    identity = hashlib.sha256(f"by hand: {name}".encode()).hexdigest()[:16]
    return Incident(identity, name, zero, members, "by hand")


def _by_hand_member(recording: Recording, zero: datetime | None) -> tuple[str, float, str]:
    if zero is None or recording.start_utc is None:
        return recording.id, 0.0, NO_CLOCK
    return recording.id, (recording.start_utc - zero).total_seconds(), f"{recording.clock_source} clock"


def _timed(recording: Recording) -> _Timed:
    assert recording.start_utc is not None
    return _Timed(recording, recording.start_utc, recording.start_utc + timedelta(seconds=recording.duration))


def _together(one: _Timed, other: _Timed, settings: Incidents) -> bool:
    if settings.same_folder and one.recording.path.parent != other.recording.path.parent:
        return False
    apart = (max(one.start, other.start) - min(one.end, other.end)).total_seconds()
    same_camera = one.recording.device is not None and one.recording.device == other.recording.device
    return apart < 0 or (same_camera and apart <= settings.apart)


def _incident(members: Sequence[_Timed], earlier: Sequence[Incident]) -> Incident:
    ordered = sorted(members, key=lambda t: (t.start, t.recording.id))
    zero = ordered[0].start
    cameras = {t.recording.device or t.recording.id for t in ordered}
    return Incident(
        id=_identity([t.recording.id for t in ordered], earlier),
        name=f"{zero:%Y-%m-%d %H:%M} UTC, {len(cameras)} camera{'s' if len(cameras) > 1 else ''}",
        start_utc=zero,
        recordings=tuple(
            (t.recording.id, (t.start - zero).total_seconds(), f"{t.recording.clock_source} clock") for t in ordered
        ),
        grouped_by="clock",
    )


def _identity(recordings: Sequence[str], earlier: Sequence[Incident]) -> str:
    """The id of the earlier incident that shares most recordings, else a hash of the first recording."""
    shared = [(len({r for r, _, _ in incident.recordings} & set(recordings)), incident.id) for incident in earlier]
    most = max(shared, default=(0, ""))
    return most[1] if most[0] else hashlib.sha256(f"incident {recordings[0]}".encode()).hexdigest()[:16]
