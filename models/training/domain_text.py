"""Sentences of everyday policing, written for this project, from which the small language model is made.

Two sources: lines written out one by one, and patterns whose {slots} are filled by a seeded draw. All words lower case,
numbers in words, no punctuation: the form in which a recogniser knows them. No line is taken from a recording, a
transcript or a script; names are drawn from lists of common first and last names.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
SLOT = re.compile(r"\{(\w+)\}")
DRAWS = 40
"""fillings of each pattern; more only repeat the patterns' words and make the single lines rarer"""


def sentences(draws: int = DRAWS, seed: int = 1) -> Iterator[str]:
    """Every written line, and up to `draws` different fillings of each pattern; the same seed gives the same text."""
    yield from written("domain_lines.txt")
    chosen = random.Random(seed)
    for pattern in written("domain_patterns.txt"):
        yield from {filled(pattern, chosen): None for _ in range(draws)}


def written(name: str) -> list[str]:
    """The lines of a text file beside this module, without comments and empty lines."""
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def filled(pattern: str, chosen: random.Random) -> str:
    """The pattern with each {slot} replaced by an entry drawn from its list. Raises KeyError for an unknown slot."""
    return SLOT.sub(lambda slot: chosen.choice(slots()[slot.group(1)]), pattern)


@cache
def slots() -> dict[str, tuple[str, ...]]:
    """What may stand in each slot; an entry listed twice is drawn twice as often."""
    listed = tomllib.loads((HERE / "domain_slots.toml").read_text(encoding="utf-8"))["slots"]
    return {
        name: tuple(entry.strip() for entry in text.replace("\n", " ").split("|") if entry.strip())
        for name, text in listed.items()
    }
