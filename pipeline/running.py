"""What an analysis tells other programs while it runs: a small file beside the store, held by a lock.

bwc.media/running/
    <id>.json    what is asked, how far it is, how long it may still take
    <id>.lock    held by the analysis: the system lets go of it however the process ends

A note whose lock nobody holds is of an analysis that was stopped or killed. What it stored stays; run again, it goes on
from there. A note that cannot be written never disturbs the analysis.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import logging
import os
import secrets
import signal
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.artifacts import held, media_folder
from pipeline.step_costs import STEP_COSTS

log = logging.getLogger(__name__)

EVERY = 1.0
"""Seconds between two writings of the note."""
AT_ONCE = 2.0
"""Seconds: a file that took less was done before, or could not be used; it says nothing of how long others take."""
ENOUGH = 0.02
"""Share of the work that must be done before a time left is told."""
INCIDENTS = "incidents"
"""The step that joins the cameras of incidents, after all files."""


@dataclass(frozen=True)
class AtWork:
    """One file that is being analysed; `share` of it is done, 0 to 1."""

    name: str
    step: str
    share: float


@dataclass(frozen=True)
class RunningAnalysis:
    """An analysis as its note tells of it. `share` of the whole, 0 to 1; `seconds_left` None: too early to say."""

    id: str
    paths: tuple[str, ...]
    """what was asked for, absolute"""
    started_utc: datetime
    heard_utc: datetime
    files: int
    done: int
    failed: int
    at_work: tuple[AtWork, ...]
    share: float
    seconds_left: float | None
    running: bool
    """False: it was stopped or killed before its end"""
    pid: int
    host: str


def file_share(step: str, share: float) -> float:
    """How much of a file is done, 0 to 1, when `share` of this step is: by what the steps usually cost."""
    order = list(STEP_COSTS)
    before = order[: order.index(step)] if step in order else []
    return sum(STEP_COSTS[name] for name in before) + STEP_COSTS.get(step, 0.0) * share


class Note:
    """The note of one analysis, written as it goes. Work is counted in bytes of the files."""

    def __init__(self, path: Path, asked: Sequence[Path], files: Sequence[Path]) -> None:
        self._path = path
        self._asked = [_readable(one.absolute()) for one in asked]
        self._bytes = {file: _size(file) for file in files}
        self._steps: dict[Path, tuple[str, float]] = {}
        self._begun: dict[Path, float] = {}
        self._passed: set[Path] = set()
        self._done = self._failed = 0
        self._started = datetime.now(UTC)
        self._from = time.monotonic()
        self._written = -EVERY
        self.write()

    def step(self, path: Path, step: str, share: float) -> None:
        """A step of one file moved on."""
        self._begun.setdefault(path, time.monotonic())
        self._steps[path] = (step, max(file_share(step, share), self._steps.get(path, ("", 0.0))[1]))
        if time.monotonic() - self._written >= EVERY:
            self.write()

    def done(self, path: Path, failed: bool) -> None:
        """A file is done, or could not be."""
        took = time.monotonic() - self._begun.pop(path, time.monotonic())
        self._steps.pop(path, None)
        self._done += 1
        self._failed += failed
        if took < AT_ONCE:
            self._bytes.pop(path, None)
        else:
            self._passed.add(path)
        self.write()

    def say(self, step: str) -> None:
        """What is done after all files."""
        self._steps = {Path(): (step, 0.0)}
        self.write()

    def _share(self) -> float:
        """Of the work that takes time, 0 to 1."""
        whole = sum(self._bytes.values())
        done = float(sum(self._bytes[path] for path in self._passed))
        done += sum(self._bytes.get(path, 0) * share for path, (_, share) in self._steps.items())
        return min(1.0, done / whole) if whole else 0.0

    def write(self) -> None:
        """Writes the note as a whole or not at all."""
        share, spent = self._share(), time.monotonic() - self._from
        said = {
            "paths": self._asked,
            "started_utc": self._started.isoformat(),
            "heard_utc": datetime.now(UTC).isoformat(),
            "files": self._done + len(self._bytes) - len(self._passed & self._bytes.keys()),
            "done": self._done,
            "failed": self._failed,
            "at_work": [[_readable(Path(path.name)), *state] for path, state in self._steps.items()],
            "share": round(share, 4),
            "seconds_left": round(spent * (1 - share) / share, 1) if share >= ENOUGH else None,
            "pid": os.getpid(),
            "host": socket.gethostname(),
        }
        self._written = time.monotonic()
        try:
            half = self._path.with_suffix(".half")
            half.write_text(json.dumps(said), encoding="utf-8")
            half.replace(self._path)
        except OSError:
            log.debug("the note of the analysis could not be written", exc_info=True)


@contextmanager
def announced(store: Path, asked: Sequence[Path], files: Sequence[Path]) -> Iterator[Note]:
    """A note that other programs read while the analysis runs. It is gone when the analysis ended by itself, and stays
    behind, held by nobody, when it was stopped. Notes of stopped analyses of the same files go when this one starts."""
    folder = _folder(store)
    name = secrets.token_hex(6)
    with ExitStack() as alive:
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            alive.enter_context(held(folder / f"{name}.lock"))
        note = Note(folder / f"{name}.json", asked, files)
        wanted = {_readable(one.absolute()) for one in asked}
        for other in analyses(store):
            if not other.running and wanted.issuperset(other.paths):
                forget(store, other.id)
        yield note
        _remove(folder, name)


def analyses(store: Path) -> list[RunningAnalysis]:
    """Analyses of a store that run, and those that were stopped, each by its start."""
    found = [_read(path) for path in sorted(_folder(store).glob("*.json"))]
    return sorted((one for one in found if one), key=lambda one: (not one.running, one.started_utc))


def forget(store: Path, id: str) -> bool:
    """Takes the note of a stopped analysis away; False: there is none, or it runs."""
    for one in analyses(store):
        if one.id == id and not one.running:
            _remove(_folder(store), id)
            return True
    return False


def stop(store: Path, id: str) -> bool:
    """Ends an analysis that runs on this machine, at once: whole steps are kept. False: there is none that runs here.

    That its lock is held tells that the process of the note is still the one that wrote it.
    """
    for one in analyses(store):
        if one.id == id and one.running and one.host == socket.gethostname():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(one.pid, signal.SIGTERM)
                return True
    return False


def _folder(store: Path) -> Path:
    return media_folder(store) / "running"


def _remove(folder: Path, name: str) -> None:
    for suffix in (".json", ".half", ".lock"):
        with contextlib.suppress(OSError):
            (folder / f"{name}{suffix}").unlink(missing_ok=True)


def _read(path: Path) -> RunningAnalysis | None:
    """The analysis of a note; None: gone, or no note."""
    try:
        said: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        left = said["seconds_left"]
        return RunningAnalysis(
            id=path.stem,
            paths=tuple(map(str, said["paths"])),
            started_utc=datetime.fromisoformat(said["started_utc"]),
            heard_utc=datetime.fromisoformat(said["heard_utc"]),
            files=int(said["files"]),
            done=int(said["done"]),
            failed=int(said["failed"]),
            at_work=tuple(AtWork(str(name), str(step), float(share)) for name, step, share in said["at_work"]),
            share=float(said["share"]),
            seconds_left=None if left is None else float(left),
            running=_is_held(path.with_suffix(".lock")),
            pid=int(said["pid"]),
            host=str(said["host"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _is_held(path: Path) -> bool:
    try:
        with path.open("r") as handle:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return False
    except BlockingIOError:
        return True
    except OSError:
        return False


def _readable(path: Path) -> str:
    return str(path).encode("utf-8", "backslashreplace").decode()


def _size(path: Path) -> int:
    try:
        return max(1, path.stat().st_size)
    except OSError:
        return 1
