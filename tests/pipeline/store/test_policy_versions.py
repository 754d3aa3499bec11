from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import StoreError
from pipeline.store import Store

PACK = {"name": "city", "version": "2", "sha256": "ab" * 32}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "s.db")


def test_versions_stay_readable_newest_first(store: Store) -> None:
    first = store.keep_policy_version("city.toml", 'version = "1"\n', PACK | {"version": "1"}, "kim", "as it was")
    second = store.keep_policy_version("city.toml", 'version = "2"\n', PACK, "kim", "a phrase more")
    assert [v.number for v in store.policy_versions()] == [second.number, first.number]
    assert store.policy_text(first.number) == 'version = "1"\n' and second.pack == PACK
    (row, *_) = store.activity()
    assert (row["action"], row["subject"], row["who"]) == ("policy.keep", "city.toml", "kim")


def test_the_same_text_again_is_no_version(store: Store) -> None:
    first = store.keep_policy_version("city.toml", "a", PACK, "kim", "")
    assert store.keep_policy_version("city.toml", "a", PACK, "lee", "again") == first
    assert store.keep_policy_version("words.toml", "a", PACK, "lee", "another file") != first


def test_nobody_changes_a_version(store: Store) -> None:
    kept = store.keep_policy_version("city.toml", "a", PACK, "kim", "")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        store._db.execute("UPDATE policy_versions SET note = 'x'")
    with pytest.raises(StoreError, match="no version 99"):
        store.policy_text(99)
    store._db.execute("DROP TRIGGER policy_versions_no_update")
    store._db.execute("UPDATE policy_versions SET sha256 = 'no'")
    with pytest.raises(StoreError, match="behind the program's back"):
        store.policy_text(kept.number)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    with Store(tmp_path_factory.getbasetemp() / "any.db") as store:
        assert store.policy_text(store.keep_policy_version("f", text, PACK, "kim", "").number) == text
