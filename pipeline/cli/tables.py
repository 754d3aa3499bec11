"""What the commands print about a store: tables for people, JSON and CSV for programs."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.cli.console import printable
from pipeline.exports.findings import as_csv, as_json, finding_rows
from pipeline.exports.hand_out import log_shown
from pipeline.login import login_name
from pipeline.rows import utc_text
from pipeline.store import Store
from pipeline.types import Recording, Run, StepState

PIPED_WIDTH = 160
"""columns that a table takes where the output is no terminal (a file, a pipe)"""

MOST_ROWS = 400
"""findings listed after an analysis: nobody reads more, and laying out 60,000 takes longer than finding them"""

results = Console(width=None if sys.stdout.isatty() else PIPED_WIDTH)
"""Standard output: results alone, so that they can be piped."""


def clock(seconds: float) -> str:
    """h:mm:ss.d, or m:ss.d under an hour."""
    tenths = round(seconds * 10)
    minutes, rest = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    tail = f"{rest // 10:02d}.{rest % 10}"
    return f"{hours}:{minutes:02d}:{tail}" if hours else f"{minutes}:{tail}"


def show_findings(
    store_path: Path,
    form: str | None = None,
    recording: str | None = None,
    incident: str | None = None,
    detector: str | None = None,
) -> None:
    """Prints the findings of a store, or of one recording or incident in it."""
    with Store(store_path, create=False) as store:
        found = store.findings(
            recording=store.recording(recording).id if recording else None,
            incident=store.incident(incident).id if incident else None,
            detector=detector,
        )
        rows = finding_rows(found, store.recordings(), store.incidents())
        if form:
            subject = store.recording(recording).id if recording else "all findings"
            log_shown(store, login_name(), "findings", subject, form)
    if form:
        print(as_json(rows) if form == "json" else as_csv(rows), end="\n" if form == "json" else "")
    else:
        print_findings_table(rows)


def show_analysed(store_path: Path, recordings: Iterable[str | None]) -> None:
    """Prints what was found in these recordings and in the incidents that they are part of."""
    wanted = {recording for recording in recordings if recording}
    with Store(store_path) as store:
        incidents = [i for i in store.incidents() if wanted & {recording for recording, _, _ in i.recordings}]
        ids = {incident.id for incident in incidents}
        found = [f for f in store.findings() if f.recording in wanted or f.incident in ids]
        rows = finding_rows(found, store.recordings(), incidents)
        print_findings_table(rows[:MOST_ROWS])
        if len(rows) > MOST_ROWS:
            left = len(rows) - MOST_ROWS
            results.print(f"... and {left} more; all of them: bwc findings", style="dim", highlight=False, markup=False)
        print_remarks(store, wanted)


def print_remarks(store: Store, recordings: Iterable[str]) -> None:
    """Prints what is wrong with recordings, and what was not analysed in them."""
    remarks = [line for recording in sorted(recordings) for line in _not_measured(store, store.recording(recording))]
    for line in dict.fromkeys(remarks):
        results.print(line, style="dim", highlight=False, markup=False)


def _not_measured(store: Store, recording: Recording) -> list[str]:
    """What was not analysed, in sentences: it must never pass for "nothing found"."""
    gaps = unmeasured(store.latest_runs(recording.id).values())
    name = printable(Path(recording.path.name))
    notes = [f"note: {name}: {problem}" for problem in recording.problems]
    return [*notes, *(f"not analysed: {name}: {gap}" for gap in gaps)]


def unmeasured(runs: Iterable[Run]) -> list[str]:
    """Steps that did not measure or look, together where the reason is the same: "muted_audio, speech: no sound"."""
    steps: dict[str, list[str]] = {}
    for run in runs:
        if run.state is not StepState.DONE:
            steps.setdefault(run.reason, []).append(run.step)
    return [f"{', '.join(sorted(names))}: {reason}" for reason, names in steps.items()]


def print_findings_table(rows: Sequence[dict[str, Any]]) -> None:
    """A table of findings, one line each, grouped by file."""
    table = Table(box=box.SIMPLE, pad_edge=False)
    for heading in ("file", "time", "to", "what", "who", "sure", "observation"):
        table.add_column(heading, justify="right" if heading in ("time", "to", "sure") else "left", overflow="fold")
    last = None
    for row in rows:
        file = printable(Path(row["file"])) if row["file"] else "incident"
        who = " ".join(part for part in (row["role"], row["speaker"]) if part)
        draft = " (draft words)" if row["draft"] else ""
        times = clock(row["start"]), clock(row["end"])
        cells = (*times, row["label"], who, f"{row['score']:.2f}", observation(row["summary"], row["said"]) + draft)
        table.add_row(*(Text(cell) for cell in (file if file != last else "", *cells)))
        last = file
    results.print(table if rows else "nothing found")


def observation(summary: str, said: str | None) -> str:
    """A finding in a sentence, with the words that were said of it."""
    return f"{summary}; {said}" if said else summary


def show_transcript(store_path: Path, recording: str, form: str) -> None:
    """Prints the transcript of a recording in one of the export forms."""
    from pipeline.exports.transcript import write_transcript

    with Store(store_path, create=False) as store:
        wanted = store.recording(recording)
        evidence = store.evidence(wanted, ("turns",))
        log_shown(store, login_name(), "transcript", wanted.id, form)
        print(write_transcript(evidence, form), end="")


def show_recordings(store_path: Path, form: str | None = None) -> None:
    """Prints the recordings of a store, what is not analysed in them, and the files that could not be used."""
    with Store(store_path, create=False) as store:
        rows = [_recording_row(store, recording) for recording in store.recordings()]
        failed = store.files(failed_only=True)
    if form:
        print(as_json(rows) if form == "json" else as_csv(rows), end="\n" if form == "json" else "")
        return
    table = Table(box=box.SIMPLE, pad_edge=False)
    for heading in ("id", "file", "start (UTC)", "length", "camera", "findings", "not analysed, problems"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        remarks = "; ".join([*row["not_analysed"], *row["problems"]])
        start = f"{row['start_utc']} ({row['clock_source']})" if row["start_utc"] else "no clock"
        cells = (row["recording"][:10], row["file"], start, clock(row["duration"]))
        table.add_row(*(Text(c) for c in (*cells, row["device"] or "", str(row["findings"]), remarks)))
    results.print(table if rows else "no recordings")
    for outcome in failed:
        line = f"failed: {printable(Path(outcome.path))}: {outcome.problem}"
        results.print(line, highlight=False, markup=False, soft_wrap=True)


def _recording_row(store: Store, recording: Recording) -> dict[str, Any]:
    runs = store.latest_runs(recording.id).values()
    return {
        "recording": recording.id,
        "file": printable(Path(recording.path.name)),
        "start_utc": utc_text(recording.start_utc) if isinstance(recording.start_utc, datetime) else None,
        "clock_source": recording.clock_source.value if recording.clock_source else None,
        "duration": recording.duration,
        "device": recording.device,
        "findings": len(store.findings(recording=recording.id)),
        "not_analysed": unmeasured(runs),
        "problems": list(recording.problems),
        "backends": {run.step: run.backend.name for run in runs if run.backend},
    }
