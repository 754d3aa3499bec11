"""The list of recordings: grouped by incident, with what was found, what is still to be looked at, what failed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.rows import StoredFinding, utc_text
from pipeline.store import Store
from pipeline.types import Incident, Recording
from review_ui import plain
from review_ui.server.media import available


def document(store: Store) -> dict[str, Any]:
    """Incidents with their recordings, recordings on their own, and files that could not be analysed."""
    recordings = {recording.id: recording for recording in store.recordings()}
    found = _by_subject(store.findings())
    incidents = store.incidents()
    grouped = {member for incident in incidents for member, _, _ in incident.recordings}
    return {
        "incidents": [_incident(incident, recordings, found) for incident in incidents],
        "recordings": [_row(r, found.get(r.id, ())) for r in recordings.values() if r.id not in grouped],
        "failed": [
            {"path": file.path, "problem": file.problem, "recording": file.recording}
            for file in store.files(failed_only=True)
        ],
    }


def _by_subject(found: Sequence[StoredFinding]) -> dict[str, list[StoredFinding]]:
    by_subject: dict[str, list[StoredFinding]] = {}
    for item in found:
        by_subject.setdefault(item.finding.subject, []).append(item)
    return by_subject


def _incident(
    incident: Incident, recordings: Mapping[str, Recording], found: Mapping[str, Sequence[StoredFinding]]
) -> dict[str, Any]:
    members = [(recordings[member], offset) for member, offset, _ in incident.recordings if member in recordings]
    length = max((offset + recording.duration for recording, offset in members), default=0.0)
    return {
        "id": incident.id,
        "name": incident.name,
        "grouped_by": incident.grouped_by,
        "start_utc": utc_text(incident.start_utc) if incident.start_utc else None,
        "length": length,
        "findings": _counts(found.get(incident.id, ())),
        "recordings": [_row(r, found.get(r.id, ())) | {"offset": offset} for r, offset in members],
    }


def _row(recording: Recording, found: Sequence[StoredFinding]) -> dict[str, Any]:
    return {
        "id": recording.id,
        "name": recording.path.name,
        "device": recording.device or "",
        "start_utc": utc_text(recording.start_utc) if recording.start_utc else None,
        "duration": recording.duration,
        "length": plain.duration(recording.duration),
        "problems": list(recording.problems),
        "findings": _counts(found),
        "to_review": sum(item.verdict is None for item in found),
        "thumbnails": "thumbnails" in available(recording.id),
    }


def _counts(found: Sequence[StoredFinding]) -> list[dict[str, Any]]:
    """How many of each kind, in the order of the lanes."""
    counts = Counter(item.finding.detector for item in found)
    order = {name: place for place, name in enumerate(plain.KINDS)}
    names = sorted(counts, key=lambda name: (order.get(name, len(order)), name))
    return [{"kind": name, "title": plain.kind(name).title, "count": counts[name]} for name in names]
