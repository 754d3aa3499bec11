"""Cohen's kappa against a worked example, its bounds, and which verdicts are a pair."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.review_work.agreement import Pair, agreement, agreements, pairs
from pipeline.store import Said
from pipeline.types import Verdict

C, D, U = Verdict.CONFIRMED, Verdict.DISMISSED, Verdict.UNSURE


def pair(number: int, first: Verdict, second: Verdict) -> Pair:
    said = (Said(str(number), "x", "kim", first, False, 1), Said(str(number), "x", "lee", second, True, 2))
    return Pair(str(number), "x", *said)


def table(counts: dict[tuple[Verdict, Verdict], int]) -> list[Pair]:
    return [pair(n, *both) for both, times in counts.items() for n in range(times)]


def test_kappa_of_a_table_counted_by_hand() -> None:
    # 35 of 50 agree; by chance (25 * 30 + 25 * 20) / 2500 = 0.5, so kappa = (0.7 - 0.5) / 0.5
    told = agreement("", table({(C, C): 20, (C, D): 5, (D, C): 10, (D, D): 15}))
    assert (told.n, told.agreed, told.raw) == (50, 35, 0.7) and told.kappa == pytest.approx(0.4)


def test_kappa_where_chance_decides_all_is_not_defined() -> None:
    assert agreement("", table({(C, C): 9})).kappa is None
    assert agreement("", []).raw is None
    assert agreement("", table({(C, D): 3, (D, C): 3})).kappa == -1.0


@given(st.lists(st.tuples(st.sampled_from(Verdict), st.sampled_from(Verdict)), min_size=1, max_size=40))
def test_kappa_lies_within_its_bounds_and_does_not_care_who_was_first(both: list[tuple[Verdict, Verdict]]) -> None:
    told = agreement("", [pair(n, a, b) for n, (a, b) in enumerate(both)])
    turned = agreement("", [pair(n, b, a) for n, (a, b) in enumerate(both)])
    assert told.kappa == turned.kappa and told.raw == turned.raw
    assert told.kappa is None or -1.0 <= told.kappa <= (told.raw or 0.0) + 1e-12
    if told.kappa is not None and told.raw == 1.0:
        assert told.kappa == 1.0


def test_only_a_blind_verdict_of_somebody_else_makes_a_pair() -> None:
    def said(finding: str, who: str, verdict: Verdict, blind: bool, number: int) -> Said:
        return Said(finding, "shouted_command", who, verdict, blind, number)

    found = pairs([
        said("f1", "lee", D, True, 4), said("f1", "kim", C, False, 1),
        said("f2", "kim", C, False, 2), said("f2", "lee", C, False, 5),
        said("f3", "lee", C, True, 3),
    ])  # fmt: skip
    assert [(p.finding, p.first.reviewer, p.second.reviewer, p.agree) for p in found] == [("f1", "kim", "lee", False)]
    assert [row.detector for row in agreements(found)] == ["", "shouted_command"] and agreements([]) == []
