"""An incident out: its merged transcript and findings, with which cameras heard what and how sure their clocks are."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from pipeline.exports.csv_text import as_csv
from pipeline.exports.findings import finding_rows
from pipeline.exports.transcript import Cue, as_srt, as_txt, as_vtt, is_draft, remark, turn_row
from pipeline.rows import StoredFinding, utc_text
from pipeline.types import HeardTurn, Incident, IncidentEvidence, IncidentSpeaker, Member, Recording, SoundFit, Span

NO_ROLE = "role not known"
FORMS = ("vtt", "srt", "txt", "csv", "json")


def write_incident_transcript(incident: IncidentEvidence, form: str) -> str:
    """The merged turns of an incident. Raises ValueError for another form. Times are on the incident's clock."""
    if form not in FORMS:
        raise ValueError(f"no transcript form {form!r}; there are: {', '.join(FORMS)}")
    if form == "json":
        return _json(incident)
    if form == "csv":
        return as_csv([_csv_row(turn, incident) for turn in incident.turns or ()] or [{"remark": remark_on(incident)}])
    cues = [_cue(turn, incident) for turn in incident.turns or ()]
    if form == "txt":
        return as_txt("\n".join([remark_on(incident), "", *_cameras(incident), "", *_speakers(incident)]), cues)
    return (as_vtt if form == "vtt" else as_srt)(remark_on(incident), cues)


def remark_on(incident: IncidentEvidence) -> str:
    """The sentence that the transcript begins with."""
    if incident.turns is None:
        return "Not analysed: no recording of this incident has a transcript and a place on its clock."
    remarks = dict.fromkeys(remark(m.evidence) for m in incident.members if m.evidence.turns is not None)
    merged = (
        "Times are seconds of the incident. What several cameras heard stands once, from the one that heard it best."
    )
    return " ".join([*remarks, merged])


def label_of(member: Member, incident: IncidentEvidence) -> str:
    """A recording in few letters: its file's name without the ending, where that tells it from the others."""
    path = member.evidence.recording.path
    same = [m for m in incident.members if m.evidence.recording.path.stem == path.stem]
    return path.stem if len(same) == 1 else path.name


def _label(recording: str, incident: IncidentEvidence) -> str:
    return label_of(incident.member(recording), incident)


def _cue(turn: HeardTurn, incident: IncidentEvidence) -> Cue:
    heard = ", ".join(_label(id, incident) for id in (turn.recording, *turn.also_heard_by))
    return Cue(turn.start, turn.end, speaker_of(turn), turn.text, heard)


def speaker_of(turn: HeardTurn) -> str:
    """ "officer 2", "J. Parker (officer)", "voice 1 (role not known)", or "speaker not known"."""
    if turn.voice is None:
        return "speaker not known"
    role = turn.role.value if turn.role else NO_ROLE
    return turn.voice if turn.voice.startswith(role) else f"{turn.voice} ({role})"


def _csv_row(turn: HeardTurn, incident: IncidentEvidence) -> dict[str, Any]:
    return {
        "incident": incident.incident.id,
        "start": turn.start,
        "end": turn.end,
        "speaker": turn.voice,
        "role": turn.role.value if turn.role else None,
        "text": turn.text,
        "heard_by": ", ".join(_label(id, incident) for id in (turn.recording, *turn.also_heard_by)),
        "draft": any(is_draft(m.evidence) for m in incident.members),
        "remark": remark_on(incident),
    }


def _cameras(incident: IncidentEvidence) -> list[str]:
    fits = {fit.recording: fit for fit in incident.incident.fits}
    return [
        f"{label_of(m, incident)}: from {m.offset:.3f} s; {m.offset_source}{_said(fits.get(m.evidence.recording.id))}"
        for m in incident.members
    ]


def _said(fit: SoundFit | None) -> str:
    if fit is None:
        return ""
    score = f" (score {fit.score:.0f}, clock runs {fit.drift_ppm:+.0f} ppm)" if fit.score is not None else ""
    return score + (f"; {fit.remark}" if fit.remark else "")


def _speakers(incident: IncidentEvidence) -> list[str]:
    return [f"{s.name}{_wearer(s)}: {s.reason}" for s in incident.speakers]


def _wearer(speaker: IncidentSpeaker) -> str:
    return f" (wears {speaker.wears})" if speaker.wears else ""


def _json(incident: IncidentEvidence) -> str:
    said: dict[str, Any] = {
        "incident": incident.incident.id,
        "name": incident.incident.name,
        "start_utc": utc_text(incident.incident.start_utc) if incident.incident.start_utc else None,
        "remark": remark_on(incident),
        "draft": any(is_draft(m.evidence) for m in incident.members),
        "recordings": member_rows(incident.incident, [m.evidence.recording for m in incident.members]),
        "speakers": [speaker_row(s) for s in incident.speakers],
        "turns": None if incident.turns is None else [heard_row(t) for t in incident.turns],
    }
    return json.dumps(said, ensure_ascii=False, indent=1) + "\n"


def speaker_row(speaker: IncidentSpeaker) -> dict[str, Any]:
    """A speaker of an incident as JSON."""
    return {
        "name": speaker.name,
        "role": speaker.role.value if speaker.role else None,
        "voices": [{"recording": recording, "voice": voice} for recording, voice in speaker.voices],
        "loudest_on": speaker.loudest_on,
        "wears": speaker.wears,
        "reason": speaker.reason,
    }


def heard_row(turn: HeardTurn) -> dict[str, Any]:
    """A merged turn as JSON."""
    return turn_row(turn) | {
        "recording": turn.recording,
        "heard_as": turn.heard_as,
        "also_heard_by": list(turn.also_heard_by),
    }


def member_rows(incident: Incident, recordings: Iterable[Recording]) -> list[dict[str, Any]]:
    """The recordings of an incident with their place on its clock and what says so."""
    known = {r.id: r for r in recordings}
    fits = {fit.recording: fit for fit in incident.fits}
    return [
        _member_row(known[id], offset, source, fits.get(id, SoundFit(id)))
        for id, offset, source in incident.recordings
        if id in known
    ]


def _member_row(recording: Recording, offset: float, source: str, fit: SoundFit) -> dict[str, Any]:
    return {
        "recording": recording.id,
        "file": recording.path.name,
        "device": recording.device,
        "duration": recording.duration,
        "offset": offset,
        "offset_source": source,
        "drift_ppm": fit.drift_ppm,
        "score": fit.score,
        "error": fit.error,
        "remark": fit.remark,
    }


def incident_rows(incidents: Iterable[Incident], recordings: Iterable[Recording]) -> list[dict[str, Any]]:
    """Incidents with their recordings."""
    known = list(recordings)
    return [
        {
            "incident": incident.id,
            "name": incident.name,
            "start_utc": utc_text(incident.start_utc) if incident.start_utc else None,
            "grouped_by": incident.grouped_by,
            "recordings": member_rows(incident, known),
        }
        for incident in incidents
    ]


def merged_finding_row(
    stored: StoredFinding,
    span: Span,
    speaker: str | None,
    same: Sequence[StoredFinding],
    incident: Incident,
    recordings: Sequence[Recording],
) -> dict[str, Any]:
    """A finding on the incident's clock: the row of `finding_rows`, with the cameras that also had it."""
    files: Mapping[str, str] = {r.id: r.path.name for r in recordings}
    row = finding_rows([stored], recordings, [incident])[0]
    zero = incident.start_utc
    also = dict.fromkeys(s.recording for s in same if s.recording and s.recording != stored.recording)
    return row | {
        "incident": incident.id,
        "start": span.start,
        "end": span.end,
        "start_utc": utc_text(zero + timedelta(seconds=span.start)) if zero else row["start_utc"],
        "speaker": speaker,
        "also_on": [files.get(id, id) for id in also],
        "same_as": [s.id for s in same],
    }
