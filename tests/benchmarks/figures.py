"""The README's short table of figures, each read out of the results that a benchmark wrote; see `readme.py`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True)
class Figure:
    """One row: what was measured on what, the results file, where the numbers stand in it, and how they are said."""

    what: str
    file: str
    pattern: str
    said: str
    """with {0}, {1}... for the groups of the pattern"""

    def row(self) -> str:
        """The row of the table. Raises ValueError where the results do not hold it."""
        text = (RESULTS / self.file).read_text(encoding="utf-8")
        found = re.search(self.pattern, text)
        if found is None:
            raise ValueError(f"{self.file}: nothing there for {self.what!r}")
        where = f"[{self.file}](tests/benchmarks/results/{self.file})"
        return f"| {self.what} | {self.said.format(*found.groups())} | {where} |"


N = r"(\d*\.\d+|\d+)"
MEAN = r"[\s\S]*?\*\*{}[^*]*\*\* \| \*\*(\d*\.\d+)"
"""the next row of means of a kind of file"""
FIGURES = (
    Figure(
        "Several officers commanding, five generated incidents, from the sound alone (synthetic voices)",
        "incidents.md", rf"everything from the sound \| {N}[^|]*\| {N}", "precision {0}, recall {1}",
    ),
    Figure(
        "Orders, invented sentences written before the rules were widened", "text_accuracy.md",
        rf"second invented set, rules and classifier \| {N}[^|]*\| {N}", "precision {0}, recall {1}",
    ),
    Figure(
        "Orders, real lines of body cameras (seen while rules were written; orders to officers count against it)",
        "text_accuracy.md", rf"real lines, rules and classifier \| {N}[^|]*\| {N}", "precision {0}, recall {1}",
    ),
    Figure(
        "Conflicting orders, written dialogues (seen)", "text_accuracy.md",
        rf"conflicting orders, dialogues[^|]*\| {N}[^|]*\| {N}", "precision {0}, recall {1}",
    ),
    Figure(
        "Techniques, 23 labels, written dialogues (scored only)", "techniques.md",
        rf"\| both \| as written \| {N}[^\n]*\n\| both \| lower case[^|]*\| {N}",
        "mean F1 {0}; without punctuation and capitals {1}",
    ),
    Figure(
        "The same labels on situations and voices of the exemplar bank held apart: far harder", "technique_layers.md",
        rf"Mean F1: rules {N}, classifier {N}, both {N}", "mean F1 {2} (rules alone {0})",
    ),
    Figure(
        "Raised voices, acted conversations under automatic gain, other actors than fitted", "raised_voice.md",
        rf"\| agc \| none added \|[^|]*\|[^|]*\| {N} \| {N} \| {N}", "precision {0}, recall {1}, F1 {2}",
    ),
    Figure(
        "Raised voices, strong anger against neutral and calm, each file alone", "raised_voice.md",
        rf"RAVDESS[^\n]*?\| {N} \|\n", "AUC {0}",
    ),
    Figure(
        "Who speaks, embedded diarizer, DER (collar 0.25 s, overlaps scored)", "speech_accuracy.md",
        rf"{MEAN.format('meeting')}{MEAN.format('libri')}{MEAN.format('ami, mean of the 6')}",
        "meeting {0}, mixed LibriSpeech {1}, far-field meetings {2}",
    ),
    Figure("Words, embedded recogniser, read speech", "speech_accuracy.md", rf"\| pocketsphinx \| {N}", "WER {0}"),
    Figure(
        "Two cameras on one clock, one room, 5 dB", "sync.md",
        rf"\| one room \| 5 \| ([\d a-z]+) \| {N} \| {N}", "{0} matched, largest error {2} ms",
    ),
)  # fmt: skip


def table() -> str:
    """All figures, as Markdown."""
    return "\n".join(["| measured | figure | where |", "|---|---|---|", *(figure.row() for figure in FIGURES)])
