"""Orders that one person cannot obey together, seconds apart, from different officers or the same one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from pipeline.detectors.multi_officer_commands import officers_orders, row_of
from pipeline.policy import Policy
from pipeline.policy.actions import Clash, cannot_both, clashes
from pipeline.policy.hails import may_be_the_same
from pipeline.policy.orders import Order
from pipeline.policy.scene import Scene, scene_of
from pipeline.policy.spoken import quoted
from pipeline.types import Evidence, Finding, IncidentEvidence, JsonValue, Role, Span


@dataclass(frozen=True)
class Conflict:
    """Two orders of different utterances, and what of them cannot be done together."""

    first: Order
    second: Order
    clashes: tuple[Clash, ...]


@dataclass(frozen=True)
class ConflictingCommands:
    """Pairs that start within `conflict_within` seconds of each other (policy pack, 10 s); linked pairs are one.

    What cannot be done together is listed in the pack ([clashes]). Orders that hail two different people make no pair.
    """

    policy: Policy
    lowest_order_score: float = 0.3
    """orders less sure than this are not looked at"""

    name: ClassVar[str] = "conflicting_commands"
    version: ClassVar[str] = "3"
    reads: ClassVar[tuple[str, ...]] = ("turns",)

    def __call__(self, evidence: Evidence | IncidentEvidence) -> Iterator[Finding]:
        scene = scene_of(evidence)
        found = conflicts(self.policy, officers_orders(self.policy, scene, self.lowest_order_score))
        for linked in _linked(found):
            yield self._finding(scene, linked)

    def _finding(self, scene: Scene, found: Sequence[Conflict]) -> Finding:
        orders = sorted({id(o): o for c in found for o in (c.first, c.second)}.values(), key=lambda o: o.span.start)
        span = Span(orders[0].span.start, max(o.span.end for o in orders))
        voices = sorted({o.turn.voice or "" for o in orders})
        return Finding(
            subject=scene.subject,
            detector=self.name,
            label="conflicting_commands",
            start=span.start,
            end=span.end,
            score=round(max(min(c.first.score, c.second.score) for c in found), 3),
            summary=_summary(found, len(voices)),
            role=Role.OFFICER,
            text=" / ".join(o.text for o in orders),
            evidence={
                "clause": "1.2-one-voice",
                "voices": list(voices),
                "pairs": [_pair(c) for c in found],
                "orders": [row_of(o) for o in orders],
                "conflict_within": self.policy.windows.conflict_within,
                "raised_share": scene.raised((o.turn, o.span) for o in orders),
            },
        )


def conflicts(policy: Policy, orders: Sequence[Order]) -> list[Conflict]:
    """Every pair of orders that cannot both be obeyed; `orders` sorted by start.

    Within one utterance there is no pair: who says "stop, come here" asks for one after the other.
    """
    out: list[Conflict] = []
    for k, second in enumerate(orders):
        for first in reversed(orders[:k]):
            if second.span.start - first.span.start > policy.windows.conflict_within:
                break
            if first.turn is second.turn or not may_be_the_same(first.hail, second.hail):
                continue
            found = clashes(policy, _in_force(policy, first.actions, last=True), _in_force(policy, second.actions))
            if found and not _goes_on(first, second):
                out.append(Conflict(first, second, found))
    return sorted(out, key=lambda c: (c.first.span.start, c.second.span.start))


def _in_force(policy: Policy, actions: Sequence[str], *, last: bool = False) -> list[str]:
    """Of steps of one utterance that exclude each other ("keep coming ... stop") the first, or the one in the end."""
    out: list[str] = []
    for action in reversed(actions) if last else actions:
        if not any(cannot_both(policy, action, other) for other in out):
            out.append(action)
    return out


_NEXT = frozenset(("then", "now", "okay", "good", "all", "alright", "next", "perfect", "great", "thank", "thanks"))


def _goes_on(first: Order, second: Order) -> bool:
    """Whether one officer goes on to the next step: "on your knees" ... "okay, now stand up"."""
    said = second.turn.text.lower().replace(",", " ").replace(".", " ").split()
    return first.turn.voice == second.turn.voice and bool(said) and said[0] in _NEXT


def _linked(found: Sequence[Conflict]) -> list[list[Conflict]]:
    """Pairs that share an order, or overlap in time, together."""
    out: list[tuple[float, list[Conflict]]] = []
    for conflict in found:
        end = max(conflict.first.span.end, conflict.second.span.end)
        if out and conflict.first.span.start <= out[-1][0]:
            last, linked = out.pop()
            out.append((max(last, end), [*linked, conflict]))
        else:
            out.append((end, [conflict]))
    return [linked for _, linked in out]


def _pair(conflict: Conflict) -> dict[str, JsonValue]:
    return {
        "first": row_of(conflict.first),
        "second": row_of(conflict.second),
        "cannot_both": [[c.first, c.second] for c in conflict.clashes],
        "seconds_apart": round(conflict.second.span.start - conflict.first.span.start, 1),
    }


def _summary(found: Sequence[Conflict], voices: int) -> str:
    first = found[0]
    who = "one officer" if voices == 1 else f"{voices} officers"
    text = f"Cannot both be obeyed: {quoted([first.first.text, first.second.text])} ({first.clashes[0]})"
    more = f"; {len(found) - 1} more such pairs" if len(found) > 2 else "; 1 more such pair" if len(found) == 2 else ""
    return f"{text}{more}; by {who}"
