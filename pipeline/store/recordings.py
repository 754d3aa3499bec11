"""Recordings, and every file that was given with what became of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pipeline.errors import StoreError
from pipeline.rows import FileOutcome, now, recording_row, to_recording
from pipeline.store.opened import Opened
from pipeline.types import Recording


class Recordings(Opened):
    """The recordings of a store."""

    def add_recording(self, recording: Recording) -> None:
        """Adds a recording, or refreshes what is known of it (it may have moved)."""
        with self._writing():
            # a path from the folder of today says nothing tomorrow, nor to somebody who looks for the source
            row = recording_row(replace(recording, path=recording.path.absolute()))
            row["added_utc"] = self._first_seen(recording.id)
            self._db.table("recordings").upsert(row, pk="id")
            self._note_file(str(recording.path), recording.id, None)

    def _first_seen(self, recording: str) -> str:
        rows = list(self._db.query("SELECT added_utc FROM recordings WHERE id = ?", [recording]))
        return rows[0]["added_utc"] if rows else now()

    def note_failure(self, path: Path, problem: str, recording: str | None = None) -> None:
        """Keeps why a file could not be analysed."""
        with self._writing():
            self._note_file(str(path), recording, problem)

    def _note_file(self, path: str, recording: str | None, problem: str | None) -> None:
        # a name that is not UTF-8 cannot be stored as text: keep it readable
        readable = path.encode("utf-8", "backslashreplace").decode()
        row = {"path": readable, "recording": recording, "problem": problem, "seen_utc": now()}
        self._db.table("files").upsert(row, pk="path")

    def files(self, *, failed_only: bool = False) -> list[FileOutcome]:
        """Every path that was given, with its outcome, in order of path."""
        where = "WHERE problem IS NOT NULL" if failed_only else ""
        rows = self._db.query(f"SELECT path, recording, problem FROM files {where} ORDER BY path")
        return [FileOutcome(**row) for row in rows]

    def recordings(self) -> list[Recording]:
        """All recordings, by start time (unknown ones last), then path."""
        rows = self._db.query("SELECT * FROM recordings ORDER BY start_utc IS NULL, start_utc, path")
        return [to_recording(row) for row in rows]

    def recording(self, wanted: str) -> Recording:
        """A recording by id, by the first letters of its id, by path or by file name. Raises StoreError."""
        rows = list(
            self._db.query(
                "SELECT * FROM recordings WHERE id = :w OR path = :w"
                " OR (length(:w) >= 4 AND substr(id, 1, length(:w)) = :w)"
                " OR replace(path, rtrim(path, replace(path, '/', '')), '') = :w"
                " OR id IN (SELECT recording FROM files WHERE path = :w)",
                {"w": wanted},
            )
        )
        if len(rows) == 1:
            return to_recording(rows[0])
        problem = f"{len(rows)} recordings match" if rows else "no such recording in the store"
        raise StoreError(f"{wanted}: {problem}; see: bwc recordings")
