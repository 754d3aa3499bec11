"""The activity log becomes a chain, and exports are kept with what their manifests say."""

from __future__ import annotations

from sqlite_utils import Database

from pipeline.chain import START, row_hash
from pipeline.schema.registered import make_append_only, migrations


@migrations()
def m008_custody(db: Database) -> None:
    """The activity log becomes a chain, and exports are kept with what their manifests say."""
    db.executescript(_CUSTODY)
    _chain(db)
    for table in ("activity", "exports"):
        make_append_only(db, table)
    db.executescript(_CHAINED_ONLY)


def _chain(db: Database) -> None:
    """Gives the rows that were logged before this their hashes: from here on they cannot be changed unseen."""
    before = START
    for row in list(db.query("SELECT * FROM activity ORDER BY id")):
        before = row_hash(before, row)
        db.execute("UPDATE activity SET hash = ? WHERE id = ?", [before, row["id"]])


_CUSTODY = """
DROP TRIGGER activity_no_update;
DROP TRIGGER activity_no_delete;
ALTER TABLE activity ADD COLUMN hash TEXT NOT NULL DEFAULT '';    -- pipeline.chain
CREATE INDEX activity_by_subject ON activity (subject, id);
CREATE INDEX activity_by_action ON activity (action, id);

CREATE TABLE exports (
    id INTEGER PRIMARY KEY,
    activity INTEGER NOT NULL UNIQUE REFERENCES activity(id),
    kind TEXT NOT NULL,
    path TEXT NOT NULL,               -- where it was put
    sha256 TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    sources TEXT NOT NULL,            -- JSON list: path, recording, sha256
    manifest_sha256 TEXT NOT NULL     -- of the manifest's own bytes
) STRICT;
CREATE INDEX exports_by_path ON exports (path);
"""
_CHAINED_ONLY = """
CREATE TRIGGER activity_chained BEFORE INSERT ON activity WHEN length(NEW.hash) <> 64
BEGIN SELECT RAISE(ABORT, 'a row of the activity log needs its hash'); END;
"""
