"""A month of camera use for 200 officers with planted faults: is each found once, with the right seconds, how fast?

Made data, no media: 20,000 calls in a CSV export of November 2025 (the clocks are put back in it), a roster, and what
analyses would have left in the store of 25,000 recordings. Writes results/camera_use.md. Takes about a minute of
processor time, most of it for making the month.

    python -m tests.benchmarks.camera_use
"""

from __future__ import annotations

import argparse
import csv
import random
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pipeline.audit.book import Book
from pipeline.audit.gather import assess_period, book_of
from pipeline.camera_use import CallUse, UseFinding, UseKind
from pipeline.dispatch import read_calls
from pipeline.policy import Policy, load_policy
from pipeline.reports.period import Period
from pipeline.roster import Assignment
from pipeline.rows import utc_text
from pipeline.store import Store

RESULTS = Path(__file__).parent / "results" / "camera_use.md"
OFFICERS, CALLS, RECORDINGS = 200, 20_000, 25_000
ZONE = ZoneInfo("America/New_York")
FIRST, LAST = datetime(2025, 11, 1, 4, tzinfo=UTC), datetime(2025, 12, 1, 5, tzinfo=UTC)
PLANTED = {
    UseKind.NO_RECORDING: 1000, UseKind.LATE_START: 600, UseKind.EARLY_STOP: 800, UseKind.GAP: 500,
    UseKind.MUTED: 300, UseKind.NOT_SEEING: 300, UseKind.BUFFER_MISSING: 300,
}  # fmt: skip
CONTROLS = ("late within the grace", "late within the clocks", "goes on in a new file", "two cameras at once",
            "short mute with its reason said", "second call at the same time", "left out by its type")  # fmt: skip
EACH_CONTROL = 400
TOLERATED = 1.0
"""seconds; times in the export are whole"""
AHEAD = 90
"""seconds that the dispatch clock shows too much"""
CAMERAS_AHEAD = {"1017": 7200.0, "1090": -3600.0, "1155": 43_200.0}
"""officer -> seconds that the clock of the officer's camera shows too much all month"""


@dataclass
class Month:
    """What was made, and what is true of it."""

    calls: list[dict[str, str]] = field(default_factory=list)
    recordings: list[dict[str, Any]] = field(default_factory=list)
    findings: list[dict[str, Any]] = field(default_factory=list)
    truth: dict[tuple[str, str], tuple[UseKind, float]] = field(default_factory=dict)
    kinds: Counter[str] = field(default_factory=Counter)
    outside: int = 0

    def recorded(self, officer: str, start: datetime, seconds: float, buffer: float | None = 30.0) -> str:
        """A recording with its silent buffer; its id."""
        number = f"{len(self.recordings):064d}"
        start += timedelta(seconds=CAMERAS_AHEAD.get(officer, 0.0))
        self.recordings.append(
            {"id": number, "path": f"{officer}-{number[-6:]}.mp4", "duration_s": seconds, "start_utc": utc_text(start),
             "clock_source": "stamp", "device": f"OVELIA BC2 K{officer}", "container": "mp4", "streams": "[]",
             "size_bytes": 1, "claimed_duration_s": None, "problems": "[]", "added_utc": utc_text(start)}
        )  # fmt: skip
        if buffer is not None:
            label = "pre_event_buffer" if buffer else "no_buffer"
            self.found(number, "pre_event_buffer", label, 0.0, buffer or 30.0, 1.0 if buffer else 0.5)
        return number

    def found(self, recording: str, detector: str, label: str, start: float, end: float, score: float = 0.99) -> None:
        """What a detector would have left."""
        self.findings.append(
            {"id": f"f{len(self.findings):08d}", "recording": recording, "incident": None, "detector": detector,
             "label": label, "start_s": start, "end_s": end, "score": score, "summary": label, "speaker": None,
             "role": None, "text": "", "evidence": "{}", "run": 1, "retired_utc": None}
        )  # fmt: skip


def made(seed: int) -> Month:
    """The month. Every call has one planted fault, one control, or a recording as it should be."""
    chance, month = random.Random(seed), Month()
    plan = [kind.value for kind, n in PLANTED.items() for _ in range(n)]
    plan += [control for control in CONTROLS for _ in range(EACH_CONTROL)]
    plan += ["in order"] * (CALLS - len(plan) - EACH_CONTROL)  # one control is two calls
    chance.shuffle(plan)
    per_officer = [plan[n::OFFICERS] for n in range(OFFICERS)]
    for n, what in enumerate(per_officer):
        _officer(month, f"{1000 + n}", what, chance)
    _outside(month, chance)
    month.calls.sort(key=lambda c: c["at"])
    return month


def _officer(month: Month, officer: str, plan: list[str], chance: random.Random) -> None:
    room = (LAST - FIRST - timedelta(hours=3)) / len(plan)
    for n, what in enumerate(plan):
        start = FIRST + timedelta(seconds=round((room * n).total_seconds()) + chance.randrange(600))
        seconds = chance.randrange(900, 5400)
        number = f"25-{officer}-{n:03d}"
        month.kinds[what] += 1
        _call(month, number, officer, start, seconds, what)
        _filmed(month, number, officer, start, float(seconds), what, chance)


def _call(month: Month, number: str, officer: str, start: datetime, seconds: float, what: str) -> None:
    def shown(after: float) -> str:
        local = (start + timedelta(seconds=after + AHEAD)).astimezone(ZONE)
        return f"{local:%Y-%m-%d %H:%M:%S}"

    month.calls.append(
        {"at": start.isoformat(), "Incident": number, "Officer": officer, "Unit": f"U{officer}", "Dispatched": shown(0),
         "En Route": shown(20), "On Scene": shown(240), "Cleared": shown(seconds),
         "Call Type": "Training" if what == "left out by its type" else "Disturbance", "Disposition": "Report"}
    )  # fmt: skip


def _filmed(
    month: Month, number: str, officer: str, start: datetime, seconds: float, what: str, chance: random.Random
) -> None:
    """The recordings of one call: from a little before it to a little after, but for what is planted."""
    before, after, at = 20.0, 15.0, timedelta(seconds=0)
    whole = seconds + before + after
    cut = float(chance.randrange(120, 600))
    middle = float(chance.randrange(200, int(seconds) - 190))
    if what == UseKind.NO_RECORDING:
        month.truth[(officer, number)] = (UseKind.NO_RECORDING, seconds)
    elif what == UseKind.LATE_START:
        month.recorded(officer, start + timedelta(seconds=cut), seconds - cut + after)
        month.truth[(officer, number)] = (UseKind.LATE_START, cut)
    elif what == UseKind.EARLY_STOP:
        month.recorded(officer, start - timedelta(seconds=before), seconds - cut + before)
        month.truth[(officer, number)] = (UseKind.EARLY_STOP, cut)
    elif what == UseKind.GAP:
        hole = float(chance.randrange(10, 120))
        month.recorded(officer, start - timedelta(seconds=before), before + middle)
        month.recorded(officer, start + timedelta(seconds=middle + hole), seconds - middle - hole + after)
        month.truth[(officer, number)] = (UseKind.GAP, hole)
    elif what == "late within the grace":
        month.recorded(officer, start + timedelta(seconds=55), seconds - 55 + after)
    elif what == "late within the clocks":
        month.recorded(officer, start + timedelta(seconds=64), seconds - 64 + after)
    elif what == "goes on in a new file":
        month.recorded(officer, start - timedelta(seconds=before), before + middle)
        month.recorded(officer, start + timedelta(seconds=middle + 2), seconds - middle - 2 + after, buffer=0.0)
    elif what == "two cameras at once":
        first = month.recorded(officer, start - timedelta(seconds=before), whole)
        month.found(first, "muted_audio", "muted", 400.0, 600.0)  # the other one hears meanwhile
        month.recorded(officer, start - timedelta(seconds=before - 3), whole)
    else:
        recording = month.recorded(officer, start + at - timedelta(seconds=before), whole,
                                   buffer=0.0 if what == UseKind.BUFFER_MISSING else 30.0)  # fmt: skip
        _marked(month, recording, number, officer, start, seconds, what, middle, chance)


def _marked(
    month: Month, recording: str, number: str, officer: str, start: datetime, seconds: float, what: str,
    middle: float, chance: random.Random,
) -> None:  # fmt: skip
    if what == UseKind.MUTED:
        lasted = float(chance.randrange(121, 180))
        month.found(recording, "muted_audio", "muted", middle, middle + lasted)
        month.truth[(officer, number)] = (UseKind.MUTED, lasted)
    elif what == UseKind.NOT_SEEING:
        lasted = float(chance.randrange(3, 60))
        month.found(recording, "lens_covered", "lens_covered", middle, middle + lasted)
        month.truth[(officer, number)] = (UseKind.NOT_SEEING, lasted)
    elif what == UseKind.BUFFER_MISSING:
        month.truth[(officer, number)] = (UseKind.BUFFER_MISSING, 30.0)
    elif what == "short mute with its reason said":
        month.found(recording, "muted_audio", "muted", middle, middle + 30)
        month.found(recording, "techniques", "camera_off_announced", middle - 4, middle - 2, 0.9)
    elif what == "second call at the same time":
        _call(month, number + "b", officer, start + timedelta(seconds=60), seconds - 120, what)


def _outside(month: Month, chance: random.Random) -> None:
    """Recordings that no call asks for, in December, up to the number that is wanted."""
    while len(month.recordings) < RECORDINGS:
        officer = f"{1000 + month.outside % OFFICERS}"
        start = LAST - timedelta(hours=3) + timedelta(seconds=300 * (month.outside // OFFICERS))
        month.recorded(officer, start, float(chance.randrange(60, 200)))
        month.outside += 1


def stored(month: Month, folder: Path) -> Store:
    """A store with the recordings of the month and what was found on them; as `bwc analyze` would leave it."""
    store = Store(folder / "month.db")
    assignments = [
        Assignment(f"{1000 + n}", f"Officer {n}", f"U{1000 + n}", "North", f"K{1000 + n}", FIRST - timedelta(days=9))
        for n in range(OFFICERS)
    ]
    store.replace_roster(assignments, "roster.csv", "benchmark")
    steps = ("muted_audio", "lens_covered", "frozen_picture", "pre_event_buffer", "techniques")
    runs = [
        {"subject": r["id"], "step": step, "version": "1", "fingerprint": "f", "state": "done", "reason": "",
         "settings": "{}", "backend": None, "started_utc": r["start_utc"], "seconds": 0.1}
        for r in month.recordings for step in steps
    ]  # fmt: skip
    # in one transaction: a month of single analyses would take an hour to write
    with store._writing():
        store._db.table("recordings").insert_all(month.recordings)
        store._db.table("runs").insert_all(runs)
        store._db.table("findings").insert_all(month.findings)
    return store


def exported(month: Month, path: Path) -> Path:
    """The dispatch export, in order of time."""
    names = [name for name in month.calls[0] if name != "at"]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(month.calls)
    return path


@dataclass
class Score:
    """Findings of one kind against what was planted."""

    planted: int = 0
    found: int = 0
    right: int = 0
    twice: int = 0
    false: int = 0
    worst: float = 0.0


def scores(month: Month, uses: tuple[CallUse, ...]) -> dict[UseKind, Score]:
    """Each planted fault has to be found once, and nothing else."""
    out = {kind: Score() for kind in UseKind}
    found: dict[tuple[str, str, UseKind], list[UseFinding]] = {}
    for use in uses:
        for finding in use.findings:
            found.setdefault((finding.officer, finding.call, finding.kind), []).append(finding)
    for (officer, call), (kind, seconds) in month.truth.items():
        score, here = out[kind], found.pop((officer, call, kind), [])
        off = min((abs(f.seconds - seconds) for f in here), default=0.0)
        score.planted += 1
        score.found += bool(here)
        score.right += bool(here) and off <= TOLERATED
        score.twice += len(here) > 1
        score.worst = max(score.worst, off)
    for (_, _, kind), extra in found.items():
        out[kind].false += len(extra)
    return out


def timed(what: str, work: Callable[[], Any], spent: dict[str, float]) -> Any:
    """The result, with the processor seconds that it took noted."""
    before = time.process_time()
    result = work()
    spent[what] = time.process_time() - before
    return result


def measure(seed: int, folder: Path) -> tuple[Month, dict[UseKind, Score], dict[str, float], tuple[CallUse, ...]]:
    """Makes the month, imports, assesses, scores."""
    spent: dict[str, float] = {}
    month = timed("making the month", lambda: made(seed), spent)
    policy = _policy()
    with timed("writing the store", lambda: stored(month, folder), spent) as store:
        path = exported(month, folder / "cad.csv")
        calls = read_calls(path, policy.dispatch, ZONE)
        timed("importing the export", lambda: store.import_dispatch(calls, "", path, "benchmark"), spent)
        period = Period(date(2025, 11, 1), date(2025, 11, 30), ZONE)
        near = (period.start - timedelta(days=1), period.end + timedelta(days=1))
        inputs = timed("reading calls and facts", lambda: store.camera_use_inputs(*near), spent)
        roster = store.roster()
        found = timed("assessing", lambda: assess_period(inputs, roster, policy, period), spent)
        states = store.latest_use_states()
    timed("figures of all and by officer", lambda: _figures(book_of(found, states)), spent)
    return month, scores(month, tuple(found.uses)), spent, tuple(found.uses)


def _figures(book: Book) -> int:
    return len(book.by("officer")) + len(book.whole.title) + len(book.loose)


def _policy() -> Policy:
    policy = load_policy()
    clock = replace(policy.dispatch.clock, ahead=float(AHEAD), within=5.0)
    camera = replace(policy.camera, on_from="dispatch", on_until="call_closed")
    return replace(policy, camera=camera, dispatch=replace(policy.dispatch, clock=clock))


def table(
    month: Month, found: dict[UseKind, Score], spent: dict[str, float], uses: tuple[CallUse, ...], seed: int
) -> Iterator[str]:
    """The results as Markdown."""
    yield "# Camera use: a month of 200 officers\n"
    yield (
        f"Made data (seed {seed}, no media): {len(month.calls):,} calls, {len(month.recordings):,} recordings, November"
        " 2025 in New York (the clocks are put back in it), dispatch clock 90 s ahead. Rules were written before this"
        " data; nothing was tuned on it. Written by `python -m tests.benchmarks.camera_use`.\n"
    )
    yield "| observed | planted | found | seconds right (1 s) | told twice | false | worst error, s |"
    yield "|---|---|---|---|---|---|---|"
    for kind, s in found.items():
        yield f"| {kind.value} | {s.planted} | {s.found} | {s.right} | {s.twice} | {s.false} | {s.worst:.2f} |"
    controls = ", ".join(f"{name} ({month.kinds[name]})" for name in (*CONTROLS, "in order"))
    off = ", ".join(f"{ahead / 3600:+g} h" for ahead in CAMERAS_AHEAD.values())
    yield f"\nControls, on which nothing may be told: {controls}."
    yield f"Clocks of {len(CAMERAS_AHEAD)} cameras are off by {off}.\n"
    counted = sum(use.counts for use in uses)
    yield f"{len(uses):,} officers at calls, of which {counted:,} count; {month.outside:,} recordings outside calls.\n"
    yield "| step | processor seconds |"
    yield "|---|---|"
    for what, seconds in spent.items():
        yield f"| {what} | {seconds:.2f} |"
    audit = sum(s for what, s in spent.items() if what.startswith(("reading", "assessing", "figures")))
    yield f"| **the audit: reading, assessing, figures** | **{audit:.2f}** |"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield "\nOne thread, other work on the machine beside it."
    yield f"Peak memory of the whole run {peak:.0f} MB, with the made month held beside."


def main() -> None:
    """Measures and writes the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seed", type=int, default=7)
    seed = parser.parse_args().seed
    with tempfile.TemporaryDirectory() as folder:
        lines = list(table(*measure(seed, Path(folder)), seed))
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
