"""Clips that are being cut for the screen: each in a process of its own, so that a long one never holds up a page.

The process is `bwc clip`; what it writes, logs and refuses is what the command does. Two are cut
at a time, others wait.
"""

from __future__ import annotations

import atexit
import json
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.errors import BwcError

AT_A_TIME = 2
MOST_WAITING = 20
KEPT = 50
"""Jobs that are remembered after they ended; finished clips are in the store in any case."""
SETTLED = 0.05
"""Share done from which the time left is told"""


@dataclass
class Job:
    """One clip on its way."""

    recording: str
    who: str
    start: float
    end: float
    kind: str
    command: Sequence[str]
    number: str = field(default_factory=lambda: secrets.token_hex(8))
    state: str = "waiting"
    """"waiting", "cutting", "done", "failed", "stopped" """
    done: float = 0.0
    problem: str = ""
    began: float | None = None
    then: Callable[[bool], None] | None = None
    """called once when it ended, with whether it was made; what it raises as a BwcError is the job's problem"""
    process: subprocess.Popen[str] | None = None

    def row(self) -> dict[str, Any]:
        """What the screen shows of it."""
        left = None
        if self.began is not None and self.done > SETTLED:
            left = round((time.monotonic() - self.began) * (1 - self.done) / self.done, 1)
        return {
            "job": self.number, "state": self.state, "done": self.done, "left": left, "problem": self.problem,
            "start": self.start, "end": self.end, "kind": self.kind, "who": self.who,
        }  # fmt: skip


class TooMany(Exception):
    """So many clips wait already that another one is refused."""


class Jobs:
    """The jobs of this process; safe to use from several threads."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()
        self._slots = threading.Semaphore(AT_A_TIME)
        atexit.register(self.stop_all)

    def start(self, job: Job) -> None:
        """Cut a clip as soon as there is room. Raises TooMany."""
        with self._lock:
            if sum(each.state in ("waiting", "cutting") for each in self._jobs.values()) >= MOST_WAITING:
                raise TooMany
            ended = [number for number, each in self._jobs.items() if each.state not in ("waiting", "cutting")]
            for number in ended[: max(0, len(ended) - KEPT)]:
                del self._jobs[number]
            self._jobs[job.number] = job
        threading.Thread(target=self._cut, args=(job,), daemon=True).start()

    def of(self, recording: str) -> list[Job]:
        """The jobs of a recording, newest first; those that are done are in the store, and not here."""
        with self._lock:
            return [j for j in reversed(self._jobs.values()) if j.recording == recording and j.state != "done"]

    def stop(self, number: str, recording: str) -> bool:
        """Stop one job; whether there was one to stop. What was written of it is taken away by its process."""
        with self._lock:
            job = self._jobs.get(number)
            if job is None or job.recording != recording or job.state not in ("waiting", "cutting"):
                return False
            job.state = "stopped"
            _interrupt(job)
        return True

    def stop_all(self) -> None:
        """Stop what still runs, when the screen is closed."""
        with self._lock:
            for job in self._jobs.values():
                _interrupt(job)

    def _cut(self, job: Job) -> None:
        with self._slots:
            with self._lock:
                if job.state != "waiting":
                    _after(job, made=False)
                    return
                job.state, job.began = "cutting", time.monotonic()
                job.process = subprocess.Popen(
                    job.command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                    errors="replace",
                )  # fmt: skip
            said: list[str] = []
            assert job.process.stdout is not None and job.process.stderr is not None
            reader = threading.Thread(target=lambda: said.extend(job.process.stderr or ()), daemon=True)  # type: ignore[union-attr]
            reader.start()
            for line in job.process.stdout:
                _follow(job, line)
            code = job.process.wait()
            reader.join(timeout=5)
            made = job.state == "cutting" and not code
            problem = _after(job, made) or (_problem(said) if code else "")
            if job.state == "cutting":
                job.problem = problem
                job.state = "failed" if problem else "done"


def _follow(job: Job, line: str) -> None:
    try:
        row = json.loads(line)
    except ValueError:
        return
    if isinstance(row, dict) and isinstance(row.get("done"), int | float):
        job.done = float(row["done"])


def _after(job: Job, made: bool) -> str:
    """What is done when a job ended; the problem with it, "" for none."""
    try:
        if job.then is not None:
            job.then(made)
    except (BwcError, OSError) as error:
        return str(error)
    return ""


def _problem(said: Sequence[str]) -> str:
    lines = [line.strip() for line in said if line.strip()]
    return lines[-1].removeprefix("bwc: ").removeprefix("Error: ") if lines else "the clip could not be cut"


def _interrupt(job: Job) -> None:
    if job.process is not None and job.process.poll() is None:
        job.process.terminate()


def command(store: Path, recording: str, start: float, end: float, target: Path, who: str, **options: Any) -> list[str]:
    """The command that cuts a clip. Every value that a person gave stands behind its option's name."""
    out = [sys.executable, "-m", "pipeline.cli", "clip", recording, f"{start:.3f}", f"{end:.3f}", "--json"]
    out += [f"--store={store}", f"--out={target}", f"--who={who}", f"--kind={options['kind']}"]
    out += [f"--why={options['why']}"] if options.get("why") else []
    out += [f"--captions={','.join(options['captions'])}"] if options.get("captions") else []
    return [*out, *(flag for flag, wanted in (("--audio-only", options.get("audio_only")),
                                               ("--names", options.get("names"))) if wanted)]  # fmt: skip
