"""What stands behind a page: which model, which version, which policy pack, and what could not be done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pipeline.types import NotAnalysed, Recording, Run, StepState, StreamFacts
from review_ui import plain


@dataclass(frozen=True)
class Row:
    """One step of the analysis, for the table under the player."""

    step: str
    how: str
    """the model and its version, or the version of the step"""
    state: str
    """"done", or "not analysed: reason" """
    when_utc: str


def rows(runs: Iterable[Run]) -> list[Row]:
    """The steps in the order in which they ran."""
    return [_row(run) for run in sorted(runs, key=lambda run: run.started_utc)]


def _row(run: Run) -> Row:
    state = "done" if run.state is StepState.DONE else f"not analysed: {run.reason or 'the step stopped with an error'}"
    return Row(plain.step(run.step), _how(run), state, f"{run.started_utc:%Y-%m-%d %H:%M}")


def failures(runs: Iterable[Run]) -> list[str]:
    """Steps that ended with an error, one line each, with what to do."""
    failed = sorted((run for run in runs if run.state is StepState.FAILED), key=lambda run: run.started_utc)
    return [f"{plain.step(run.step)}: not done, {run.reason or 'the step stopped with an error'}" for run in failed]


def _how(run: Run) -> str:
    backend = run.backend
    if backend is None:
        return f"version {run.version}"
    said = f"{backend.name} {backend.version}" + (" (draft, low accuracy)" if backend.draft else "")
    # the remarks of a draft model repeat that it is one
    return "; ".join([said, *(remark for remark in backend.remarks if not remark.startswith("draft"))])


def line(runs: Mapping[str, Run]) -> str:
    """ "Words: pocketsphinx 5.1.1 (draft) · Voices: ... · Policy: ..." for the foot of the player."""
    parts = [
        f"{title}: {_file(runs[name]) or _how(runs[name])}"
        for name, title in (("import_transcript", "Transcript"), ("transcribe", "Words"), ("diarize", "Voices"))
        if name in runs and runs[name].state is StepState.DONE
    ]
    policies = policy_packs(runs.values())
    return " · ".join([*parts, *(f"Policy pack: {name}" for name in policies)])


def _file(run: Run) -> str:
    """The transcript that a person brought in, "" none."""
    given = run.settings.get("transcript")
    return f"{given['name']} (sha256 {str(given['sha256'])[:12]})" if isinstance(given, Mapping) else ""


def policy_packs(runs: Iterable[Run]) -> list[str]:
    """Name, version and the first letters of the sha256 of the policy packs that detectors went by."""
    packs = {
        f"{value['name']} {value['version']} (sha256 {str(value['sha256'])[:12]})"
        for run in runs
        for key, value in run.settings.items()
        if key == "policy" and isinstance(value, Mapping) and {"name", "version", "sha256"} <= value.keys()
    }
    return sorted(packs)


def draft(runs: Mapping[str, Run]) -> str | None:
    """The low-accuracy recogniser that wrote the words, None: an accurate one, or none."""
    run = runs.get("transcribe")
    done = run is not None and run.state is StepState.DONE
    return run.backend.name if run and done and run.backend and run.backend.draft else None


def about(recording: Recording, runs: Mapping[str, Run], missing: Sequence[NotAnalysed]) -> dict[str, Any]:
    """All of it as JSON values for the foot of the page."""
    return {
        "file": facts(recording),
        "steps": [asdict(row) for row in rows(runs.values())],
        "policies": policy_packs(runs.values()),
        "missing": together(missing),
    }


def together(missing: Sequence[NotAnalysed]) -> list[dict[str, Any]]:
    """One row per stretch and reason, with all that is missing there."""
    rows: dict[tuple[float, float, str], list[str]] = {}
    for gap in missing:
        rows.setdefault((gap.start, gap.end, gap.reason), []).append(gap.what.replace("_", " "))
    return [
        {"start": start, "end": end, "what": ", ".join(what), "reason": reason}
        for (start, end, reason), what in rows.items()
    ]


def facts(recording: Recording) -> list[tuple[str, str]]:
    """What is known of the file, as (name, value)."""
    said = [
        ("Path", str(recording.path)),
        ("sha256", recording.id),
        ("Length", plain.duration(recording.duration)),
        ("Start", f"{recording.start_utc:%Y-%m-%d %H:%M:%S} UTC" if recording.start_utc else "not known"),
        ("Source of the time", plain.CLOCKS[recording.clock_source]),
        ("Camera", recording.device or "not stated in the file"),
    ]
    if recording.claimed_duration is not None:
        said.append(("Length in the header", plain.duration(recording.claimed_duration)))
    said += [(_STREAMS.get(stream.kind, plain.spaced(stream.kind)), _stream(stream)) for stream in recording.streams]
    return said + [("Problem", problem) for problem in recording.problems]


_STREAMS = {"video": "Picture", "audio": "Sound"}


def _stream(stream: StreamFacts) -> str:
    parts = (
        stream.codec,
        f"{stream.width_px} x {stream.height_px}" if stream.width_px else "",
        f"{stream.channels} channel{'s' if stream.channels > 1 else ''}" if stream.channels else "",
        "variable frame rate" if stream.variable_frame_rate else "",
        f"starts at {stream.start:.2f} s" if stream.start > 0.05 else "",
    )
    return ", ".join(part for part in parts if part)
