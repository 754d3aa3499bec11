"""What an hour with four cameras costs after the speech models: every stage and detector that is ours, timed apart.

The hour is made of the five scripts of `incident_scripts/`, said again and again in changing order with changing
pauses, and heard by four cameras with their own places, gains, noise, clocks and starts. Speech, words and voices are
given from the truth (that is the models' part); the rest runs as `bwc analyze A B C D --incident` runs it, store
included. Needs flite. Writes results/incident_cost.md.

    python -m tests.benchmarks.incident_cost [--minutes 60]
"""

from __future__ import annotations

import argparse
import copy
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from pipeline import incidents
from pipeline.assemble import Plan, assemble
from pipeline.config import Analysis, Settings
from pipeline.run import analyse_media
from pipeline.run_incidents import analyse_incidents
from pipeline.store import Store
from pipeline.types import Evidence, Progress, ScoredSpan, Stage, Word
from sample_media.making.scenario import Scenario, Take, read_scenario
from sample_media.making.sound import Spoken, speak
from sample_media.making.truth import heard_turn
from tests.benchmarks.incidents import SCRIPTS, Heard, Truth, clock_errors, heard, true_voices, write

RESULTS = Path(__file__).parent / "results" / "incident_cost.md"
CAMERAS = 4
BY_MODELS = ("speech", "transcribe", "diarize", "overlaps")
"""stages that run speech models: given from the truth here, and not counted"""
DECODING = ("scan",)
"""what decodes the file: not counted either (results/media_pass.md)"""


@dataclass
class Spent:
    """Processor seconds by step, all cameras together."""

    by_step: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def time(self, step: str, begun: float) -> None:
        self.by_step[step] += time.process_time() - begun


def timed_step(step: Any, spent: Spent, name: str) -> Any:
    """The same step, which the program cannot tell from it, with a clock round its call."""

    def call(self: Any, *given: Any) -> Any:
        begun = time.process_time()
        try:
            result = type(step).__call__(self, *given)
            return result if isinstance(result, Evidence) else list(result)
        finally:
            spent.time(name, begun)

    clocked = copy.copy(step)
    object.__setattr__(clocked, "__class__", type(type(step).__name__, (type(step),), {"__call__": call}))
    return clocked


def given(step: Any, rows: dict[str, Sequence[dict[str, Any]]]) -> Any:
    """The same step with the truth in place of what its model would say."""

    def call(self: Any, evidence: Evidence, progress: Progress) -> Evidence:
        said = rows[evidence.recording.path.name]
        known = {
            "speech": tuple(ScoredSpan(r["start"], r["end"], 0.9) for r in _apart(said)),
            "words": tuple(sorted((Word(t, a, b, 0.9) for r in said for t, a, b in r["words"]), key=lambda w: w.start)),
            "voices": true_voices(evidence, said).voices,
            "overlaps": (),
        }
        return replace(evidence, **{name: known[name] for name in self.writes})

    instead = copy.copy(step)
    object.__setattr__(instead, "__class__", type(type(step).__name__, (type(step),), {"__call__": call}))
    return instead


def _apart(rows: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Turns that do not overlap: speech is speech once."""
    last = 0.0
    for row in sorted(rows, key=lambda r: r["start"]):
        if row["end"] > last:
            yield {**row, "start": max(last, row["start"])}
            last = row["end"]


def hour(scripts: Sequence[Scenario], minutes: float, random: np.random.Generator) -> tuple[Scenario, list[Spoken]]:
    """One long scenario of four cameras, and what is said in it."""
    parts = [(scenario, speak(scenario)) for scenario in scripts]
    spoken: list[Spoken] = []
    at = 2.0
    while at < minutes * 60 - 120:
        scenario, said = parts[int(random.integers(len(parts)))]
        first, last = said[0].start, max(item.end for item in said)
        for item in said:
            shift = at - first + float(random.uniform(-0.15, 0.15))
            words = tuple((text, a + shift, b + shift) for text, a, b in item.words)
            speaker = replace(item.speaker, id=f"{scenario.id} {item.speaker.id}")
            line = replace(item.line, speaker=speaker.id)
            spoken.append(replace(item, line=line, speaker=speaker, at=item.at + shift, words=words))
        at += last - first + float(random.uniform(2.0, 25.0))
    wearers = list(dict.fromkeys(s.speaker.id for s in spoken if s.speaker.role == "officer"))[:CAMERAS]
    takes = tuple(
        Take(f"cam_{n}.mp4", "Made", "M1", f"C{n:03d}", wearer, 37.0 * n, minutes * 60 - 11.0 * n)
        for n, wearer in enumerate(wearers)
    )
    return replace(scripts[0], id="hour", name="hour", takes=takes), spoken


def measure(minutes: float) -> Iterator[str]:
    """The table, line by line."""
    scripts = [read_scenario(path) for path in sorted(SCRIPTS.glob("*.toml"))]
    scenario, spoken = hour(scripts, minutes, np.random.default_rng(5))
    whole = Take("", "", "", "", "", 0.0, 1e6)
    truth = Truth([row for item in spoken if (row := heard_turn(whole, item))], ())
    spent = Spent()
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for one in heard(scenario, spoken, 9):
            write(Path(folder) / one.take.file, one, scenario)
            files.append(one)
        rows = {one.take.file: list(truth.on(one)) for one in files}
        plan = timed(assemble(Settings(analysis=Analysis(review_copies=False))), rows, spent)
        with Store(Path(folder) / "store.db") as store:
            facts = _analysed(Path(folder), files, plan, store, spent)
    yield from table(minutes, sum(map(len, rows.values())), facts, spent)


def timed(plan: Plan, rows: dict[str, Sequence[dict[str, Any]]], spent: Spent) -> Plan:
    """The program's own plan with clocks, and the truth in place of the models."""
    stages: list[Stage] = [
        given(stage, rows) if stage.name in BY_MODELS else timed_step(stage, spent, stage.name) for stage in plan.stages
    ]
    return replace(
        plan,
        stages=stages,
        detectors=[timed_step(d, spent, "detectors") for d in plan.detectors],
        incident_detectors=[timed_step(d, spent, "incident detectors") for d in plan.incident_detectors],
    )


def _analysed(folder: Path, files: Sequence[Heard], plan: Plan, store: Store, spent: Spent) -> str:
    """Runs everything; what else it spends than the steps is the store's and the program's."""
    inside, begun = sum(spent.by_step.values()), time.process_time()
    outcomes = [analyse_media(folder / one.take.file, store, plan, lambda step, share: None) for one in files]
    if problems := [o.problem for o in outcomes if o.problem]:
        raise RuntimeError("; ".join(problems))
    steps = sum(spent.by_step.values()) - inside
    spent.by_step["probe, store and the rest"] += time.process_time() - begun - steps
    begun, steps = time.process_time(), sum(spent.by_step.values())
    members = [store.recording(o.recording) for o in outcomes if o.recording]
    found = analyse_incidents(store, plan, incidents.grouped_by_hand("hour", members))
    steps = sum(spent.by_step.values()) - steps
    spent.by_step["one clock, joined voices, one transcript"] += time.process_time() - begun - steps
    evidence = [store.evidence(m) for m in members]
    incident = next(i for i in found if i.name == "hour")
    turns = sum(len(e.turns or ()) for e in evidence)
    return (
        f"{turns} turns on {len(files)} cameras; cameras against the truth: {clock_errors(incident, evidence, files)}"
    )


def table(minutes: float, said: int, facts: str, spent: Spent) -> Iterator[str]:
    """Processor seconds by step; what is ours and counted first."""
    counted = {step: s for step, s in spent.by_step.items() if step not in DECODING}
    yield "# What an incident costs after the speech models"
    yield ""
    yield (
        f"Made by `python -m tests.benchmarks.incident_cost`: {minutes:.0f} minutes, {CAMERAS} cameras, {said}"
        f" utterances heard, {facts}. Speech, words and voices are given; decoding the file (scan) is not counted."
    )
    yield ""
    yield "| step | processor seconds, all cameras |"
    yield "|---|---|"
    for step, seconds in sorted(counted.items(), key=lambda item: -item[1]):
        yield f"| {step} | {seconds:.1f} |"
    yield f"| **together** | **{sum(counted.values()):.1f}** |"
    yield f"| not counted: scan | {spent.by_step['scan']:.1f} |"
    yield ""


def main() -> None:
    """Measure, print and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60.0)
    arguments = parser.parse_args()
    text = "\n".join(measure(arguments.minutes))
    print(text)
    if arguments.minutes == 60.0:
        RESULTS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
