"""Cameras of an incident are laid on one clock once, and again only when something changes."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from models.contract import SAMPLE_RATE_HZ
from pipeline.assemble import Plan
from pipeline.camera_use.types import Call
from pipeline.config import Incidents, Settings
from pipeline.incidents import grouped_by_hand
from pipeline.roster import Assignment
from pipeline.run_incidents import (
    analyse_incidents,
    detect_in_incident,
    group_by_hand,
    incident_evidence,
    place_by_hand,
    ungroup_by_hand,
)
from pipeline.store import Store
from pipeline.types import (
    ClockSource,
    Evidence,
    Finding,
    IncidentEvidence,
    Recording,
    Run,
    StepState,
    StreamFacts,
)
from tests.pipeline.incidents.made import turn
from tests.pipeline.sync.made import print_of, recorded, talk

ZERO = datetime(2026, 3, 1, 20, 0, tzinfo=UTC)
SCENE = talk(130.0, 61)


@dataclass(frozen=True)
class Heard:
    """An incident detector that counts its calls."""

    fails: bool = False

    calls: ClassVar[list[int]] = []

    name: ClassVar[str] = "heard"
    version: ClassVar[str] = "1"
    reads: ClassVar[tuple[str, ...]] = ("turns",)

    def __call__(self, incident: IncidentEvidence) -> Iterator[Finding]:
        self.calls.append(1)
        if self.fails:
            raise ZeroDivisionError("x")
        for t in incident.turns or ():
            yield Finding(incident.incident.id, self.name, "heard", t.start, t.end, 0.5, "s", t.speaker)


def add(store: Store, folder: Path, name: str, at: float, clock: float | None, *, spoken: bool = True) -> Recording:
    """A recording of the scene from `at` on, its file, its print and what was said at 40 s of the scene."""
    samples = recorded(SCENE, at, 80.0, seed=int(at))
    path = folder / f"{name}.wav"
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(SAMPLE_RATE_HZ)
        out.writeframes((samples * 20_000).astype(np.int16).tobytes())
    recording = Recording(
        name * 8,
        path,
        80.0,
        None if clock is None else ZERO + timedelta(seconds=clock),
        None if clock is None else ClockSource.CONTAINER,
        name,
        streams=(StreamFacts("audio", "pcm_s16le", 0.0, 80.0),),
        size_bytes=path.stat().st_size,
    )
    store.add_recording(recording)
    turns = (turn((40.0, 43.0, "v1", "get on the ground"), at),) if spoken else None
    evidence = Evidence(recording, band_flux=print_of(samples), turns=turns)
    run = Run(recording.id, "band_flux", "1", name, StepState.DONE, "", {}, None, ZERO, 0.0)
    store.save_step(run, evidence, ("band_flux",), ())
    store.save_step(replace(run, step="turns"), evidence, ("turns",), ())
    return recording


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "bwc.db") as opened:
        yield opened


def plan(*detectors: Heard, sound: bool = True) -> Plan:
    return Plan(Settings(incidents=Incidents(sound=sound)), (), (), detectors, False)


def test_offsets_are_found_kept_and_found_again_when_a_camera_joins(store: Store, tmp_path: Path) -> None:
    detector = Heard()
    Heard.calls.clear()
    add(store, tmp_path, "a", 0.0, 0.0)
    add(store, tmp_path, "b", 25.4, 26.0)
    (first,) = analyse_incidents(store, plan(detector))
    assert {r: o for r, o, _ in first.recordings}["b" * 8] == pytest.approx(25.4, abs=0.003)
    assert store.incidents() == [first]
    run = store.latest_runs(first.id)["one_clock"]
    assert analyse_incidents(store, plan(detector)) == [first]
    assert store.latest_runs(first.id)["one_clock"].started_utc == run.started_utc
    assert len(detector.calls) == 1
    add(store, tmp_path, "c", 40.0, None)
    assert len(analyse_incidents(store, plan(detector))[0].recordings) == 2  # no clock: nobody put it there
    by_hand = grouped_by_hand("all", store.recordings())
    joined = next(i for i in analyse_incidents(store, plan(detector), by_hand) if i.name == "all")
    assert {r: o for r, o, _ in joined.recordings}["c" * 8] == pytest.approx(40.0, abs=0.003)
    assert store.incident("all") == joined


def test_detectors_get_turns_that_stand_once(store: Store, tmp_path: Path) -> None:
    add(store, tmp_path, "a", 0.0, 0.0)
    add(store, tmp_path, "b", 25.4, 26.0)
    (incident,) = analyse_incidents(store, plan(Heard()))
    (found,) = store.findings(incident=incident.id)
    assert found.finding.start == pytest.approx(40.0, abs=0.01)
    (said,) = incident_evidence(incident, store).turns or ()
    assert len(said.also_heard_by) == 1


def test_without_sound_the_clocks_stand(store: Store, tmp_path: Path) -> None:
    add(store, tmp_path, "a", 0.0, 0.0)
    add(store, tmp_path, "b", 25.4, 26.0)
    (incident,) = analyse_incidents(store, plan(sound=False))
    assert [offset for _, offset, _ in incident.recordings] == [0.0, 26.0]
    assert incident.fits == ()


def test_a_file_that_is_gone_is_compared_by_its_print(store: Store, tmp_path: Path) -> None:
    add(store, tmp_path, "a", 0.0, 0.0)
    add(store, tmp_path, "b", 25.4, 26.0).path.unlink()
    (incident,) = analyse_incidents(store, plan())
    assert [o for _, o, _ in incident.recordings] == pytest.approx([0.0, 25.4], abs=0.02)


def test_a_detector_that_cannot_or_fails_says_so(store: Store, tmp_path: Path) -> None:
    add(store, tmp_path, "a", 0.0, 0.0, spoken=False)
    add(store, tmp_path, "b", 25.4, 26.0, spoken=False)
    (incident,) = analyse_incidents(store, plan(Heard()))
    run = store.latest_runs(incident.id)["heard"]
    assert (run.state, run.reason) == (StepState.NOT_MEASURED, "turns not measured on any camera")
    add(store, tmp_path, "c", 30.0, 30.0)
    (incident,) = analyse_incidents(store, plan(Heard(fails=True)))
    failed = Heard(fails=True)
    Heard.calls.clear()
    detect_in_incident(incident, store, plan(failed))
    assert store.latest_runs(incident.id)["heard"].state is StepState.FAILED
    assert failed.calls  # a step that failed is tried again


def test_what_a_person_says_survives_a_new_analysis(store: Store, tmp_path: Path) -> None:
    a, b = add(store, tmp_path, "a", 0.0, 0.0), add(store, tmp_path, "b", 25.4, 26.0)
    (first,) = analyse_incidents(store, plan(Heard()))
    assert ungroup_by_hand(store, plan(Heard()), first.id, [b], "sgt") == []
    assert analyse_incidents(store, plan(Heard())) == []
    made = group_by_hand(store, plan(Heard()), "the stop", [a, b], "sgt")
    assert made.grouped_by == "by hand" and {r for r, _, _ in made.recordings} == {a.id, b.id}
    assert analyse_incidents(store, plan(Heard())) == [made]


def test_an_incident_by_clocks_that_gets_more_by_hand_keeps_its_id(store: Store, tmp_path: Path) -> None:
    add(store, tmp_path, "a", 0.0, 0.0)
    add(store, tmp_path, "b", 25.4, 26.0)
    (first,) = analyse_incidents(store, plan(Heard()))
    unclocked = add(store, tmp_path, "c", 40.0, None)
    made = group_by_hand(store, plan(Heard()), first.name, [unclocked], "sgt")
    assert (made.id, made.name, len(made.recordings)) == (first.id, first.name, 3)


def test_a_dispatch_record_groups_recordings_of_different_folders(store: Store, tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    a, b = add(store, tmp_path, "a", 0.0, 0.0), add(store, tmp_path / "x", "b", 25.4, 326.0)
    assert analyse_incidents(store, plan(sound=False)) == []
    cameras = (("214", a.device or ""), ("300", b.device or ""))
    store.replace_roster(
        [Assignment(o, "", "", "", camera, ZERO - timedelta(days=1)) for o, camera in cameras], "r", "me"
    )
    calls = [Call("26-77", o, dispatched=ZERO, cleared=ZERO + timedelta(minutes=9)) for o, _ in cameras]
    store.import_dispatch(calls, "cad", tmp_path / "cad.csv", "me")
    (found,) = analyse_incidents(store, plan(sound=False))
    assert found.grouped_by == "dispatch record" and found.name.startswith("call 26-77: ")


def test_where_a_person_puts_a_recording_it_stays(store: Store, tmp_path: Path) -> None:
    for name, at in (("a", 0.0), ("b", 25.4)):
        add(store, tmp_path, name, at, at)
    (measured,) = analyse_incidents(store, plan(Heard()))
    before = {r: o for r, o, _ in measured.recordings}["b" * 8]
    moved = place_by_hand(store, plan(Heard()), measured.id, "b" * 8, 0.3, "anna")
    assert moved.recordings[1] == ("b" * 8, pytest.approx(before + 0.3, abs=1e-6), "by hand")
    assert store.incident(measured.id) == moved
    assert analyse_incidents(store, plan(Heard())) == [moved]
    add(store, tmp_path, "c", 40.0, 40.0)
    joined = {r: (o, s) for r, o, s in analyse_incidents(store, plan(Heard()))[0].recordings}
    assert joined["b" * 8] == (pytest.approx(before + 0.3, abs=0.002), "by hand")
    back = place_by_hand(store, plan(Heard()), measured.id, "b" * 8, None, "ben")
    assert {r: (o, s) for r, o, s in back.recordings}["b" * 8] == (
        pytest.approx(before, abs=0.002),
        "sound; container clock agrees",
    )
    assert analyse_incidents(store, plan(Heard())) == [back]
    rows = [row for row in store.activity_page() if row.action == "incident.place"]
    assert [(row.who, row.detail["source"]) for row in reversed(rows)] == [
        ("anna", "by hand"),
        ("ben", "sound; container clock agrees"),
    ]
    assert list(store.broken_links()) == []
