from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from models.contract import BackendInfo, LineContext
from pipeline.stages.line_labels import LabelLines, line_contexts
from pipeline.types import Evidence, LineLabels, Recording, Role, Turn


@dataclass(frozen=True)
class Echo:
    """Finds the first word of a line likely, by how long the line is."""

    info: BackendInfo = field(default_factory=lambda: BackendInfo("echo", "1"))

    def label_probabilities(self, lines: Sequence[LineContext]) -> list[Mapping[str, float]]:
        return [{line.text.split()[0]: len(line.text) / 100} for line in lines]


def turns(*texts: str) -> tuple[Turn, ...]:
    return tuple(Turn(k, k + 1, "v", Role.OFFICER if k % 2 else None, text) for k, text in enumerate(texts))


def test_probabilities_by_turn_without_the_unlikely() -> None:
    progress: list[float] = []
    evidence = Evidence(Recording("r", Path("r"), 9.0), turns=turns("aa bb", "", "c", "dddd"))
    measured = LabelLines(Echo())(evidence, progress.append)
    assert measured.line_labels == (LineLabels(0, {"aa": 0.05}), LineLabels(2, {}), LineLabels(3, {"dddd": 0.04}))
    assert progress == [1.0]


def test_no_turns() -> None:
    evidence = Evidence(Recording("r", Path("r"), 9.0), turns=())
    assert LabelLines(Echo())(evidence, lambda share: None).line_labels == ()


def test_contexts() -> None:
    first, second = line_contexts(turns("a", "b"))
    assert first == LineContext("a", None, "", None)
    assert second == LineContext("b", "officer", "a", None)
