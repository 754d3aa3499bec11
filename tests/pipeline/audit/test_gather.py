"""An audit of a real store: calls, roster and recordings put in through its own verbs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.audit.book import NO_CALL, NO_CLOCK, NO_OFFICER
from pipeline.audit.gather import assessed, book_of
from pipeline.camera_use import Call, UseKind, UseState
from pipeline.policy import load_policy
from pipeline.roster import Assignment, Roster
from pipeline.store import Store
from pipeline.types import ClockSource, Incident, Recording, Run, StepState
from tests.pipeline.audit.made import MARCH

POLICY = load_policy(None)
NOON = datetime(2025, 3, 10, 16, 0, tzinfo=UTC)
SINCE = datetime(2025, 1, 1, tzinfo=UTC)


def recording(name: str, start: datetime | None, seconds: float, camera: str) -> Recording:
    clock = ClockSource.STAMP if start else None
    return Recording(name * 64, Path(f"cards/{name}.mp4"), seconds, start, clock, camera, "mov,mp4")


def call(number: str, officer: str, start: datetime | None, minutes: int = 10) -> Call:
    end = start + timedelta(minutes=minutes) if start else None
    return Call(number, officer, dispatched=start, on_scene=start, cleared=end, call_type="Traffic stop")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """One call covered, one started 5 min late, one without a recording, one of before the period, one timeless."""
    store = Store(tmp_path / "bwc.db")
    for one in (
        recording("a", NOON - timedelta(seconds=30), 700.0, "AX 1"),
        recording("b", NOON + timedelta(hours=1, minutes=5), 400.0, "AX 1"),
        recording("c", NOON + timedelta(days=3), 60.0, "AX 2"),
        recording("d", NOON + timedelta(days=4), 60.0, "AX 9"),
        recording("e", None, 60.0, "AX 1"),
        recording("f", datetime(2025, 3, 1, 4, 50, tzinfo=UTC), 1200.0, "AX 2"),
    ):
        store.add_recording(one)
    for step in ("muted_audio", "lens_covered"):
        run = Run("a" * 64, step, "1", "p", StepState.DONE, "", {}, None, NOON, 0.1)
        store.replace_findings(run, [])
    people = [("1041", "Dana Ruiz", "AX 1"), ("1042", "Sam Okafor", "AX 2")]
    store.replace_roster([Assignment(o, n, "North", "", c, SINCE) for o, n, c in people], "roster.csv", "R. Ortiz")
    calls = [
        call("25-1", "1041", NOON),
        call("25-2", "1041", NOON + timedelta(hours=1)),
        call("25-3", "1042", NOON + timedelta(hours=2)),
        call("25-4", "1042", datetime(2025, 3, 1, 4, 50, tzinfo=UTC), 20),  # 23:50 on the last of February there
        call("25-5", "1042", None),
    ]
    store.import_dispatch(calls, "", tmp_path / "dispatch.csv", "R. Ortiz")
    return store


def test_what_is_counted(store: Store) -> None:
    book = book_of(assessed(store, POLICY, MARCH), {})
    assert [case.use.key for case in book.cases] == ["25-1", "25-2", "25-3"]
    whole = book.whole
    assert (whole.required, whole.with_video, whole.without_video, whole.not_told) == (3, 2, 1, 0)
    assert whole.kinds[UseKind.LATE_START].count == 1
    assert whole.kinds[UseKind.NO_RECORDING].count == 1
    assert (whole.hearing.known, whole.seeing.known) == (600.0, 600.0)
    assert whole.hearing.unknown > 0
    assert book.timeless == 1
    assert book.names == {"1041": "Dana Ruiz", "1042": "Sam Okafor"}
    assert [one.title for one in book.by("unit")] == ["North"]


def test_what_is_left_over(store: Store) -> None:
    book = book_of(assessed(store, POLICY, MARCH), {})
    # "f" began in February there, and counts for a call of then: it is no loose recording of March
    assert {one.facts.id[0]: one.reason for one in book.loose} == {"c": NO_CALL, "d": NO_OFFICER, "e": NO_CLOCK}
    assert book.hours.recordings == 4
    narrowed = book.narrowed(lambda case: case.use.officer == "1042", ["officer 1042"])
    assert narrowed.loose == book.loose


def test_calls_and_roster_for_this_run_alone(store: Store) -> None:
    before = store.data_version()
    given = [call("99-1", "1041", NOON), call("99-2", "1041", None)]
    roster = Roster([Assignment("1041", "Dana Ruiz", "South", "", "AX 1", SINCE)])
    book = book_of(assessed(store, POLICY, MARCH, calls=given, roster=roster), {})
    assert [case.key.split("|")[0] for case in book.cases] == ["99-1"]
    assert book.cases[0].groups["unit"] == "South"
    assert book.timeless == 1
    assert "given for this run" in book.sources["calls"]
    assert store.data_version() == before
    assert len(book_of(assessed(store, POLICY, MARCH), {}).cases) == 3


def test_states_come_on_top_and_do_not_ask_for_a_new_assessment(store: Store) -> None:
    found = assessed(store, POLICY, MARCH)
    (missing,) = [f for use in found.uses for f in use.findings if f.kind is UseKind.NO_RECORDING]
    version = store.assessment_version()
    store.set_use_state(missing, UseState.JUSTIFIED, "R. Ortiz", "battery failed", "equipment failure")
    store.log("R. Ortiz", "audit.export", "2025-03", {})
    assert store.assessment_version() == version
    whole = book_of(found, store.latest_use_states()).whole
    assert whole.states["justified"] == 1
    assert whole.categories == {"equipment failure": 1}
    store.add_recording(recording("9", NOON, 10.0, "AX 2"))
    assert store.assessment_version() != version
    version = store.assessment_version()
    store.replace_roster([Assignment("1041", "Dana Ruiz", "South", "", "AX 1", SINCE)], "new.csv", "R. Ortiz")
    assert store.assessment_version() != version


def test_an_empty_store(tmp_path: Path) -> None:
    with Store(tmp_path / "bwc.db") as store:
        book = book_of(assessed(store, POLICY, MARCH), {})
        assert (book.whole.cases, book.loose, book.hours.recordings) == (0, [], 0)


def test_an_incident_without_a_dispatch_record_is_compared_with_its_other_camera(store: Store) -> None:
    start = NOON + timedelta(days=9)
    whole, short = recording("1", start, 1800.0, "AX 1"), recording("2", start, 600.0, "AX 2")
    for one in (whole, short):
        store.add_recording(one)
    members = ((whole.id, 0.0, "clock"), (short.id, 0.0, "clock"))
    store.save_incidents([Incident("incident0001", "a stop", start, members, "clock")])
    found = assessed(store, POLICY, MARCH)
    book = book_of(found, {})
    of = [case for case in book.cases if case.use.call is None]
    assert {case.use.officer for case in of} == {"1041", "1042"}
    assert {case.groups["call-type"] for case in of} == {"no dispatch record"}
    (early,) = [f for case in of for f in case.use.findings if f.kind is UseKind.EARLY_STOP]
    assert (early.officer, early.seconds) == ("1042", 1200.0)
    assert not {one.facts.id for one in book.loose} & {whole.id, short.id}
    assert len({case.key for case in book.cases}) == len(book.cases)
