"""Who is to review what by when, what people took back, what they watched, and what they signed off."""

from __future__ import annotations

from sqlite_utils import Database

from pipeline.schema.registered import make_append_only, migrations

REVIEW_TABLES = (
    "review_marks", "review_withdrawals", "review_draws", "assignments", "assignment_changes", "watched_spans",
    "sign_offs",
)  # fmt: skip


@migrations()
def m013_review_work(db: Database) -> None:
    """Who is to review what by when, what people took back, what they watched, and what they signed off."""
    db.executescript(_REVIEW_WORK)
    for table in REVIEW_TABLES:
        make_append_only(db, table)


_REVIEW_WORK = """
CREATE TABLE review_marks (
    review INTEGER PRIMARY KEY REFERENCES reviews(id),
    speaker_right INTEGER NOT NULL CHECK (speaker_right IN (0, 1)),  -- the reviewer also says: the speaker is right
    blind INTEGER NOT NULL CHECK (blind IN (0, 1))                   -- given without sight of what others said
) STRICT;

CREATE TABLE review_withdrawals (
    id INTEGER PRIMARY KEY,
    finding TEXT NOT NULL REFERENCES findings(id),
    reviewer TEXT NOT NULL,
    review INTEGER NOT NULL REFERENCES reviews(id),  -- this person's verdicts up to this one count no more
    at_utc TEXT NOT NULL
) STRICT;
CREATE INDEX review_withdrawals_by_finding ON review_withdrawals (finding, reviewer, review);

CREATE TABLE review_draws (
    id INTEGER PRIMARY KEY,
    grouping TEXT NOT NULL CHECK (grouping IN ('officer', 'unit', 'event type', 'priority')),
    period TEXT NOT NULL,             -- in words; '' for all of the store
    each INTEGER NOT NULL CHECK (each > 0),
    seed TEXT NOT NULL,               -- '' where nothing is drawn by chance
    method TEXT NOT NULL,
    population BLOB NOT NULL,         -- zlib, JSON: group -> everything that could have been drawn
    drawn TEXT NOT NULL,              -- JSON: group -> what was drawn, in the order of the draw
    who TEXT NOT NULL,
    at_utc TEXT NOT NULL
) STRICT;

CREATE TABLE assignments (
    id INTEGER PRIMARY KEY,
    subject TEXT NOT NULL,            -- a recording or an incident
    kind TEXT NOT NULL CHECK (kind IN ('random', 'event type', 'priority', 'asked')),
    reasons TEXT NOT NULL,            -- JSON list of sentences: why it is in the queue
    draw INTEGER REFERENCES review_draws(id),
    blind INTEGER NOT NULL CHECK (blind IN (0, 1)),
    reviewer TEXT NOT NULL,           -- '': anybody
    due_utc TEXT,
    who TEXT NOT NULL,
    at_utc TEXT NOT NULL
) STRICT;
CREATE INDEX assignments_by_subject ON assignments (subject, id);

CREATE TABLE assignment_changes (
    id INTEGER PRIMARY KEY,
    assignment INTEGER NOT NULL REFERENCES assignments(id),
    state TEXT NOT NULL CHECK (state IN ('open', 'done', 'dropped')),
    reviewer TEXT NOT NULL,
    due_utc TEXT,
    note TEXT NOT NULL,
    who TEXT NOT NULL,
    at_utc TEXT NOT NULL
) STRICT;
CREATE INDEX assignment_changes_by_assignment ON assignment_changes (assignment, id);

CREATE TABLE watched_spans (
    id INTEGER PRIMARY KEY,
    recording TEXT NOT NULL REFERENCES recordings(id),
    who TEXT NOT NULL,
    start_s REAL NOT NULL,
    end_s REAL NOT NULL CHECK (end_s > start_s),
    at_utc TEXT NOT NULL
) STRICT;
CREATE INDEX watched_spans_by_recording ON watched_spans (recording, who);

CREATE TABLE sign_offs (
    id INTEGER PRIMARY KEY,
    subject TEXT NOT NULL,
    sha256 TEXT NOT NULL,             -- of content
    content BLOB NOT NULL,            -- zlib, JSON: findings, verdicts, answers and watched spans as they stood
    note TEXT NOT NULL,
    who TEXT NOT NULL,
    at_utc TEXT NOT NULL
) STRICT;
CREATE INDEX sign_offs_by_subject ON sign_offs (subject, id);
"""
