"""The demonstration, and starting the review screen."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from pipeline.batch import Request
from pipeline.cli import console, tables
from pipeline.config import Settings
from pipeline.errors import BwcError


def run(samples: Path, folder: Path, jobs: int, port: int | None) -> int:
    """Analyses the sample media with the embedded backends and prints what was found; serves the screen on `port`.

    `port` None: stops after the table. The exit code: 0, or 1 where a file failed.
    """
    if not samples.is_dir():
        raise BwcError(f"{samples}: no sample media here; run this in the project's folder, or give --samples")
    folder.mkdir(parents=True, exist_ok=True)
    store = folder / "demo.db"
    # the embedded defaults, whatever this machine's settings say: a demonstration is the same everywhere
    report = console.analyse_with_bars(Request([samples], store, Settings(), jobs))
    tables.show_analysed(store, [outcome.recording for outcome in report.outcomes])
    code = console.exit_code(report)
    if port is None:
        print(f"\nTo look at it: bwc review --store {store}")
        return code
    return serve_review(store, port)


def serve_review(store: Path, port: int) -> int:
    """Runs the review screen in a process of its own until it is stopped; its exit code.

    The screen stands above the pipeline and is never imported from here.
    """
    if not store.exists():
        raise BwcError(f"{store}: no store here; make one with: bwc analyze PATHS --store {store}")
    command = [sys.executable, "-m", "review_ui", "--store", str(store), "--port", str(port)]
    try:
        return subprocess.run(command, check=False).returncode
    except KeyboardInterrupt:
        return 0
