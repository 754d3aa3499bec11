"""Accounts of the review screen."""

from __future__ import annotations

from sqlite_utils import Database

from pipeline.schema.registered import migrations


@migrations()
def m009_accounts(db: Database) -> None:
    """Who may use the screen; rows are never deleted, so that names in the log keep their meaning."""
    db.executescript(_ACCOUNTS)


_ACCOUNTS = """
CREATE TABLE accounts (
    name TEXT PRIMARY KEY,
    full_name TEXT NOT NULL,
    duty TEXT NOT NULL CHECK (duty IN ('reviewer', 'auditor', 'trainer', 'admin')),
    units TEXT NOT NULL,              -- JSON list, as the roster names them; []: the whole agency
    password TEXT NOT NULL,           -- argon2id hash
    disabled INTEGER NOT NULL CHECK (disabled IN (0, 1)),
    sessions_from_utc TEXT NOT NULL   -- sessions opened earlier are over
) STRICT, WITHOUT ROWID;
"""
