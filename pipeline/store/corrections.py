"""What people corrected in transcripts: append-only; an undone correction stays, with who undid it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pipeline.corrections import Correction, CorrectionKind
from pipeline.errors import StoreError
from pipeline.rows import json_text, now, utc, utc_text
from pipeline.schema import m016_corrected_turns
from pipeline.store.corrected_turns import CorrectedTurns
from pipeline.types import Role, Span


@dataclass(frozen=True)
class StoredCorrection:
    """A correction, and who took it back, where somebody did."""

    correction: Correction
    undone_by: str | None = None
    undone_utc: datetime | None = None


class Corrections(CorrectedTurns):
    """The corrections of a store."""

    def add_correction(self, correction: Correction) -> Correction:
        """Keeps a correction; returned with the number it got."""
        with self._writing():
            cursor = self._db.table("corrections").insert(correction_row(correction))
            self._log(correction.who, f"correction.{correction.kind.value}", correction.recording, _detail(correction))
            self._index_corrected(correction.recording, self.corrections(correction.recording))
        return replace(correction, id=int(str(cursor.last_pk)))

    def undo_correction(self, recording: str, number: int, who: str) -> Correction:
        """Takes a correction back; it stays on record. Raises StoreError where there is none to take back."""
        standing = {c.id: c for c in self.corrections(recording)}
        if number not in standing:
            numbers = ", ".join(str(n) for n in standing) or "none"
            raise StoreError(f"no correction {number} stands for this recording; there are: {numbers}")
        correction = standing[number]
        row = correction_row(replace(correction, who=who)) | {"kind": "undo", "undoes": number, "at_utc": now()}
        with self._writing():
            self._db.table("corrections").insert(row)
            self._log(who, "correction.undo", recording, {"undoes": number, "said": correction.said})
            self._index_corrected(recording, self.corrections(recording))
        return correction

    def corrections(self, recording: str) -> list[Correction]:
        """The corrections that stand, oldest first."""
        return [stored.correction for stored in self.all_corrections(recording) if stored.undone_by is None]

    def all_corrections(self, recording: str) -> list[StoredCorrection]:
        """Every correction that was made, oldest first, also those taken back."""
        rows = list(self._db.query("SELECT * FROM corrections WHERE recording = ? ORDER BY id", [recording]))
        undone = {row["undoes"]: row for row in rows if row["kind"] == "undo"}
        return [_stored(row, undone.get(row["id"])) for row in rows if row["kind"] != "undo"]

    def _brought_up_to(self, names: Set[str]) -> None:
        if m016_corrected_turns.m016_corrected_turns.__name__ not in names:
            return
        for row in list(self._db.query("SELECT DISTINCT recording FROM corrections")):
            self._index_corrected(row["recording"], self.corrections(row["recording"]))


def _detail(correction: Correction) -> dict[str, Any]:
    return {"said": correction.said}


def correction_row(correction: Correction) -> dict[str, Any]:
    """A row of `corrections`."""
    return {
        "recording": correction.recording,
        "kind": correction.kind.value,
        "anchor": _spans_text(correction.anchor),
        "onto": _spans_text(correction.onto),
        "name": correction.name,
        "role": correction.role.value if correction.role else None,
        "said": correction.said,
        "undoes": None,
        "who": correction.who,
        "at_utc": utc_text(correction.at_utc),
    }


def _stored(row: Mapping[str, Any], undone: Mapping[str, Any] | None) -> StoredCorrection:
    made = utc(row["at_utc"])
    assert made is not None
    correction = Correction(
        recording=row["recording"],
        kind=CorrectionKind(row["kind"]),
        anchor=_spans(row["anchor"]),
        who=row["who"],
        at_utc=made,
        onto=_spans(row["onto"]),
        name=row["name"],
        role=Role(row["role"]) if row["role"] else None,
        said=row["said"],
        id=row["id"],
    )
    return (
        StoredCorrection(correction, undone["who"], utc(undone["at_utc"])) if undone else StoredCorrection(correction)
    )


def _spans_text(spans: Sequence[Span]) -> str:
    return json_text([[span.start, span.end] for span in spans])


def _spans(text: str) -> tuple[Span, ...]:
    return tuple(Span(start, end) for start, end in json.loads(text))
