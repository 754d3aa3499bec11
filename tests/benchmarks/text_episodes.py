"""How well episodes of several orders are found in text: several officers, conflicts, repetitions."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.detectors.conflicting_commands import conflicts
from pipeline.detectors.multi_officer_commands import MultiOfficerCommands, officers_orders
from pipeline.detectors.repeated_command import repetitions
from pipeline.policy import Policy
from pipeline.policy.actions import actions_of, clashes
from pipeline.policy.scene import scene_of
from pipeline.stages.roles import tell_roles
from pipeline.types import Turn
from tests.benchmarks.text_tally import Rows, Tally, evidence_of, turn_of

PAIRS = Path(__file__).parent / "order_pairs_held_out.toml"


def several_officers(policy: Policy, scenes: Mapping[str, Rows], truth: dict[str, Any], *, told: bool) -> Tally:
    """Episodes by overlap in time, each counted once. `told`: roles are told from the words, not given."""
    tally = Tally()
    for name, rows in scenes.items():
        turns = tell_roles([turn_of(r, role=not told) for r in rows], policy)
        found = list(MultiOfficerCommands(policy)(evidence_of(turns)))
        taken: set[str] = set()
        for number, event in enumerate(truth[name]["multi_officer_commands"]):
            match = next(
                (f for f in found if f.id not in taken and f.start < event["t_end"] and event["t_start"] < f.end), None
            )
            taken |= {match.id} if match else set()
            tally.count(f"{name} episode {number + 1}", match is not None, True)
        for finding in found:
            if finding.id not in taken:
                tally.count(f"{name} at {finding.start:.0f} s", True, False)
    return tally


def conflicting(policy: Policy, scenes: Mapping[str, Rows], truth: dict[str, Any]) -> Tally:
    """Pairs of lines, counted pair by pair, both lines right."""
    tally = Tally()
    for name, rows in scenes.items():
        numbers, orders = _orders(policy, rows)
        found = {
            tuple(sorted((numbers[id(c.first.turn)], numbers[id(c.second.turn)]))) for c in conflicts(policy, orders)
        }
        true = {tuple(sorted(pair["line_ids"])) for pair in truth[name]["conflicting_commands"]}
        for pair in sorted(found | true):
            tally.count("+".join(pair), pair in found, pair in true)
    return tally


def repeated(policy: Policy, scenes: Mapping[str, Rows], truth: dict[str, Any]) -> Tally:
    """Repetitions; one is right that shares at least two lines with a true one (its line, where it has but one)."""
    tally = Tally()
    for name, rows in scenes.items():
        numbers, orders = _orders(policy, rows)
        found = [{numbers[id(o.turn)] for o in r.orders} for r in repetitions(policy, orders)]
        true = [set(event["line_ids"]) for event in truth[name]["repeated_commands"]]
        used: set[int] = set()
        for lines in true:
            match = next(
                (k for k, f in enumerate(found) if k not in used and len(f & lines) >= min(2, len(lines))), None
            )
            used |= {match} if match is not None else set()
            tally.count("+".join(sorted(lines)), match is not None, True)
        for k, lines in enumerate(found):
            if k not in used:
                tally.count("+".join(sorted(lines)), True, False)
    return tally


def _orders(policy: Policy, rows: Rows) -> tuple[dict[int, str], list[Any]]:
    turns: list[Turn] = [turn_of(row) for row in rows]
    numbers = {id(turn): row["id"] for turn, row in zip(turns, rows, strict=True)}
    return numbers, officers_orders(
        policy, scene_of(evidence_of(turns)), MultiOfficerCommands(policy).lowest_order_score
    )


def invented_pairs(policy: Policy) -> Tally:
    """The invented pairs beside this script: which of them cannot both be obeyed."""
    said = tomllib.loads(PAIRS.read_text(encoding="utf-8"))
    tally = Tally()
    for key in ("clash", "agree"):
        for number, (one, two) in enumerate(said[key], 1):
            found = clashes(policy, actions_of(policy, one.split()), actions_of(policy, two.split()))
            tally.count(f"{key} {number}", bool(found), key == "clash")
    return tally
