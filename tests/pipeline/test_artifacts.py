"""Derived files: nothing half-made stays, and one analysis at a time works on a recording."""

from __future__ import annotations

import signal
import time
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from pipeline.artifacts import exclusive, media_folder, scratch_folder

CONTEXT = get_context("spawn")


def hold_scratch(store: Path, ready: Connection) -> None:
    with scratch_folder(store) as folder:
        (folder / "half.mp4").write_bytes(b"half")
        ready.send(folder)
        time.sleep(3600)


def hold_lock(store: Path, ready: Connection) -> None:
    with exclusive(store, "r"):
        ready.send(None)
        time.sleep(0.5)
        (store.parent / "first").touch()


def test_scratch_is_gone_afterwards(tmp_path: Path) -> None:
    with scratch_folder(tmp_path / "bwc.db") as folder:
        (folder / "x").touch()
    assert not folder.exists()


def test_what_a_killed_analysis_left_is_swept_and_what_a_living_one_uses_is_not(tmp_path: Path) -> None:
    store = tmp_path / "bwc.db"
    ours, theirs = CONTEXT.Pipe()
    process = CONTEXT.Process(target=hold_scratch, args=(store, theirs))
    process.start()
    left = ours.recv()
    with scratch_folder(store):
        assert (left / "half.mp4").exists()
    assert process.pid is not None
    process.kill()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    with scratch_folder(store):
        assert not left.exists()


def test_a_second_analysis_of_a_recording_waits(tmp_path: Path) -> None:
    store = tmp_path / "bwc.db"
    ours, theirs = CONTEXT.Pipe()
    process = CONTEXT.Process(target=hold_lock, args=(store, theirs))
    process.start()
    ours.recv()
    with exclusive(store, "r"):
        assert (tmp_path / "first").exists()
    process.join()
    assert media_folder(store) == tmp_path / "bwc.media"
