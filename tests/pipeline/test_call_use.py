"""Camera use of a store, over a period, with what other cameras heard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from models.contract import BackendInfo
from pipeline.call_use import assessed, camera_use, finding_of
from pipeline.camera_use import Call, UseKind
from pipeline.errors import StoreError
from pipeline.policy import load_policy
from pipeline.roster import Assignment
from pipeline.store import Store
from pipeline.types import ClockSource, Evidence, Incident, Recording, Role, Run, StepState, Turn

ZERO = datetime(2025, 5, 17, 12, tzinfo=UTC)
POLICY = replace(load_policy(), camera=replace(load_policy().camera, on_until="call_closed"))


def recording(officer: int, start: float, end: float) -> Recording:
    name = f"{officer}{start:g}"
    begins = ZERO + timedelta(seconds=start)
    return Recording(
        name.ljust(64, "0"), Path(f"/c/{name}.mp4"), end - start, begins, ClockSource.STAMP, f"X K{officer}"
    )


ONE, TWO, OTHER = recording(1, 300, 1800), recording(2, -10, 1810), recording(1, 90_000, 90_100)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "s.db") as opened:
        start = ZERO - timedelta(days=9)
        opened.replace_roster([Assignment(str(n), "", "U", "", f"K{n}", start) for n in (1, 2)], "r.csv", "kim")
        for each in (ONE, TWO, OTHER):
            opened.add_recording(each)
        calls = [Call("25-1", str(n), dispatched=ZERO, cleared=ZERO + timedelta(minutes=30)) for n in (1, 2)]
        opened.import_dispatch(iter(calls), "", Path("cad.csv"), "kim")
        yield opened


def heard(store: Store, *, draft: bool) -> None:
    """What was said on the second camera."""
    turns = (
        Turn(2, 4, "S1", Role.OFFICER, "before the call"),
        Turn(100, 104, "S1", Role.OFFICER, "put the knife down"),
        Turn(103, 110, "S2", Role.CIVILIAN, "no"),
        Turn(900, 950, "S1", Role.OFFICER, "much later"),
    )
    backend = BackendInfo("x", "1", weights={}, settings={}, draft=draft)
    run = Run(TWO.id, "transcribe", "1", "f", StepState.DONE, "", {}, backend, ZERO, 1.0)
    store.save_step(run, Evidence(TWO, turns=turns), ("turns",), ())


def test_the_other_camera_tells_what_was_said_meanwhile(store: Store) -> None:
    assert "no transcript" in [e.text for e in camera_use(store, POLICY)[0].findings[0].evidence][-1]
    heard(store, draft=False)
    (late,) = camera_use(store, POLICY)[0].findings
    assert late.kind is UseKind.LATE_START and late.seconds == 300
    speech = late.evidence[-1]
    assert (speech.kind, speech.recording, speech.at) == ("speech", TWO.id, 100.0)
    assert speech.text == '10 s of speech there: "put the knife down"'


def test_words_of_a_poor_recogniser_are_not_quoted(store: Store) -> None:
    heard(store, draft=True)
    (late,) = camera_use(store, POLICY)[0].findings
    assert late.evidence[-1].text == "10 s of speech there"


def test_a_period_holds_its_calls_and_the_recordings_that_none_asked_for(store: Store) -> None:
    day = timedelta(days=1)
    first = assessed(store, POLICY, ZERO, ZERO + day)
    assert [u.officer for u in first.uses] == ["1", "2"] and first.outside == ()
    assert {f.id: f.officer for f in first.facts}[ONE.id] == "1"
    second = assessed(store, POLICY, ZERO + day, ZERO + 2 * day)
    assert second.uses == () and [f.id for f in second.outside] == [OTHER.id]


def test_an_incident_without_a_call_is_of_the_period_it_began_in(store: Store) -> None:
    late = recording(2, 90_010, 90_100)
    store.add_recording(late)
    store.save_incidents([Incident("i1", "lot", ZERO, ((OTHER.id, 0.0, "x"), (late.id, 10.0, "x")), "clock")])
    day = timedelta(days=1)
    assert [u.key for u in camera_use(store, POLICY, ZERO, ZERO + day)] == ["25-1", "25-1"]
    assert [u.key for u in camera_use(store, POLICY, ZERO + day, ZERO + 2 * day)] == ["i1", "i1"]


def test_a_finding_is_found_by_the_first_letters_of_its_id(store: Store) -> None:
    uses = camera_use(store, POLICY)
    (late,) = uses[0].findings
    assert finding_of(uses, late.id[:5]) is late
    for wanted in ("", "zz"):
        with pytest.raises(StoreError, match="bwc camera-use list"):
            finding_of(uses, wanted)
