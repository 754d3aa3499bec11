"""A whole analysis on bad days: killed, twice at once, with files that cannot be used, and without any network."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.artifacts import media_folder
from pipeline.batch import Request, analyse, finish
from pipeline.store import Store
from pipeline.types import StepState

FIXTURES = Path(__file__).parents[1] / "fixtures"

NO_CONNECTION = """
import os, sys

def refuse(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        with open(os.environ["CONNECTIONS"], "a") as log:
            log.write(f"{event} {arguments}\\n")

sys.addaudithook(refuse)
"""


PATIENCE = 1200
"""seconds that a program has which takes ten on a machine with nothing else to do"""


def bwc(*arguments: str | Path, cwd: Path, **environment: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "pipeline.cli", *map(str, arguments)]
    paths = os.pathsep.join(filter(None, [environment.pop("EXTRA_PATH", ""), str(Path.cwd())]))
    everything = {**os.environ, "PYTHONPATH": paths, **environment}
    return subprocess.Popen(
        command,
        cwd=cwd,
        env=everything,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def said(store: Path) -> list[tuple]:
    """What an analysis found, without times of day."""
    with Store(store, create=False) as opened:
        return [
            (
                f.id,
                f.finding.detector,
                f.finding.label,
                f.finding.start,
                f.finding.end,
                round(f.finding.score, 6),
                f.finding.text,
            )
            for f in opened.findings()
        ]


def test_everything_that_is_given_is_in_the_store_with_its_outcome(short_clip: Path, tmp_path: Path) -> None:
    good = tmp_path / "a good\nüñ 'one'.mp4"
    shutil.copy(short_clip, good)
    (tmp_path / "text.mp4").write_text("this is a text")
    (tmp_path / "empty.mp4").touch()
    before = hashlib.sha256(good.read_bytes()).hexdigest(), good.stat().st_mtime_ns
    request = Request([tmp_path], tmp_path / "bwc.db", jobs=2)
    outcomes = list(analyse(request, lambda files: None, lambda *_: None))
    report = finish(request, outcomes)
    assert {o.path.name for o in report.failures} == {"text.mp4", "empty.mp4"}
    assert all(o.problem and "\n" not in o.problem for o in report.failures)
    with Store(request.store) as store:
        assert [r.id for r in store.recordings()] == [before[0]]
        assert len(store.files(failed_only=True)) == 2
        assert store.turns(before[0])
    assert (hashlib.sha256(good.read_bytes()).hexdigest(), good.stat().st_mtime_ns) == before
    assert list((media_folder(request.store) / "scratch").glob("run-*")) == []


@pytest.fixture(scope="module")
def undisturbed(short_clip: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[tuple], float]:
    """What an analysis that nobody disturbs finds, and how long it takes."""
    folder = tmp_path_factory.mktemp("undisturbed")
    began = time.monotonic()
    process = bwc("analyze", short_clip, cwd=folder)
    _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, errors
    return said(folder / "bwc.db"), time.monotonic() - began


def test_killed_at_any_moment_and_run_again_it_finds_the_same(
    undisturbed: tuple[list[tuple], float], short_clip: Path, tmp_path: Path
) -> None:
    expected, seconds = undisturbed
    rng = random.Random(7)
    for _ in range(4):
        process = bwc("analyze", short_clip, cwd=tmp_path)
        time.sleep(rng.uniform(0.3, 1.0) * seconds)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    process = bwc("analyze", short_clip, cwd=tmp_path)
    _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, errors
    assert said(tmp_path / "bwc.db") == expected
    left = [p for p in media_folder(tmp_path / "bwc.db").rglob("*") if p.is_file() and "scratch/run-" in p.as_posix()]
    assert left == []


def test_two_analyses_of_one_store_at_once(
    undisturbed: tuple[list[tuple], float], short_clip: Path, tmp_path: Path
) -> None:
    both = [bwc("analyze", short_clip, cwd=tmp_path) for _ in range(2)]
    for process in both:
        _, errors = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, errors
        assert "locked" not in errors
    assert said(tmp_path / "bwc.db") == undisturbed[0]


def test_an_analysis_opens_no_connection(short_clip: Path, tmp_path: Path) -> None:
    hook = tmp_path / "hook"
    hook.mkdir()
    (hook / "sitecustomize.py").write_text(NO_CONNECTION)  # runs in the workers too
    log = tmp_path / "connections"
    probe = f"import socket; socket.getaddrinfo('localhost', 80); print({str(log)!r})"
    watched = {**os.environ, "PYTHONPATH": str(hook), "CONNECTIONS": str(log)}
    subprocess.run([sys.executable, "-c", probe], env=watched, check=True)
    assert "getaddrinfo" in log.read_text(), "the hook must see what it is there to see"
    log.unlink()
    process = bwc("analyze", short_clip, cwd=tmp_path, EXTRA_PATH=str(hook), CONNECTIONS=str(log))
    _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, errors
    assert not log.exists(), log.read_text()


@pytest.mark.pyannote
def test_whisper_and_pyannote_from_local_folders_open_no_connection_either(short_clip: Path, tmp_path: Path) -> None:
    pytest.importorskip("pyannote.audio", reason="the [pyannote] extra is not installed")
    hook, log = tmp_path / "hook", tmp_path / "connections"
    hook.mkdir()
    (hook / "sitecustomize.py").write_text(NO_CONNECTION)
    process = bwc(
        *("analyze", short_clip, "--asr", "faster-whisper", "--diarizer", "pyannote"),
        cwd=tmp_path,
        EXTRA_PATH=str(hook),
        CONNECTIONS=str(log),
        BWC_WHISPER_MODEL=str(FIXTURES / "tiny_whisper"),
        BWC_PYANNOTE_DIR=str(FIXTURES / "tiny_pyannote"),
    )
    _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, errors
    assert not log.exists(), log.read_text()
    with Store(tmp_path / "bwc.db") as store:
        runs = store.latest_runs(store.recordings()[0].id)
    assert {step: run.backend.name for step, run in runs.items() if run.backend and step in ("transcribe", "diarize")}
    assert all(run.state is StepState.DONE for run in runs.values()), {s: r.reason for s, r in runs.items()}
    assert runs["transcribe"].backend is not None and runs["transcribe"].backend.weights
    assert runs["overlaps"].state is StepState.DONE, "pyannote measures overlaps"


def test_findings_leave_as_json_rows_with_what_a_program_needs(short_clip: Path, tmp_path: Path) -> None:
    assert bwc("analyze", short_clip, cwd=tmp_path).wait(PATIENCE) == 0
    out, _ = bwc("findings", "--json", cwd=tmp_path).communicate(timeout=PATIENCE)
    rows = json.loads(out)
    wanted = {"recording", "file", "detector", "label", "start", "end", "start_utc", "speaker", "role", "score"}
    assert rows and all(wanted | {"summary", "text"} <= set(row) for row in rows)
