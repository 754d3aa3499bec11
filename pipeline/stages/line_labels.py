"""How likely each label is for each turn, by a classifier that learned from examples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from models.contract import LineClassifier, LineContext
from pipeline.types import Evidence, LineLabels, Progress, Turn

LEAST = 0.02
"""A probability below it is not kept: no threshold lies there, and most labels of most turns do."""
AT_A_TIME = 5_000
"""Turns between two reports of progress."""


@dataclass(frozen=True)
class LabelLines:
    """Measures only; which probability counts for which label is for the policy pack to say."""

    classifier: LineClassifier

    name: ClassVar[str] = "line_labels"
    version: ClassVar[str] = "1"
    reads: ClassVar[tuple[str, ...]] = ("turns",)
    also_reads: ClassVar[tuple[str, ...]] = ()
    writes: ClassVar[tuple[str, ...]] = ("line_labels",)

    def __call__(self, evidence: Evidence, progress: Progress) -> Evidence:
        numbered = [(n, context) for n, context in enumerate(line_contexts(evidence.turns or ())) if context.text]
        out: list[LineLabels] = []
        for at in range(0, len(numbered), AT_A_TIME):
            piece = numbered[at : at + AT_A_TIME]
            found = self.classifier.label_probabilities([context for _, context in piece])
            out += [LineLabels(n, _likely(labels)) for (n, _), labels in zip(piece, found, strict=True)]
            progress((at + len(piece)) / len(numbered))
        return replace(evidence, line_labels=tuple(out))


def _likely(labels: Mapping[str, float]) -> dict[str, float]:
    return {label: round(float(p), 3) for label, p in labels.items() if p >= LEAST}


def line_contexts(turns: Sequence[Turn]) -> Iterator[LineContext]:
    """Each turn with the one before it."""
    before: Turn | None = None
    for turn in turns:
        role = turn.role.value if turn.role else None
        if before is None:
            yield LineContext(turn.text, role)
        else:
            yield LineContext(turn.text, role, before.text, before.role.value if before.role else None)
        before = turn
