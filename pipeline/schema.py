"""The only DDL of the project: one migration function per change, never edited after a release.

Times in columns ending in `_s` are seconds on the recording's own clock (or the incident's); `_utc` is ISO 8601 in UTC.
"""

from __future__ import annotations

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

migrations = Migrations("bwc-review")

APPEND_ONLY = ("reviews", "activity", "corrections", "checklist_answers")
"""Tables whose rows can be added and read, never changed or deleted: triggers refuse."""


@migrations()
def m001_first_tables(db: Database) -> None:
    """Recordings, what was measured on them, what was found, what people said of it."""
    db.executescript(_TABLES)
    db.table("turns").enable_fts(["text"], create_triggers=True, tokenize="porter unicode61")
    for table in ("reviews", "activity"):
        _make_append_only(db, table)


def _make_append_only(db: Database, table: str) -> None:
    for verb in ("UPDATE", "DELETE"):
        db.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


@migrations()
def m002_sound_fits(db: Database) -> None:
    """What the sound says of a recording's place on its incident's clock."""
    db.executescript(_SOUND_FITS)


_SOUND_FITS = """
ALTER TABLE incident_recordings ADD COLUMN drift_ppm REAL NOT NULL DEFAULT 0;
ALTER TABLE incident_recordings ADD COLUMN sound_score REAL;      -- NULL: no match, or not compared
ALTER TABLE incident_recordings ADD COLUMN sound_error_s REAL;
ALTER TABLE incident_recordings ADD COLUMN remark TEXT NOT NULL DEFAULT '';
"""


@migrations()
def m003_corrections(db: Database) -> None:
    """What people correct in a transcript; the transcript itself stays as it was measured."""
    db.executescript(_CORRECTIONS)
    _make_append_only(db, "corrections")


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


@migrations()
def m004_checklist_answers(db: Database) -> None:
    """What people answer to the clauses of the policy for an incident, or for a recording alone."""
    db.executescript(_CHECKLIST_ANSWERS)
    _make_append_only(db, "checklist_answers")


_CHECKLIST_ANSWERS = """
CREATE TABLE checklist_answers (
    id INTEGER PRIMARY KEY,
    subject TEXT NOT NULL,            -- an incident or a recording
    clause TEXT NOT NULL,             -- as the pack names it
    answer TEXT NOT NULL CHECK (answer IN ('yes', 'in part', 'no', 'cannot tell', 'does not apply')),
    exception INTEGER NOT NULL CHECK (exception IN (0, 1)),
    reason TEXT NOT NULL CHECK (exception = 0 OR reason <> ''),
    comment TEXT NOT NULL,
    policy TEXT NOT NULL,             -- JSON: name, version and hash of the pack that asked
    reviewer TEXT NOT NULL,
    at_utc TEXT NOT NULL
) STRICT;
CREATE INDEX checklist_answers_by_subject ON checklist_answers (subject, clause, id);
"""


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
