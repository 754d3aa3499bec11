"""The store on a real SQLite file: what is written comes back, and what must not change cannot."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest

from models.contract import BackendInfo
from pipeline.errors import StoreError, StoreFull, StoreTooNew
from pipeline.store import Store
from pipeline.types import (
    ClockSource,
    Curve,
    Evidence,
    Finding,
    Incident,
    NotAnalysed,
    Recording,
    Role,
    Run,
    StepState,
    StreamFacts,
    Turn,
    Verdict,
    Word,
)

START = datetime(2026, 3, 1, 20, 15, tzinfo=UTC)
RECORDING = Recording(
    id="ab" * 32,
    path=Path("/cards/one camera.mp4"),
    duration=12.5,
    start_utc=START,
    clock_source=ClockSource.CONTAINER,
    device="X1",
    streams=(StreamFacts("sound", "aac", 0.5, 12.0, rate_hz=48_000, channels=1),),
    problems=("cut off",),
)


def run_of(step: str, fingerprint: str = "f", backend: BackendInfo | None = None, subject: str = RECORDING.id) -> Run:
    return Run(subject, step, "1", fingerprint, StepState.DONE, "", {"a": 1}, backend, datetime.now(UTC), 0.1)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    opened = Store(tmp_path / "bwc.db")
    opened.add_recording(RECORDING)
    return opened


def finding(start: float, detector: str = "muted_audio", text: str = "") -> Finding:
    return Finding(RECORDING.id, detector, "muted", start, start + 1, 0.5, "No sound for 1 s", text=text)


def test_a_recording_comes_back_as_it_was(store: Store) -> None:
    assert store.recordings() == [RECORDING]


@pytest.mark.parametrize("wanted", [RECORDING.id, RECORDING.id[:8], "/cards/one camera.mp4", "one camera.mp4"])
def test_a_recording_is_found_by_what_a_person_would_type(store: Store, wanted: str) -> None:
    assert store.recording(wanted).id == RECORDING.id


def test_a_recording_that_is_not_there_is_said_in_one_line(store: Store) -> None:
    with pytest.raises(StoreError, match="no such recording"):
        store.recording("nothing.mp4")


def test_a_file_that_moved_is_the_same_recording(store: Store) -> None:
    moved = Recording(RECORDING.id, Path("/archive/renamed.mp4"), RECORDING.duration)
    store.add_recording(moved)
    assert [r.path for r in store.recordings()] == [moved.path]
    assert store.recording("/cards/one camera.mp4").id == RECORDING.id


def test_measurements_come_back_and_what_was_never_measured_stays_none(store: Store) -> None:
    turn = Turn(1.0, 2.0, "v1", Role.OFFICER, "drop it", (Word("drop", 1.0, 1.4, 0.5),), "loudest voice")
    level = Curve(20.0, 0.0, np.array([-30, -120], np.float32), "dBFS")
    evidence = Evidence(RECORDING, level=level, turns=(turn,), words=())
    store.save_step(run_of("scan"), evidence, ("level", "picture"), [NotAnalysed(0, 12.5, "picture", "no picture")])
    store.save_step(run_of("turns"), evidence, ("turns",), [])
    store.save_step(run_of("transcribe"), evidence, ("words",), [])
    loaded = store.evidence(RECORDING)
    assert loaded.turns == (turn,)
    assert loaded.words == ()
    assert loaded.picture is None
    assert loaded.level is not None and list(loaded.level.values) == [-30, -120]
    assert loaded.not_analysed == (NotAnalysed(0, 12.5, "picture", "no picture"),)


def test_a_step_that_runs_again_replaces_what_it_measured(store: Store) -> None:
    for words in ((Word("a", 0, 1),), (Word("b", 0, 1), Word("c", 1, 2))):
        evidence = Evidence(
            RECORDING, words=words, turns=tuple(Turn(w.start, w.end, None, None, w.text) for w in words)
        )
        store.save_step(run_of("transcribe"), evidence, ("words",), [NotAnalysed(0, 1, "words", "why")])
        store.save_step(run_of("turns"), evidence, ("turns",), [])
    assert [w.text for w in store.evidence(RECORDING).words or ()] == ["b", "c"]
    assert [t.text for t in store.turns(RECORDING.id)] == ["b", "c"]
    assert len(store.not_analysed(RECORDING.id)) == 1
    assert [hit.turn.text for hit in store.search("b")] == ["b"]
    assert store.search("a") == []


def test_provenance_comes_back(store: Store) -> None:
    backend = BackendInfo("small", "1.2", {"model.bin": "00ff"}, {"beam": 5}, draft=True, remarks=("slow",))
    store.save_step(run_of("transcribe", "x", backend), Evidence(RECORDING), (), [])
    latest = store.latest_runs(RECORDING.id)["transcribe"]
    assert latest.backend == backend
    assert (latest.fingerprint, latest.settings, latest.state) == ("x", {"a": 1}, StepState.DONE)


def test_what_is_no_longer_said_is_retired_and_its_verdict_stays(store: Store) -> None:
    first, second = finding(1), finding(5)
    store.replace_findings(run_of("muted_audio"), [first, second])
    store.add_review(first.id, Verdict.CONFIRMED, "sgt", "heard it")
    store.replace_findings(run_of("muted_audio", "g"), [second])
    assert [f.id for f in store.findings()] == [second.id]
    assert [f.id for f in store.findings(retired=True)] == [first.id, second.id]
    store.replace_findings(run_of("muted_audio", "h"), [first, second])
    again = store.finding(first.id[:8])
    assert again.verdict is not None and again.verdict.note == "heard it"


def test_one_detector_does_not_retire_anothers_findings(store: Store) -> None:
    store.replace_findings(run_of("muted_audio"), [finding(1)])
    store.replace_findings(run_of("lens_covered"), [finding(3, "lens_covered")])
    assert len(store.findings()) == 2
    assert [f.finding.detector for f in store.findings(detector="lens_covered")] == ["lens_covered"]


def test_the_newest_verdict_counts_and_all_are_kept(store: Store) -> None:
    said = finding(1)
    store.replace_findings(run_of("muted_audio"), [said])
    for verdict in (Verdict.CONFIRMED, Verdict.UNSURE, Verdict.DISMISSED):
        store.add_review(said.id, verdict, "sgt")
    newest = store.finding(said.id).verdict
    assert newest is not None and newest.verdict is Verdict.DISMISSED
    assert [r.verdict for r in store.reviews(said.id)] == [Verdict.CONFIRMED, Verdict.UNSURE, Verdict.DISMISSED]
    assert [row["action"] for row in store.activity(3)] == ["review.dismissed", "review.unsure", "review.confirmed"]


def test_words_of_a_low_accuracy_recogniser_mark_a_finding_as_draft(store: Store) -> None:
    store.save_step(run_of("transcribe", backend=BackendInfo("draft", "1", draft=True)), Evidence(RECORDING), (), [])
    store.replace_findings(run_of("spoken_command"), [finding(1, "spoken_command", "drop it")])
    store.replace_findings(run_of("muted_audio"), [finding(2)])
    assert {f.finding.detector: f.draft for f in store.findings()} == {"spoken_command": True, "muted_audio": False}


@pytest.mark.parametrize("table", ["reviews", "activity"])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id + 1", "DELETE FROM {}"])
def test_what_people_said_and_did_cannot_be_changed(store: Store, table: str, change: str) -> None:
    said = finding(1)
    store.replace_findings(run_of("muted_audio"), [said])
    store.add_review(said.id, Verdict.CONFIRMED, "sgt")
    with sqlite3.connect(store.path) as raw, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        raw.execute(change.format(table))


def test_incidents_that_are_regrouped_are_dissolved_not_deleted(store: Store) -> None:
    one = Incident("i1", "first", START, ((RECORDING.id, 0.0, "container clock"),), "clock")
    store.save_incidents([one])
    store.replace_findings(
        run_of("camera_off_gap", subject="i1"),
        [Finding("i1", "camera_off_gap", "camera_off_gap", 0, 9, 0.9, "")],
        of_incident=True,
    )
    other = Incident("i2", "second", START, ((RECORDING.id, 0.0, "container clock"),), "clock")
    store.save_incidents([other])
    assert store.incidents() == [other]
    assert store.incident("second").id == "i2"
    assert len(store.findings(incident="i1")) == 1


def test_failures_are_kept_whatever_is_in_the_name(store: Store) -> None:
    odd = Path('/cards/a "quoted"\nñame \udcff.mp4')
    store.note_failure(odd, "empty file")
    (kept,) = store.files(failed_only=True)
    assert kept.problem == "empty file"
    assert "ñame" in kept.path


def test_a_store_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    Store(tmp_path / "bwc.db").close()
    with sqlite3.connect(tmp_path / "bwc.db") as raw:
        raw.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " VALUES ('bwc-review', 'm999_later', '2099')"
        )
    with pytest.raises(StoreTooNew, match="newer version"):
        Store(tmp_path / "bwc.db")


def test_a_file_that_is_no_store_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "bwc.db").write_text("this is no database, it is a text that is long enough to be read as one\n" * 20)
    with pytest.raises(StoreError, match="cannot be opened as a store"):
        Store(tmp_path / "bwc.db")


def test_a_store_that_is_missing_is_not_made_by_reading(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="bwc analyze"):
        Store(tmp_path / "bwc.db", create=False)
    assert list(tmp_path.iterdir()) == []


def test_what_comes_in_and_where_it_goes_is_logged(store: Store) -> None:
    store.add_recording(RECORDING)
    store.add_recording(replace(RECORDING, path=Path("/disk/one camera.mp4")))
    said = [(r.action, r.subject, r.detail) for r in store.activity_page()]
    moved = {"from": "/cards/one camera.mp4", "path": "/disk/one camera.mp4"}
    assert said == [
        ("recording.moved", RECORDING.id, moved),
        ("recording.added", RECORDING.id, {"path": "/cards/one camera.mp4", "size_bytes": 0}),
    ]


def test_a_full_disk_loses_nothing(store: Store) -> None:
    store.replace_findings(run_of("muted_audio"), [finding(1)])
    pages = next(iter(store._db.query("PRAGMA page_count")))["page_count"]
    store._db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreFull, match="no space left"):
        store.replace_findings(run_of("muted_audio"), [finding(n, text="word " * 200) for n in range(500)])
    store._db.execute("PRAGMA max_page_count = 100000")
    assert [f.finding.start for f in store.findings()] == [1.0]


def write_many(path: Path, first: int) -> None:
    with Store(path) as store:
        for n in range(first, first + 40):
            recording = Recording(f"{n:064d}", Path(f"/cards/{n}.mp4"), 1.0)
            store.add_recording(recording)
            store.replace_findings(
                run_of("muted_audio", subject=recording.id),
                [Finding(recording.id, "muted_audio", "muted", 0, 1, 0.5, "")],
            )


def test_two_writers_at_once_wait_for_each_other(tmp_path: Path) -> None:
    path = tmp_path / "bwc.db"
    context = get_context("spawn")
    writers = [context.Process(target=write_many, args=(path, 1000 * n)) for n in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(120)
        assert writer.exitcode == 0
    with Store(path) as store:
        assert len(store.recordings()) == 120
        assert len(store.findings()) == 120
