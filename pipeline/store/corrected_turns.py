"""The turns that people put right, kept beside the measured ones so that search finds both wordings at once.

Everything here follows from the measured turns and the corrections that stand: it is made anew, for one recording, when
either changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pipeline.corrections import Correction, PutRight, put_right
from pipeline.rows import json_text, to_turn
from pipeline.store.opened import Opened
from pipeline.types import Turn


class CorrectedTurns(Opened):
    """The index of what was put right."""

    def _index_corrected(self, recording: str, corrections: Sequence[Correction]) -> None:
        """Makes the rows of one recording anew. Within a transaction that holds the write lock."""
        self._clear_corrected(recording)
        if not corrections:
            return
        rows = list(self._db.query("SELECT * FROM turns WHERE recording = ? ORDER BY ordinal", [recording]))
        measured = [to_turn(row) for row in rows]
        self._db.table("corrected_turns").insert_all(
            row
            for changed in put_right(measured, corrections)
            for row in _rows(recording, rows[changed.number]["id"], measured[changed.number], changed)
        )

    def _clear_corrected(self, recording: str) -> None:
        self._db.table("corrected_turns").delete_where("recording = ?", [recording])


def _rows(recording: str, turn: int, measured: Turn, changed: PutRight) -> Iterator[dict[str, Any]]:
    same = [(now.span, now.text) for now in changed.turns] == [(measured.span, measured.text)]
    for now in changed.turns or (None,):
        said = now or measured
        yield {
            "turn": turn,
            "recording": recording,
            "start_s": said.start,
            "end_s": said.end,
            "voice": said.voice,
            "role": said.role.value if said.role else None,
            "text": None if same else now.text if now else "",
            "corrections": json_text([correction.id for correction in changed.corrections]),
        }
