"""Looking again, in a process of its own, for what a changed pack asks for: `bwc policy redo`, one at a time."""

from __future__ import annotations

import atexit
import subprocess
import sys
import threading
from pathlib import Path


class Redoing:
    """The one process that redoes findings; safe to use from several threads."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()
        self._problem = ""
        atexit.register(self.stop)

    def start(self, store: Path) -> bool:
        """Begins, unless one is at work already."""
        with self._lock:
            if self._process is not None and self._process.poll() is None:
                return False
            command = [sys.executable, "-m", "pipeline.cli", "policy", "redo", "--store", str(store)]
            self._problem = ""
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
            )
            threading.Thread(target=self._wait, args=(self._process,), daemon=True).start()
            return True

    def _wait(self, process: subprocess.Popen[str]) -> None:
        _, said = process.communicate()
        if process.returncode:
            self._problem = said.strip().splitlines()[-1] if said.strip() else "it was stopped"

    @property
    def at_work(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def problem(self) -> str:
        """Why the last one did not end well, in one line; "" where it did."""
        return self._problem

    def stop(self) -> None:
        """Ends what is at work; what is done stays done."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(timeout=20)


REDOING = Redoing()
