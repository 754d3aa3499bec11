from __future__ import annotations

import errno
import os
import resource
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlite_utils import Database

from pipeline.errors import NotAStore, StoreDamaged, StoreError, StoreFull, StoreLocked, StoreMissing
from pipeline.schema import migrations
from pipeline.store import Store
from pipeline.store.problems import store_error
from pipeline.types import Recording


def raised(act: Callable[[], object]) -> sqlite3.Error:
    with pytest.raises(sqlite3.Error) as caught:
        act()
    return caught.value


def in_a_folder_that_is_read_only(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Opens it as SQLite does where nothing may be written; the account that runs this may write everywhere."""
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda path, **how: connect(f"file:{path}?mode=ro", uri=True, **how))


def test_another_programs_database_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "places.db"
    with sqlite3.connect(path) as raw:
        raw.execute("CREATE TABLE bookmarks (url TEXT)")
        raw.execute("CREATE TABLE _sqlite_migrations (id INTEGER PRIMARY KEY, migration_set, name, applied_at)")
    raw.close()
    before = path.read_bytes()
    with pytest.raises(NotAStore, match="another program's database"):
        Store(path)
    assert path.read_bytes() == before, "not even its journal mode"


def test_a_text_is_no_store(tmp_path: Path) -> None:
    (tmp_path / "bwc.db").write_text("notes of a day\n" * 100)
    with pytest.raises(NotAStore, match="the file is no database"):
        Store(tmp_path / "bwc.db")


def test_an_empty_file_becomes_a_store(tmp_path: Path) -> None:
    (tmp_path / "bwc.db").touch()
    with Store(tmp_path / "bwc.db", create=False) as store:
        assert store.recordings() == [] and store.brought_up == ()


def test_a_damaged_store_is_said_to_be_damaged(tmp_path: Path) -> None:
    path = tmp_path / "bwc.db"
    with Store(path) as store:
        for n in range(200):
            store.add_recording(Recording(f"{n:064d}", Path(f"/cards/{n}.mp4"), 1.0))
    content = bytearray(path.read_bytes())
    content[4096 * 2 :] = b"\xa5" * (len(content) - 4096 * 2)
    path.write_bytes(content)
    with pytest.raises((StoreDamaged, sqlite3.DatabaseError)) as caught, Store(path) as store:
        store.recordings()
    error = caught.value if isinstance(caught.value, StoreError) else store_error(path, caught.value)
    assert isinstance(error, StoreDamaged) and "go back to a copy" in str(error)


NEWEST = migrations._migrations[-1].name


def made_by_an_older_version(path: Path) -> None:
    """A store as it was before the newest migration."""
    connection = sqlite3.connect(path)
    migrations.apply(Database(connection), stop_before=NEWEST)
    connection.commit()
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()


def test_a_store_of_an_older_version_is_brought_up_and_it_is_said(tmp_path: Path) -> None:
    path = tmp_path / "bwc.db"
    made_by_an_older_version(path)
    with Store(path) as store:
        assert store.brought_up == (NEWEST,)
    with Store(path) as again:
        assert again.brought_up == ()


def test_a_store_of_an_older_version_that_cannot_be_written_says_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bwc.db"
    made_by_an_older_version(path)
    in_a_folder_that_is_read_only(path, monkeypatch)
    with pytest.raises(StoreLocked, match=r"older version.*copy it to a folder"):
        Store(path)


def test_what_cannot_be_written_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "bwc.db"
    Store(path).close()
    in_a_folder_that_is_read_only(path, monkeypatch)
    with Store(path) as store, pytest.raises(StoreLocked, match="may be written to"):
        store.log("ortiz", "recording.viewed", "x")


def test_a_store_that_went_away_is_missing_and_not_locked(tmp_path: Path) -> None:
    error = raised(lambda: sqlite3.connect(tmp_path / "no folder" / "bwc.db").execute("SELECT 1"))
    assert isinstance(store_error(tmp_path / "no folder" / "bwc.db", error), StoreMissing)


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="this system limits no running program's files")
def test_a_disk_that_takes_no_more_is_full(tmp_path: Path) -> None:
    path = tmp_path / "bwc.db"
    with Store(path) as store:
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        largest = max(file.stat().st_size for file in tmp_path.iterdir())
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, before[1]))
        try:
            with pytest.raises(StoreFull, match="no space left"):
                store.note_failure(Path("/cards/1.mp4"), os.strerror(errno.ENOSPC) * 10_000)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        store.note_failure(Path("/cards/1.mp4"), "kept once there is space")
        assert [file.problem for file in store.files()] == ["kept once there is space"]
