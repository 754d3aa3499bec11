"""Episodes in which two or more officers give orders at once or in quick turn."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import ClassVar

from pipeline.policy import Policy
from pipeline.policy.command_rate import per_minute
from pipeline.policy.hails import may_be_the_same
from pipeline.policy.orders import Order, OrderFinder
from pipeline.policy.scene import Scene, scene_of
from pipeline.policy.spoken import quoted
from pipeline.types import Evidence, Finding, IncidentEvidence, JsonValue, Role, Span, ms


@dataclass(frozen=True)
class MultiOfficerCommands:
    """Orders by two officers, the second starting within some seconds of the end of the first; neighbours merged.

    The time is `pair_within` of the policy pack (5 s). Orders that hail two different people ("sir", "ma'am") make no
    pair; where nobody is hailed it cannot be heard to whom an order goes, and the reviewer is shown each of them.
    Nothing is claimed where voices were not told apart.
    """

    policy: Policy
    lowest_order_score: float = 0.3
    """orders less sure than this start no episode"""

    name: ClassVar[str] = "multi_officer_commands"
    version: ClassVar[str] = "6"
    reads: ClassVar[tuple[str, ...]] = ("turns",)

    def __call__(self, evidence: Evidence | IncidentEvidence) -> Iterator[Finding]:
        scene = scene_of(evidence)
        orders = officers_orders(self.policy, scene, self.lowest_order_score)
        for episode in episodes(orders, self.policy.windows.pair_within):
            yield self._finding(scene, episode)

    def _finding(self, scene: Scene, orders: Sequence[Order]) -> Finding:
        span = Span(min(o.span.start for o in orders), max(o.span.end for o in orders))
        by_voice = Counter(o.turn.voice or "" for o in orders)
        overlapped = _overlapped(orders, scene.overlaps, span)
        raised = scene.raised((o.turn, o.span) for o in orders)
        best = [max(o.score for o in orders if o.turn.voice == voice) for voice in by_voice]
        leader, most = by_voice.most_common(1)[0]
        return Finding(
            subject=scene.subject,
            detector=self.name,
            label="multi_officer_commands",
            start=span.start,
            end=span.end,
            score=round(sorted(best)[-2], 3),  # as sure as the second voice: without it there is no episode
            summary=_summary(orders, len(by_voice), overlapped, raised),
            role=Role.OFFICER,
            text=" / ".join(o.text for o in orders),
            evidence={
                "clause": "1.2-one-voice",
                "voices": sorted(by_voice),
                "orders": [row_of(o) for o in orders],
                "orders_by_voice": dict(by_voice.most_common()),
                "leading_voice": leader,
                "leading_share": round(most / len(orders), 2),
                "per_minute": per_minute([o.span for o in orders], span),
                "manner": "overlapping" if overlapped else "alternating",
                "changes_of_voice": sum(a.turn.voice != b.turn.voice for a, b in pairwise(orders)),
                "pair_within": self.policy.windows.pair_within,
                "seconds_overlapped": overlapped,
                "shouted": "not measured" if raised is None else raised >= 0.5,
                "raised_share": raised,
            },
        )


def officers_orders(policy: Policy, scene: Scene, lowest_score: float) -> list[Order]:
    """Orders by officers whose voices were told apart, by start."""
    found = OrderFinder(policy).orders(scene.turns, scene.labels)
    kept = [o for o in found if o.turn.role is Role.OFFICER and o.turn.voice and o.score >= lowest_score]
    return sorted(kept, key=lambda o: (o.span.start, o.span.end))


def episodes(orders: Sequence[Order], within: float) -> list[list[Order]]:
    """Runs of orders that belong together; `orders` sorted by start.

    Two orders make a pair when different voices give them, they may go to one person, and the second starts no later
    than `within` seconds after the end of the first. Pairs that overlap in time make one episode, with every order
    that lies in it.
    """
    spans: list[Span] = []
    recent: list[Order] = []
    for second in orders:
        recent = [o for o in recent if second.span.start <= o.span.end + within]
        partners = [o for o in recent if o.turn.voice != second.turn.voice and may_be_the_same(o.hail, second.hail)]
        if partners:
            start = min(p.span.start for p in partners)
            end = max(second.span.end, *(p.span.end for p in partners))
            while spans and start <= spans[-1].end:
                start, end = min(start, spans[-1].start), max(end, spans.pop().end)
            spans.append(Span(start, end))
        recent.append(second)
    return [_inside(orders, span) for span in spans]


def _inside(orders: Sequence[Order], span: Span) -> list[Order]:
    first = bisect_left(orders, span.start, key=lambda o: o.span.start)
    last = bisect_right(orders, span.end, key=lambda o: o.span.start)
    return [o for o in orders[first:last] if o.span.end <= span.end]


def _overlapped(orders: Sequence[Order], heard: Sequence[Span] | None, span: Span) -> float:
    """Seconds in which two spoke at once: by the words' times, or as measured in the sound where that is more."""
    by_words = sum(a.span.overlap(b.span) for a, b in _at_once(orders) if a.turn.voice != b.turn.voice)
    in_sound = sum(o.overlap(span) for o in heard) if heard else 0.0
    return ms(max(by_words, in_sound))


def _at_once(orders: Sequence[Order]) -> Iterator[tuple[Order, Order]]:
    """Pairs that overlap in time; `orders` sorted by start."""
    for k, first in enumerate(orders):
        for second in islice(orders, k + 1, None):
            if second.span.start >= first.span.end:
                break
            yield first, second


def row_of(order: Order) -> dict[str, JsonValue]:
    """An order as evidence of a finding about several."""
    return {
        "voice": order.turn.voice,
        "start": order.span.start,
        "end": order.span.end,
        "words": order.text,
        "category": order.category,
        "clear": order.clear,
        "wants": list(order.actions),
        "addressee": order.hail.rule,
        "rule": order.matches[0].rule,
        "layer": order.layer,
    }


def _summary(orders: Sequence[Order], voices: int, overlapped: float, raised: float | None) -> str:
    text = f"{len(orders)} orders by {voices} officers: {quoted([o.text for o in orders[:4]])}"
    if len(orders) > 4:
        text += f" and {len(orders) - 4} more"
    if overlapped:
        text += f"; {overlapped:.1f} s with two voices at once"
    shouted = None if raised is None else raised >= 0.5
    return f"{text}; " + {True: "raised voices", False: "voices not raised", None: "raised voice not measured"}[shouted]
