"""How long an audit of a month of 200 officers takes: figures, the page for paper, a lock, and the screen's first look.

The month is the one of `camera_use`: 20,000 calls, 25,000 recordings, made, no media. Writes results/audit.md.

    python -m tests.benchmarks.audit [--keep FOLDER]
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar

from pipeline.audit.book import Book
from pipeline.audit.figures import KINDS
from pipeline.audit.gather import assessed, book_of
from pipeline.audit.locks import lock, locked
from pipeline.audit.rows import document
from pipeline.audit.view import html
from pipeline.camera_use import UseState
from pipeline.dispatch import read_calls
from pipeline.policy import Policy, load_policy
from pipeline.reports.period import Period
from pipeline.rows import json_text
from pipeline.store import Store
from review_ui import audit_books, audit_pages, policies, stores
from review_ui.audit_pages import Narrowing, Wanted
from tests.benchmarks.camera_use import AHEAD, ZONE, exported, made, stored

RESULTS = Path(__file__).parent / "results" / "audit.md"
NOVEMBER = Period(date(2025, 11, 1), date(2025, 11, 30), ZONE)
_Made = TypeVar("_Made")


class Clock:
    """Seconds of wall clock and of processor that each step took."""

    def __init__(self) -> None:
        self.spent: dict[str, tuple[float, float]] = {}

    def timed(self, what: str, work: Callable[[], _Made]) -> _Made:
        wall, cpu = time.perf_counter(), time.process_time()
        done = work()
        self.spent[what] = (time.perf_counter() - wall, time.process_time() - cpu)
        return done


def pack(policy: Policy) -> Policy:
    """The rules that the month was made by."""
    clock = replace(policy.dispatch.clock, ahead=float(AHEAD), within=5.0)
    camera = replace(policy.camera, on_from="dispatch", on_until="call_closed")
    records = replace(policy.records, zone=ZONE.key)
    return replace(policy, camera=camera, records=records, dispatch=replace(policy.dispatch, clock=clock))


def measure(folder: Path, seed: int) -> tuple[Clock, list[str]]:
    """The times, and what was counted against what was planted."""
    month, policy, clock = made(seed), pack(load_policy()), Clock()
    stored(month, folder).close()
    path = exported(month, folder / "dispatch.csv")
    with Store(folder / "month.db") as store:
        store.import_dispatch(read_calls(path, policy.dispatch, ZONE), "", path, "benchmark")
        found = clock.timed("calls against recordings", lambda: assessed(store, policy, NOVEMBER))
        book = clock.timed("cases", lambda: book_of(found, store.latest_use_states()))
        clock.timed("figures of 200 officers", lambda: (book.whole, book.by("officer")))
        text = clock.timed("the page for paper, by officer", lambda: html(book, "officer"))
        clock.timed("JSON", lambda: json_text(document(book, "officer")))
        clock.timed("lock", lambda: lock(store, book, "benchmark", now=datetime(2025, 12, 2, tzinfo=UTC)))
        clock.timed("comparison with the lock", lambda: locked(store, book))
    screen(folder / "month.db", policy, clock)
    planted = {kind: sum(k is kind for k, _ in month.truth.values()) for kind in KINDS}
    rows = [f"| {title} | {planted[kind]} | {book.whole.kinds[kind].count} |" for kind, title in KINDS.items()]
    return clock, [f"{len(text) / 1e6:.1f} MB of HTML.", "", "| observed | planted | counted |", "|---|---|---|", *rows]


def screen(path: Path, policy: Policy, clock: Clock) -> None:
    """What the screen's routes do, without the network."""
    stores.use(path)
    policies.in_use = lambda: policy  # type: ignore[assignment]

    def overview() -> object:
        book = audit_books.book(NOVEMBER)
        return audit_books.kept(NOVEMBER, "overview", lambda: shown(book))

    def shown(book: Book) -> object:
        return audit_pages.overview(book, Narrowing(), "officer", audit_books.held(NOVEMBER), policy)

    def calls() -> object:
        book = audit_books.book(NOVEMBER)
        return audit_pages.calls(book.cases, Wanted(kind="late_start"), book)

    clock.timed("screen: first look", overview)
    clock.timed("screen: a list of calls", calls)
    clock.timed("screen: second look, nothing changed", overview)
    finding = next(f for case in audit_books.book(NOVEMBER).cases for f in case.use.findings)
    stores.opened().set_use_state(finding, UseState.CONFIRMED, "benchmark")
    clock.timed("screen: look after a state was set", overview)


def main() -> None:
    """Measures and writes the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--keep", type=Path, help="Leave the store in this folder.")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = asked.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        clock, counted = measure(folder, asked.seed)
    lines = [
        "# Audit of a month of 200 officers\n",
        f"Made data (seed {asked.seed}, no media): 20,000 calls in an export, 25,000 recordings in the store. One run,"
        " other work on the machine: read the processor seconds. Written by `python -m tests.benchmarks.audit`.\n",
        "| step | seconds | processor seconds |", "|---|---|---|",
        *(f"| {what} | {wall:.2f} | {cpu:.2f} |" for what, (wall, cpu) in clock.spent.items()), "",
    ]  # fmt: skip
    whole = sum(clock.spent[what][1] for what in list(clock.spent)[:4])
    lines += [f"`bwc audit --by officer --html` is the first four together: **{whole:.1f} s of processor time**.", ""]
    lines += [*counted, "", f"Peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB, the made"
              " month held beside."]  # fmt: skip
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
