"""Orders given to members of the public, one finding per utterance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from pipeline.policy import CommandMatch, Policy
from pipeline.policy.orders import Order, OrderFinder
from pipeline.policy.scene import scene_of
from pipeline.policy.spoken import certainty_of, quoted, span_of
from pipeline.types import Evidence, Finding, IncidentEvidence, Span, Turn


@dataclass(frozen=True)
class SpokenCommand:
    """Looks in what officers say, and, with a lower score, in turns whose speaker is not known."""

    policy: Policy
    unknown_role_share: float = 0.6
    """kept of the score where the speaker's role is not known"""
    loop_share: float = 0.5
    """kept of the score where the recogniser wrote the same words many times over"""
    same_breath: float = 2.0
    """seconds: orders of one turn no further apart make one finding"""

    name: ClassVar[str] = "spoken_command"
    version: ClassVar[str] = "6"
    reads: ClassVar[tuple[str, ...]] = ("turns",)

    def __call__(self, evidence: Evidence | IncidentEvidence) -> Iterator[Finding]:
        scene = scene_of(evidence)
        finder = OrderFinder(self.policy, self.unknown_role_share, self.loop_share, self.same_breath)
        taken: set[tuple[float, float]] = set()
        for order in finder.orders(scene.turns, scene.labels):
            span = order.span
            end = span.end
            while (span.start, end) in taken:
                end = round(end + 0.001, 3)  # two voices with the same times: a finding is known by its span
            taken.add((span.start, end))
            yield self._finding(scene.subject, order, Span(span.start, end))

    def orders(self, turns: Sequence[Turn]) -> Iterator[Order]:
        """Every order in the turns, in their order, by the rules alone."""
        return OrderFinder(self.policy, self.unknown_role_share, self.loop_share, self.same_breath).orders(turns)

    def _finding(self, subject: str, order: Order, span: Span) -> Finding:
        return Finding(
            subject=subject,
            detector=self.name,
            label="command",
            start=span.start,
            end=span.end,
            score=order.score,
            summary=_summary(order),
            speaker=order.turn.voice,
            role=order.turn.role,
            text=order.text,
            evidence={
                "category": order.category,
                "clear": order.clear,
                "clause": order.clause,
                "layer": order.layer,
                "orders": [order_row(order.turn, m) for m in order.matches],
                "wants": list(order.actions),
                "addressee": addressee(order),
                "said": order.turn.text,
                "certainty": certainty_of(order.turn, order.matches[0].first, order.matches[-1].last),
                "times_in_a_row": order.times,
                "policy": f"{self.policy.name} {self.policy.version}",
            },
        )


def addressee(order: Order) -> dict[str, str]:
    """Who is meant, and by which rule: "person", or "unclear" where it may as well be another officer."""
    if any(m.for_peers_too for m in order.matches):
        return {"who": "unclear", "rule": 'said to "guys" or the like: officers or the public'}
    if order.hail.words:
        return {"who": "person", "rule": order.hail.rule}
    if all(m.lead in ("need", "request", "told", "you", "not") or "your" in m.text.lower() for m in order.matches):
        return {"who": "person", "rule": 'said to "you", and nothing points to another officer'}
    return {"who": "person" if order.clear else "unclear", "rule": "nothing points to another officer or the radio"}


def order_row(turn: Turn, match: CommandMatch) -> dict[str, str | bool | float]:
    """One order as evidence: what, by which rule, and when."""
    span = span_of(turn, match.first, match.last)
    return {
        "category": match.category,
        "rule": match.rule,
        "introduced_by": match.lead,
        "clear": match.clear,
        "words": match.text,
        "start": span.start,
        "end": span.end,
    }


_ABOUT = {"out_of_car": "vehicle", "identify": "papers", "come": "come here", "back": "move away", "other": "conduct"}


def _summary(order: Order) -> str:
    kind = "Order" if order.clear else "Request or unspecific order"
    text = f"{kind} ({_ABOUT.get(order.category, order.category)}): {quoted([order.text])}"
    if order.turn.role is None:
        text += "; the speaker's role is not known"
    if order.times > 1:
        text += f"; written {order.times} times in a row, the recogniser may have looped"
    if order.layer == "classifier":
        text += "; by the classifier alone, no rule fired"
    return text
