"""Recordings, and every file that was given with what became of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pipeline.errors import StoreError
from pipeline.login import login_name
from pipeline.rows import FileOutcome, now, recording_row, to_recording
from pipeline.store.opened import Opened
from pipeline.types import Recording

ADDED, MOVED = "recording.added", "recording.moved"
"""Actions in the activity log; the subject is the sha256 of the file."""


class Recordings(Opened):
    """The recordings of a store."""

    def add_recording(self, recording: Recording, who: str | None = None) -> None:
        """Adds a recording, or refreshes what is known of it (it may have moved). `who`: the login name, if not said.

        That it came in, with its sha256, is a row of the activity log, and so is where it moved to.
        """
        with self._writing():
            # a path from the folder of today says nothing tomorrow, nor to somebody who looks for the source
            row = recording_row(replace(recording, path=recording.path.absolute()))
            known = list(self._db.query("SELECT added_utc, path FROM recordings WHERE id = ?", [recording.id]))
            row["added_utc"] = known[0]["added_utc"] if known else now()
            self._db.table("recordings").upsert(row, pk="id")
            self._note_file(str(recording.path), recording.id, None)
            if not known:
                self._log(
                    who or login_name(), ADDED, recording.id, {"path": row["path"], "size_bytes": row["size_bytes"]}
                )
            elif known[0]["path"] != row["path"]:
                self._log(who or login_name(), MOVED, recording.id, {"from": known[0]["path"], "path": row["path"]})

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

    def is_empty(self) -> bool:
        """Whether no file was ever given."""
        row = next(
            iter(self._db.query("SELECT EXISTS (SELECT 1 FROM files) OR EXISTS (SELECT 1 FROM recordings) AS n"))
        )
        return not row["n"]

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

    def recording_of(self, id: str) -> Recording | None:
        """The recording of exactly this id, None where there is none: an address of the screen holds nothing else."""
        row = next(iter(self._db.query("SELECT * FROM recordings WHERE id = ?", [id])), None)
        return to_recording(row) if row else None
