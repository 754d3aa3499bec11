"""Files in processes of their own: a crash takes one file with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.run import Outcome, StepProgress
from pipeline.workers import Analyse, analyse_in_workers


def prepare() -> Analyse:
    return act


def act(path: Path, progress: StepProgress) -> Outcome:
    """Does what the file's name says."""
    progress("scan", 0.5)
    if path.name == "killed":
        os.kill(os.getpid(), signal.SIGSEGV)
    if path.name == "gone":
        os._exit(3)
    if path.name == "slow":
        time.sleep(3600)
    return Outcome(path, f"id of {path.name}", None)


@pytest.mark.parametrize("jobs", [1, 3])
def test_a_crash_takes_one_file_with_it(jobs: int) -> None:
    names = ["a", "killed", "b", "gone", "c"]
    seen: list[tuple[str, str, float]] = []
    outcomes = analyse_in_workers(
        [Path(n) for n in names], jobs, prepare, lambda path, step, share: seen.append((path.name, step, share))
    )
    by_name = {o.path.name: o for o in outcomes}
    assert sorted(by_name) == sorted(names)
    assert [by_name[n].recording for n in "abc"] == ["id of a", "id of b", "id of c"]
    assert "SIGSEGV" in (by_name["killed"].problem or "")
    assert "exit code 3" in (by_name["gone"].problem or "")
    assert ("a", "scan", 0.5) in seen


def test_nothing_to_do_starts_nothing() -> None:
    assert list(analyse_in_workers([], 4, prepare, lambda *_: None)) == []


PARENT = """
import sys
from pathlib import Path
from pipeline.workers import analyse_in_workers
from tests.pipeline.test_workers import prepare

def tell(path, step, share):
    print("at work", flush=True)

if __name__ == "__main__":
    list(analyse_in_workers([Path("slow")], 1, prepare, tell))
"""


def test_workers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    here = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    parent = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, env=here)
    assert parent.stdout is not None and parent.stdout.readline().strip() == b"at work"
    children = children_of(parent.pid)
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 120
    while any(alive(pid) for pid in children) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert children and not any(alive(pid) for pid in children)


def children_of(parent: int) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


def alive(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rsplit(") ", 1)[1][0] != "Z"
