"""Nouns to rows of the store and back. Pure functions; `pipeline.store` does the reading and writing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from models.contract import BackendInfo
from pipeline.types import (
    ClockSource,
    Finding,
    Incident,
    Recording,
    Review,
    Role,
    Run,
    SoundFit,
    StepState,
    StreamFacts,
    Turn,
    Verdict,
    Word,
)


@dataclass(frozen=True)
class StoredFinding:
    """A finding with what the store knows about it."""

    finding: Finding
    id: str
    recording: str | None
    incident: str | None
    verdict: Review | None
    """the newest review, None: nobody has looked"""
    draft: bool
    """True: it rests on words of a low-accuracy recogniser"""
    models: tuple[str, ...] = ()
    """which models measured its recording: "transcribe: small.en 1.2 (3f0c...)" """


@dataclass(frozen=True)
class FileOutcome:
    """A path that was given to an analysis, and what became of it."""

    path: str
    recording: str | None
    problem: str | None


@dataclass(frozen=True)
class TurnHit:
    """A turn that a search found, with its recording."""

    recording: str
    turn: Turn


@dataclass(frozen=True)
class Grouping:
    """What a person said of which recordings belong together, as the activity log keeps it."""

    together: bool
    """False: taken out of the incident, or, where `rest` is empty, all of it taken apart"""
    incident: str
    """the incident's name then"""
    recordings: tuple[str, ...]
    rest: tuple[str, ...] = ()
    """what stayed in the incident"""


@dataclass(frozen=True)
class Placing:
    """Where a person says that a recording lies, as the activity log keeps it: seconds after another recording's start.

    Told against another recording and not on the incident's clock, whose zero moves when recordings join.
    """

    incident: str
    recording: str
    against: str
    seconds: float
    source: str
    """of the offset from then on: "by hand", or what it was before, where a person took the placing back"""
    was_seconds: float
    was_source: str


def now() -> str:
    """This moment, as the store writes it."""
    return utc_text(datetime.now(UTC))


def utc_text(moment: datetime) -> str:
    """ISO 8601 in UTC with milliseconds and `Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def utc(text: str | None) -> datetime | None:
    """The moment that a `_utc` column holds."""
    return datetime.fromisoformat(text) if text else None


def json_text(value: Any) -> str:
    """Stable JSON: sorted keys, readable letters."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


def _backend_row(backend: BackendInfo) -> dict[str, Any]:
    return asdict(backend) | {"weights": dict(backend.weights), "settings": dict(backend.settings)}


def recording_row(recording: Recording) -> dict[str, Any]:
    """A row of `recordings`, less `added_utc`."""
    return {
        "id": recording.id,
        "path": str(recording.path).encode("utf-8", "backslashreplace").decode(),
        "duration_s": recording.duration,
        "start_utc": utc_text(recording.start_utc) if recording.start_utc else None,
        "clock_source": recording.clock_source.value if recording.clock_source else None,
        "device": recording.device,
        "container": recording.container,
        "streams": json_text([asdict(stream) for stream in recording.streams]),
        "size_bytes": recording.size_bytes,
        "claimed_duration_s": recording.claimed_duration,
        "problems": json_text(list(recording.problems)),
    }


def to_recording(row: Mapping[str, Any]) -> Recording:
    """A Recording from its row."""
    return Recording(
        id=row["id"],
        path=Path(row["path"]),
        duration=row["duration_s"],
        start_utc=utc(row["start_utc"]),
        clock_source=ClockSource(row["clock_source"]) if row["clock_source"] else None,
        device=row["device"],
        container=row["container"],
        streams=tuple(StreamFacts(**facts) for facts in json.loads(row["streams"])),
        size_bytes=row["size_bytes"],
        claimed_duration=row["claimed_duration_s"],
        problems=tuple(json.loads(row["problems"])),
    )


def to_run(row: Mapping[str, Any]) -> Run:
    """A Run from its row."""
    return Run(
        subject=row["subject"],
        step=row["step"],
        version=row["version"],
        fingerprint=row["fingerprint"],
        state=StepState(row["state"]),
        reason=row["reason"],
        settings=json.loads(row["settings"]),
        backend=to_backend(row["backend"]) if row["backend"] else None,
        started_utc=datetime.fromisoformat(row["started_utc"]),
        seconds=row["seconds"],
    )


def to_turn(row: Mapping[str, Any]) -> Turn:
    """A Turn from its row."""
    return Turn(
        start=row["start_s"],
        end=row["end_s"],
        voice=row["voice"],
        role=Role(row["role"]) if row["role"] else None,
        text=row["text"],
        words=tuple(Word(*word) for word in json.loads(row["words"])),
        role_reason=row["role_reason"],
    )


def finding_row(finding: Finding, column: str, run_id: int) -> dict[str, Any]:
    """A row of `findings`; `column` is "recording" or "incident"."""
    return {
        "id": finding.id,
        "recording": None,
        "incident": None,
        column: finding.subject,
        "detector": finding.detector,
        "label": finding.label,
        "start_s": finding.start,
        "end_s": finding.end,
        "score": finding.score,
        "summary": finding.summary,
        "speaker": finding.speaker,
        "role": finding.role.value if finding.role else None,
        "text": finding.text,
        "evidence": json_text(dict(finding.evidence)),
        "run": run_id,
        "retired_utc": None,
    }


def to_stored_finding(row: Mapping[str, Any], backends: Mapping[str, BackendInfo]) -> StoredFinding:
    """A finding with its newest review, from a joined row; `backends` are those of its recording, by step."""
    finding = Finding(
        subject=row["recording"] or row["incident"],
        detector=row["detector"],
        label=row["label"],
        start=row["start_s"],
        end=row["end_s"],
        score=row["score"],
        summary=row["summary"],
        speaker=row["speaker"],
        role=Role(row["role"]) if row["role"] else None,
        text=row["text"],
        evidence=json.loads(row["evidence"]),
    )
    return StoredFinding(
        finding=finding,
        id=row["id"],
        recording=row["recording"],
        incident=row["incident"],
        verdict=to_review(dict(row) | {"finding": row["id"]}) if row["verdict"] else None,
        draft=bool(finding.text) and "transcribe" in backends and backends["transcribe"].draft,
        models=tuple(f"{step}: {describe(backend)}" for step, backend in sorted(backends.items())),
    )


def describe(backend: BackendInfo) -> str:
    """A model in one line: name, version, draft, and the first letters of each weight file's sha256."""
    weights = ", ".join(f"{Path(file).name} {sha256[:12]}" for file, sha256 in sorted(backend.weights.items()))
    draft = ", draft" if backend.draft else ""
    return f"{backend.name} {backend.version}{draft}" + (f" ({weights})" if weights else "")


def to_backend(text: str) -> BackendInfo:
    """A BackendInfo from the JSON of a run."""
    said = json.loads(text)
    return BackendInfo(**(said | {"remarks": tuple(said["remarks"])}))


def to_review(row: Mapping[str, Any]) -> Review:
    """A Review from its row."""
    return Review(
        finding=row["finding"],
        verdict=Verdict(row["verdict"]),
        reviewer=row["reviewer"],
        note=row["note"],
        at_utc=datetime.fromisoformat(row["at_utc"]),
    )


def run_row(run: Run) -> dict[str, Any]:
    """A row of `runs`."""
    return asdict(run) | {
        "state": run.state.value,
        "settings": json_text(run.settings),
        "backend": json_text(_backend_row(run.backend)) if run.backend else None,
        "started_utc": utc_text(run.started_utc),
    }


def fit_columns(incident: Incident, recording: str) -> dict[str, Any]:
    """The columns of `incident_recordings` that hold what the sound says."""
    fit = next((fit for fit in incident.fits if fit.recording == recording), SoundFit(recording))
    return {
        "drift_ppm": fit.drift_ppm,
        "sound_score": fit.score,
        "sound_error_s": fit.error,
        "remark": fit.remark,
    }


def to_fits(members: Iterable[Mapping[str, Any]]) -> tuple[SoundFit, ...]:
    """What the sound says, from rows of `incident_recordings`; none for a recording that was not compared."""
    fits = (
        SoundFit(m["recording"], m["drift_ppm"], m["sound_score"], m["sound_error_s"], m["remark"]) for m in members
    )
    return tuple(fit for fit in fits if fit != SoundFit(fit.recording))


def turn_row(recording: str, ordinal: int, turn: Turn) -> dict[str, Any]:
    """A row of `turns`."""
    return {
        "recording": recording,
        "ordinal": ordinal,
        "start_s": turn.start,
        "end_s": turn.end,
        "voice": turn.voice,
        "role": turn.role.value if turn.role else None,
        "text": turn.text,
        "words": json_text([[w.text, w.start, w.end, w.confidence] for w in turn.words]),
        "role_reason": turn.role_reason,
    }
