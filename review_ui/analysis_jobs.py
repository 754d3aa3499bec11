"""Analyses that are started from the screen: `bwc analyze` in a process of its own, which outlives the screen.

How far they are is read from the note that every analysis writes (`pipeline.running`); here is only how they start and
what they said when they ended.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.artifacts import media_folder

_LOG = "analysis.log"
_LOCK = threading.Lock()


@dataclass(frozen=True)
class Ended:
    """How an analysis that the screen started ended: a number of its own, and the last line that it said."""

    number: int
    code: int
    line: str


@dataclass
class _Job:
    process: subprocess.Popen[bytes]
    log: Path
    told: bool = False


_JOBS: list[_Job] = []


def start(paths: Sequence[str], store: Path) -> None:
    """Starts an analysis of the paths into the store. Raises OSError when nothing can be written beside it."""
    folder = media_folder(store)
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / _LOG
    with log.open("wb") as out:
        process = subprocess.Popen(
            _command(paths, store),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            # bars are for terminals, and colours are for them
            env=os.environ | {"TERM": "dumb", "NO_COLOR": "1"},
        )
    with _LOCK:
        _JOBS.append(_Job(process, log))


def _command(paths: Sequence[str], store: Path) -> list[str]:
    return [sys.executable, "-m", "pipeline.cli", "analyze", "--store", str(store), "--", *paths]


def starting() -> bool:
    """Whether one was started that has not ended."""
    with _LOCK:
        return any(job.process.poll() is None for job in _JOBS)


def ended() -> list[Ended]:
    """Those that ended with something to say; one that was stopped has a note that says so."""
    with _LOCK:
        over = [(n, job) for n, job in enumerate(_JOBS) if not job.told and (job.process.poll() or 0) > 0]
    return [Ended(n, job.process.returncode, _last_line(job.log)) for n, job in over]


def told(number: int) -> None:
    """What one of them said has been read."""
    with _LOCK:
        if 0 <= number < len(_JOBS):
            _JOBS[number].told = True


def _last_line(log: Path) -> str:
    """The newest line that says something."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return next((line.strip() for line in reversed(lines) if line.strip()), "")[:500]
