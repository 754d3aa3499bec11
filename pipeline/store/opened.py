"""An opened store: the connection, its migrations, transactions, and the activity log that every writer adds to."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Set
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from sqlite_utils import Database

from pipeline.chain import START, Head, row_hash
from pipeline.errors import NotAStore, StoreLocked, StoreTooNew
from pipeline.rows import json_text, now, run_row
from pipeline.schema import migrations
from pipeline.store.problems import missing, store_error
from pipeline.types import Run

WAIT_FOR_LOCK = 120.0
"""Seconds that a writer waits for another one; a write here takes milliseconds."""


class Opened:
    """One SQLite file, opened and brought to the newest schema."""

    def __init__(self, path: Path, *, create: bool = True) -> None:
        """Opens the store, making or migrating it. Raises StoreError with one line that says what to do."""
        self.path = path
        self.brought_up: tuple[str, ...] = ()
        """migrations that this opening ran on a store of an older version"""
        if not create and not path.exists():
            raise missing(path)
        try:
            connection = sqlite3.connect(path, timeout=WAIT_FOR_LOCK)
            self._db = Database(connection)
            self._refuse_others()
            self._db.execute("PRAGMA foreign_keys = ON")
            self._db.execute("PRAGMA journal_mode = WAL")
            self._migrate()
        except sqlite3.Error as error:
            raise store_error(path, error) from error

    def _refuse_others(self) -> None:
        """Another program's database is left as it is: no table of ours is made in it. An empty one may become ours."""
        tables = self._db.execute("SELECT count(*) FROM sqlite_master WHERE type = 'table'").fetchone()[0]
        if tables and not migrations.applied(self._db):
            what = "cannot be opened as a store (it is another program's database, and was left as it is)"
            raise NotAStore(f"{self.path}: {what}")

    def _migrate(self) -> None:
        known = {migration.name for migration in migrations._migrations}
        applied = {migration.name for migration in migrations.applied(self._db)}
        if applied - known:
            raise StoreTooNew(f"{self.path}: written by a newer version of this program; update it, then try again")
        if not known - applied:
            return
        try:
            with self._writing():
                migrations.apply(self._db)
                self._brought_up_to(known - applied)
        except StoreLocked as error:
            what = "of an older version, and cannot be written to be brought up to date; copy it to a folder that can"
            raise StoreLocked(f"{self.path}: {what}") from error
        self.brought_up = tuple(sorted(known - applied)) if applied else ()

    def _brought_up_to(self, names: Set[str]) -> None:
        """What a newer schema derives from rows that were there before; within the transaction of the migrations."""

    def close(self) -> None:
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction that holds the write lock from its start."""
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.rollback()
                raise
            self._db.execute("COMMIT")
        except sqlite3.IntegrityError:
            raise  # a rule of the store, not the state of the file
        except sqlite3.DatabaseError as error:
            raise store_error(self.path, error) from error

    def data_version(self) -> int:
        """A number that grows with every step, verdict and regrouping: the key for caches of readers.

        Views and refusals change nothing of what is shown, so they do not count.
        """
        row = next(
            self._db.query(
                "SELECT (SELECT coalesce(max(id), 0) FROM runs) + (SELECT coalesce(max(id), 0) FROM reviews)"
                " + coalesce((SELECT id FROM activity WHERE action <> 'recording.viewed'"
                " AND action NOT LIKE '%.refused' ORDER BY id DESC LIMIT 1), 0) AS version"
            )
        )
        return int(row["version"])

    def log(self, who: str, action: str, subject: str, detail: Mapping[str, Any] | None = None) -> None:
        """Adds a row to the append-only activity log."""
        with self._writing():
            self._log(who, action, subject, detail or {})

    def _log(self, who: str, action: str, subject: str, detail: Mapping[str, Any]) -> Head:
        """Chains a row to the one before. Within a transaction that holds the write lock, so nobody comes between."""
        before = self.log_head()
        said = {"at_utc": now(), "who": who, "action": action, "subject": subject, "detail": json_text(detail)}
        # halves of letters, from names that are no UTF-8, cannot be stored: they stay readable
        texts = {name: text.encode("utf-8", "backslashreplace").decode() for name, text in said.items()}
        row: dict[str, Any] = {"id": before.row + 1} | texts
        head = Head(before.row + 1, row_hash(before.hash, row))
        self._db.table("activity").insert(row | {"hash": head.hash})
        return head

    def log_head(self) -> Head:
        """The newest row of the activity log, with the hash that covers all rows up to it."""
        rows = list(self._db.query("SELECT id, hash FROM activity ORDER BY id DESC LIMIT 1"))
        return Head(rows[0]["id"], rows[0]["hash"]) if rows else Head(0, START)

    def activity(self, limit: int = 1000) -> list[dict[str, Any]]:
        """The newest rows of the activity log, newest first."""
        return list(self._db.query("SELECT * FROM activity ORDER BY id DESC LIMIT ?", [limit]))

    def _insert_run(self, run: Run) -> int:
        cursor = self._db.table("runs").insert(run_row(run))
        return int(str(cursor.last_pk))
