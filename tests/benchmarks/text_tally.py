"""Counting what was found in text, and labelled lines as turns: shared by the benchmarks of text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.types import Evidence, Recording, Role, Turn

Rows = list[dict[str, Any]]


@dataclass
class Tally:
    """Hits, misses and false alarms, with the numbers of the lines."""

    hits: int = 0
    missed: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)

    def count(self, number: str, found: bool, true: bool) -> None:
        self.hits += found and true
        if true and not found:
            self.missed.append(number)
        if found and not true:
            self.false.append(number)

    @property
    def row(self) -> str:
        found, true = self.hits + len(self.false), self.hits + len(self.missed)
        f1 = f"{2 * self.hits / (found + true):.2f}" if found + true else "-"
        return f"{share(self.hits, found)} | {share(self.hits, true)} | {f1} | {len(self.false)}"

    @property
    def misses(self) -> str:
        return f"missed: {', '.join(self.missed) or 'none'}; false alarms: {', '.join(self.false) or 'none'}"


def share(part: int, whole: int) -> str:
    """ "0.97 (58/60)"."""
    return f"{part / whole:.2f} ({part}/{whole})" if whole else "-"


def turn_of(row: dict[str, Any], *, plain: bool = False, role: bool = True) -> Turn:
    """A labelled line as a turn. `plain`: lower case without punctuation, as a draft recogniser writes."""
    text = re.sub(r"[^\w' -]", "", row["text"].lower()) if plain else row["text"]
    return Turn(row["t_start"], row["t_end"], row["speaker"], Role(row["role"]) if role else None, text)


def evidence_of(turns: Iterable[Turn]) -> Evidence:
    """Turns as a recording."""
    turns = tuple(turns)
    return Evidence(Recording("text", Path("text.jsonl"), max(t.end for t in turns)), turns=turns)
