"""What the sound says of a recording's place on its incident's clock."""

from __future__ import annotations

from sqlite_utils import Database

from pipeline.schema.registered import migrations


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
