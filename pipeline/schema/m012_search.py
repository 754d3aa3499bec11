"""Findings can be searched by their words; searches can be kept."""

from __future__ import annotations

from sqlite_utils import Database

from pipeline.schema.registered import migrations


@migrations()
def m012_search(db: Database) -> None:
    """An index of what findings say, and the searches that people keep."""
    db.table("findings").enable_fts(["summary", "text"], create_triggers=True, tokenize="porter unicode61")
    db.executescript(_SEARCHES)


_SEARCHES = """
CREATE TABLE saved_searches (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    text TEXT NOT NULL,
    who TEXT NOT NULL,
    at_utc TEXT NOT NULL,
    removed_utc TEXT
) STRICT;
"""
