"""`bwc score`: how findings compare with a truth file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from pipeline.cli.tables import clock, results
from pipeline.detectors import DETECTORS
from pipeline.score import as_rows, not_analysed, score
from pipeline.store import Store
from pipeline.truth import load_truth
from pipeline.types import StepState

COLUMNS = {
    "detector": "detector",
    "true": "true",
    "found": "found",
    "precision": "precision",
    "recall": "recall",
    "f1": "F1",
    "start_error": "start error, s",
    "end_error": "end error, s",
    "false_alarms_per_hour": "false alarms/h",
}


def show_score(truth_path: Path, store_path: Path, markdown: bool) -> None:
    """Prints precision, recall, F1, boundary error and false alarms per hour for each detector, then every mistake."""
    truth = load_truth(truth_path)
    with Store(store_path, create=False) as store:
        recordings = {recording.id: recording for recording in store.recordings()}
        findings = [stored.finding for stored in store.findings()]
        rows = as_rows(score(findings, truth, recordings, store.incidents()))
        unlooked = _never_looked(store, recordings)
    for row in rows:
        if row["detector"] in unlooked:  # what was not looked for is neither found nor missed
            row.update(dict.fromkeys(("found", "precision", "recall", "f1", "false_alarms_per_hour")), misses=[])
    missing = [*not_analysed(truth, recordings), *(f"{name}: {reason}" for name, reason in sorted(unlooked.items()))]
    if markdown:
        print(_markdown(rows, missing))
    else:
        _table(rows, missing)


def _never_looked(store: Store, recordings: Iterable[str]) -> dict[str, str]:
    """Detectors that could look at none of the recordings, with the reason."""
    runs = [run for recording in recordings for run in store.latest_runs(recording).values()]
    looked = {run.step for run in runs if run.state is StepState.DONE}
    detectors = {detector.name for detector in DETECTORS}
    return {run.step: run.reason for run in runs if run.step in detectors - looked}


def _markdown(rows: Sequence[dict[str, Any]], missing: Sequence[str]) -> str:
    lines = [f"| {' | '.join(COLUMNS.values())} |", "|" + "---|" * len(COLUMNS)]
    lines += [f"| {' | '.join(_cells(row))} |" for row in rows]
    return "\n".join([*lines, "", *_mistakes(rows), *(f"- not analysed: {what}" for what in missing)])


def _table(rows: Sequence[dict[str, Any]], missing: Sequence[str]) -> None:
    table = Table(box=box.SIMPLE, pad_edge=False)
    for heading in COLUMNS.values():
        table.add_column(heading, justify="left" if heading == "detector" else "right")
    for row in rows:
        table.add_row(*_cells(row))
    results.print(table)
    for line in [*_mistakes(rows), *(f"- not analysed: {what}" for what in missing)]:
        results.print(Text(line))


def _cells(row: dict[str, Any]) -> list[str]:
    return [
        "-" if row[key] is None else f"{row[key]:.2f}" if isinstance(row[key], float) else str(row[key])
        for key in COLUMNS
    ]


def _mistakes(rows: Iterable[dict[str, Any]]) -> list[str]:
    return [
        f"- {kind}: {row['detector']} {m['label'] or ''} {clock(m['start'])} to {clock(m['end'])} in {m['where']}"
        for row in rows
        for kind, key in (("missed", "misses"), ("false alarm", "false_alarms"))
        for m in row[key]
    ]
