"""The same order again and again, with no time to follow it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from pipeline.detectors.multi_officer_commands import row_of
from pipeline.policy import Policy
from pipeline.policy.hails import may_be_the_same
from pipeline.policy.orders import Order, OrderFinder, times_ordered
from pipeline.policy.scene import Scene, scene_of
from pipeline.policy.spoken import quoted
from pipeline.types import Evidence, Finding, IncidentEvidence, Role, Span


@dataclass(frozen=True)
class Repetition:
    """Utterances that want the same done, and how often they say so."""

    action: str
    orders: tuple[Order, ...]
    times: int

    @property
    def span(self) -> Span:
        return Span(self.orders[0].span.start, max(o.span.end for o in self.orders))


@dataclass(frozen=True)
class RepeatedCommand:
    """The same action wanted in 3 utterances that start within 10 s, or 3 times in one (`repeat_...` of the pack).

    By one officer or several. What a recogniser wrote 6 times or more in a row counts once: it may have looped.
    """

    policy: Policy
    lowest_order_score: float = 0.3
    """orders less sure than this are not counted"""

    name: ClassVar[str] = "repeated_command"
    version: ClassVar[str] = "3"
    reads: ClassVar[tuple[str, ...]] = ("turns",)

    def __call__(self, evidence: Evidence | IncidentEvidence) -> Iterator[Finding]:
        scene = scene_of(evidence)
        found = OrderFinder(self.policy).orders(scene.turns, scene.labels)
        orders = [o for o in found if o.turn.role is Role.OFFICER and o.score >= self.lowest_order_score]
        for repetition in repetitions(self.policy, sorted(orders, key=lambda o: o.span.start)):
            yield self._finding(scene, repetition)

    def _finding(self, scene: Scene, found: Repetition) -> Finding:
        voices = sorted({o.turn.voice or "not told apart" for o in found.orders})
        pauses = [round(max(0.0, b.span.start - a.span.end), 1) for a, b in pairwise(found.orders)]
        many = found.times if len(found.orders) > 1 else f"{found.times}, in one utterance"
        return Finding(
            subject=scene.subject,
            detector=self.name,
            label="repeated_command",
            start=found.span.start,
            end=found.span.end,
            score=round(min(o.score for o in found.orders), 3),
            summary=f'"{found.action}" ordered {many} times: {quoted([o.text for o in found.orders[:3]])};'
            f" longest pause {max(pauses, default=0.0):.1f} s",
            speaker=voices[0] if len(voices) == 1 else None,
            role=Role.OFFICER,
            text=" / ".join(o.text for o in found.orders),
            evidence={
                "clause": "1.2-one-voice",
                "action": found.action,
                "times": found.times,
                "utterances": len(found.orders),
                "voices": list(voices),
                "pauses": list(pauses),
                "time_to_comply": self.policy.windows.comply_within,
                "orders": [row_of(o) for o in found.orders],
                "repeat_within": self.policy.windows.repeat_within,
                "repeat_times": self.policy.windows.repeat_times,
            },
        )


def repetitions(policy: Policy, orders: Sequence[Order]) -> list[Repetition]:
    """Runs of orders that want the same; `orders` sorted by start. Runs of one action that overlap are one."""
    by_action: dict[str, list[tuple[Order, int]]] = defaultdict(list)
    for order in orders:
        if order.times > 1:
            continue  # written many times in a row: not known whether it was said so
        for action, times in times_ordered(order).items():
            by_action[action].append((order, times))
    found = [r for action, said in by_action.items() for r in _runs(policy, action, said)]
    return sorted(_widest(found), key=lambda r: (r.span.start, r.span.end, r.action))


def _runs(policy: Policy, action: str, said: Sequence[tuple[Order, int]]) -> list[Repetition]:
    windows, out = policy.windows, list[tuple[int, int]]()
    for k, (order, times) in enumerate(said):
        first = next(i for i in range(k + 1) if order.span.start - said[i][0].span.start <= windows.repeat_within)
        same = [i for i in range(first, k + 1) if may_be_the_same(said[i][0].hail, order.hail)]
        if len({id(said[i][0].turn) for i in same}) >= windows.repeat_times or times >= windows.repeat_times:
            start = k if len({id(said[i][0].turn) for i in same}) < windows.repeat_times else same[0]
            if out and (start <= out[-1][1] or said[start][0].span.start <= said[out[-1][1]][0].span.end):
                out[-1] = min(out[-1][0], start), k
            else:
                out.append((start, k))
    return [
        Repetition(action, tuple(o for o, _ in said[a : b + 1]), sum(times for _, times in said[a : b + 1]))
        for a, b in out
    ]


def _widest(found: Sequence[Repetition]) -> list[Repetition]:
    """Of repetitions with the very same utterances ("sit down" is also "go down") the one that says it most often."""
    best: dict[tuple[int, ...], Repetition] = {}
    for each in found:
        key = tuple(id(o) for o in each.orders)
        if key not in best or each.times > best[key].times:
            best[key] = each
    kept = list(best.values())
    sets = [{id(o) for o in r.orders} for r in kept]
    return [r for k, r in enumerate(kept) if not any(sets[k] < other for other in sets)]
