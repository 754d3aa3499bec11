from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import running
from pipeline.batch import Request, analyse, finish
from pipeline.step_costs import STEP_COSTS

HOLDS = """
import sys, time
from pathlib import Path
from pipeline import running
store, file = Path(sys.argv[1]), Path(sys.argv[2])
with running.announced(store, [file], [file]) as note:
    note.step(file, "transcribe", 0.5)
    note.write()
    print("here", flush=True)
    time.sleep(3600)
"""
"""a program that stands at the middle of its words until it is ended"""


@given(st.sampled_from(sorted(STEP_COSTS)), st.floats(0, 1), st.floats(0, 1))
def test_the_share_of_a_file_never_leaves_its_bounds_and_grows_with_its_steps(step: str, a: float, b: float) -> None:
    low, high = sorted((a, b))
    assert 0.0 <= running.file_share(step, low) <= running.file_share(step, high) <= 1.001


def test_the_costs_of_the_steps_are_shares_of_one_file() -> None:
    assert sum(STEP_COSTS.values()) == pytest.approx(1.0, abs=0.01)


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """An analysis in a process of its own that stands at the middle of its words."""
    (tmp_path / "card").mkdir()
    (tmp_path / "card" / "one <b>.mp4").write_bytes(b"0" * 5000)
    command = [sys.executable, "-c", HOLDS, str(tmp_path / "bwc.db"), str(tmp_path / "card" / "one <b>.mp4")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout and process.stdout.readline() == "here\n"
    yield process
    process.kill()
    process.wait()


def test_another_process_sees_how_far_it_is_and_that_it_was_killed(
    elsewhere: subprocess.Popen[str], tmp_path: Path
) -> None:
    store = tmp_path / "bwc.db"
    (seen,) = running.analyses(store)
    assert seen.running and (seen.files, seen.done, seen.pid) == (1, 0, elsewhere.pid)
    assert [(one.name, one.step) for one in seen.at_work] == [("one <b>.mp4", "transcribe")]
    assert seen.share == pytest.approx(running.file_share("transcribe", 0.5), abs=1e-3)
    assert not running.forget(store, seen.id), "one that runs is not forgotten"
    elsewhere.send_signal(signal.SIGKILL)
    elsewhere.wait()
    (after,) = running.analyses(store)
    assert not after.running and after.paths == seen.paths
    assert not running.stop(store, after.id), "nothing is signalled whose lock nobody holds"
    with running.announced(store, [tmp_path / "other"], []):
        assert [one.id for one in running.analyses(store) if not one.running] == [after.id]
    with running.announced(store, [tmp_path / "card" / "one <b>.mp4"], []):
        assert [one.running for one in running.analyses(store)] == [True], "taken up again"
    assert running.analyses(store) == []
    assert list((tmp_path / "bwc.media" / "running").iterdir()) == []


def test_it_can_be_stopped_and_forgotten_from_elsewhere(elsewhere: subprocess.Popen[str], tmp_path: Path) -> None:
    store = tmp_path / "bwc.db"
    (seen,) = running.analyses(store)
    assert running.stop(store, seen.id)
    assert elsewhere.wait(timeout=120) == -signal.SIGTERM
    assert not running.analyses(store)[0].running
    assert running.forget(store, seen.id) and running.analyses(store) == []


def test_the_time_left_is_told_by_the_work_that_takes_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    files = [tmp_path / name for name in ("done before.mp4", "long.mp4", "waits.mp4")]
    for file, size in zip(files, (900_000, 3000, 1000), strict=True):
        file.write_bytes(b"0" * size)
    store = tmp_path / "bwc.db"
    with running.announced(store, [tmp_path], files) as note:
        note.step(files[0], "probe", 0.0)
        note.done(files[0], failed=False)
        (seen,) = running.analyses(store)
        assert seen.seconds_left is None, "what was done before says nothing of the rest"
        note.step(files[1], "probe", 0.0)
        clock[0] += 60
        note.done(files[1], failed=True)
        (seen,) = running.analyses(store)
    assert (seen.files, seen.done, seen.failed, seen.share) == (3, 2, 1, 0.75)
    assert seen.seconds_left == pytest.approx(20.0)


def test_an_analysis_tells_of_itself_and_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "text.mp4").write_text("this is a text")
    request = Request([tmp_path], tmp_path / "bwc.db")
    seen = []
    outcomes = []
    for outcome in analyse(request, lambda files: None, lambda *_: None):
        seen += running.analyses(request.store)
        outcomes.append(outcome)
    assert [(one.files, one.failed, one.running) for one in seen] == [(1, 1, True)]
    finish(request, outcomes)
    assert running.analyses(request.store) == []


def test_an_analysis_that_is_broken_off_leaves_its_note(tmp_path: Path) -> None:
    for name in ("a.mp4", "b.mp4"):
        (tmp_path / name).write_text("this is a text")
    going = analyse(Request([tmp_path], tmp_path / "bwc.db"), lambda files: None, lambda *_: None)
    next(going)
    going.close()
    (left,) = running.analyses(tmp_path / "bwc.db")
    assert not left.running and (left.files, left.done) == (2, 1)


def test_a_folder_that_takes_no_note_does_not_disturb(tmp_path: Path) -> None:
    (tmp_path / "bwc.media").write_text("a file where the folder should be")
    with running.announced(tmp_path / "bwc.db", [tmp_path], []) as note:
        note.step(tmp_path / "a.mp4", "scan", 0.5)
        note.done(tmp_path / "a.mp4", failed=False)
    assert running.analyses(tmp_path / "bwc.db") == []
