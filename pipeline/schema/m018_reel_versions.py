"""Every version of a list of a debrief reel that was saved: what it said, who saved it, and when."""

from __future__ import annotations

from sqlite_utils import Database

from pipeline.schema.registered import make_append_only, migrations

REEL_TABLES = ("reel_versions",)


@migrations()
def m018_reel_versions(db: Database) -> None:
    """Every version of a list of a debrief reel that was saved: what it said, who saved it, and when."""
    db.executescript(_VERSIONS)
    for table in REEL_TABLES:
        make_append_only(db, table)


_VERSIONS = """
CREATE TABLE reel_versions (
    id INTEGER PRIMARY KEY,
    list TEXT NOT NULL,               -- its name
    version INTEGER NOT NULL,         -- from 1, for each list
    sha256 TEXT NOT NULL,             -- of the text
    content BLOB NOT NULL,            -- zlib: the list as TOML
    said TEXT NOT NULL,               -- what was changed, in words
    who TEXT NOT NULL,
    at_utc TEXT NOT NULL,
    UNIQUE (list, version)
) STRICT;
"""
