"""Plans are kept version by version: none is lost, none is changed, and each says who changed what."""

from __future__ import annotations

import sqlite3
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.redaction.plan import Key, Plan, RedactionError, Region, SoundSpan, plan_text
from pipeline.redaction.versions import part_hash, save, saved
from pipeline.store import PlanMoved, Store
from pipeline.types import Recording, Span

ONE = Region(Span(1, 3), (Key(1, 0.1, 0.2, 0.3, 0.4), Key(2.5, 0.2, 0.2, 0.3, 0.4)), what="plate")
TWO = Region(Span(2, 6), (Key(2, 0.5, 0.5, 0.1, 0.1),), by="a network", what="face", lost=(Span(2, 2.5), Span(5.5, 6)))
TONE = SoundSpan(Span(4, 5), why="spoken name")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    opened = Store(tmp_path / "bwc.db")
    opened.add_recording(Recording("a" * 64, Path("one.mp4"), 10.0))
    return opened


def test_every_version_stays_with_who_and_what(store: Store) -> None:
    first = save(store, "a" * 64, Plan("", (ONE, TWO), (TONE,)), "kim", 0)
    moved = replace(ONE, keys=(Key(1, 0.4, 0.2, 0.3, 0.4),))
    save(store, "a" * 64, Plan("", (moved, replace(TWO, off=True)), (TONE,), ("a remark",)), "lee", first.number)
    versions = store.plan_versions("a" * 64)
    assert [(v.version, v.who) for v in versions] == [(1, "kim"), (2, "lee")]
    assert versions[0].said == "2 places added, 1 stretch of sound added" and versions[1].said == "2 places changed"
    assert saved(store, "a" * 64).plan == Plan("a" * 64, (moved, replace(TWO, off=True)), (TONE,), ("a remark",))
    assert saved(store, "a" * 64, 1).plan == Plan("a" * 64, (ONE, TWO), (TONE,))
    rows = [row for row in store.activity() if row["action"] == "redaction.plan"]
    assert [row["who"] for row in rows] == ["lee", "kim"] and "a remark" not in rows[0]["detail"]
    assert not list(store.broken_links())


def test_what_changes_nothing_is_no_version_and_parts_are_stored_once(store: Store) -> None:
    save(store, "a" * 64, Plan("", (ONE,)), "kim", 0)
    assert save(store, "a" * 64, Plan("", (ONE,)), "kim", 1).number == 1
    save(store, "a" * 64, Plan("", (ONE, TWO)), "kim", 1)
    versions = store.plan_versions("a" * 64)
    table = tomllib.loads(plan_text(saved(store, "a" * 64).plan))  # as the screen gets it
    assert [part_hash(row) for row in table["picture"]] == list(versions[1].picture)
    assert len(versions) == 2 and versions[1].picture[0] == versions[0].picture[0]
    assert len(store.plan_parts([*versions[0].picture, *versions[1].picture, "0" * 64])) == 2


def test_a_save_that_saw_an_older_version_is_refused(store: Store) -> None:
    save(store, "a" * 64, Plan("", (ONE,)), "kim", 0)
    save(store, "a" * 64, Plan("", (TWO,)), "kim", 1)
    with pytest.raises(PlanMoved, match="version 2"):
        save(store, "a" * 64, Plan("", (ONE, TWO)), "lee", 1)
    with pytest.raises(RedactionError, match="no version 9"):
        saved(store, "a" * 64, 9)
    assert saved(store, "a" * 64).plan.regions == (TWO,)


@pytest.mark.parametrize("table", ["redaction_parts", "redaction_plans"])
def test_nothing_of_it_can_be_changed(store: Store, table: str) -> None:
    save(store, "a" * 64, Plan("", (ONE,)), "kim", 0)
    with sqlite3.connect(store.path) as db, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        db.execute(f"DELETE FROM {table}")


def test_what_is_switched_off_is_kept_and_not_covered() -> None:
    plan = Plan("", (replace(ONE, off=True), TWO), (replace(TONE, off=True),))
    assert plan.within(Span(0, 10)) == Plan("", (TWO,))
    assert not plan.empty and Plan("", (replace(ONE, off=True),)).empty
    assert plan_text(plan).count("off = true") == 2
