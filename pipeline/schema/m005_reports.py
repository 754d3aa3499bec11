"""The roster, and use-of-force reports of other systems."""

from __future__ import annotations

from sqlite_utils import Database

from pipeline.schema.registered import migrations


@migrations()
def m005_reports(db: Database) -> None:
    """The roster, and use-of-force reports of other systems."""
    db.executescript(_REPORTS)


_REPORTS = """
CREATE TABLE roster (
    id INTEGER PRIMARY KEY,
    officer TEXT NOT NULL,
    name TEXT NOT NULL,
    unit TEXT NOT NULL,
    precinct TEXT NOT NULL,
    camera TEXT NOT NULL,             -- serial, '': none
    from_utc TEXT NOT NULL,
    until_utc TEXT,                   -- NULL: still
    source TEXT NOT NULL,             -- name of the file it was read from
    retired_utc TEXT                  -- a newer roster took its place; kept
) STRICT;
CREATE INDEX roster_by_camera ON roster (camera) WHERE retired_utc IS NULL;

CREATE TABLE force_reports (
    number TEXT PRIMARY KEY,
    at TEXT NOT NULL,                 -- ISO 8601 with the offset of its zone: which day it was is part of the report
    at_utc TEXT NOT NULL,
    incident TEXT NOT NULL,           -- the other system's number, not an incident of this store
    officers TEXT NOT NULL,           -- JSON list
    unit TEXT NOT NULL,
    precinct TEXT NOT NULL,
    race TEXT NOT NULL,
    ethnicity TEXT NOT NULL,
    subject_injury TEXT NOT NULL,
    officer_injury TEXT NOT NULL,
    kinds TEXT NOT NULL,              -- JSON list
    resistance TEXT NOT NULL,
    source TEXT NOT NULL,             -- name of the file it was read from
    imported_utc TEXT NOT NULL
) STRICT;
CREATE INDEX force_reports_by_time ON force_reports (at_utc);
"""
