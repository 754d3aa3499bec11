"""Counting reports into tables that share their margins, so that withholding can look at all of them together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

from pipeline.reports.suppression import Key, Relation, withheld

TOTAL: Key = frozenset()


@dataclass(frozen=True)
class Dimension:
    """Something that reports are counted by. `values` in the order in which they are shown."""

    name: str
    title: str
    values: tuple[str, ...]
    several: bool = False
    """a report can have more than one value (types of force)"""


@dataclass(frozen=True)
class Counts:
    """Counts of reports by one dimension, and by two, with what is withheld."""

    dimensions: Mapping[str, Dimension]
    crossed: tuple[tuple[str, str], ...]
    counts: Mapping[Key, int]
    hidden: frozenset[Key]

    def shown(self, *cell: tuple[str, str]) -> int | None:
        """A count, None: withheld."""
        key = frozenset(cell)
        return None if key in self.hidden else self.counts[key]


Case = Mapping[str, tuple[str, ...]]
"""A report: dimension -> its values, one, or several where the dimension allows it; never none."""


def counted(cases: Iterable[Case], dimensions: Sequence[Dimension], crossed: Sequence[tuple[str, str]]) -> Counts:
    """Counts of `cases` by each dimension and by each pair of `crossed`, small ones withheld.

    Raises ValueError where the pairs run in a circle, or a dimension with several values stands between two others:
    only without that is every set of tables that fits together also one of real reports. Then an attacker who thinks
    about reports, instead of counts, learns nothing more, and the check in `suppression` is complete.
    """
    by_name = {d.name: d for d in dimensions}
    _check_tree(by_name, crossed)
    keys = [TOTAL, *((frozenset({(d.name, v)})) for d in dimensions for v in d.values)]
    keys += [frozenset({(a, x), (b, y)}) for a, b in crossed for x, y in _pairs(by_name[a], by_name[b])]
    counts: Counter[Key] = Counter()
    for case in cases:
        counts.update(_keys_of(case, dimensions, crossed))
    if unknown := set(counts) - set(keys):
        raise ValueError(f"values that no dimension lists: {sorted(map(sorted, unknown))[:3]}")
    whole = {key: counts[key] for key in keys}
    return Counts(by_name, tuple(crossed), whole, withheld(whole, relations(dimensions, crossed)))


def relations(dimensions: Sequence[Dimension], crossed: Sequence[tuple[str, str]]) -> list[Relation]:
    """What a reader knows of how the counts belong together."""
    by_name = {d.name: d for d in dimensions}
    out = [
        Relation(TOTAL, tuple(frozenset({(d.name, v)}) for v in d.values), not d.several)
        for d in dimensions
        if d.values
    ]
    for first, second in (pair for a, b in crossed for pair in ((a, b), (b, a))):
        other = by_name[second]
        for value in by_name[first].values:
            margin = (first, value)
            parts = tuple(frozenset({margin, (second, v)}) for v in other.values)
            out.append(Relation(frozenset({margin}), parts, not other.several))
    return out


def _pairs(first: Dimension, second: Dimension) -> Iterable[tuple[str, str]]:
    return product(first.values, second.values)


def _keys_of(case: Case, dimensions: Sequence[Dimension], crossed: Sequence[tuple[str, str]]) -> Iterable[Key]:
    yield TOTAL
    for d in dimensions:
        values = case[d.name]
        if not values or (len(values) > 1 and not d.several):
            raise ValueError(f"a report has {len(values)} values of {d.name}")
        yield from (frozenset({(d.name, v)}) for v in values)
    for a, b in crossed:
        yield from (frozenset({(a, x), (b, y)}) for x, y in product(case[a], case[b]))


def _check_tree(dimensions: Mapping[str, Dimension], crossed: Sequence[tuple[str, str]]) -> None:
    group = {name: {name} for name in dimensions}
    for a, b in crossed:
        if group[a] is group[b]:
            raise ValueError(f"{a} and {b} close a circle of tables; counts could be worked out around it")
        joined = group[a] | group[b]
        for name in joined:
            group[name] = joined
    for one, other in combinations(crossed, 2):
        for name in set(one) & set(other):
            if dimensions[name].several:
                raise ValueError(f"{name} has several values a report and stands in two crossed tables")
