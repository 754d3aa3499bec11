"""How well orders, several officers ordering and shared names are found in text.

Reads the written dialogues and the lines of real body cameras of the text set (LABELS.md there says how they are
labelled), and the invented sentences beside this script. The dialogues and the lines were looked at while the rules
were written, so their figures flatter; the invented sentences were not. Misses are listed by their number only.

    python -m tests.benchmarks.text_accuracy [../shared/data/text]        under a minute
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import time
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pipeline.detectors.multi_officer_commands import MultiOfficerCommands
from pipeline.detectors.name_sharing import NameSharing
from pipeline.detectors.spoken_command import SpokenCommand
from pipeline.policy import Policy, find_commands, load_policy
from pipeline.stages.roles import tell_roles
from pipeline.types import Evidence, Recording, Role, Turn

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "text_accuracy.md"
NAME_LABELS = ("officer_name_given", "name_asked", "name_given_by_person")
SPEED_LINES = 100_000
Rows = list[dict[str, Any]]


@dataclass
class Tally:
    """Hits, misses and false alarms, with the numbers of the lines."""

    hits: int = 0
    missed: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)

    def count(self, number: str, found: bool, true: bool) -> None:
        self.hits += found and true
        if true and not found:
            self.missed.append(number)
        if found and not true:
            self.false.append(number)

    @property
    def row(self) -> str:
        found, true = self.hits + len(self.false), self.hits + len(self.missed)
        f1 = f"{2 * self.hits / (found + true):.2f}" if found + true else "-"
        return f"{_share(self.hits, found)} | {_share(self.hits, true)} | {f1} | {len(self.false)}"

    @property
    def misses(self) -> str:
        return f"missed: {', '.join(self.missed) or 'none'}; false alarms: {', '.join(self.false) or 'none'}"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.2f} ({part}/{whole})" if whole else "-"


def turn_of(row: dict[str, Any], *, plain: bool = False, role: bool = True) -> Turn:
    """A labelled line as a turn. `plain`: lower case without punctuation, as a draft recogniser writes."""
    text = re.sub(r"[^\w' -]", "", row["text"].lower()) if plain else row["text"]
    return Turn(row["t_start"], row["t_end"], row["speaker"], Role(row["role"]) if role else None, text)


def evidence_of(turns: Iterable[Turn]) -> Evidence:
    """Turns as a recording."""
    turns = tuple(turns)
    return Evidence(Recording("text", Path("text.jsonl"), max(t.end for t in turns)), turns=turns)


def commands(policy: Policy, scenes: dict[str, Rows], *, plain: bool) -> tuple[Tally, int, int]:
    """Officers' lines with the label `command`; and false alarms on lines marked as near misses of it."""
    tally, near, near_false = Tally(), 0, 0
    for rows in scenes.values():
        for row in rows:
            if row["role"] != Role.OFFICER:
                continue
            found = bool(list(SpokenCommand(policy)(evidence_of([turn_of(row, plain=plain)]))))
            tally.count(row["id"], found, "command" in row["labels"])
            if "command" in row.get("near", ()) or "command_to_peer" in row["labels"]:
                near += "command" not in row["labels"]
                near_false += found and "command" not in row["labels"]
    return tally, near_false, near


def several_officers(policy: Policy, scenes: dict[str, Rows], truth: dict[str, Any], *, told: bool) -> Tally:
    """Episodes by overlap in time, each counted once. `told`: roles are told from the words, not given."""
    tally = Tally()
    for name, rows in scenes.items():
        turns = tell_roles([turn_of(r, role=not told) for r in rows], policy)
        found = list(MultiOfficerCommands(policy)(evidence_of(turns)))
        events = truth[name]["multi_officer_commands"]
        taken: set[str] = set()
        for number, event in enumerate(events):
            match = next(
                (f for f in found if f.id not in taken and f.start < event["t_end"] and event["t_start"] < f.end), None
            )
            taken |= {match.id} if match else set()
            tally.count(f"{name} episode {number + 1}", match is not None, True)
        for finding in found:
            if finding.id not in taken:
                tally.count(f"{name} at {finding.start:.0f} s", True, False)
    return tally


def names(policy: Policy, scenes: dict[str, Rows], *, plain: bool) -> dict[str, Tally]:
    """The three labels of name_sharing, line by line."""
    tallies = {label: Tally() for label in NAME_LABELS}
    for rows in scenes.values():
        heard: dict[tuple[float, str | None], set[str]] = defaultdict(set)
        for finding in NameSharing(policy)(evidence_of(turn_of(r, plain=plain) for r in rows)):
            heard[(finding.start, finding.speaker)].add(finding.label)
        for row in rows:
            turn = turn_of(row)
            for label in NAME_LABELS:
                found = label in heard[(turn.span.start, turn.voice)]
                tallies[label].count(row["id"], found, label in row["labels"])
    return tallies


def roles(policy: Policy, scenes: dict[str, Rows]) -> tuple[int, int, int]:
    """Voices given the right role, a wrong one, none: from their words alone."""
    right = wrong = none = 0
    for rows in scenes.values():
        truth = {r["speaker"]: Role(r["role"]) for r in rows}
        told = {t.voice: t.role for t in tell_roles([turn_of(r, role=False) for r in rows], policy)}
        for voice, role in truth.items():
            right += told[voice] is role
            none += told[voice] is None
            wrong += told[voice] not in (role, None)
    return right, wrong, none


def real_lines(policy: Policy, path: Path) -> tuple[Tally, int, dict[str, int]]:
    """Lines of real cameras, all taken for an officer's; what the false alarms are labelled; how many lines."""
    rows = list(csv.DictReader(path.open(encoding="utf-8"), delimiter="\t", quoting=csv.QUOTE_NONE))
    turns = [Turn(k * 10.0, k * 10.0 + 2.0, row["video"], Role.OFFICER, row["text"]) for k, row in enumerate(rows)]
    found = {round(f.start / 10 - 0.04) for f in SpokenCommand(policy)(evidence_of(turns))}
    tally, labels = Tally(), defaultdict[str, int](int)
    # a run of the same words counts once: the repeats of a true order stand for it
    for k, row in enumerate(rows):
        run = k
        while run and rows[run - 1]["text"] == row["text"] and turns[run - 1].voice == turns[run].voice:
            run -= 1
        hit = k in found or (run in found and row["labels"] == "CMD")
        tally.count(row["id"], hit, row["labels"] == "CMD")
        if hit and row["labels"] != "CMD":
            labels[row["labels"]] += 1
    return tally, len(rows), labels


def invented(policy: Policy) -> Tally:
    """The sentences beside this script."""
    said = tomllib.loads((HERE / "orders_held_out.toml").read_text(encoding="utf-8"))
    tally = Tally()
    for key in ("orders", "other"):
        for number, text in enumerate(said[key], 1):
            tally.count(f"{key} {number}", bool(find_commands(policy, text.split())), key == "orders")
    return tally


def seconds_for(policy: Policy, rows: Sequence[dict[str, Any]]) -> float:
    """CPU seconds of the three detectors on many lines."""
    turns = []
    for k in range(SPEED_LINES):
        turn = turn_of(rows[k % len(rows)])
        turns.append(replace(turn, start=k * 4.0, end=k * 4.0 + 3.0))
    evidence = evidence_of(turns)
    began = time.process_time()
    for detector in (SpokenCommand(policy), MultiOfficerCommands(policy), NameSharing(policy)):
        list(detector(evidence))
    return time.process_time() - began


def main() -> None:
    """Measure, print, write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?", type=Path, default=Path("../shared/data/text"))
    data = parser.parse_args().data
    if not (data / "dialogues.jsonl").is_file():
        raise SystemExit(f"{data}: no text set here; nothing was measured")
    rows = [json.loads(line) for line in (data / "dialogues.jsonl").read_text(encoding="utf-8").splitlines()]
    scenes: dict[str, Rows] = defaultdict(list)
    for row in rows:
        scenes[row["scenario"]].append(row)
    truth = json.loads((data / "incidents.json").read_text(encoding="utf-8"))
    table = "\n".join(report(load_policy(), scenes, truth, data, rows)) + "\n"
    RESULTS.write_text(table, encoding="utf-8")
    print(table)


def report(policy: Policy, scenes: dict[str, Rows], truth: dict[str, Any], data: Path, rows: Rows) -> list[str]:
    """The lines of the results file."""
    spoken, near_false, near = commands(policy, scenes, plain=False)
    plain, _, _ = commands(policy, scenes, plain=True)
    episodes, told = (several_officers(policy, scenes, truth, told=told) for told in (False, True))
    named, named_plain = names(policy, scenes, plain=False), names(policy, scenes, plain=True)
    real, lines, kinds = real_lines(policy, data / "bodycam_lines.tsv")
    held_out = invented(policy)
    right, wrong, none = roles(policy, scenes)
    seconds = seconds_for(policy, rows)
    said_false = ", ".join(f"{count} {label}" for label, count in sorted(kinds.items())) or "none"
    return [
        "# Orders and names in text",
        "",
        f"{len(rows)} lines of {len(scenes)} written dialogues and {lines} lines of real body cameras (labelled by one"
        " person), all with true speakers and roles. Both were looked at while the rules were written. The invented",
        "sentences were written after the rules and scored before anybody tuned on them.",
        "",
        "| what | precision | recall | F1 | false alarms |",
        "|---|---|---|---|---|",
        f"| orders, invented sentences, not looked at | {held_out.row} |",
        f"| orders, dialogues | {spoken.row} |",
        f"| orders, dialogues in lower case without punctuation | {plain.row} |",
        f"| orders, real lines (orders to officers and loops count against it) | {real.row} |",
        f"| several officers, dialogues | {episodes.row} |",
        f"| several officers, dialogues, roles told from the words alone | {told.row} |",
        *(f"| {label}, dialogues | {tally.row} |" for label, tally in named.items()),
        *(f"| {label}, lower case without punctuation | {tally.row} |" for label, tally in named_plain.items()),
        "",
        f"- false alarms for orders on real lines: {100 * len(real.false) / lines:.1f} per 100 lines ({said_false})",
        f"- near misses and orders to officers in the dialogues taken for orders to the public: {near_false} of {near}",
        f"- roles told from words alone, {right + wrong + none} voices: {right} right, {wrong} wrong, {none} not told",
        f"- {SPEED_LINES:,} lines through the three detectors: {seconds:.0f} CPU s on one thread",
        "",
        "By number:",
        "",
        f"- invented sentences: {held_out.misses}",
        f"- orders, dialogues: {spoken.misses}",
        f"- orders, plain text: {plain.misses}",
        f"- orders, real lines: {real.misses}",
        f"- several officers: {episodes.misses}",
        f"- several officers, roles told from the words: {told.misses}",
        *(f"- {label}: {tally.misses}" for label, tally in named.items()),
        *(f"- {label}, plain text: {tally.misses}" for label, tally in named_plain.items()),
    ]


if __name__ == "__main__":
    main()
