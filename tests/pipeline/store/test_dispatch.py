"""Dispatch records in the store: whole files or nothing, and later exports that say more."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.camera_use import Call, UseFinding, UseKind, UseState
from pipeline.errors import StoreError, TableError
from pipeline.store import Store, dispatch
from pipeline.store.dispatch import ImportedCalls
from pipeline.types import ClockSource, Finding, Incident, Recording, Run, StepState, Verdict

ZERO = datetime(2025, 5, 17, 12, tzinfo=UTC)
FILE = Path("/exports/cad.csv")
ONE = Call("25-1", "17", "3B12", "Fight", "Report", ZERO, None, None, ZERO + timedelta(hours=1), "", "cad.csv", 2)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "s.db") as opened:
        yield opened


def bring(store: Store, *calls: Call, system: str = "", file: Path = FILE) -> ImportedCalls:
    return store.import_dispatch(iter(calls), system, file, "kim")


def later(call: Call, days: float = 0, **changes: object) -> Call:
    moved = {n: t + timedelta(days=days) for n in ("dispatched", "on_scene", "cleared") if (t := getattr(call, n))}
    return replace(call, **(moved | changes))  # type: ignore[arg-type]


def test_a_call_comes_back_as_it_was(store: Store) -> None:
    assert bring(store, ONE) == ImportedCalls(new=1)
    assert store.calls() == [ONE]


def test_the_same_file_again_changes_nothing(store: Store) -> None:
    bring(store, ONE, later(ONE, officer="18", row=3))
    rows = len(store.activity())
    assert bring(store, ONE, later(ONE, officer="18", row=3)) == ImportedCalls(unchanged=2)
    assert len(store.activity()) == rows


def test_a_later_export_updates_the_calls_that_it_has_and_no_others(store: Store) -> None:
    open_call = replace(ONE, cleared=None)
    bring(store, open_call, later(ONE, number="25-0"))
    done = bring(store, replace(ONE, disposition="Arrest"), later(ONE, number="25-2"))
    assert done == ImportedCalls(new=1, changed=1)
    assert [(c.number, c.disposition) for c in store.calls()] == [
        ("25-0", "Report"),
        ("25-1", "Arrest"),
        ("25-2", "Report"),
    ]
    assert store.calls()[1].cleared == ONE.cleared


def test_a_time_that_was_set_right_leaves_no_second_call(store: Store) -> None:
    bring(store, ONE)
    assert bring(store, replace(ONE, dispatched=ZERO + timedelta(minutes=2))) == ImportedCalls(changed=1)
    assert [c.dispatched for c in store.calls()] == [ZERO + timedelta(minutes=2)]


def test_a_number_that_comes_again_on_another_day_is_another_call(store: Store) -> None:
    bring(store, ONE)
    assert bring(store, later(ONE, 3)) == ImportedCalls(new=1)
    assert len(store.calls()) == 2


def test_a_number_that_comes_again_a_little_less_than_a_day_later_is_another_call(store: Store) -> None:
    bring(store, ONE)
    assert bring(store, later(ONE, days=0.98)).new == 1 and len(store.calls()) == 2


def test_one_officer_twice_at_one_call_stays_twice_when_one_of_them_changes(store: Store) -> None:
    again = later(ONE, 0.2, row=3)
    bring(store, ONE, again)
    assert bring(store, ONE, replace(again, disposition="Arrest")) == ImportedCalls(unchanged=1, changed=1)
    assert [(c.dispatched, c.disposition) for c in store.calls()] == [
        (ONE.dispatched, "Report"), (again.dispatched, "Arrest"),
    ]  # fmt: skip


def test_officers_and_units_are_compared_without_case_and_marks(store: Store) -> None:
    bring(store, ONE)
    assert bring(store, replace(ONE, unit="3b12")) == ImportedCalls(changed=1)
    assert len(store.calls()) == 1


def test_systems_do_not_touch_each_other(store: Store) -> None:
    bring(store, ONE)
    assert bring(store, replace(ONE, disposition="x"), system="County") == ImportedCalls(new=1)
    assert [(c.system, c.disposition) for c in store.calls()] == [("", "Report"), ("County", "x")]


def test_rows_that_add_to_each_other_are_one(store: Store) -> None:
    more = replace(ONE, cleared=None, on_scene=ZERO + timedelta(minutes=4), row=3)
    assert bring(store, ONE, more, ONE) == ImportedCalls(new=1, joined=2)
    (call,) = store.calls()
    assert call.on_scene == more.on_scene and call.cleared == ONE.cleared


def test_rows_that_contradict_each_other_leave_the_store_as_it_was(store: Store) -> None:
    bring(store, ONE)
    with pytest.raises(TableError, match=r"cad.csv, row 9, column 'cleared': call 25-5: row 8 says something else"):
        first = later(ONE, number="25-5", row=8)
        bring(store, later(ONE, number="25-4"), first, replace(first, cleared=ZERO + timedelta(hours=2), row=9))
    assert store.calls() == [ONE]


def test_an_error_in_the_last_row_leaves_nothing_behind(store: Store) -> None:
    def rows() -> Iterator[Call]:
        for n in range(5000):
            yield later(ONE, number=f"25-{n}")
        raise TableError(FILE, "is no time", 5002, "Cleared")

    with pytest.raises(TableError, match="row 5002"):
        store.import_dispatch(rows(), "", FILE, "kim")
    assert store.calls() == [] and store.activity() == []
    assert bring(store, ONE) == ImportedCalls(new=1)


def test_others_can_write_while_a_long_file_is_read(store: Store, tmp_path: Path) -> None:
    def rows() -> Iterator[Call]:
        for n in range(4001):
            yield later(ONE, number=f"25-{n}")
        with sqlite3.connect(tmp_path / "s.db", timeout=0.1) as other:
            other.execute("UPDATE files SET problem = 'x'")

    assert store.import_dispatch(rows(), "", FILE, "kim").new == 4001


def test_a_long_import_gives_the_space_of_its_journal_back(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = store.path.with_name(store.path.name + "-wal")
    bring(store, ONE)
    assert journal.stat().st_size > 0
    monkeypatch.setattr(dispatch, "MANY", 50)
    bring(store, *(later(ONE, number=f"25-{n}") for n in range(10, 60)))
    assert journal.stat().st_size == 0 and len(store.calls()) == 51


def test_calls_of_a_period_and_those_without_a_time(store: Store) -> None:
    silent = replace(ONE, number="25-9", dispatched=None, cleared=None)
    done = bring(store, ONE, later(ONE, 1, number="25-2"), silent)
    assert done.without_time == 1
    assert [c.number for c in store.calls(ZERO, ZERO + timedelta(days=1))] == ["25-1"]
    assert [c.number for c in store.calls()] == ["25-1", "25-2", "25-9"]


# facts of recordings


def recording(n: int, start: datetime | None = ZERO, seconds: float = 60.0) -> Recording:
    clock = ClockSource.STAMP if start else None
    return Recording(f"{n:064d}", Path(f"/cards/{n}.mp4"), seconds, start, clock, "OVELIA BC2 K1")


def ran(store: Store, of: Recording, step: str, *found: Finding, state: StepState = StepState.DONE) -> None:
    store.replace_findings(Run(of.id, step, "1", "f", state, "", {}, None, ZERO, 0.1), found)


def found(of: Recording, detector: str, label: str, start: float, end: float, score: float = 0.9) -> Finding:
    return Finding(of.id, detector, label, start, end, score, f"{label} for {end - start:.0f} s")


def test_facts_hold_what_detectors_found_and_who_looked(store: Store) -> None:
    one, two = recording(1), recording(2, None)
    for each in (one, two):
        store.add_recording(each)
    ran(store, one, "muted_audio", found(one, "muted_audio", "muted", 10, 14))
    ran(store, one, "pre_event_buffer", found(one, "pre_event_buffer", "pre_event_buffer", 0, 7.5))
    ran(store, one, "lens_covered", found(one, "lens_covered", "dark_picture", 20, 30),
        found(one, "lens_covered", "lens_covered", 40, 45, 0.3))  # fmt: skip
    ran(store, one, "frozen_picture", state=StepState.FAILED)
    ran(store, one, "techniques", found(one, "techniques", "camera_off_announced", 8, 9),
        found(one, "techniques", "listening", 8, 9))  # fmt: skip
    first, second = store.recording_facts()
    assert (first.id, first.start_utc, first.end_utc) == (one.id, ZERO, ZERO + timedelta(seconds=60))
    assert (first.clock, first.camera, first.path) == (ClockSource.STAMP, "OVELIA BC2 K1", "/cards/1.mp4")
    assert first.looked == {"muted_audio", "pre_event_buffer", "lens_covered", "techniques"}
    assert [(m.start, m.end, m.label) for m in first.muted] == [(10, 14, "muted")] and first.buffer == 7.5
    assert [m.label for m in first.unseen] == ["dark_picture"]  # the other is below the score that counts
    assert [m.label for m in first.announced] == ["camera_off_announced"]
    assert (second.start_utc, second.looked, second.buffer) == (None, frozenset(), None)


def test_what_a_person_dismissed_does_not_count_and_what_one_confirmed_does(store: Store) -> None:
    one = recording(1)
    store.add_recording(one)
    no, yes = found(one, "frozen_picture", "frozen", 0, 9), found(one, "frozen_picture", "frozen", 20, 29, 0.1)
    ran(store, one, "frozen_picture", no, yes)
    store.add_review(no.id, Verdict.DISMISSED, "kim")
    store.add_review(yes.id, Verdict.DISMISSED, "kim")
    store.add_review(yes.id, Verdict.CONFIRMED, "lee")
    (facts,) = store.recording_facts()
    assert [(m.start, m.confirmed, m.finding) for m in facts.unseen] == [(20, True, yes.id)]


def test_inputs_of_a_period_reach_a_day_round_it(store: Store) -> None:
    days = [recording(n, ZERO + timedelta(days=n)) for n in range(-3, 4)]
    for each in days:
        store.add_recording(each)
    store.save_incidents([Incident("i", "street", ZERO, ((days[3].id, 0.0, "x"), (days[0].id, 0.0, "x")), "clock")])
    bring(store, ONE, later(ONE, 2, number="25-2"))
    inputs = store.camera_use_inputs(ZERO, ZERO + timedelta(days=1))
    assert [c.number for c in inputs.calls] == ["25-1"]
    assert [f.id for f in inputs.facts] == [d.id for d in days[2:5]]
    assert [(i.id, len(i.recordings)) for i in inputs.incidents] == [("i", 2)]
    assert len(store.camera_use_inputs().facts) == 7


# states

FINDING = UseFinding(UseKind.LATE_START, "17", "25-1", ZERO, ZERO + timedelta(seconds=90), 90.0, 0.9, "late")


def test_states_are_added_and_the_newest_counts(store: Store) -> None:
    store.set_use_state(FINDING, UseState.CONFIRMED, "kim")
    store.set_use_state(FINDING, UseState.JUSTIFIED, "lee", "flat tyre", "equipment failure")
    assert [s.state for s in store.use_states(FINDING.id)] == [UseState.CONFIRMED, UseState.JUSTIFIED]
    newest = store.latest_use_states()[FINDING.id]
    assert (newest.who, newest.reason, newest.category) == ("lee", "flat tyre", "equipment failure")
    assert newest.said["seconds"] == 90.0 and newest.said["kind"] == "late_start"
    assert [row["action"] for row in store.activity()] == ["camera_use.justified", "camera_use.confirmed"]


@pytest.mark.parametrize("state", [UseState.JUSTIFIED, UseState.NOT_APPLICABLE])
def test_some_states_need_their_reason(store: Store, state: UseState) -> None:
    with pytest.raises(StoreError, match="needs its reason"):
        store.set_use_state(FINDING, state, "kim", "  ")
    with pytest.raises(StoreError, match="name of who sets it"):
        store.set_use_state(FINDING, UseState.CONFIRMED, " ")
    assert store.use_states() == []


def test_states_cannot_be_changed_or_deleted(store: Store, tmp_path: Path) -> None:
    store.set_use_state(FINDING, UseState.CONFIRMED, "kim")
    with sqlite3.connect(tmp_path / "s.db") as other:
        for said in ("UPDATE camera_use_states SET who = 'x'", "DELETE FROM camera_use_states"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                other.execute(said)
