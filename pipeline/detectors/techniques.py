"""De-escalation techniques and the events beside them in what is said: one finding for each label and turn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from pipeline.policy import Policy
from pipeline.policy.decide import Decision, decide, without_echoes
from pipeline.policy.language import sentences
from pipeline.policy.loops import repeated_texts
from pipeline.policy.pack import DETECTOR_LABELS
from pipeline.policy.spoken import certainty_of, quoted, span_of, weighed, words_of
from pipeline.policy.techniques import Line, TechniqueMatch, find_techniques, may_be_said
from pipeline.types import Evidence, Finding, LineLabels, Role, Span, Turn


@dataclass(frozen=True)
class Techniques:
    """Rules of the pack and, where one ran, the classifier's probabilities against the pack's thresholds.

    Orders and names have detectors of their own; every other label of the pack is looked for here, by those whose
    words count for it. A turn whose speaker is not known counts less.
    """

    policy: Policy
    unknown_role_share: float = 0.6
    """kept of the score where the speaker's role is not known"""
    loop_share: float = 0.5
    """kept of the score where the recogniser wrote the same words many times over"""

    name: ClassVar[str] = "techniques"
    version: ClassVar[str] = "2"
    reads: ClassVar[tuple[str, ...]] = ("turns",)

    def __call__(self, evidence: Evidence) -> Iterator[Finding]:
        turns = evidence.turns or ()
        likely = probabilities_by_turn(evidence.line_labels)
        times = repeated_texts([t.text for t in turns], self.policy.windows.loop_repeats)
        taken: set[tuple[str, float, float]] = set()
        wanted = {role: self._wanted(role) for role in (*Role, None)}
        for number, turn in enumerate(turns):
            in_loop = times[number] > 1
            if not turn.text or (in_loop and number and turns[number - 1].text == turn.text):
                continue
            before = turns[number - 1].text if number else ""
            for label, match, decision, probability in self._found(turn, before, wanted[turn.role], likely.get(number)):
                share = self.loop_share if in_loop else 1.0
                yield self._finding(evidence, turn, label, match, decision, probability, share, taken)

    def _found(
        self, turn: Turn, before: str, wanted: Sequence[str], likely: Mapping[str, float] | None
    ) -> Iterator[tuple[str, TechniqueMatch | None, Decision, float | None]]:
        if turn.role is None and self._sounds_civilian(turn):
            return
        line = Line(words_of(turn), turn.role.value if turn.role else None, before.split(), wanted)
        likely = None if likely is None else without_echoes(likely)
        by_rule = {m.label: m for m in find_techniques(self.policy, line)}
        for label in wanted:
            if label not in by_rule and label not in (likely or ()):
                continue
            match = by_rule.get(label)
            probability = None if likely is None or turn.role is None else likely.get(label, 0.0)
            decision = decide(match is not None, probability, self.policy.bar(label))
            if decision and (match is not None or may_be_said(self.policy, label, line.words)):
                yield label, match, decision, probability

    def _wanted(self, role: Role | None) -> tuple[str, ...]:
        """Labels that this role's words can earn."""
        rules = [r for r in self.policy.techniques.values() if (role or Role.OFFICER).value in r.said_by]
        return tuple(r.label for r in rules if r.label not in DETECTOR_LABELS and self.policy.looks_for(r.label))

    def _sounds_civilian(self, turn: Turn) -> bool:
        return any(self.policy.roles.civilian.any(s) for s in sentences(words_of(turn)))

    def _finding(
        self, evidence: Evidence, turn: Turn, label: str, match: TechniqueMatch | None, decision: Decision,
        probability: float | None, share: float, taken: set[tuple[str, float, float]],
    ) -> Finding:  # fmt: skip
        first, last = (match.first, match.last) if match else (0, len(words_of(turn)) - 1)
        span = _own_span(label, span_of(turn, first, last), taken)
        score = weighed(decision.score, turn, first, last) * share
        score *= 1.0 if turn.role else self.unknown_role_share
        text = match.text if match else turn.text
        rule = match.rule if match else "like lines that the classifier learned from"
        return Finding(
            subject=evidence.recording.id,
            detector=self.name,
            label=label,
            start=span.start,
            end=span.end,
            score=round(min(1.0, score), 3),
            summary=_summary(self.policy.techniques[label].title, text, turn),
            speaker=turn.voice,
            role=turn.role,
            text=text,
            evidence={
                "clause": clause_of(self.policy, label),
                "rule": rule,
                "layer": decision.layer,
                "probability": probability,
                "certainty": certainty_of(turn, first, last),
                "said": turn.text,
            },
        )


def probabilities_by_turn(lines: Sequence[LineLabels] | None) -> Mapping[int, Mapping[str, float]]:
    """Turn number -> label -> probability; empty where no classifier ran."""
    return {line.turn: line.probabilities for line in lines or ()}


def clause_of(policy: Policy, label: str) -> str:
    """The first clause that is switched on and asks for the label."""
    return next((c.id for c in policy.clauses.values() if c.enabled and label in c.labels), "")


def _own_span(label: str, span: Span, taken: set[tuple[str, float, float]]) -> Span:
    """A finding is known by its label and span: two voices with the same times get spans a millisecond apart."""
    end = span.end
    while (label, span.start, end) in taken:
        end = round(end + 0.001, 3)
    taken.add((label, span.start, end))
    return Span(span.start, end)


_WHO = {Role.OFFICER: "Officer", Role.CIVILIAN: "Person", Role.RADIO: "Radio", None: "Somebody"}


def _summary(title: str, text: str, turn: Turn) -> str:
    who = _WHO[turn.role]
    unknown = "; the speaker's role is not known" if turn.role is None else ""
    return f"{who}, {title}: {quoted([text])}{unknown}"
