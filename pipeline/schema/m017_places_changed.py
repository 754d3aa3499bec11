"""Whoever keeps what was made of the recordings and incidents is told by one number whether it still holds."""

from __future__ import annotations

from sqlite_utils import Database

from pipeline.schema.registered import migrations

TABLES = ("recordings", "incidents", "incident_recordings")


@migrations()
def m017_places_changed(db: Database) -> None:
    """A count of changes of recordings, incidents and their members: triggers keep it, whoever writes.

    Reading 25,000 recordings and comparing them takes 0.1 s (tests/benchmarks/large_pages.py), this number nothing.
    """
    db.executescript(_COUNT)
    for table in TABLES:
        for verb in ("INSERT", "UPDATE", "DELETE"):
            db.execute(
                f"CREATE TRIGGER IF NOT EXISTS {table}_counted_{verb.lower()} AFTER {verb} ON {table} "
                "BEGIN UPDATE places_changed SET times = times + 1; END"
            )


_COUNT = """
CREATE TABLE IF NOT EXISTS places_changed (
    times INTEGER NOT NULL  -- one row: how often recordings, incidents or their members were written to
) STRICT;
INSERT INTO places_changed SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM places_changed);
"""
