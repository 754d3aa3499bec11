"""What people correct in a transcript; the transcript itself stays as it was measured."""

from __future__ import annotations

from sqlite_utils import Database

from pipeline.schema.registered import make_append_only, migrations


@migrations()
def m003_corrections(db: Database) -> None:
    """What people correct in a transcript; the transcript itself stays as it was measured."""
    db.executescript(_CORRECTIONS)
    make_append_only(db, "corrections")


_CORRECTIONS = """
CREATE TABLE corrections (
    id INTEGER PRIMARY KEY,
    recording TEXT NOT NULL REFERENCES recordings(id),
    kind TEXT NOT NULL CHECK (kind IN ('name', 'role', 'merge', 'assign', 'text', 'undo')),
    anchor TEXT NOT NULL,             -- JSON list of [start, end]: the speech that is meant
    onto TEXT NOT NULL,               -- JSON list of [start, end]: the voice that it joins
    name TEXT NOT NULL,
    role TEXT CHECK (role IN ('officer', 'civilian', 'radio')),
    said TEXT NOT NULL,               -- what was asked for, in words
    undoes INTEGER REFERENCES corrections(id),
    who TEXT NOT NULL,
    at_utc TEXT NOT NULL
) STRICT;
CREATE INDEX corrections_by_recording ON corrections (recording, id);
"""
