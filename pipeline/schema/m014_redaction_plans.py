"""Every version of what is to be covered in a recording: who changed it, and when."""

from __future__ import annotations

from sqlite_utils import Database

from pipeline.schema.registered import make_append_only, migrations

PLAN_TABLES = ("redaction_parts", "redaction_plans")


@migrations()
def m014_redaction_plans(db: Database) -> None:
    """Every version of what is to be covered in a recording: who changed it, and when."""
    db.executescript(_PLANS)
    for table in PLAN_TABLES:
        make_append_only(db, table)


_PLANS = """
CREATE TABLE redaction_parts (
    sha256 TEXT PRIMARY KEY,          -- of `part`
    part TEXT NOT NULL                -- JSON: one place in the picture, or one stretch of sound
) STRICT;

CREATE TABLE redaction_plans (
    id INTEGER PRIMARY KEY,
    recording TEXT NOT NULL REFERENCES recordings(id),
    version INTEGER NOT NULL CHECK (version > 0),
    picture TEXT NOT NULL,            -- JSON list of parts
    sound TEXT NOT NULL,              -- JSON list of parts
    remarks TEXT NOT NULL,            -- JSON list of sentences
    sha256 TEXT NOT NULL,             -- of the plan as a file
    said TEXT NOT NULL,               -- what was changed, in words: never whose face or what was said
    who TEXT NOT NULL,
    at_utc TEXT NOT NULL,
    UNIQUE (recording, version)
) STRICT;
"""
