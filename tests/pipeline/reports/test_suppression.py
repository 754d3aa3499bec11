"""Withheld counts against attackers who see everything that is published, and think about reports, not only counts."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from itertools import chain, combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from pipeline.reports.suppression import POSSIBLE, Key, Relation, bounds, withheld
from pipeline.reports.tables import TOTAL, Counts, Dimension, counted, relations

RACE = Dimension("race", "Race", ("r1", "r2", "r3"))
INJURY = Dimension("injury", "Injury", ("i1", "i2", "i3"))
KIND = Dimension("kind", "Type of force", ("k1", "k2", "k3"), several=True)
MONTH = Dimension("month", "Month", ("m1", "m2"))
DIMENSIONS = (RACE, INJURY, KIND, MONTH)
CROSSED = (("race", "injury"), ("race", "kind"))
KIND_SETS = list(chain.from_iterable(combinations(KIND.values, n) for n in (1, 2, 3)))


def key(*cell: tuple[str, str]) -> Key:
    return frozenset(cell)


# the attacker of whole reports: every possible kind of report is a variable, everything published is an equation

REPORTS = [
    {"race": (r,), "injury": (i,), "kind": k, "month": (m,)}
    for r, i, k, m in product(RACE.values, INJURY.values, KIND_SETS, MONTH.values)
]


def _matches(report: Mapping[str, tuple[str, ...]], cell: Key) -> bool:
    return all(value in report[name] for name, value in cell)


def attack(published: Mapping[Key, int], hidden: Sequence[Key], aim: Key, whole: bool = True) -> tuple[float, float]:
    """The least and greatest number of reports that `aim` can stand for; `whole`: in whole reports."""
    rows = {cell: np.array([_matches(r, cell) for r in REPORTS], float) for cell in (*published, *hidden)}
    equal = np.array([rows[cell] for cell in published])
    most = np.array([-rows[cell] for cell in hidden])
    found = []
    for sign in (1, -1):
        result = linprog(
            sign * rows[aim],
            A_eq=equal if len(equal) else None,
            b_eq=list(published.values()) if len(equal) else None,
            A_ub=most,
            b_ub=[-1.0] * len(hidden),  # a withheld count is not zero: zeros are published
            bounds=(0, 500),
            integrality=1 if whole else 0,
        )
        assert result.success, result.message
        found.append(sign * result.fun)
    return found[0], found[1]


def split(counts: Counts) -> tuple[dict[Key, int], list[Key]]:
    hidden = sorted(counts.hidden, key=lambda k: (len(k), sorted(k)))
    return {k: v for k, v in counts.counts.items() if k not in counts.hidden}, hidden


cases = st.lists(
    st.builds(
        lambda r, i, k, m: {"race": (RACE.values[r],), "injury": (INJURY.values[i],), "kind": KIND_SETS[k],
                            "month": (MONTH.values[m],)},
        # skewed, so that tables have empty, small and large places
        st.sampled_from([0, 0, 0, 0, 1, 1, 2]), st.sampled_from([0, 0, 0, 1, 1, 2]),
        st.sampled_from([0, 0, 0, 0, 1, 1, 2, 3, 4, 6]), st.sampled_from([0, 0, 0, 1]),
    ), max_size=60,
)  # fmt: skip


@settings(max_examples=12, deadline=None)
@given(cases)
def test_no_withheld_count_can_be_narrowed_by_thinking_about_reports(made) -> None:
    counts = counted(made, DIMENSIONS, CROSSED)
    published, hidden = split(counts)
    assert all(count == 0 or count >= 5 for count in published.values())
    for cell in hidden:
        low, high = attack(published, hidden, cell)
        assert round(high) - round(low) + 1 >= POSSIBLE, (sorted(cell), low, high)
        assert low <= counts.counts[cell] <= high


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.integers(0, 12), min_size=3, max_size=5), min_size=3, max_size=6))
def test_no_withheld_count_of_a_table_can_be_recovered_from_its_totals(rows: list[list[int]]) -> None:
    width = min(len(row) for row in rows)
    table = np.array([row[:width] for row in rows])
    counts, known = as_counts(table)
    hidden = withheld(counts, known)
    names = sorted(hidden, key=lambda k: (len(k), sorted(k)))
    for cell in names:
        low, high = linear_attack(counts, known, names, cell)
        assert high - low >= POSSIBLE - 1, (cell, low, high)
    assert not [k for k, v in counts.items() if 0 < v < 5 and k not in hidden]


def as_counts(table: np.ndarray) -> tuple[dict[Key, int], list[Relation]]:
    """A table with its margins, and how they belong together."""
    first = Dimension("a", "a", tuple(f"a{n}" for n in range(table.shape[0])))
    second = Dimension("b", "b", tuple(f"b{n}" for n in range(table.shape[1])))
    counts = {key(("a", x), ("b", y)): int(table[i, j]) for i, x in enumerate(first.values)
              for j, y in enumerate(second.values)}  # fmt: skip
    counts |= {key(("a", x)): int(table[i].sum()) for i, x in enumerate(first.values)}
    counts |= {key(("b", y)): int(table[:, j].sum()) for j, y in enumerate(second.values)}
    return counts | {TOTAL: int(table.sum())}, relations((first, second), [("a", "b")])


def linear_attack(
    counts: Mapping[Key, int], known: Sequence[Relation], hidden: Sequence[Key], aim: Key
) -> tuple[float, float]:
    """Bounds by linear programming over the sums of rows, columns and margins; written apart from the search."""
    at = {cell: n for n, cell in enumerate(hidden)}
    equal, right = [], []
    for relation in known:
        row, rest = np.zeros(len(hidden)), 0
        for cell, sign in ((relation.total, 1), *((part, -1) for part in relation.parts)):
            if cell in at:
                row[at[cell]] += sign
            else:
                rest -= sign * counts[cell]
        equal.append(row)
        right.append(rest)
    out = []
    for sign in (1, -1):
        aimed = np.zeros(len(hidden))
        aimed[at[aim]] = sign
        result = linprog(aimed, A_eq=np.array(equal), b_eq=right, bounds=(1, 1000))
        assert result.success, result.message
        out.append(sign * result.fun)
    return out[0], out[1]


def test_the_attack_recovers_a_small_count_that_is_withheld_alone() -> None:
    counts, known = as_counts(np.array([[20, 3, 9], [11, 30, 8], [6, 7, 14]]))
    alone = key(("a", "a0"), ("b", "b1"))
    assert linear_attack(counts, known, [alone], alone) == (3, 3)
    assert (bounds(counts, known, [alone], alone).low, bounds(counts, known, [alone], alone).high) == (3, 3)
    hidden = withheld(counts, known)
    assert alone in hidden and len(hidden) == 4, "a rectangle of four counts is enough"
    low, high = linear_attack(counts, known, sorted(hidden, key=sorted), alone)
    assert low <= 1 and high >= 5


def test_two_small_counts_alone_in_a_row_are_not_enough() -> None:
    counts, known = as_counts(np.array([[20, 1, 1], [11, 30, 8], [6, 7, 14]]))
    small = [k for k, v in counts.items() if 0 < v < 5]
    assert linear_attack(counts, known, small, small[0]) == (1, 1), "their sum is 2 and neither is 0"
    hidden = sorted(withheld(counts, known), key=lambda k: (len(k), sorted(k)))
    for cell in hidden:
        low, high = linear_attack(counts, known, hidden, cell)
        assert high - low >= POSSIBLE - 1


def test_a_count_in_two_tables_is_withheld_with_a_partner_in_both() -> None:
    draw = random.Random(3)
    made = [
        {
            "race": ("r1",),
            "injury": (draw.choice(INJURY.values),),
            "kind": (draw.choice(KIND.values),),
            "month": ("m1",),
        }
        for _ in range(200)
    ] + [{"race": ("r2",), "injury": ("i1",), "kind": ("k1",), "month": ("m2",)}] * 40
    made += [{"race": ("r3",), "injury": ("i2",), "kind": ("k2",), "month": ("m1",)}] * 2  # fmt: skip
    counts = counted(made, DIMENSIONS, CROSSED)
    assert counts.shown(("race", "r3")) is None
    others = [cell for cell in counts.hidden if len(cell) == 1 and ("race", "r3") not in cell]
    assert others, "the total would tell it"
    published, hidden = split(counts)
    low, high = attack(published, hidden, key(("race", "r3")), whole=False)
    assert low <= 1 and high >= 5


def test_without_small_counts_everything_is_published() -> None:
    made = [{"race": (r,), "injury": (i,), "kind": (k,), "month": (m,)}
            for r, i, k, m in product(RACE.values, INJURY.values, KIND.values, MONTH.values)] * 3  # fmt: skip
    counts = counted(made, DIMENSIONS, CROSSED)
    assert not counts.hidden and counts.shown() == 162 and counts.shown(("race", "r1"), ("kind", "k2")) == 18


def test_no_reports_at_all_is_a_table_of_zeros() -> None:
    counts = counted([], DIMENSIONS, CROSSED)
    assert not counts.hidden and set(counts.counts.values()) == {0}


def test_tables_that_run_in_a_circle_are_refused() -> None:
    with pytest.raises(ValueError, match="close a circle"):
        counted([], DIMENSIONS, [("race", "injury"), ("injury", "month"), ("race", "month")])
    with pytest.raises(ValueError, match="several values"):
        counted([], DIMENSIONS, [("race", "kind"), ("kind", "month")])


def test_a_report_without_a_value_or_with_an_unknown_one_is_refused() -> None:
    with pytest.raises(ValueError, match="0 values of injury"):
        counted([{"race": ("r1",), "injury": (), "kind": ("k1",), "month": ("m1",)}], DIMENSIONS, CROSSED)
    with pytest.raises(ValueError, match="no dimension lists"):
        counted([{"race": ("x",), "injury": ("i1",), "kind": ("k1",), "month": ("m1",)}], DIMENSIONS, CROSSED)
