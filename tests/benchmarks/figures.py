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
        rf"{MEAN.format('meeting')}{MEAN.format('libri')}{MEAN.format('ami, all seconds')}",
        "meeting {0}, mixed LibriSpeech {1}, far-field meetings {2} (all seconds together)",
    ),
    Figure("Words, embedded recogniser, read speech", "speech_accuracy.md", rf"\| pocketsphinx \| {N}", "WER {0}"),
    Figure(
        "Two cameras on one clock, one room, 5 dB", "sync.md",
        rf"\| one room \| 5 \| ([\d a-z]+) \| {N} \| {N}", "{0} matched, largest error {2} ms",
    ),
    Figure(
        "Black, covered, frozen and muted spans of 2 s and more, 20 fresh made clips and 18 controls, after mending "
        "(first run: frozen 32 of 40, one false alarm)",
        "picture_faults.md",
        r"\| fresh \| black \| (\d+)/(\d+)[\s\S]*?\| fresh \| covered \| (\d+)/(\d+)"
        r"[\s\S]*?\| fresh \| frozen \| (\d+)/(\d+)[\s\S]*?\| fresh \| muted \| (\d+)/(\d+)",
        "black {0} of {1}, covered {2} of {3}, frozen {4} of {5}, muted {6} of {7}; ends within 0.2 s",
    ),
    Figure(
        "Something on a part of the lens by day (flap, strap, finger, badge, arm), made recordings held apart",
        "obstructed_view.md",
        r"\*\*day\*\* \| all \| (\d+)/(\d+) [\s\S]*?\*\*control\*\* \| all \|[^|]*\|[^|]*\| (\d+)",
        "{0} of {1} found, {2} false on its controls",
    ),
    Figure(
        "Scan against a decode of the key frames alone, and against ffmpeg's filters, 720p, no faults", "scan_cost.md",
        rf"\| 720p, 4Mb/s \| 1 s \| nothing \|[^|]*\|[^|]*\|[^|]*\|[^|]*\| {N} \| ([^ |]+)", "{0} times; {1}",
    ),
    Figure(
        "Mutes, real speech in real noise, 16 encodes held out", "sound_faults.md",
        r"Held out[\s\S]*?Found (\d+) of (\d+), worst edge (\d*\.\d+) s; False: (\d+)",
        "{0} of {1} found, worst edge {2} s, {3} false",
    ),
    Figure(
        "Burned-in clocks, fonts and scenes that no rule was chosen on", "clock.md",
        r"## unseen[\s\S]*?digits right \| (\d*\.\d+)[^|]*\|"
        r"[\s\S]*?jumps found / planted, false \|[^|]*\| (\d+) / (\d+), (\d+)"
        r"[\s\S]*?stops found / planted, false \|[^|]*\| (\d+) / (\d+), (\d+)",
        "digits {0}; jumps {1} of {2}, {3} false; stops {4} of {5}, {6} false",
    ),
    Figure(
        "Officers heard on another camera while their own is off, made incidents, from the sound alone", "heard_off.md",
        r"Planted (\d+), found (\d+); sides without any (\d+), false (\d+)", "{1} of {0} found, {3} false of {2}",
    ),
    Figure(
        "Audit of a month: 200 officers, 20,000 calls, 25,000 recordings (made data)", "camera_use.md",
        rf"the audit: reading, assessing, figures\*\* \| \*\*{N}", "{0} processor seconds",
    ),
    Figure(
        "Exact clips over ten kinds of source", "clips.md",
        r"(\d+) of (\d+) clips hold exactly the pictures", "{0} of {1} hold exactly the right pictures",
    ),
    Figure(
        "Faces covered, one portrait of 36 to 70 pixels over made backgrounds", "faces.md",
        r"\| 36 to 70 \| (\d+) \|[^|]*\| (\d+) \((\d+\.\d+) %\)", "{1} of {0} pictures ({2} %)",
    ),
    Figure(
        "An hour with four cameras, everything after the speech models", "incident_cost.md",
        rf"\*\*together\*\* \| \*\*{N}", "{0} processor seconds",
    ),
    Figure(
        "The screen, an hour of 1080p (1.8 GB) with 20,000 findings: next finding to its picture, and a seek (medians)",
        "screen.md",
        rf"\| key N to the picture of the next finding, 1080p, ms \| {N}[\s\S]*?picture there, 1080p, ms \| {N}",
        "{0} ms; {1} ms",
    ),
    Figure(
        "The screen's server with four viewers of it", "screen.md", rf"server, after 24 seeks, MB \| {N} resident",
        "{0} MB",
    ),
)  # fmt: skip


def table() -> str:
    """All figures, as Markdown."""
    return "\n".join(["| measured | figure | where |", "|---|---|---|", *(figure.row() for figure in FIGURES)])
