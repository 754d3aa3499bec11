"""One process per job, so that a decoder that crashes takes one file with it and not the batch.

Workers load their models once and are given one file after another. They end when their parent does, however it ends.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path

from pipeline.run import Outcome, StepProgress

Analyse = Callable[[Path, StepProgress], Outcome]
"""Analyses one file in the worker."""

Prepare = Callable[[], Analyse]
"""Called once in every worker; must be picklable."""

FileProgress = Callable[[Path, str, float], None]
"""Called in the parent with the file, the step at work on it and the share of that step."""

_LOOK_FOR_PARENT = 1.0
"""seconds between two looks whether the parent still lives"""


@dataclass
class _Worker:
    process: SpawnProcess
    connection: Connection
    path: Path | None = None


def analyse_in_workers(paths: Sequence[Path], jobs: int, prepare: Prepare, progress: FileProgress) -> Iterator[Outcome]:
    """Outcomes as they come, in no fixed order. A worker that dies is replaced; its file is an outcome that says so."""
    waiting = list(reversed(paths))
    workers = [_start(prepare) for _ in range(min(jobs, len(paths)))]
    try:
        for worker in workers:
            _give(worker, waiting)
        while any(worker.path for worker in workers):
            for ready in wait([worker.connection for worker in workers if worker.path]):
                worker = next(w for w in workers if w.connection is ready)
                outcome = _hear(worker, progress)
                if outcome is None:
                    continue
                yield outcome
                if not worker.process.is_alive() and waiting:
                    workers[workers.index(worker)] = worker = _start(prepare)
                _give(worker, waiting)
    finally:
        for worker in workers:
            _stop(worker)


def _start(prepare: Prepare) -> _Worker:
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs, prepare), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _give(worker: _Worker, waiting: list[Path]) -> None:
    worker.path = waiting.pop() if waiting and worker.process.is_alive() else None
    if worker.path:
        worker.connection.send(worker.path)


def _hear(worker: _Worker, progress: FileProgress) -> Outcome | None:
    """The next message of a worker: an outcome, or None for progress."""
    path = worker.path
    assert path is not None
    try:
        message = worker.connection.recv()
    except (EOFError, ConnectionResetError):
        worker.process.join()
        return Outcome(path, None, _how_it_died(worker.process.exitcode))
    if isinstance(message, Outcome):
        return message
    step, share = message
    progress(path, step, share)
    return None


def _how_it_died(code: int | None) -> str:
    if code is not None and code < 0:
        return f"the analysis of this file was ended by the system ({signal.Signals(-code).name}); the others went on"
    return f"the analysis of this file ended abruptly (exit code {code}); the others went on"


def _stop(worker: _Worker) -> None:
    worker.connection.close()
    worker.process.terminate()
    worker.process.join()


def _work(connection: Connection, prepare: Prepare) -> None:
    """The worker's life: prepare once, then files until the parent closes the connection."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what Ctrl-C means
    threading.Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()
    analyse = prepare()
    report = _Report(connection)
    try:
        while True:
            connection.send(analyse(connection.recv(), report))
    except (EOFError, BrokenPipeError):
        return


class _Report:
    """Sends progress to the parent, not more often than a person can see."""

    every = 0.2

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._last = ("", 0.0)

    def __call__(self, step: str, share: float) -> None:
        said, at = self._last
        if step != said or time.monotonic() - at > self.every:
            self._last = (step, time.monotonic())
            self._connection.send((step, share))


def _end_with_parent(parent: int) -> None:
    """A parent that is killed cannot stop its workers: they look for it."""
    while os.getppid() == parent:
        time.sleep(_LOOK_FOR_PARENT)
    os._exit(1)
