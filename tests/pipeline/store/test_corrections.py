"""Corrections in the store: kept with who and when, laid over what is read, taken back, never changed."""

from __future__ import annotations

import sqlite3

import pytest

from pipeline.corrections import merge, rename
from pipeline.errors import StoreError
from pipeline.store import Store
from pipeline.types import Evidence, Turn
from tests.pipeline.store.test_store import RECORDING, run_of, store

__all__ = ("store",)

TURNS = (Turn(0, 2, "v1", None, "hello"), Turn(3, 4, "v2", None, "hi"), Turn(5, 6, "v1", None, "bye"))


@pytest.fixture
def spoken(store: Store) -> Store:
    store.save_step(run_of("turns"), Evidence(RECORDING, turns=TURNS), ("turns",), [])
    return store


def test_reading_gives_the_corrected_transcript_and_the_measured_one_stays(spoken: Store) -> None:
    kept = spoken.add_correction(rename(RECORDING.id, TURNS, "v1", "Officer Tarn", "kim"))
    assert kept.id == 1
    assert [t.voice for t in spoken.turns(RECORDING.id)] == ["Officer Tarn", "v2", "Officer Tarn"]
    evidence = spoken.evidence(RECORDING)
    assert evidence.turns is not None and evidence.turns[0].voice == "Officer Tarn"
    assert spoken.measured_turns(RECORDING.id) == TURNS
    assert spoken.measurements(RECORDING.id, ["turns"])["turns"] == TURNS


def test_a_correction_comes_back_as_it_was_made(spoken: Store) -> None:
    kept = spoken.add_correction(merge(RECORDING.id, TURNS, "v2", "v1", "kim"))
    (back,) = spoken.corrections(RECORDING.id)
    assert (back.kind, back.anchor, back.onto, back.who, back.said) == (
        kept.kind, kept.anchor, kept.onto, "kim", "v2 and v1 are one: v1",
    )  # fmt: skip
    assert abs((back.at_utc - kept.at_utc).total_seconds()) < 0.001


def test_taken_back_it_stays_on_record_with_who_did(spoken: Store) -> None:
    kept = spoken.add_correction(rename(RECORDING.id, TURNS, "v1", "Officer Tarn", "kim"))
    spoken.undo_correction(RECORDING.id, kept.id, "lee")
    assert spoken.turns(RECORDING.id) == TURNS
    (stored,) = spoken.all_corrections(RECORDING.id)
    assert stored.undone_by == "lee" and stored.undone_utc is not None
    with pytest.raises(StoreError, match="no correction 1 stands"):
        spoken.undo_correction(RECORDING.id, kept.id, "lee")
    assert [row["action"] for row in spoken.activity(2)] == ["correction.undo", "correction.name"]


@pytest.mark.parametrize("sql", ["UPDATE corrections SET who = 'x'", "DELETE FROM corrections"])
def test_corrections_are_append_only(spoken: Store, sql: str) -> None:
    spoken.add_correction(rename(RECORDING.id, TURNS, "v1", "Officer Tarn", "kim"))
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        spoken._db.execute(sql)
