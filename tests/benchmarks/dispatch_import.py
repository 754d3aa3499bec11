"""Importing long dispatch exports: processor time and peak memory by the number of rows.

Each file is made and imported in a process of its own, so that its memory is its own. Ten million rows take a quarter
of an hour of one core and 10 GB of disk for a while: the export, the rows gathered, the journal and the store. Writes
results/dispatch_import.md.

    python -m tests.benchmarks.dispatch_import [--rows 20000 200000 1000000 10000000]
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from datetime import datetime, timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from zoneinfo import ZoneInfo

from pipeline.dispatch import read_calls
from pipeline.policy import load_policy
from pipeline.store import Store

RESULTS = Path(__file__).parent / "results" / "dispatch_import.md"
ZONE = ZoneInfo("America/New_York")
FIRST, APART = datetime(2015, 1, 1, 6), timedelta(seconds=17)
AFTER = [timedelta(seconds=s) for s in (0, 20, 240, 1800)]
FORM = "%Y-%m-%d %H:%M:%S"


def made(path: Path, rows: int) -> Path:
    """An export in order of time. Times that no clock showed are moved an hour on."""
    with path.open("w", encoding="utf-8") as file:
        file.write("Incident Number,Unit,Officer,Dispatched,En Route,On Scene,Cleared,Call Type,Disposition\n")
        for n in range(rows):
            start = FIRST + APART * n
            times = (start + after for after in AFTER)
            shown = ",".join((t + timedelta(hours=_skipped(t))).strftime(FORM) for t in times)
            file.write(f"{n},U{n % 200},{1000 + n % 200},{shown},Disturbance,Report\n")
    return path


def _skipped(local: datetime) -> int:
    if local.month != 3 or local.hour != 2:
        return 0
    standard, summer = (local.replace(tzinfo=ZONE, fold=fold).utcoffset() for fold in (0, 1))
    assert standard is not None and summer is not None
    return int(standard < summer)


def imported(rows: int, out: Connection) -> None:
    """Makes and imports a file; sends (new calls, processor seconds, MB before, MB at most)."""
    policy = load_policy()
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "s.db") as store:
        path = made(Path(folder) / "cad.csv", rows)
        before, started = _peak_mb(), time.process_time()
        done = store.import_dispatch(read_calls(path, policy.dispatch, ZONE), "", path, "benchmark")
        out.send((done.new, time.process_time() - started, before, _peak_mb()))


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Measures each length and writes the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, nargs="+", default=[20_000, 200_000, 1_000_000])
    lines = [
        "# Importing long dispatch exports\n",
        "CSV, nine columns, times without a zone, in order of time over several changes of the clocks; into an empty",
        "store. One thread. Written by `python -m tests.benchmarks.dispatch_import`.\n",
        "| rows | calls kept | processor seconds | microseconds a row | peak memory before, MB | at most, MB |",
        "|---|---|---|---|---|---|",
    ]
    for rows in parser.parse_args().rows:
        receive, send = get_context("spawn").Pipe(duplex=False)
        child = get_context("spawn").Process(target=imported, args=(rows, send))
        child.start()
        send.close()
        kept, seconds, before, most = receive.recv()
        child.join()
        lines.append(
            f"| {rows:,} | {kept:,} | {seconds:.1f} | {seconds / rows * 1e6:.0f} | {before:.0f} | {most:.0f} |"
        )
        print(lines[-1], flush=True)
        RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
