"""Which counts of a set of tables must not be published, so that no small one can be worked out from the others.

A count from 1 to 4 may tell of somebody ("below 5": the usual bar of public health and school statistics). Leaving
it out is not enough where its row has a total: other counts have to be left out with it (complementary suppression), in
every table that shares a margin. What is left is checked with the attack itself: integer programming over everything
that is published gives the least and the greatest value that a withheld count can have.

The rule: every withheld count, small or complementary, could be any of at least five whole numbers. As it is at least
1, it could then be 5 or more, so that a reader cannot even tell whether it was a small one. Zeros are published: no
report means nobody to recognise. The attacker is taken to know all of this.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scipy.optimize import LinearConstraint

SMALLEST = 5
"""counts below it, other than 0, are withheld"""
POSSIBLE = 5
"""whole numbers that a withheld count could be, at the least"""

Key = frozenset[tuple[str, str]]
"""A count by what it is of: {("race", "White"), ("month", "2025-03")}; the empty one is the grand total."""


@dataclass(frozen=True)
class Relation:
    """A total and its parts. `exact`: the parts add up to it; else they may overlap (a report with two types of force):
    no part is above the total, and together they are not below it."""

    total: Key
    parts: tuple[Key, ...]
    exact: bool = True

    @property
    def keys(self) -> tuple[Key, ...]:
        return (self.total, *self.parts)


def withheld(
    counts: Mapping[Key, int], relations: Sequence[Relation], smallest: int = SMALLEST, possible: int = POSSIBLE
) -> frozenset[Key]:
    """The keys not to publish. Small ones first, then the fewest and innermost others that the rule needs.

    Counts only ever get harder to work out as more are withheld, so what is safe once stays safe.
    """
    search = _Search(counts, relations, possible)
    search.hide(key for key, count in counts.items() if 0 < count < smallest)
    while weak := search.weak():
        if not search.hide(_partners(weak, search)):
            raise AssertionError("everything is withheld, and a count still is not safe")
    return frozenset(search.hidden)


def bounds(counts: Mapping[Key, int], relations: Sequence[Relation], hidden: Collection[Key], key: Key) -> Bound:
    """The least and the greatest value of a withheld count that fit everything published."""
    return _Attack(counts, relations, hidden).bound(key)


@dataclass(frozen=True)
class Bound:
    """Least and greatest possible value, with a set of counts that reaches each."""

    low: int
    high: int
    reached: Sequence[Mapping[Key, int]] = field(default=(), repr=False)


class _Search:
    """What is withheld so far, and how far each withheld count is known to be open."""

    def __init__(self, counts: Mapping[Key, int], relations: Sequence[Relation], possible: int) -> None:
        self.counts, self.relations, self.possible = counts, relations, possible
        self.hidden: set[Key] = set()
        self.seen: dict[Key, tuple[int, int]] = {}
        self.of_key: dict[Key, list[Relation]] = {}
        for relation in relations:
            for key in relation.keys:
                self.of_key.setdefault(key, []).append(relation)

    def hide(self, keys: Iterable[Key]) -> bool:
        """Withholds these. False: all of them were withheld before."""
        new = set(keys) - self.hidden
        self.hidden |= new
        self.seen |= {key: (self.counts[key], self.counts[key]) for key in new}
        return bool(new)

    def is_open(self, key: Key) -> bool:
        low, high = self.seen[key]
        return high - low + 1 >= self.possible

    def weak(self) -> list[Key]:
        """Withheld counts that can be narrowed to fewer numbers than the rule asks for."""
        attack = _Attack(self.counts, self.relations, self.hidden)
        out = []
        for key in sorted(self.hidden, key=_order):
            if self.is_open(key):
                continue
            for reached in attack.bound(key).reached:
                for other, value in reached.items():
                    low, high = self.seen[other]
                    self.seen[other] = min(low, value), max(high, value)
            if not self.is_open(key):
                out.append(key)
        return out

    def cheapest(self, relations: Iterable[Relation], chosen: Collection[Key]) -> list[Key]:
        """The best count of these relations to withhold next, or none: inner ones before margins; then those that
        stand beside withheld ones in all their relations, and need no further partner; then those of few reports."""
        gone = self.hidden | set(chosen)
        found = {k for r in relations for k in r.keys if k not in gone and self.counts[k] > 0}

        def cost(key: Key) -> tuple[int, int, int, list[tuple[str, str]]]:
            lonely = sum(not any(k in gone for k in r.keys) for r in self.of_key[key])
            return -len(key), lonely, self.counts[key], sorted(key)

        return [min(found, key=cost)] if found else []


def _partners(weak: Sequence[Key], search: _Search) -> set[Key]:
    """One more count to withhold in each exact relation of a weak one that has no other withheld count; only where no
    weak one has such a relation, the cheapest count beside each."""
    chosen: set[Key] = set()
    for key in weak:
        for relation in search.of_key.get(key, []):
            if relation.exact and not (set(relation.keys) - {key}) & (search.hidden | chosen):
                chosen.update(search.cheapest([relation], chosen))
    if chosen:
        return chosen
    for key in weak:
        relations = search.of_key.get(key, [])
        if not chosen & {other for relation in relations for other in relation.keys}:
            chosen.update(search.cheapest(relations, chosen) or search.cheapest(search.relations, chosen))
    return chosen


class _Attack:
    """Everything that is published, as constraints on what is not."""

    def __init__(self, counts: Mapping[Key, int], relations: Sequence[Relation], hidden: Collection[Key]) -> None:
        self._counts = counts
        self._keys = sorted(hidden, key=_order)
        self._at = {key: n for n, key in enumerate(self._keys)}
        # no count can usefully be above all that is known: enough to tell an open end from a closed one
        self._most = 2 * max(counts.values(), default=0) + 10 * SMALLEST
        rows = [row for relation in relations for row in self._rows(relation)]
        self._constraint = self._matrix([row for row in rows if row[0]])

    def _rows(self, relation: Relation) -> Iterable[tuple[dict[int, int], float, float]]:
        """(coefficients, low, high) of `total - parts` over the withheld counts."""
        if relation.exact:
            yield self._row(relation.total, relation.parts, 0.0, 0.0)
            return
        yield self._row(relation.total, relation.parts, -np.inf, 0.0)
        for part in relation.parts:
            yield self._row(relation.total, (part,), 0.0, np.inf)

    def _row(self, total: Key, parts: Iterable[Key], low: float, high: float) -> tuple[dict[int, int], float, float]:
        known, row = 0, dict[int, int]()
        for key, sign in ((total, 1), *((part, -1) for part in parts)):
            if key in self._at:
                row[self._at[key]] = sign
            else:
                known += sign * self._counts[key]
        return row, low - known, high - known

    def _matrix(self, rows: Sequence[tuple[dict[int, int], float, float]]) -> LinearConstraint | None:
        if not rows:
            return None
        from scipy.optimize import LinearConstraint  # 50 MB, which only a public record needs
        from scipy.sparse import coo_array

        places = [(n, at, value) for n, (row, _, _) in enumerate(rows) for at, value in row.items()]
        lines, columns, values = zip(*places, strict=True)
        matrix = coo_array((values, (lines, columns)), shape=(len(rows), len(self._keys))).tocsr()
        return LinearConstraint(matrix, [low for _, low, _ in rows], [high for _, _, high in rows])

    def bound(self, key: Key) -> Bound:
        low, high = (self._solved(key, sign) for sign in (1, -1))
        return Bound(low[key], high[key], (low, high))

    def _solved(self, key: Key, sign: int) -> dict[Key, int]:
        from scipy.optimize import Bounds, milp

        aim = np.zeros(len(self._keys))
        aim[self._at[key]] = sign
        found = milp(
            aim,
            integrality=np.ones(len(self._keys)),
            bounds=Bounds(1, self._most),
            constraints=self._constraint if self._constraint is not None else (),
        )
        if found.x is None:
            raise AssertionError(f"the counts contradict each other: {found.message}")
        return {k: round(value) for k, value in zip(self._keys, found.x, strict=True)}


def _order(key: Key) -> tuple[int, list[tuple[str, str]]]:
    return len(key), sorted(key)
