"""Questions of the person that no officer spoke after within a set time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from pipeline.policy import Policy
from pipeline.policy.questions import Question, questions
from pipeline.policy.spoken import certainty_of, quoted, weighed, words_of
from pipeline.types import Evidence, Finding

ASKED_SCORE = 0.7
"""moderate: whether it was meant for an officer, and whether a nod answered it, cannot be heard"""


@dataclass(frozen=True)
class UnansweredQuestion:
    """Label `unanswered_question`. That an officer spoke in time does not say that the question was answered."""

    policy: Policy

    name: ClassVar[str] = "unanswered_question"
    version: ClassVar[str] = "1"
    reads: ClassVar[tuple[str, ...]] = ("turns",)

    def __call__(self, evidence: Evidence) -> Iterator[Finding]:
        within = self.policy.windows.answer_within
        for question in questions(evidence.turns or ()):
            rest = evidence.recording.duration - question.turn.end
            late = question.seconds is None and rest >= within
            if late or (question.seconds is not None and question.seconds > within):
                yield self._finding(evidence, question)

    def _finding(self, evidence: Evidence, question: Question) -> Finding:
        turn, last = question.turn, len(words_of(question.turn)) - 1
        spoke = "no officer spoke after it" if question.seconds is None else (
            f"the next officer spoke {question.seconds:.0f} s after it"
        )  # fmt: skip
        return Finding(
            subject=evidence.recording.id,
            detector=self.name,
            label="unanswered_question",
            start=turn.start,
            end=turn.end,
            score=round(weighed(ASKED_SCORE, turn, 0, last), 3),
            summary=f"Question of the person: {quoted([turn.text])}; {spoke}",
            speaker=turn.voice,
            role=turn.role,
            text=turn.text,
            evidence={
                "clause": "1.2-explain",
                "rule": f"a question with no officer's words within {self.policy.windows.answer_within:.0f} s",
                "seconds_until_an_officer_spoke": question.seconds,
                "certainty": certainty_of(turn, 0, last),
                "said": turn.text,
            },
        )
