"""Episodes in which two or more officers give orders at once or in quick turn."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import ClassVar

import numpy as np

from pipeline.detectors.spoken_command import Order, SpokenCommand
from pipeline.policy import Policy
from pipeline.policy.spoken import quoted
from pipeline.types import Evidence, Finding, JsonValue, Role, ScoredSpan, Span, ms

RAISED = 0.5
"""probability of a raised voice from which a moment counts as raised"""


@dataclass(frozen=True)
class MultiOfficerCommands:
    """Orders by two officers, the second starting within some seconds of the end of the first; neighbours merged.

    The time is `pair_within` of the policy pack (5 s). Whether the orders go to the same person cannot be heard, so the
    reviewer is shown each of them. Nothing is claimed where voices were not told apart.
    """

    policy: Policy
    lowest_order_score: float = 0.3
    """orders less sure than this start no episode"""

    name: ClassVar[str] = "multi_officer_commands"
    version: ClassVar[str] = "2"
    reads: ClassVar[tuple[str, ...]] = ("turns",)

    def __call__(self, evidence: Evidence) -> Iterator[Finding]:
        found = SpokenCommand(self.policy).orders(evidence.turns or ())
        orders = sorted(
            (o for o in found if o.turn.role is Role.OFFICER and o.turn.voice and o.score >= self.lowest_order_score),
            key=lambda o: (o.span.start, o.span.end),
        )
        for episode in episodes(orders, self.policy.windows.pair_within):
            yield self._finding(evidence, episode)

    def _finding(self, evidence: Evidence, orders: Sequence[Order]) -> Finding:
        span = Span(min(o.span.start for o in orders), max(o.span.end for o in orders))
        voices = sorted({o.turn.voice or "" for o in orders})
        overlapped = _overlapped(orders, evidence.overlaps, span)
        shouted = _shouted(evidence, orders)
        best = [max(o.score for o in orders if o.turn.voice == voice) for voice in voices]
        return Finding(
            subject=evidence.recording.id,
            detector=self.name,
            label="multi_officer_commands",
            start=span.start,
            end=span.end,
            score=round(sorted(best)[-2], 3),  # as sure as the second voice: without it there is no episode
            summary=_summary(orders, voices, overlapped, shouted),
            role=Role.OFFICER,
            text=" / ".join(o.text for o in orders),
            evidence={
                "clause": "1.2-one-voice",
                "voices": list(voices),
                "orders": [_row(o) for o in orders],
                "pair_within": self.policy.windows.pair_within,
                "seconds_overlapped": overlapped,
                "shouted": "not measured" if shouted is None else shouted,
            },
        )


def episodes(orders: Sequence[Order], within: float) -> list[list[Order]]:
    """Runs of orders that belong together; `orders` sorted by start.

    Two orders make a pair when different voices give them and the second starts no later than `within` seconds after
    the end of the first. Pairs that overlap in time make one episode, with every order that lies in it.
    """
    spans: list[Span] = []
    recent: list[Order] = []
    for second in orders:
        recent = [o for o in recent if second.span.start <= o.span.end + within]
        partners = [o for o in recent if o.turn.voice != second.turn.voice]
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


def _overlapped(orders: Sequence[Order], heard: Sequence[ScoredSpan] | None, span: Span) -> float:
    """Seconds in which two spoke at once: by the words' times, or as measured in the sound where that is more."""
    by_words = sum(a.span.overlap(b.span) for a, b in combinations(orders, 2) if a.turn.voice != b.turn.voice)
    in_sound = sum(o.span.overlap(span) for o in heard) if heard else 0.0
    return ms(max(by_words, in_sound))


def _shouted(evidence: Evidence, orders: Sequence[Order]) -> bool | None:
    """Whether the larger part of the orders was said with a raised voice; None: not measured."""
    if evidence.vocal_effort is None:
        return None
    values = np.concatenate([evidence.vocal_effort.at(o.span) for o in orders])
    values = values[np.isfinite(values)]
    return bool(np.mean(values >= RAISED) >= 0.5) if len(values) else None


def _row(order: Order) -> dict[str, JsonValue]:
    return {
        "voice": order.turn.voice,
        "start": order.span.start,
        "end": order.span.end,
        "words": order.text,
        "category": order.category,
        "clear": order.clear,
    }


def _summary(orders: Sequence[Order], voices: Sequence[str], overlapped: float, shouted: bool | None) -> str:
    text = f"{len(orders)} orders by {len(voices)} officers: {quoted([o.text for o in orders[:4]])}"
    if len(orders) > 4:
        text += f" and {len(orders) - 4} more"
    if overlapped:
        text += f"; {overlapped:.1f} s with two voices at once"
    raised = {True: "raised voices", False: "voices not raised", None: "raised voice not measured"}[shouted]
    return f"{text}; {raised}"
