from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from pipeline.errors import StoreError
from pipeline.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "s.db")


def test_versions_are_counted_for_each_list_and_stay_readable(store: Store) -> None:
    store.keep_reel_version("day", 'title = "1"\n', 1, "kim", "begun")
    store.keep_reel_version("day", 'title = "2"\n', 2, "lee", "1 clip added")
    store.keep_reel_version("night", 'title = "n"\n', 0, "kim", "begun")
    assert [(v.version, v.who, v.said) for v in store.reel_versions("day")] == [
        (2, "lee", "1 clip added"), (1, "kim", "begun"),
    ]  # fmt: skip
    assert store.reel_text("day", 1) == 'title = "1"\n'
    assert [v.version for v in store.reel_versions("night")] == [1]
    row = store.activity()[1]
    assert (row["action"], row["subject"], row["who"]) == ("reel.list", "day", "lee")


def test_the_same_text_again_is_no_version_and_an_earlier_text_is_one(store: Store) -> None:
    first = store.keep_reel_version("day", "a", 0, "kim", "begun")
    assert store.keep_reel_version("day", "a", 0, "lee", "again") == first
    store.keep_reel_version("day", "b", 0, "kim", "")
    assert store.keep_reel_version("day", "a", 0, "lee", "version 1 taken up again").version == 3


def test_nobody_changes_a_version(store: Store) -> None:
    store.keep_reel_version("day", "a", 0, "kim", "begun")
    for statement in ("UPDATE reel_versions SET said = 'x'", "DELETE FROM reel_versions"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            store._db.execute(statement)
    with pytest.raises(StoreError, match="no version 9"):
        store.reel_text("day", 9)
    store._db.execute("DROP TRIGGER reel_versions_no_update")
    for altered in ("sha256 = 'no'", "content = x'00'"):
        store._db.execute(f"UPDATE reel_versions SET {altered}")
        with pytest.raises(StoreError, match="behind the program's back"):
            store.reel_text("day", 1)
