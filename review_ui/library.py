"""The list of recordings: grouped by incident, with what was found, what is still to be looked at, what failed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from pipeline.rows import utc_text
from pipeline.store import Store
from pipeline.store.findings import FindingCount
from pipeline.types import Incident, Recording
from review_ui import plain
from review_ui.steps import detectors


def document(store: Store, only: Collection[str] | None = None) -> dict[str, Any]:
    """Incidents with their recordings, recordings on their own, and files that could not be analysed.

    `only`: ids of the recordings that may be seen; of an incident with others in it, only those are shown.
    """
    found, looked = _by_subject(store.finding_counts()), store.looked_at(detectors())
    shown = [r for r in store.recordings() if only is None or r.id in only]
    failed = store.files(failed_only=True)
    problems = {file.recording: file.problem for file in failed if file.recording and file.problem}
    rows = {r.id: _row(r, found.get(r.id, ()), r.id in looked, problems.get(r.id)) for r in shown}
    incidents = [i for i in store.incidents() if only is None or any(r in rows for r, _, _ in i.recordings)]
    grouped = {member for incident in incidents for member, _, _ in incident.recordings}
    return {
        "incidents": [_incident(incident, rows, found.get(incident.id, ())) for incident in incidents],
        "recordings": [row for recording, row in rows.items() if recording not in grouped],
        "failed": [
            {"path": file.path, "problem": file.problem, "recording": file.recording}
            for file in failed
            if only is None or file.recording in only
        ],
    }


def _by_subject(counts: Sequence[FindingCount]) -> dict[str, list[FindingCount]]:
    by_subject: dict[str, list[FindingCount]] = {}
    for one in counts:
        by_subject.setdefault(one.subject, []).append(one)
    return by_subject


def _incident(incident: Incident, rows: Mapping[str, dict[str, Any]], found: Sequence[FindingCount]) -> dict[str, Any]:
    members = [rows[member] | {"offset": offset} for member, offset, _ in incident.recordings if member in rows]
    return {
        "id": incident.id,
        "name": incident.name,
        "grouped_by": incident.grouped_by,
        "length": max((member["offset"] + member["duration"] for member in members), default=0.0),
        "findings": _counts(found),
        "recordings": members,
    }


def _row(recording: Recording, found: Sequence[FindingCount], looked: bool, problem: str | None) -> dict[str, Any]:
    return {
        "id": recording.id,
        "name": recording.path.name,
        "device": recording.device or "",
        "start_utc": utc_text(recording.start_utc) if recording.start_utc else None,
        "duration": recording.duration,
        "length": plain.duration(recording.duration),
        "problems": [*recording.problems, *([problem] if problem else [])],
        "findings": _counts(found),
        "to_review": sum(one.to_review for one in found),
        "looked": looked,
    }


def _counts(found: Sequence[FindingCount]) -> list[dict[str, Any]]:
    """How many of each kind, in the order of the lanes."""
    counts = {one.detector: one.findings for one in found}
    order = {name: place for place, name in enumerate(detectors())}
    names = sorted(counts, key=lambda name: (order.get(name, len(order)), name))
    return [{"kind": name, "title": plain.kind(name).title, "count": counts[name]} for name in names]
