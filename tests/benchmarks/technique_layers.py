"""Chooses, on situations that the classifier never saw, where each label's bars lie once the rules stand beside it.

The classifier alone needs a low bar; with rules that find the plain cases it needs to add only what it is sure of. A
false alarm weighs more than a miss, since most lines of real footage carry no label at all and those of the bank do.
For each fifth of the situations the bars are chosen on the other four, so that the figures are of unseen situations.

    python -m tests.benchmarks.technique_layers [--scores FILE] [--write]     ten minutes on one core

`--scores` keeps the classifier's probabilities for another run; `--write` writes pipeline/policy/thresholds.toml.
"""

from __future__ import annotations

import argparse
import pickle
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.training.exemplar_bank import LABELS, Exemplar, fold_of, read_bank
from models.training.exemplar_classifier import FOLDS, held_apart
from pipeline.detectors.name_sharing import NameSharing
from pipeline.policy import load_policy
from pipeline.policy.decide import ORDER_LIKELY, SAID_WITH_ORDERS
from pipeline.policy.pack import DETECTOR_LABELS, Policy
from pipeline.policy.techniques import Line, find_techniques
from pipeline.types import Evidence, Recording, Role, Turn

RESULTS = Path(__file__).parent / "results" / "technique_layers.md"
THRESHOLDS = Path("pipeline/policy/thresholds.toml")
BARS = np.round(np.concatenate([np.arange(0.06, 0.6, 0.02), np.arange(0.6, 0.96, 0.05), [1.0]]), 2)
VETOES = (0.0,)
"""No vetoes: with (0, 0.02, 0.03, 0.05) mean F1 was .006 better, but a rule that a pack names then need not count"""
NAMES = ("officer_name_given", "name_asked", "name_given_by_person")
FALSE_ALARM = 1.5
"""what a false alarm weighs against a miss"""
SMOOTH = 3.0
"""right ones by which a choice is pulled to the middle: with few examples the best one is luck"""
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


def by_rule(policy: Policy, lines: Sequence[Exemplar]) -> Bools:
    """Which labels the rules give each line. Shape (lines, labels)."""
    out = np.zeros((len(lines), len(LABELS)), bool)
    for k, exemplar in enumerate(lines):
        line = Line(exemplar.text.split(), exemplar.role, exemplar.previous_text.split())
        for match in find_techniques(policy, line):
            if match.label in LABELS:
                out[k, LABELS.index(match.label)] = True
        for label in names_by_rule(policy, exemplar):
            out[k, LABELS.index(label)] = True
    return out


def names_by_rule(policy: Policy, exemplar: Exemplar) -> set[str]:
    """What the detector of names finds in a line after the one before it, without the classifier."""
    before = Turn(0.0, 2.0, "before", Role(exemplar.previous_role or "civilian"), exemplar.previous_text)
    turn = Turn(3.0, 5.0, "now", Role(exemplar.role), exemplar.text)
    evidence = Evidence(Recording("0" * 64, Path("bank"), 5.0), turns=(before, turn))
    return {f.label for f in NameSharing(policy)(evidence) if f.start >= turn.start and f.label in NAMES}


def echoes(scores: Floats) -> Bools:
    """Probabilities that `pipeline.policy.decide.without_echoes` leaves out. Shape (lines, labels)."""
    ordered = scores[:, [LABELS.index("command")]] >= ORDER_LIKELY
    return np.asarray(ordered & np.array([label not in SAID_WITH_ORDERS for label in LABELS]))


def said(rule: Bools, scores: Floats, bar: float, veto: float) -> Bools:
    """As pipeline.policy.decide has it, for one label."""
    return np.asarray((rule & (scores >= veto)) | (scores >= bar))


def weighed_f1(truth: Bools, found: Bools) -> float:
    """F1 in which a false alarm counts FALSE_ALARM times."""
    right = float((truth & found).sum())
    false, missed = float((found & ~truth).sum()), float((truth & ~found).sum())
    return 2 * right / (2 * right + FALSE_ALARM * false + missed + SMOOTH)


def best(truth: Bools, rule: Bools, scores: Floats) -> tuple[float, float]:
    """The bar and veto with the best weighed F1; among equals the highest bar and the lowest veto."""
    each = [(weighed_f1(truth, said(rule, scores, bar, veto)), bar, veto) for bar in BARS for veto in VETOES]
    most = max(score for score, _, _ in each) - 0.005
    _, bar, veto = max((e for e in each if e[0] >= most), key=lambda e: (e[1], -e[2]))
    return float(bar), float(veto)


def figures(truth: Bools, found: Bools) -> str:
    """precision | recall | F1"""
    right = int((truth & found).sum())
    precision, recall = right / max(1, int(found.sum())), right / max(1, int(truth.sum()))
    return f"{precision:.2f} | {recall:.2f} | {2 * right / max(1, int(found.sum()) + int(truth.sum())):.2f}"


def f1(truth: Bools, found: Bools) -> float:
    """Plain F1."""
    return 2 * float((truth & found).sum()) / max(1.0, float(truth.sum() + found.sum()))


def report(
    lines: Sequence[Exemplar], scores: Floats, policy: Policy
) -> tuple[list[str], dict[str, tuple[float, float]]]:
    """The results file, and the bars chosen on all lines."""
    truth = np.array([[label in e.labels for label in LABELS] for e in lines])
    rule = by_rule(policy, lines)
    scores = np.where(echoes(scores), 0.0, scores)
    folds = np.array([fold_of(e.situation, FOLDS) for e in lines])
    chosen, rows = {}, []
    means: dict[str, list[float]] = {"rules": [], "classifier": [], "both": []}
    for i, label in enumerate(LABELS):
        if label in DETECTOR_LABELS and label not in NAMES:
            continue
        both, alone = np.zeros(len(lines), bool), np.zeros(len(lines), bool)
        for fold in range(FOLDS):
            here, there = folds == fold, folds != fold
            bar, veto = best(truth[there, i], rule[there, i], scores[there, i])
            both[here] = said(rule[here, i], scores[here, i], bar, veto)
            bar, _ = best(truth[there, i], np.zeros(int(there.sum()), bool), scores[there, i])
            alone[here] = scores[here, i] >= bar
        chosen[label] = best(truth[:, i], rule[:, i], scores[:, i])
        t = truth[:, i]
        for name, found in (("rules", rule[:, i]), ("classifier", alone), ("both", both)):
            means[name].append(f1(t, found))
        rows.append(
            f"| {label} | {int(t.sum())} | {figures(t, rule[:, i])} | {figures(t, alone)} | {figures(t, both)} |"
            f" {chosen[label][0]:.2f} | {chosen[label][1]:.2f} |"
        )
    head = [
        "# Layers on situations held apart",
        "",
        f"{len(lines):,} lines of the exemplar bank; each scored by a classifier that saw none of its situation, with",
        "bars chosen on other situations. Rules that fired on other lines of the bank were mended, so their precision",
        "here flatters; the dialogues in techniques.md are the sterner test.",
        f"A false alarm weighs {FALSE_ALARM:.1f} misses.",
        "",
        "Mean F1: " + ", ".join(f"{name} {np.mean(values):.2f}" for name, values in means.items()) + ".",
        "",
        "| label | lines | rules: precision | recall | F1 | classifier: precision | recall | F1 | both: precision |"
        " recall | F1 | bar | veto |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    return [*head, *rows], chosen


def write_thresholds(chosen: dict[str, tuple[float, float]]) -> None:
    """The bars of the labels chosen here; those of orders and names stay as they are."""
    kept = [
        line
        for line in THRESHOLDS.read_text(encoding="utf-8").splitlines()
        if line.split(" =")[0] in DETECTOR_LABELS and line.split(" =")[0] not in NAMES
    ]
    head = [
        "# Which probability of the classifier counts for a label (threshold), and below which one a rule that fired",
        "# is not believed (veto). Chosen on situations held apart: orders by",
        "# models/training/exemplar_classifier.py, all others, with the rules beside, by",
        "# python -m tests.benchmarks.technique_layers --write (run it after the former). 1.0: never by it alone.",
        "# A label that is not named here counts from 0.5 on, without a veto.",
        "[thresholds]",
    ]
    body = [f"{label} = {{ threshold = {bar:.2f}, veto = {veto} }}" for label, (bar, veto) in chosen.items()]
    THRESHOLDS.write_text("\n".join([*head, *kept, *body]) + "\n", encoding="utf-8")


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scores", type=Path, help="keep the probabilities here, or take them from here")
    parser.add_argument("--write", action="store_true", help="write the thresholds of the packs")
    asked = parser.parse_args()
    if asked.scores and asked.scores.is_file():
        lines, scores = pickle.loads(asked.scores.read_bytes())
        now = {(e.situation, e.role, e.text): e for e in read_bank()}  # labels may have been corrected since
        lines = [now.get((e.situation, e.role, e.text), e) for e in lines]
    else:
        lines, scores, _ = held_apart(read_bank())
        if asked.scores:
            asked.scores.write_bytes(pickle.dumps((lines, scores)))
    table, chosen = report(lines, scores, load_policy())
    RESULTS.write_text("\n".join(table) + "\n", encoding="utf-8")
    print("\n".join(table))
    if asked.write:
        write_thresholds(chosen)


if __name__ == "__main__":
    main()
