"""What `bwc speakers list` prints."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from pipeline.cli.tables import clock, results
from pipeline.corrections import apply_corrections, speakers_of
from pipeline.rows import utc_text
from pipeline.store import Store, StoredCorrection
from pipeline.types import Evidence


def show_speakers(store_path: Path, recording: str, as_json: bool) -> None:
    """Prints the voices of a recording and the corrections made, also those that hold no more, with the reason."""
    with Store(store_path, create=False) as store:
        wanted = store.recording(recording)
        made = store.all_corrections(wanted.id)
        measured = Evidence(wanted, turns=store.measured_turns(wanted.id))
    corrected = apply_corrections(measured, [m.correction for m in made if m.undone_by is None])
    lost = {correction.id: reason for correction, reason in corrected.lost}
    voices = [_voice_row(s) for s in speakers_of(corrected.evidence.turns or ())]
    corrections = [_correction_row(stored, lost) for stored in made]
    if as_json:
        print(json.dumps({"speakers": voices, "corrections": corrections}, ensure_ascii=False, indent=2))
        return
    _print_table(("voice", "role", "speaks", "turns", "first", "says", "why this role"), [_cells(v) for v in voices])
    if corrections:
        _print_table(("no.", "correction", "by", "when", ""), [_correction_cells(c) for c in corrections])


def _voice_row(speaker: Any) -> dict[str, Any]:
    return {
        "voice": speaker.voice,
        "role": speaker.role.value if speaker.role else None,
        "role_reason": speaker.role_reason,
        "seconds": speaker.seconds,
        "turns": speaker.turns,
        "first": speaker.first,
        "sample": speaker.sample,
    }


def _correction_row(stored: StoredCorrection, lost: dict[int, str]) -> dict[str, Any]:
    correction = stored.correction
    return {
        "number": correction.id,
        "said": correction.said,
        "who": correction.who,
        "at_utc": utc_text(correction.at_utc),
        "undone_by": stored.undone_by,
        "not_applied": lost.get(correction.id),
    }


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    sample = row["sample"] if len(row["sample"]) <= 60 else row["sample"][:59] + "…"
    role = row["role"] or "not known"
    return (
        row["voice"],
        role,
        clock(row["seconds"]),
        str(row["turns"]),
        clock(row["first"]),
        sample,
        row["role_reason"],
    )


def _correction_cells(row: dict[str, Any]) -> tuple[str, ...]:
    state = f"taken back by {row['undone_by']}" if row["undone_by"] else ""
    if row["not_applied"]:
        state = f"not applied: {row['not_applied']}"
    return (str(row["number"]), row["said"], row["who"], row["at_utc"][:16].replace("T", " "), state)


def _print_table(headings: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    table = Table(box=box.SIMPLE, pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    results.print(table if rows else "no voices")
