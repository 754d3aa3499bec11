"""What people answer to the clauses of the policy for an incident, or for a recording alone."""

from __future__ import annotations

from sqlite_utils import Database

from pipeline.schema.registered import make_append_only, migrations


@migrations()
def m004_checklist_answers(db: Database) -> None:
    """What people answer to the clauses of the policy for an incident, or for a recording alone."""
    db.executescript(_CHECKLIST_ANSWERS)
    make_append_only(db, "checklist_answers")


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
