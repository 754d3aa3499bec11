"""Calls of dispatch systems, and what people say of what was observed of camera use."""

from __future__ import annotations

from sqlite_utils import Database

from pipeline.schema.registered import make_append_only, migrations


@migrations()
def m006_dispatch(db: Database) -> None:
    """Calls of dispatch systems, and what people say of what was observed of camera use."""
    db.executescript(_DISPATCH)
    make_append_only(db, "camera_use_states")


_DISPATCH = """
CREATE TABLE dispatch_calls (
    id INTEGER PRIMARY KEY,
    system TEXT NOT NULL,             -- '': the agency has one
    number TEXT NOT NULL,
    officer TEXT NOT NULL,            -- as the export has it
    unit TEXT NOT NULL,
    officer_key TEXT NOT NULL,        -- without case, spaces and punctuation: what rows are compared by
    unit_key TEXT NOT NULL,
    call_type TEXT NOT NULL,
    disposition TEXT NOT NULL,
    dispatched_utc TEXT,              -- as the system's clock said, not set right
    en_route_utc TEXT,
    on_scene_utc TEXT,
    cleared_utc TEXT,
    first_utc TEXT,                   -- the first of them that there is
    remark TEXT NOT NULL,
    source TEXT NOT NULL,             -- name of the file it was read from
    source_row INTEGER NOT NULL,
    imported_utc TEXT NOT NULL,
    retired_utc TEXT                  -- a later export says something else; kept
) STRICT;
CREATE INDEX dispatch_calls_by_key ON dispatch_calls (system, number, officer_key, unit_key, first_utc)
    WHERE retired_utc IS NULL;
CREATE INDEX dispatch_calls_by_time ON dispatch_calls (first_utc) WHERE retired_utc IS NULL;

CREATE TABLE camera_use_states (
    id INTEGER PRIMARY KEY,
    finding TEXT NOT NULL,            -- a hash of what was observed: it is worked out anew, never stored
    state TEXT NOT NULL CHECK (state IN ('to look at', 'justified', 'confirmed', 'not applicable')),
    reason TEXT NOT NULL,
    category TEXT NOT NULL,
    said TEXT NOT NULL,               -- JSON: what was observed when the state was set
    who TEXT NOT NULL,
    at_utc TEXT NOT NULL
) STRICT;
CREATE INDEX camera_use_states_by_finding ON camera_use_states (finding, id);
"""
