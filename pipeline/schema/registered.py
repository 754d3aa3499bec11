"""The register of migrations, and what several of them do."""

from __future__ import annotations

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

migrations = Migrations("bwc-review")


def make_append_only(db: Database, table: str) -> None:
    """Rows of this table can be added and read, never changed or deleted: triggers refuse."""
    for verb in ("UPDATE", "DELETE"):
        db.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
