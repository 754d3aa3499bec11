"""Recordings, what was measured on them, what was found, what people said of it."""

from __future__ import annotations

from sqlite_utils import Database

from pipeline.schema.registered import make_append_only, migrations


@migrations()
def m001_first_tables(db: Database) -> None:
    """Recordings, what was measured on them, what was found, what people said of it."""
    db.executescript(_TABLES)
    db.table("turns").enable_fts(["text"], create_triggers=True, tokenize="porter unicode61")
    for table in ("reviews", "activity"):
        make_append_only(db, table)


_TABLES = """
CREATE TABLE recordings (
    id TEXT PRIMARY KEY,              -- sha256 of the file
    path TEXT NOT NULL,               -- where it was last seen
    duration_s REAL NOT NULL,
    start_utc TEXT,
    clock_source TEXT,                -- which clock said so
    device TEXT,
    container TEXT NOT NULL,
    streams TEXT NOT NULL,            -- JSON
    size_bytes INTEGER NOT NULL,
    claimed_duration_s REAL,
    problems TEXT NOT NULL,           -- JSON list of sentences
    added_utc TEXT NOT NULL
) STRICT;

CREATE TABLE files (
    path TEXT PRIMARY KEY,            -- every path that was given, also those that failed
    recording TEXT REFERENCES recordings(id),
    problem TEXT,                     -- why it could not be analysed, NULL: it could
    seen_utc TEXT NOT NULL
) STRICT;

CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    subject TEXT NOT NULL,            -- a recording or an incident
    step TEXT NOT NULL,
    version TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('done', 'failed', 'not measured')),
    reason TEXT NOT NULL,
    settings TEXT NOT NULL,           -- JSON
    backend TEXT,                     -- JSON
    started_utc TEXT NOT NULL,
    seconds REAL NOT NULL
) STRICT;
CREATE INDEX runs_by_subject ON runs (subject, step, id);

CREATE TABLE measurements (
    recording TEXT NOT NULL REFERENCES recordings(id),
    name TEXT NOT NULL,               -- a field of Evidence
    payload BLOB NOT NULL,            -- pipeline.codec
    run INTEGER NOT NULL REFERENCES runs(id),
    PRIMARY KEY (recording, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE not_analysed (
    recording TEXT NOT NULL REFERENCES recordings(id),
    step TEXT NOT NULL,
    start_s REAL NOT NULL,
    end_s REAL NOT NULL,
    what TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT;
CREATE INDEX not_analysed_by_recording ON not_analysed (recording, start_s);

CREATE TABLE turns (
    id INTEGER PRIMARY KEY,
    recording TEXT NOT NULL REFERENCES recordings(id),
    ordinal INTEGER NOT NULL,
    start_s REAL NOT NULL,
    end_s REAL NOT NULL,
    voice TEXT,
    role TEXT CHECK (role IN ('officer', 'civilian', 'radio')),
    text TEXT NOT NULL,
    words TEXT NOT NULL,              -- JSON
    role_reason TEXT NOT NULL,
    UNIQUE (recording, ordinal)
) STRICT;

CREATE TABLE incidents (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    start_utc TEXT,
    grouped_by TEXT NOT NULL,
    dissolved_utc TEXT                -- regrouped since; kept because findings and verdicts point here
) STRICT;

CREATE TABLE incident_recordings (
    incident TEXT NOT NULL REFERENCES incidents(id),
    recording TEXT NOT NULL REFERENCES recordings(id),
    offset_s REAL NOT NULL,
    offset_source TEXT NOT NULL,
    PRIMARY KEY (incident, recording)
) STRICT, WITHOUT ROWID;

CREATE TABLE findings (
    id TEXT PRIMARY KEY,              -- hash of what it says: a verdict survives a re-run
    recording TEXT REFERENCES recordings(id),
    incident TEXT REFERENCES incidents(id),
    detector TEXT NOT NULL,
    label TEXT NOT NULL,
    start_s REAL NOT NULL,
    end_s REAL NOT NULL,
    score REAL NOT NULL CHECK (score BETWEEN 0 AND 1),
    summary TEXT NOT NULL,
    speaker TEXT,
    role TEXT,
    text TEXT NOT NULL,
    evidence TEXT NOT NULL,           -- JSON
    run INTEGER NOT NULL REFERENCES runs(id),
    retired_utc TEXT,                 -- no longer said by the newest run; never deleted
    CHECK ((recording IS NULL) <> (incident IS NULL))
) STRICT;
CREATE INDEX findings_by_recording ON findings (recording, start_s);
CREATE INDEX findings_by_incident ON findings (incident, start_s);
CREATE INDEX findings_by_label ON findings (detector, label);

CREATE TABLE reviews (
    id INTEGER PRIMARY KEY,
    finding TEXT NOT NULL REFERENCES findings(id),
    verdict TEXT NOT NULL CHECK (verdict IN ('confirmed', 'dismissed', 'unsure')),
    reviewer TEXT NOT NULL,
    note TEXT NOT NULL,
    at_utc TEXT NOT NULL
) STRICT;
CREATE INDEX reviews_by_finding ON reviews (finding, id);

CREATE TABLE activity (
    id INTEGER PRIMARY KEY,
    at_utc TEXT NOT NULL,
    who TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL              -- JSON
) STRICT;
"""
