"""Every version of the agency's policy pack that was kept on the way: what it said, who changed it, and when."""

from __future__ import annotations

from sqlite_utils import Database

from pipeline.schema.registered import make_append_only, migrations

POLICY_TABLES = ("policy_versions",)


@migrations()
def m015_policy_versions(db: Database) -> None:
    """Every version of the agency's policy pack that was kept on the way: what it said, who changed it, and when."""
    db.executescript(_VERSIONS)
    for table in POLICY_TABLES:
        make_append_only(db, table)


_VERSIONS = """
CREATE TABLE policy_versions (
    id INTEGER PRIMARY KEY,
    file TEXT NOT NULL,               -- of the pack, as it is named beside the others
    sha256 TEXT NOT NULL,             -- of the text
    content BLOB NOT NULL,            -- zlib: the text
    pack_name TEXT NOT NULL,
    pack_version TEXT NOT NULL,
    pack_sha256 TEXT NOT NULL,        -- of the whole pack with this text, as findings are stamped with it
    note TEXT NOT NULL,
    who TEXT NOT NULL,
    at_utc TEXT NOT NULL
) STRICT;
CREATE INDEX policy_versions_by_file ON policy_versions (file, id);
"""
