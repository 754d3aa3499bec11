"""What left the store: every export with its place in the activity log and the hash of its manifest."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.chain import Head
from pipeline.rows import json_text
from pipeline.store.opened import Opened


@dataclass(frozen=True)
class ExportRow:
    """An export as the store keeps it."""

    activity: int
    """its row in the activity log"""
    kind: str
    path: Path
    sha256: str
    size_bytes: int
    sources: tuple[Mapping[str, Any], ...]
    """path, recording (or None) and sha256 of each"""
    manifest_sha256: str


class Exports(Opened):
    """The exports of a store."""

    def add_export(
        self, who: str, subject: str, row: Mapping[str, Any], detail: Mapping[str, Any],
        write_manifest: Callable[[Head], str],
    ) -> Head:  # fmt: skip
        """Logs an export and keeps it, in one transaction; returned is its place in the log.

        `row`: kind, path, sha256, size_bytes, sources. `write_manifest` is told the place in the log, writes the
        manifest that names it, and gives the sha256 of the manifest's bytes; where it raises, nothing is kept.
        """
        with self._writing():
            head = self._log(who, f"export.{row['kind']}", subject, detail)
            sources = json_text(list(row["sources"]))
            kept = dict(row) | {"sources": sources, "activity": head.row, "manifest_sha256": write_manifest(head)}
            self._db.table("exports").insert(kept)
        return head

    def exports(self) -> list[ExportRow]:
        """Every export that was finished, oldest first."""
        rows = self._db.query("SELECT * FROM exports ORDER BY activity")
        return [_export(row) for row in rows]

    def policies_behind(self, recordings: Sequence[str]) -> list[dict[str, str]]:
        """The policy packs that the findings on these recordings rest on: name, version, sha256."""
        rows = self._db.query(
            "SELECT DISTINCT json_extract(evidence, '$.policy') AS policy FROM findings"
            " WHERE recording IN (SELECT value FROM json_each(?)) AND retired_utc IS NULL"
            " AND json_type(evidence, '$.policy') = 'object'",
            [json.dumps(list(recordings))],
        )
        return [json.loads(row["policy"]) for row in rows]

    def export_of(self, activity: int) -> ExportRow | None:
        """The export that this row of the log is about; None: there is none."""
        rows = list(self._db.query("SELECT * FROM exports WHERE activity = ?", [activity]))
        return _export(rows[0]) if rows else None

    def export_at(self, path: Path) -> ExportRow | None:
        """The newest export that was put at this path; None: none was."""
        place = str(path.parent.resolve() / path.name).encode("utf-8", "backslashreplace").decode()
        rows = list(self._db.query("SELECT * FROM exports WHERE path = ? ORDER BY activity DESC LIMIT 1", [place]))
        return _export(rows[0]) if rows else None


def _export(row: Mapping[str, Any]) -> ExportRow:
    return ExportRow(
        activity=row["activity"],
        kind=row["kind"],
        path=Path(row["path"]),
        sha256=row["sha256"],
        size_bytes=row["size_bytes"],
        sources=tuple(json.loads(row["sources"])),
        manifest_sha256=row["manifest_sha256"],
    )
