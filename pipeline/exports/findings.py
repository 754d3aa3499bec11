"""Findings as rows: the one shape in which they leave the store (JSON, CSV)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pipeline.exports.csv_text import as_csv
from pipeline.exports.transcript import Cue, as_vtt
from pipeline.mutes_told import sentences_of
from pipeline.rows import StoredFinding, utc_text
from pipeline.types import Incident, Recording

__all__ = ("as_csv", "as_json", "finding_rows", "findings_vtt")


def finding_rows(
    findings: Iterable[StoredFinding], recordings: Sequence[Recording], incidents: Sequence[Incident]
) -> list[dict[str, Any]]:
    """One row per finding. Times are seconds on the recording's clock, or the incident's where `incident` is set.

    `said`: of a mute, the words that were said of it, where those findings are among them."""
    by_id = {recording.id: recording for recording in recordings}
    starts = {incident.id: incident.start_utc for incident in incidents}
    listed = list(findings)
    said = sentences_of(listed)
    return [_row(stored, by_id, starts) | {"said": said.get(stored.id)} for stored in listed]


def _row(
    stored: StoredFinding, recordings: Mapping[str, Recording], incident_starts: Mapping[str, datetime | None]
) -> dict[str, Any]:
    finding = stored.finding
    recording = recordings.get(stored.recording or "")
    zero = recording.start_utc if recording else incident_starts.get(stored.incident or "")
    return {
        "id": stored.id,
        "recording": stored.recording,
        "file": recording.path.name if recording else None,
        "incident": stored.incident,
        "detector": finding.detector,
        "label": finding.label,
        "start": finding.start,
        "end": finding.end,
        "start_utc": utc_text(zero + timedelta(seconds=finding.start)) if zero else None,
        "speaker": finding.speaker,
        "role": finding.role.value if finding.role else None,
        "score": round(finding.score, 3),
        "summary": finding.summary,
        "text": finding.text,
        "draft": stored.draft,
        "rule": _rule(finding.evidence),
        "verdict": stored.verdict.verdict.value if stored.verdict else None,
        "reviewer": stored.verdict.reviewer if stored.verdict else None,
        "note": stored.verdict.note if stored.verdict else None,
        "models": "; ".join(stored.models),
        "evidence": dict(finding.evidence),
    }


def _rule(evidence: Mapping[str, Any]) -> str | None:
    """The rule that fired: the finding's own, or that of the first order in it."""
    orders = evidence.get("orders") or [{}]
    first = orders[0] if isinstance(orders[0], Mapping) else {}
    said = evidence.get("rule") or first.get("rule")
    return str(said) if said else None


def as_json(rows: Sequence[Mapping[str, Any]]) -> str:
    """A JSON list, one row a line."""
    return "[\n" + ",\n".join(json.dumps(row, ensure_ascii=False, default=str) for row in rows) + "\n]"


def findings_vtt(rows: Sequence[Mapping[str, Any]]) -> str:
    """Findings on one clock as WebVTT, for a player that shows a track of text: what was found, and how sure it is."""
    cues = [
        Cue(r["start"], r["end"], str(r["label"]).replace("_", " "), f"{r['summary']} ({r['score']:.2f} sure)")
        for r in rows
    ]
    return as_vtt("Found by a program. Compare with picture and sound before quoting.", cues)
