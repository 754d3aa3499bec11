"""Recorded events that use-of-force reports can be about, from the store."""

from __future__ import annotations

from pipeline.force import Subject
from pipeline.store import Store
from pipeline.types import Recording


def subjects(store: Store) -> list[Subject]:
    """Every incident, and every recording that is part of none."""
    recordings = {r.id: r for r in store.recordings()}
    out, placed = [], set[str]()
    for incident in store.incidents():
        members = [(recordings[id], offset) for id, offset, _ in incident.recordings]
        placed |= {recording.id for recording, _ in members}
        out.append(
            Subject(
                id=incident.id,
                name=incident.name,
                start=incident.start_utc,
                duration=max((offset + r.duration for r, offset in members), default=0.0),
                names=tuple(_named(r) for r, _ in members),
                cameras=tuple(dict.fromkeys(r.device for r, _ in members if r.device)),
            )
        )
    return out + [_alone(r) for r in recordings.values() if r.id not in placed]


def _alone(r: Recording) -> Subject:
    return Subject(r.id, r.path.name, r.start_utc, r.duration, (_named(r),), (r.device,) if r.device else ())


def _named(recording: Recording) -> str:
    """The file with its folder: agencies often name the folder after the case."""
    return f"{recording.path.parent.name}/{recording.path.name}"
