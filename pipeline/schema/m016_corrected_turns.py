"""What people put right in transcripts can be searched: an index that is made anew when corrections change."""

from __future__ import annotations

from sqlite_utils import Database

from pipeline.schema.registered import migrations


@migrations()
def m016_corrected_turns(db: Database) -> None:
    """Turns as they stand with all corrections, beside the measured ones that they replace; those of older stores are
    filled in by the opening that runs this migration."""
    db.executescript(_TURNS)
    db.table("corrected_turns").enable_fts(["text"], create_triggers=True, tokenize="porter unicode61")


_TURNS = """
CREATE TABLE corrected_turns (
    id INTEGER PRIMARY KEY,
    turn INTEGER NOT NULL REFERENCES turns(id),  -- the measured turn; several rows where it was cut
    recording TEXT NOT NULL REFERENCES recordings(id),
    start_s REAL NOT NULL,
    end_s REAL NOT NULL,
    voice TEXT,
    role TEXT CHECK (role IN ('officer', 'civilian', 'radio')),
    text TEXT,                                   -- NULL: the words stand as measured; empty: nothing was said
    corrections TEXT NOT NULL                    -- JSON list of the corrections that changed it
) STRICT;
CREATE INDEX corrected_turns_by_turn ON corrected_turns (turn);
CREATE INDEX corrected_turns_by_recording ON corrected_turns (recording);
CREATE INDEX corrected_turns_by_voice ON corrected_turns (voice);
CREATE INDEX turns_by_voice ON turns (voice);
"""
