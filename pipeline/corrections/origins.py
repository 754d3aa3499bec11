"""Which measured turn became which, under the corrections of people: what can be looked for by either wording."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields

from pipeline.corrections.apply import correct_turns
from pipeline.corrections.correction import Correction
from pipeline.types import Turn


@dataclass(frozen=True)
class PutRight:
    """A measured turn that people changed."""

    number: int
    """its place among the measured turns"""
    turns: tuple[Turn, ...]
    """what stands in its place; several where it was cut, none where nothing was said there"""
    corrections: tuple[Correction, ...]
    """those that changed it, oldest first"""


@dataclass(frozen=True)
class _Numbered(Turn):
    """A turn that knows its number, also where it was cut: corrections replace fields and keep the rest."""

    number: int = -1


def put_right(measured: Sequence[Turn], corrections: Sequence[Correction]) -> list[PutRight]:
    """The measured turns that the corrections change, in order; a correction without a place changes none."""
    turns: tuple[Turn, ...] = tuple(_numbered(turn, number) for number, turn in enumerate(measured))
    made: dict[int, list[Correction]] = defaultdict(list)
    for correction in corrections:
        before, turns = _by_number(turns), correct_turns(turns, [correction])
        after = _by_number(turns)
        for number, those in before.items():
            if after.get(number) != those:
                made[number].append(correction)
    now = _by_number(turns)
    return [PutRight(number, tuple(now.get(number, ())), tuple(made[number])) for number in sorted(made)]


def _numbered(turn: Turn, number: int) -> _Numbered:
    return _Numbered(**{field.name: getattr(turn, field.name) for field in fields(Turn)} | {"number": number})


def _by_number(turns: Sequence[Turn]) -> dict[int, list[Turn]]:
    found: dict[int, list[Turn]] = {}
    for turn in turns:
        assert isinstance(turn, _Numbered)
        found.setdefault(turn.number, []).append(turn)
    return found
