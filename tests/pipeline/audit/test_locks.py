from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.audit.changes import case_row, changes
from pipeline.audit.locks import lock, locked, locks_of
from pipeline.camera_use import UseKind, UseState
from pipeline.errors import BwcError
from pipeline.store import Store
from tests.pipeline.audit.made import MARCH, START, book_of, cases_of, facts, finding, month, small, state, use

AFTER = datetime(2025, 4, 2, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "bwc.db")


def test_a_locked_period_stands_beside_the_live_one(store: Store) -> None:
    uses, known, states = small()
    row = lock(store, book_of(uses, known, states), "R. Ortiz", now=AFTER)
    found = locked(store, book_of(uses, known, states))
    assert found is not None
    assert found.row == row
    assert (found.changes, found.inputs, found.intact, found.earlier) == ([], (), True, 0)
    assert found.whole["required"] == 5
    assert found.group("officer", "1041")["with_video"] == 2  # type: ignore[index]
    assert found.group("officer", "9999") is None


def test_what_changed_since_and_why(store: Store) -> None:
    uses, known, states = small()
    lock(store, book_of(uses, known, states), "R. Ortiz", now=AFTER)
    late_upload = facts("f" * 64, START + timedelta(hours=2), 600.0, officer="1042")
    blind = replace(known[2], looked=known[0].looked, buffer=30.0)
    now = [
        uses[0],
        uses[1],
        replace(uses[2], recordings=(late_upload.id,), covered_s=600.0, findings=()),
        replace(uses[3], left_out="", required=uses[2].required, required_s=600.0),
        uses[5],
        use("25-7", START + timedelta(hours=8)),
    ]
    said = [*states, state(uses[1].findings[0], UseState.JUSTIFIED, "safety", who="M. Chen")]
    book = book_of(now, [known[0], known[1], blind, late_upload], said)
    found = locked(store, replace(book, policy={**book.policy, "sha256": "cd" * 32}))
    assert found is not None
    why = {(change.call, change.officer): change.why for change in found.changes}
    assert why == {
        ("25-2", "1041"): ("states set: late start is justified by M. Chen",),
        ("25-3", "1042"): (
            "new recordings: 1", "more or less of the recordings was analysed", "observations that are no longer made",
            "time covered, without sound or without picture",
        ),
        ("25-4", "1042"): (
            "left out or not: the policy leaves this out, now counted", "required time: 0 s, now 600 s",
        ),
        ("25-5", "2001"): ("a call that is no longer there",),
        ("25-6", "1042"): ("more or less of the recordings was analysed",),
        ("25-7", "1041"): ("a call that was not there",),
    }  # fmt: skip
    assert found.reasons["new recordings"] == 1
    assert found.reasons["more or less of the recordings was analysed"] == 2
    assert set(found.inputs) == {"cases", "states", "recordings", "policy"}
    assert found.whole["with_video"] == 3
    assert book.whole.with_video == 4


def test_a_period_is_locked_when_it_is_over_whole_and_once(store: Store) -> None:
    book = book_of(*small())
    with pytest.raises(BwcError, match="has not ended"):
        lock(store, book, "R. Ortiz", now=MARCH.end - timedelta(seconds=1))
    with pytest.raises(BwcError, match="locked whole"):
        lock(store, book.narrowed(lambda _: True, ["unit A"]), "R. Ortiz", now=AFTER)
    with pytest.raises(BwcError, match="name"):
        lock(store, book, " ", now=AFTER)
    lock(store, book, "R. Ortiz", now=AFTER)
    with pytest.raises(BwcError, match=r"locked already \(R\. Ortiz, .*--reason"):
        lock(store, book, "M. Chen", now=AFTER)
    again = lock(store, book, "M. Chen", "dispatch export was incomplete", now=AFTER)
    assert [one.who for one in locks_of(store, book)] == ["R. Ortiz", "M. Chen"]
    found = locked(store, book)
    assert found is not None
    assert (found.row, found.earlier) == (again, 1)
    assert locked(store, book.narrowed(lambda _: True, ["unit A"])) is None
    assert locked(store, replace(book, period=replace(MARCH, last=MARCH.last - timedelta(days=1)))) is None


def test_a_lock_that_was_tampered_with_is_told(store: Store, tmp_path: Path) -> None:
    book = book_of(*small())
    lock(store, book, "R. Ortiz", now=AFTER)
    store._db.execute("DROP TRIGGER audit_locks_no_update")
    store._db.execute("UPDATE audit_locks SET figures = replace(figures, '\"required\": 5', '\"required\": 6')")
    found = locked(store, book)
    assert found is not None
    assert not found.intact


@settings(max_examples=30)
@given(st.sets(st.integers(0, 59)), st.sets(st.integers(0, 59)))
def test_exactly_the_cases_that_differ_are_told(gone: set[int], longer: set[int]) -> None:
    uses, known, states = month(5, 60, seed=3)
    before = {case.key: case_row(case) for case in cases_of(uses, known, states)}
    assert changes(before, cases_of(uses[::-1], known, states)) == []
    now = [
        replace(one, covered_s=one.covered_s + 1) if n in longer else one for n, one in enumerate(uses) if n not in gone
    ]
    found = {(change.call, change.officer) for change in changes(before, cases_of(now, known, states))}
    expected = {(uses[n].key, uses[n].officer) for n in gone | longer}
    assert found == expected


def test_another_length_of_the_same_observation_is_told() -> None:
    missing = finding(UseKind.NO_RECORDING, "25-1", START, 600.0)
    before = {case.key: case_row(case) for case in cases_of([use("25-1", findings=[missing])])}
    longer = replace(missing, seconds=700.0)
    (change,) = changes(before, cases_of([use("25-1", findings=[longer])]))
    assert change.why == ("observations of another length",)
