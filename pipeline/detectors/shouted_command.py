"""Orders given with a raised voice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from pipeline.policy import Policy
from pipeline.policy.orders import Order, OrderFinder
from pipeline.policy.scene import Scene, scene_of
from pipeline.policy.spoken import quoted
from pipeline.types import Evidence, Finding, IncidentEvidence, Span


@dataclass(frozen=True)
class ShoutedCommand:
    """An order whose words were, for the larger part of what could be measured, said with a raised voice.

    Measured by vocal effort (pitch and spectrum), not by loudness. Where it was not measured, nothing is claimed.
    """

    policy: Policy
    share: float = 0.5
    """of the measured moments of the order, raised"""
    least_measured: float = 0.3
    """seconds of the order in which vocal effort is known; less says nothing"""
    lowest_order_score: float = 0.3
    """orders less sure than this are not looked at"""

    name: ClassVar[str] = "shouted_command"
    version: ClassVar[str] = "3"
    reads: ClassVar[tuple[str, ...]] = ("turns", "vocal_effort")

    def __call__(self, evidence: Evidence | IncidentEvidence) -> Iterator[Finding]:
        scene = scene_of(evidence)
        for order in OrderFinder(self.policy).orders(scene.turns, scene.labels):
            values = scene.effort(order.turn, order.span)
            if order.score < self.lowest_order_score or len(values) < self.least_measured * EFFORT_RATE_HZ:
                continue
            raised = scene.raised([(order.turn, order.span)]) or 0.0
            if raised >= self.share:
                yield self._finding(scene, order, raised, float(values.mean()))

    def _finding(self, scene: Scene, order: Order, raised: float, mean: float) -> Finding:
        span = Span(order.span.start, order.span.end)
        return Finding(
            subject=scene.subject,
            detector=self.name,
            label="shouted_command",
            start=span.start,
            end=span.end,
            score=round(order.score * mean, 3),  # as sure as both: that it is an order, and that it was raised
            summary=f"Order with a raised voice: {quoted([order.text])}; raised for {100 * raised:.0f} % of it",
            speaker=order.turn.voice,
            role=order.turn.role,
            text=order.text,
            evidence={
                "clause": "1.2-tone",
                "category": order.category,
                "rule": order.matches[0].rule,
                "layer": order.layer,
                "raised_share": raised,
                "mean_probability_raised": round(mean, 3),
                "said": order.turn.text,
            },
        )


EFFORT_RATE_HZ = 10.0
"""Samples of vocal effort a second (see `Evidence.vocal_effort`)."""
