"""The activity log: chained whoever writes, read by page and filter, chained where it is older than the chain too."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.chain import START, Head, row_hash
from pipeline.store import Store
from pipeline.store.activity import ActivityFilter


@pytest.fixture
def store(tmp_path: Path):
    with Store(tmp_path / "bwc.db") as opened:
        yield opened


def write_some(path: Path, who: str) -> None:
    with Store(path) as store:
        for n in range(30):
            store.log(who, "recording.viewed", f"{n}")


def test_writers_at_once_make_one_chain(store: Store) -> None:
    context = get_context("spawn")
    writers = [context.Process(target=write_some, args=(store.path, name)) for name in ("a", "b", "c")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert store.activity_count() == 90 and list(store.broken_links()) == []
    assert [row.id for row in store.activity_page(limit=-1)] == list(range(90, 0, -1))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.text(), st.text(), st.text(), st.dictionaries(st.text(), st.text())), max_size=4))
def test_any_text_is_chained(tmp_path_factory: pytest.TempPathFactory, rows) -> None:
    with Store(tmp_path_factory.mktemp("any") / "bwc.db") as store:
        for who, action, subject, detail in rows:
            store.log(who, action, subject, detail)
        assert list(store.broken_links()) == [] and store.log_head().row == len(rows)


def test_the_head_of_an_empty_log(store: Store) -> None:
    assert store.log_head() == Head(0, START) and list(store.broken_links()) == []


def test_a_row_without_its_hash_is_refused(store: Store) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="needs its hash"):
        store._db.execute("INSERT INTO activity (at_utc, who, action, subject, detail) VALUES ('', '', '', '', '{}')")
    store._db.rollback()
    store.log("x", "y", "z")
    for statement in ("UPDATE activity SET who = 'q'", "DELETE FROM activity", "DELETE FROM exports"):
        if "exports" not in statement:
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                store._db.execute(statement)
            store._db.rollback()


def test_a_log_older_than_the_chain_is_chained(tmp_path: Path) -> None:
    """A store as it was before the chain: brought up to date when it is opened, its rows as they were."""
    from pipeline.schema import migrations

    path = tmp_path / "old.db"
    Store(path).close()
    with sqlite3.connect(path) as db:
        db.executescript("""
            DROP TRIGGER activity_no_update; DROP TRIGGER activity_no_delete; DROP TRIGGER activity_chained;
            DROP TABLE exports; DROP INDEX activity_by_subject; DROP INDEX activity_by_action;
            ALTER TABLE activity DROP COLUMN hash;
            CREATE TRIGGER activity_no_update BEFORE UPDATE ON activity BEGIN SELECT RAISE(ABORT, 'append-only'); END;
            CREATE TRIGGER activity_no_delete BEFORE DELETE ON activity BEGIN SELECT RAISE(ABORT, 'append-only'); END;
            DELETE FROM _sqlite_migrations WHERE name = 'm008_custody';
            INSERT INTO activity (at_utc, who, action, subject, detail) VALUES
              ('2026-01-01T00:00:00.000Z', 'A', 'review.unsure', 'f', '{"note": "é"}'),
              ('2026-01-01T00:00:01.000Z', 'B', 'report.public', '2025', '{}');
        """)
    db.close()
    assert any(migration.name == "m008_custody" for migration in migrations._migrations)
    with Store(path) as store:
        rows = store.activity_page(limit=-1)
        assert [(r.id, r.who, r.action) for r in rows] == [(2, "B", "report.public"), (1, "A", "review.unsure")]
        assert list(store.broken_links()) == [] and rows[0].hash == store.log_head().hash
        store.log("C", "x", "y")
        assert list(store.broken_links()) == []
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            store._db.execute("UPDATE activity SET who = 'q'")


def test_pages_and_filters(store: Store) -> None:
    for n in range(25):
        store.log("A" if n % 2 else "B", "review.confirmed" if n % 5 else "reviewer.added", f"subject {n}")
    first = store.activity_page(limit=10)
    second = store.activity_page(limit=10, before=first[-1].id)
    assert [r.id for r in first + second] == list(range(25, 5, -1))
    reviews = ActivityFilter(action="review")
    assert {r.action for r in store.activity_page(reviews)} == {"review.confirmed"}  # the kind, not what begins so
    assert store.activity_count(ActivityFilter(action="review.confirmed", who="B")) == 10
    assert [r.subject for r in store.activity_page(ActivityFilter(subject="subject 2"))][-1] == "subject 2"
    moment = first[-1].at_utc
    since = store.activity_count(ActivityFilter(since=moment))
    assert since + store.activity_count(ActivityFilter(until=moment)) == 25
    assert store.activity_count(ActivityFilter(since=moment + timedelta(days=1))) == 0
    assert store.activity_choices() == (["A", "B"], ["review.confirmed", "reviewer.added"])


def test_views_and_refusals_leave_the_version_for_caches_alone(store: Store) -> None:
    store.log("A", "review.confirmed", "f")
    before = store.data_version()
    store.note_view("A", "r")
    store.log("A", "export.refused", "r")
    assert store.data_version() == before
    store.log("A", "recording.watched", "r")
    assert store.data_version() > before


@pytest.mark.parametrize("row", [1, 4, 8])
@pytest.mark.parametrize("column", ["who", "detail", "hash", "at_utc", "subject", "action"])
def test_the_altered_row_is_the_one_that_is_named(store: Store, row: int, column: str) -> None:
    for n in range(8):
        store.log("A", "x", str(n))
    for trigger in ("activity_no_update", "activity_no_delete"):
        store._db.execute(f"DROP TRIGGER {trigger}")
    value = "'" + "0" * 64 + "'" if column == "hash" else f"{column} || ' '"
    store._db.execute(f"UPDATE activity SET {column} = {value} WHERE id = ?", [row])
    store._db.conn.commit()
    (broken,) = store.broken_links()
    assert broken.row == row


def test_missing_rows_are_named(store: Store) -> None:
    for n in range(9):
        store.log("A", "x", str(n))
    store._db.execute("DROP TRIGGER activity_no_delete")
    store._db.execute("DELETE FROM activity WHERE id IN (3, 4, 7)")
    store._db.conn.commit()
    assert [broken.said for broken in store.broken_links()] == ["rows 3 to 4 are missing", "row 7 is missing"]


def test_a_row_hash_is_not_fooled_by_moved_letters() -> None:
    row = {"id": 1, "at_utc": "t", "who": "ab", "action": "c", "subject": "", "detail": "{}"}
    assert row_hash(START, row) != row_hash(START, row | {"who": "a", "action": "bc"})
    assert row_hash(START, row) != row_hash("1" * 64, row)


def test_a_verdict_and_its_row_agree(tmp_path: Path) -> None:
    from pipeline.types import Verdict
    from tests.pipeline.store.test_store import RECORDING, finding, run_of

    with Store(tmp_path / "b.db") as store:
        store.add_recording(RECORDING)
        store.replace_findings(run_of("muted_audio"), [finding(1)])
        for note in ("", "é \" '", "same", "same"):
            store.add_review(finding(1).id, Verdict.UNSURE, "A", note)
        assert list(store.unlogged()) == []
