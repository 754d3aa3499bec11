"""The demonstration, and starting the review screen."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

from pipeline.batch import Request
from pipeline.cli import console, tables
from pipeline.config import Settings
from pipeline.errors import BwcError

ZONE = ZoneInfo("America/New_York")
"""where the samples are set"""
WHO = "demonstration"


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
    take_records(samples, store)
    tables.show_analysed(store, [outcome.recording for outcome in report.outcomes])
    code = console.exit_code(report)
    print(f"\nWas the camera on when it had to be: bwc audit --store {store} --from 2025-05-01 --to 2025-05-31")
    if port is None:
        print(f"To look at it all: bwc review --store {store}")
        return code
    return serve_review(store, port)


def take_records(samples: Path, store: Path) -> None:
    """Takes in the roster and the dispatch record of the samples, where they lie beside them."""
    from pipeline.dispatch import read_calls
    from pipeline.policy import load_policy
    from pipeline.roster import read_roster
    from pipeline.store import Store

    roster, calls = samples / "roster.csv", samples / "dispatch.csv"
    if not roster.is_file() or not calls.is_file():
        return
    policy = load_policy()
    with Store(store) as opened:
        opened.replace_roster(read_roster(roster, policy.records.roster_columns, ZONE), roster.name, WHO)
        opened.import_dispatch(read_calls(calls, policy.dispatch, ZONE), "", calls, WHO)


def serve_review(store: Path, port: int) -> int:
    """Runs the review screen in a process of its own until it is stopped; its exit code.

    The screen stands above the pipeline and is never imported from here. Without a store it leads to the first folder.
    """
    if not store.parent.is_dir():
        raise BwcError(f"{store.parent}: there is no such folder; choose one that is there with --store")
    command = [sys.executable, "-m", "review_ui", "--store", str(store), "--port", str(port)]
    try:
        return subprocess.run(command, check=False).returncode
    except KeyboardInterrupt:
        return 0
