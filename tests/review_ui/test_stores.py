from __future__ import annotations

import threading
from pathlib import Path

import pytest

from pipeline.errors import StoreError, StoreTooNew
from pipeline.store import Store
from review_ui import stores
from tests.review_ui.conftest import Made


def test_a_missing_store_is_said_in_one_line_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no store here"):
        stores.use(tmp_path / "nothing.db")
    assert not (tmp_path / "nothing.db").exists()


def test_a_store_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bwc.db"
    with Store(path) as store:
        store._db.table("_sqlite_migrations").insert(
            {"migration_set": "bwc-review", "name": "m999_later", "applied_at": "2030-01-01T00:00:00Z"}
        )
    with pytest.raises(StoreTooNew, match="newer version"):
        stores.use(path)


def test_each_thread_has_a_store_of_its_own(made: Made) -> None:
    seen = [stores.opened()]

    def look() -> None:
        seen.append(stores.opened())
        assert len(seen[1].recordings()) == 4

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert len(seen) == 2
    assert seen[0] is not seen[1]
    assert stores.opened() is seen[0]
