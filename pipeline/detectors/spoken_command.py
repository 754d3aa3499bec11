"""Orders given to members of the public, one finding per utterance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from pipeline.policy import CommandMatch, Policy, find_commands
from pipeline.policy.language import sentences
from pipeline.policy.loops import repeated_texts
from pipeline.policy.spoken import certainty_of, quoted, span_of, weighed, words_of
from pipeline.types import Evidence, Finding, Role, Span, Turn

CLEAR_SCORE = 0.9
VAGUE_SCORE = 0.75
"""Starting points of the score: on the written dialogues looked at, 9 of 10 findings were orders to the public."""
LOOSE_SHARE = 0.8
"""kept of the score where the words stand in the middle of a clause, or "guys" may be officers"""


@dataclass(frozen=True)
class Order:
    """What one officer ordered in one breath: matches close together, with the turn they are from."""

    turn: Turn
    matches: tuple[CommandMatch, ...]
    score: float
    times: int = 1
    """how often the recogniser wrote the same utterance in a row; above 1 it may have looped"""

    @property
    def span(self) -> Span:
        return span_of(self.turn, self.matches[0].first, self.matches[-1].last)

    @property
    def text(self) -> str:
        words = words_of(self.turn)
        return " ".join(words[self.matches[0].first : self.matches[-1].last + 1])

    @property
    def category(self) -> str:
        """What it is about: the first clear order in it, else the first."""
        return next((m for m in self.matches if m.clear), self.matches[0]).category

    @property
    def clear(self) -> bool:
        return any(m.clear for m in self.matches)


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
    version: ClassVar[str] = "2"
    reads: ClassVar[tuple[str, ...]] = ("turns",)

    def __call__(self, evidence: Evidence) -> Iterator[Finding]:
        taken: set[tuple[float, float]] = set()
        for order in self.orders(evidence.turns or ()):
            span = order.span
            end = span.end
            while (span.start, end) in taken:
                end = round(end + 0.001, 3)  # two voices with the same times: a finding is known by its span
            taken.add((span.start, end))
            yield self._finding(evidence, order, Span(span.start, end))

    def orders(self, turns: Sequence[Turn]) -> Iterator[Order]:
        """Every order in the turns, in their order."""
        times = repeated_texts([t.text for t in turns], self.policy.windows.loop_repeats)
        for number, turn in enumerate(turns):
            if turn.role not in (None, Role.OFFICER) or not turn.text:
                continue
            in_loop = times[number] > 1
            if in_loop and number and times.get(number - 1) == times[number] and turns[number - 1].text == turn.text:
                continue
            if turn.role is None and self._sounds_civilian(turn):
                continue
            for matches in self._breaths(turn, find_commands(self.policy, words_of(turn))):
                yield Order(turn, matches, self._score(turn, matches, in_loop), times[number])

    def _sounds_civilian(self, turn: Turn) -> bool:
        """Whether the turn itself says what members of the public say ("get out of my yard")."""
        return any(self.policy.roles.civilian.any(s) for s in sentences(words_of(turn)))

    def _breaths(self, turn: Turn, matches: Sequence[CommandMatch]) -> Iterator[tuple[CommandMatch, ...]]:
        breath: list[CommandMatch] = []
        for match in matches:
            if breath and turn.words:
                pause = turn.words[match.first].start - turn.words[breath[-1].last].end
                if pause > self.same_breath:
                    yield tuple(breath)
                    breath = []
            breath.append(match)
        if breath:
            yield tuple(breath)

    def _score(self, turn: Turn, matches: Sequence[CommandMatch], in_loop: bool) -> float:
        score = max(
            weighed(
                (CLEAR_SCORE if m.clear else VAGUE_SCORE)
                * (LOOSE_SHARE if m.lead == "free" or m.for_peers_too else 1.0),
                turn, m.first, m.last,
            )
            for m in matches
        )  # fmt: skip
        score *= self.loop_share if in_loop else 1.0
        return round(score * (1.0 if turn.role is Role.OFFICER else self.unknown_role_share), 3)

    def _finding(self, evidence: Evidence, order: Order, span: Span) -> Finding:
        return Finding(
            subject=evidence.recording.id,
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
                "clause": order.matches[0].clause,
                "orders": [order_row(order.turn, m) for m in order.matches],
                "said": order.turn.text,
                "certainty": certainty_of(order.turn, order.matches[0].first, order.matches[-1].last),
                "times_in_a_row": order.times,
                "policy": f"{self.policy.name} {self.policy.version}",
            },
        )


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
    return text
