"""What an audit of camera use leaves behind: values locked at the end of a period, and random samples."""

from __future__ import annotations

from sqlite_utils import Database

from pipeline.schema.registered import make_append_only, migrations

AUDIT_TABLES = ("audit_locks", "audit_samples")


@migrations()
def m007_audit(db: Database) -> None:
    """What an audit of camera use leaves behind: values locked at the end of a period, and random samples."""
    db.executescript(_AUDIT)
    for table in AUDIT_TABLES:
        make_append_only(db, table)


_AUDIT = """
CREATE TABLE audit_locks (
    id INTEGER PRIMARY KEY,
    first_day TEXT NOT NULL,          -- of the period, in `zone`
    last_day TEXT NOT NULL,           -- included
    zone TEXT NOT NULL,
    reason TEXT NOT NULL,             -- why a period that was locked is locked again; '' for its first
    policy TEXT NOT NULL,             -- JSON: name, version and hash of the pack that it was counted by
    inputs TEXT NOT NULL,             -- JSON: what it was counted from -> sha256
    figures TEXT NOT NULL,            -- JSON: grouping -> group -> figures
    cases BLOB NOT NULL,              -- zlib, JSON: every case as it stood, so that a later audit can say what changed
    sha256 TEXT NOT NULL,             -- of policy, inputs, figures and cases
    who TEXT NOT NULL,
    at_utc TEXT NOT NULL
) STRICT;
CREATE INDEX audit_locks_by_period ON audit_locks (first_day, last_day, zone, id);

CREATE TABLE audit_samples (
    id INTEGER PRIMARY KEY,
    first_day TEXT NOT NULL,
    last_day TEXT NOT NULL,
    zone TEXT NOT NULL,
    grouping TEXT NOT NULL CHECK (grouping IN ('officer', 'unit')),
    each INTEGER NOT NULL CHECK (each > 0),
    seed TEXT NOT NULL,
    method TEXT NOT NULL,             -- how recordings are put in order; see pipeline.audit.sample
    population BLOB NOT NULL,         -- zlib, JSON: group -> every recording that could have been drawn
    drawn TEXT NOT NULL,              -- JSON: group -> recordings, in the order of the draw
    who TEXT NOT NULL,
    at_utc TEXT NOT NULL
) STRICT;
"""
