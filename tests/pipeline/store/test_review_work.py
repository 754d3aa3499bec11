"""Review work in the store: everything is added, nothing is changed, and what was signed stays signed."""

from __future__ import annotations

import sqlite3
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.custody.verify_store import verify_store
from pipeline.errors import StoreError
from pipeline.review_work.agreement import pairs
from pipeline.review_work.draws import drawn, drawn_alike
from pipeline.review_work.signing import changed_since
from pipeline.roster import Assignment as Worn
from pipeline.schema.m013_review_work import REVIEW_TABLES
from pipeline.store import Assignment, Store
from pipeline.store.review_kinds import WATCHED, queue_order
from pipeline.types import Span, Verdict
from tests.review_ui import made_store

C, D = Verdict.CONFIRMED, Verdict.DISMISSED


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made_store.fill(tmp_path / "s.db")
    return Store(tmp_path / "s.db")


def first(store: Store) -> str:
    return store.recordings()[0].id


def unseen(store: Store) -> str:
    return next(f.id for f in store.findings() if f.verdict is None)


def test_a_verdict_taken_back_counts_no_more_and_stays_in_the_history(store: Store) -> None:
    finding = unseen(store)
    store.add_review(finding, D, "kim")
    store.add_review(finding, C, "kim")
    store.withdraw_verdicts(finding, "kim")
    assert store.finding(finding).verdict is None, "not the one before either: it was replaced, then taken back"
    assert [r.verdict for r in store.reviews(finding)] == [D, C] and len(store.withdrawn(finding)) == 1
    assert store.activity(1)[0]["action"] == "verdict.withdrawn"
    store.add_review(finding, D, "kim")
    assert store.finding(finding).verdict.verdict is D
    with pytest.raises(StoreError, match="no verdict of yours"):
        store.withdraw_verdicts(finding, "lee")


def test_what_another_person_said_stands(store: Store) -> None:
    finding = unseen(store)
    store.add_review(finding, C, "lee", speaker_right=True)
    store.add_review(finding, D, "kim")
    assert finding not in store.speakers_confirmed()
    store.withdraw_verdicts(finding, "kim")
    assert store.finding(finding).verdict.reviewer == "lee" and finding in store.speakers_confirmed()
    assert [s.reviewer for s in store.verdicts_said() if s.finding == finding] == ["lee"]
    with pytest.raises(StoreError, match="no verdict"):
        store.withdraw_verdicts(finding, "kim")


def test_verdicts_of_one_person_and_those_beside_a_blind_one(store: Store) -> None:
    both, alone = [f.id for f in store.findings() if f.verdict is None][:2]
    store.add_review(both, C, "lee")
    store.add_review(both, D, "kim", blind=True)
    store.add_review(alone, C, "kim")
    assert {(s.finding, s.reviewer) for s in store.verdicts_said(by="kim")} == {(both, "kim"), (alone, "kim")}
    beside = store.verdicts_said(beside_blind=True)
    assert [(s.finding, s.reviewer, s.blind) for s in beside] == [(both, "lee", False), (both, "kim", True)]
    assert pairs(beside) == pairs(store.verdicts_said()) != []
    store.withdraw_verdicts(both, "kim")
    assert pairs(store.verdicts_said(beside_blind=True)) == [] == pairs(store.verdicts_said())


def test_another_roster_is_another_state_also_an_empty_one(store: Store) -> None:
    worn = Worn("17", "Tarn", "A", "1", "AX-1041", made_store.START, None)
    states = [store.roster_state()]
    for roster in ([worn], [replace(worn, unit="B")], []):
        assert store.replace_roster(roster, "roster.csv", "kim")
        states.append(store.roster_state())
    assert not store.replace_roster([], "roster.csv", "kim") and store.roster_state() == states[-1]
    assert all(now != before for before, now in pairwise(states))


def test_a_speaker_is_confirmed_only_with_a_confirmed_label(store: Store) -> None:
    finding = unseen(store)
    store.add_review(finding, D, "kim", speaker_right=True)
    assert finding not in store.speakers_confirmed()
    store.add_review(finding, C, "kim", speaker_right=True)
    assert finding in store.speakers_confirmed()
    store.add_review(finding, C, "kim")
    assert finding not in store.speakers_confirmed(), "the newest answer counts, whole"


def test_assignments_are_given_changed_and_done_by_adding_rows(store: Store) -> None:
    soon, late = datetime(2025, 1, 2, tzinfo=UTC), datetime(2025, 3, 1, tzinfo=UTC)
    one = store.assign(Assignment(first(store), "asked", ("asked for by kim",), "lee", late), "kim")
    two = store.assign(Assignment(first(store), "random", ("seed 7",)), "kim")
    three = store.assign(Assignment(first(store), "random", (), "lee", soon), "kim")
    assert [a.number for a in queue_order(store.assignments())] == [three, one, two]
    moved = store.change_assignment(one, "kim", reviewer="sam")
    assert (moved.reviewer, moved.due_utc, moved.reasons) == ("sam", late, ("asked for by kim",))
    assert store.assignment(three).overdue(late) and not store.assignment(two).overdue(late)
    assert store.change_assignment(three, "lee", state="done").state == "done"
    assert not store.assignment(three).overdue(late)
    assert [a.number for a in store.assignments(open_only=True)] == [one, two]
    assert [row["action"] for row in store.activity(2)] == ["queue.done", "queue.reassign"]
    for wrong in (lambda: store.assignment(99), lambda: store.change_assignment(99, "kim"),
                  lambda: store.assign(Assignment(first(store), "asked", (), blind=True), "kim"),
                  lambda: store.assign(Assignment(first(store), "asked", ()), " ")):  # fmt: skip
        with pytest.raises(StoreError):
            wrong()


def test_who_reviews_an_incident_blind_is_blind_on_its_recordings(store: Store) -> None:
    (incident,) = store.incidents()
    number = store.assign(Assignment(incident.id, "asked", (), "lee", blind=True), "kim")
    assert store.blind_subjects("lee") == {incident.id, *(r for r, _, _ in incident.recordings)}
    assert store.blind_subjects("kim") == set()
    with pytest.raises(StoreError, match="blind"):
        store.change_assignment(number, "kim", reviewer="")
    store.change_assignment(number, "lee", state="done")
    assert store.blind_subjects("lee") == set()


def test_a_draw_is_kept_so_that_it_can_be_drawn_again(store: Store) -> None:
    made = drawn("officer", {"17": ["a", "b", "c"], "18": ["d"]}, 2, "March", "s1")
    number = store.add_draw(made, "kim")
    (kept,) = store.draws(number)
    assert (kept.drawn, kept.population, kept.who) == (made.drawn, made.population, "kim") and drawn_alike(kept)


def test_rows_of_review_work_cannot_be_changed(store: Store) -> None:
    recording = first(store)
    store.add_watched(recording, "kim", [Span(0, 5)])
    store.sign_off(recording, [recording], "kim")
    connection = sqlite3.connect(store.path)
    for table in REVIEW_TABLES:
        columns = connection.execute(f"SELECT name FROM pragma_table_info('{table}')").fetchall()
        triggers = connection.execute(
            "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", [table]
        )
        assert columns and triggers.fetchone()[0] == 2, table
    for table in ("watched_spans", "sign_offs", "review_marks"):
        for wrong in (
            f"DELETE FROM {table}",
            f"UPDATE {table} SET {'blind = 1' if table == 'review_marks' else 'who = 1'}",
        ):
            if connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]:
                with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                    connection.execute(wrong)
    connection.close()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.floats(-20, 140), st.floats(0, 60)), max_size=12))
def test_watched_spans_are_merged_within_the_recording(
    tmp_path_factory: pytest.TempPathFactory, spans: list[tuple[float, float]]
) -> None:
    with Store(tmp_path_factory.mktemp("w") / "s.db") as store:
        one = made_store.recording("a.mp4")
        store.add_recording(one)
        for start, length in spans:
            store.add_watched(one.id, "kim", [Span(start, start + length)])
        kept = store.watched().get(one.id, {}).get("kim", ())
        assert all(0 <= s.start < s.end <= one.duration for s in kept)
        assert all(a.end < b.start for a, b in pairwise(kept))
        for start, length in spans:
            middle = start + length / 2
            if length >= 0.01 and 0.01 < middle < one.duration - 0.01:
                assert any(s.start - 0.01 <= middle <= s.end + 0.01 for s in kept)


def test_whoever_says_to_have_watched_all_of_it_did(store: Store) -> None:
    recording = first(store)
    store.log("kim", WATCHED, recording)
    store.add_watched(recording, "lee", [Span(0, 10)])
    length = store.recording(recording).duration
    assert store.watched([recording]) == {recording: {"kim": (Span(0, length),), "lee": (Span(0, 10),)}}
    assert store.watched_wholly() == {recording}
    with pytest.raises(StoreError):
        store.add_watched("no such one", "kim", [Span(0, 1)])


def test_a_sign_off_stays_as_it_was_and_tells_what_changed_since(store: Store) -> None:
    recording, finding = first(store), unseen(store)
    signed = store.sign_off(recording, [recording], "kim", "all of it seen")
    assert signed.intact and not changed_since(signed.content, store.review_content(recording, [recording]))
    store.add_review(finding, C, "lee")
    store.add_watched(recording, "kim", [Span(1, 9)])
    (kept,) = store.sign_offs(recording)
    assert (kept.sha256, kept.content) == (signed.sha256, signed.content)
    assert changed_since(kept.content, store.review_content(recording, [recording])) == ("verdicts", "watched")
    store.withdraw_verdicts(finding, "lee")
    again = store.sign_off(recording, [recording], "lee")
    assert again.sha256 != signed.sha256 and not store.broken_sign_offs()


def test_a_sign_off_that_somebody_changed_is_found(store: Store) -> None:
    recording = first(store)
    store.sign_off(recording, [recording], "kim")
    store.sign_off(recording, [recording], "lee")
    with sqlite3.connect(store.path) as connection:
        connection.execute("DROP TRIGGER sign_offs_no_update")
        connection.execute("DROP TRIGGER sign_offs_no_delete")
        connection.execute("UPDATE sign_offs SET content = ? WHERE id = 1", [zlib.compress(b"{}")])
        connection.execute("DELETE FROM sign_offs WHERE id = 2")
    found = store.broken_sign_offs()
    assert found == [
        "sign-off 1 by kim is not what was signed",
        "sign-off 2 by lee is in the log, but no longer in the store",
    ]
    assert {row.said for row in verify_store(store).changes} >= set(found)
