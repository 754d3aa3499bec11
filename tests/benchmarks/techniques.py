"""How well each label is found in text: by the pack's rules, by the classifier, and by both.

The written dialogues (LABELS.md beside them) are scored only: neither the rules of the techniques nor the examples of
the classifier were written from them, and no threshold was chosen on them. The rules of orders and names are older and
were written with the dialogues in view: those rows flatter. The lines of real body cameras carry labels for a few kinds
alone; what is found in them is counted per 100 lines, all taken for an officer's. Errors are listed by line number.

    python -m tests.benchmarks.techniques [../shared/data/text]        about a minute
"""

from __future__ import annotations

import argparse
import csv
import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from models.exemplar_classifier import ExemplarClassifier
from models.sentence_classifier import SentenceClassifier, probe
from models.together import Together
from pipeline.assemble import assemble
from pipeline.config import Settings, Speech
from pipeline.detectors import DETECTORS
from pipeline.policy import Policy, load_policy
from pipeline.policy.pack import DETECTOR_LABELS
from pipeline.stages.line_labels import LabelLines
from pipeline.transcripts import ImportedTranscript
from pipeline.types import Evidence, Turn
from tests.benchmarks.text_accuracy import evidence_of, turn_of
from tests.models.sentence_model import real_model

RESULTS = Path(__file__).parent / "results" / "techniques.md"
SPOKEN = ("command", "officer_name_given", "name_asked", "name_given_by_person")
LAYERS = ("rules", "classifier", "both")
SPEED_LINES = 20_000
Rows = list[dict[str, Any]]
Found = dict[str, set[str]]
"""line id -> labels"""


@dataclass
class Count:
    """Hits, misses and false alarms of one label, by line number."""

    hits: int = 0
    missed: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)

    @property
    def f1(self) -> float:
        total = 2 * self.hits + len(self.missed) + len(self.false)
        return 2 * self.hits / total if total else 1.0

    @property
    def cells(self) -> str:
        found, true = self.hits + len(self.false), self.hits + len(self.missed)
        precision = f"{self.hits / found:.2f}" if found else "-"
        recall = f"{self.hits / true:.2f}" if true else "-"
        return f"{precision} | {recall} | {self.f1:.2f}"


def labels_of(policy: Policy) -> tuple[str, ...]:
    """Every label of speech that a pack can look for."""
    return (*SPOKEN, *(label for label in policy.techniques if label not in DETECTOR_LABELS))


def stage() -> LabelLines | None:
    """The classifier as an analysis without a sentence model uses it; None: there is none."""
    settings = Settings(speech=Speech(sentences="off"))
    plan = assemble(settings, ImportedTranscript(Path("none"), "none", ()), media=False)
    return next((s for s in plan.stages if isinstance(s, LabelLines)), None)


def with_sentences() -> dict[str, tuple[str, LabelLines]]:
    """Rows of the table with the sentence model, where one is at hand: layer -> as which layer it runs, and with what.

    The bars are those of the words, for the sentences alone too, which no map makes as sure as the words.
    """
    folder = real_model()
    if folder is None or not probe(folder).available:
        return {}
    sentences = SentenceClassifier(folder)
    both = LabelLines(Together(ExemplarClassifier(), sentences))
    return {
        "sentences": ("classifier", LabelLines(sentences)),
        "classifier and sentences": ("classifier", both),
        "all three": ("both", both),
    }


def found_in(policy: Policy, rows: Rows, layer: str, classify: LabelLines | None, *, plain: bool) -> Found:
    """Labels by line of one scene, as the detectors find them."""
    turns = [turn_of(row, plain=plain) for row in rows]
    evidence = evidence_of(turns)
    if layer != "rules" and classify:
        evidence = classify(evidence, lambda share: None)
    if layer == "classifier":
        return _by_classifier_alone(policy, rows, evidence)
    by_place = {(t.span.start, t.voice): row["id"] for t, row in zip(turns, rows, strict=True)}
    out: Found = defaultdict(set)
    for kind in DETECTORS:
        if kind.name in ("spoken_command", "command_to_peer", "name_sharing", "techniques", "peer_command"):
            for finding in kind(policy)(evidence):
                line = by_place.get((finding.start, finding.speaker))
                if line:
                    out[line].add(finding.label)
    return out


def _by_classifier_alone(policy: Policy, rows: Rows, evidence: Evidence) -> Found:
    out: Found = defaultdict(set)
    for line in evidence.line_labels or ():
        row = rows[line.turn]
        said_by = {label: rules.said_by for label, rules in policy.techniques.items()}
        said_by |= dict.fromkeys(SPOKEN, ("officer",)) | {"name_given_by_person": ("civilian",)}
        out[row["id"]] = {
            label
            for label, p in line.probabilities.items()
            if p >= policy.bar(label).threshold and row["role"] in said_by.get(label, ("officer",))
        }
    return out


def scored(policy: Policy, scenes: Mapping[str, Rows], found: Found) -> dict[str, Count]:
    """Counts by label over all lines."""
    counts = {label: Count() for label in labels_of(policy)}
    for rows in scenes.values():
        for row in rows:
            for label, count in counts.items():
                true, said = label in row["labels"], label in found.get(row["id"], ())
                count.hits += true and said
                if true and not said:
                    count.missed.append(row["id"])
                if said and not true:
                    count.false.append(row["id"])
    return counts


def macro(counts: Mapping[str, Count], labels: Iterable[str]) -> float:
    """Mean F1 over labels that occur."""
    each = [counts[label].f1 for label in labels if counts[label].hits + len(counts[label].missed)]
    return sum(each) / len(each)


def near_misses(scenes: Mapping[str, Rows], found: Found) -> Counter[str]:
    """Lines marked as near misses of a label that were given it."""
    lines = [row for rows in scenes.values() for row in rows]
    return Counter(n for row in lines for n in row.get("near") or () if n in found.get(row["id"], ()))


def real_lines(policy: Policy, path: Path, layer: str, classify: LabelLines | None) -> tuple[Counter[str], int]:
    """What is found in lines of real cameras, by label, and how many lines there are."""
    rows = list(csv.DictReader(path.open(encoding="utf-8"), delimiter="\t", quoting=csv.QUOTE_NONE))
    scene = [
        {"id": r["id"], "t_start": k * 10.0, "t_end": k * 10.0 + 2.0, "speaker": r["video"], "role": "officer",
         "text": r["text"]}
        for k, r in enumerate(rows)
    ]  # fmt: skip
    found = found_in(policy, scene, layer, classify, plain=False)
    return Counter(label for labels in found.values() for label in labels), len(rows)


def seconds_for(policy: Policy, rows: Rows, classify: LabelLines | None) -> float:
    """CPU seconds of all detectors of speech, and of the classifier, on many lines."""
    turns: list[Turn] = []
    for k in range(SPEED_LINES):
        turn = turn_of(rows[k % len(rows)])
        turns.append(replace(turn, start=k * 4.0, end=k * 4.0 + 3.0, text=f"{turn.text} {k}"))
    evidence = evidence_of(turns)
    began = time.process_time()
    if classify:
        evidence = classify(evidence, lambda share: None)
    for kind in DETECTORS:
        if "policy" in kind.__dataclass_fields__:
            list(kind(policy)(evidence))
    return time.process_time() - began


def report(policy: Policy, scenes: Mapping[str, Rows], data: Path, speed: float | None) -> list[str]:
    """The lines of the results file."""
    classify = stage()
    layers = LAYERS if classify else LAYERS[:1]
    found = {
        (layer, plain): {k: v for rows in scenes.values()
                         for k, v in found_in(policy, rows, layer, classify, plain=plain).items()}
        for layer in layers for plain in (False, True)
    }  # fmt: skip
    counts = {key: scored(policy, scenes, said) for key, said in found.items()}
    best = layers[-1]
    labels = labels_of(policy)
    real = {layer: real_lines(policy, data / "bodycam_lines.tsv", layer, classify) for layer in ("rules", best)}
    near = near_misses(scenes, found[best, False])
    nears = Counter(n for rows in scenes.values() for row in rows for n in row.get("near") or ())
    names = SPOKEN[1:3]
    lines = sum(len(rows) for rows in scenes.values())
    out = [
        "# Techniques in what is said",
        "",
        f"{lines} lines of {len(scenes)} written dialogues with true speakers and roles; classifier: "
        + (f"{classify.classifier.info.name} {classify.classifier.info.version}" if classify else "none"),
        "The rules of orders and names were written with the dialogues in view: those rows flatter. All others, the",
        "classifier's examples and the bars were not.",
        "",
        "| layer | text | macro F1 | names given and asked, mean F1 |",
        "|---|---|---|---|",
    ]
    for (layer, plain), each in counts.items():
        text = "lower case, no punctuation" if plain else "as written"
        out.append(f"| {layer} | {text} | {macro(each, labels):.2f} | {macro(each, names):.2f} |")
    for name, (layer, beside) in with_sentences().items():
        for plain in (False, True):
            there = [found_in(policy, rows, layer, beside, plain=plain) for rows in scenes.values()]
            each = scored(policy, scenes, {k: v for found_there in there for k, v in found_there.items()})
            text = "lower case, no punctuation" if plain else "as written"
            out.append(f"| {name} | {text} | {macro(each, labels):.2f} | {macro(each, names):.2f} |")
    out += [
        "",
        f"Per label, as written; layer: {best}. The last columns: near misses taken for the label, and what is found"
        f" per 100 of {real[best][1]} real lines, by rules and by {best} (most of them carry no label).",
        "",
        "| label | precision | recall | F1 | rules alone: precision | recall | F1 | plain text F1 | near | rules /100 |"
        f" {best} /100 |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for label in labels:
        hundred = [f"{100 * real[layer][0][label] / real[layer][1]:.1f}" for layer in ("rules", best)]
        out.append(
            f"| {label} | {counts[best, False][label].cells} | {counts['rules', False][label].cells} |"
            f" {counts[best, True][label].f1:.2f} | {near[label]}/{nears[label]} | {' | '.join(hundred)} |"
        )
    if speed is not None:
        out += [
            "",
            f"{SPEED_LINES:,} different lines through the classifier and every detector of speech: {speed:.1f} CPU s on"
            f" one thread, {speed * 100_000 / SPEED_LINES:.0f} s for 100,000.",
        ]
    out += ["", f"Errors of the layer {best} by line number, as written:", ""]
    for label in labels:
        count = counts[best, False][label]
        missed, false = ", ".join(count.missed) or "none", ", ".join(count.false) or "none"
        out.append(f"- {label}: missed: {missed}; false alarms: {false}")
    return out


def scenes_of(rows: Sequence[dict[str, Any]]) -> dict[str, Rows]:
    """Lines by scenario."""
    scenes: dict[str, Rows] = defaultdict(list)
    for row in rows:
        scenes[row["scenario"]].append(row)
    return scenes


def main() -> None:
    """Measure, print, write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?", type=Path, default=Path("../shared/data/text"))
    parser.add_argument("--no-speed", action="store_true", help="leave the 100,000 lines out; write no table")
    said = parser.parse_args()
    if not (said.data / "dialogues.jsonl").is_file():
        raise SystemExit(f"{said.data}: no text set here; nothing was measured")
    rows = [json.loads(line) for line in (said.data / "dialogues.jsonl").read_text(encoding="utf-8").splitlines()]
    policy = load_policy()
    speed = None if said.no_speed else seconds_for(policy, rows, stage())
    table = "\n".join(report(policy, scenes_of(rows), said.data, speed)) + "\n"
    if not said.no_speed:
        RESULTS.write_text(table, encoding="utf-8")
    print(table)


if __name__ == "__main__":
    main()
