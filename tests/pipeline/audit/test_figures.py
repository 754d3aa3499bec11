"""The figures of an audit against plain recounts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.audit.case import GROUPINGS, Case, Measured, cases
from pipeline.audit.figures import KINDS, figures, grouped
from pipeline.camera_use import CallUse, RecordingFacts, State, UseKind, UseState
from pipeline.reports.intervals import share
from tests.pipeline.audit.made import GROUPER, START, cases_of, facts, finding, month, small, state, use


def test_the_small_audit_by_hand() -> None:
    of = figures("", "All", cases_of(*small()))
    assert (of.cases, of.required, of.with_video, of.without_video, of.not_told) == (6, 5, 3, 1, 1)
    assert of.left_out == {"the policy leaves this out": 1}
    assert of.activated == share(3, 4)
    assert of.activated_considered == share(3, 3)
    assert (of.required_s, of.covered_s) == (2400.0, 1705.0)
    assert of.coverage == pytest.approx(1705 / 2400)
    late = of.kinds[UseKind.LATE_START]
    assert (late.count, late.calls, late.seconds, late.median, late.worst) == (1, 1, 95.0, 95.0, 95.0)
    assert late.share == share(1, 3)
    assert of.states == {"to look at": 2, "justified": 1, "confirmed": 0, "not applicable": 0}
    assert of.categories == {"equipment failure": 1}
    assert (of.hearing, of.seeing) == (Measured(1105.0, 600.0), Measured(1105.0, 600.0))
    assert (of.buffers_known, of.buffers_unknown) == (2, 1)
    assert of.kinds[UseKind.BUFFER_MISSING].share == share(1, 2)
    assert of.recordings == 3


def test_what_nobody_looked_for_is_no_share_of_anything() -> None:
    blind = facts("c" * 64, START, 600.0, looked=frozenset(), buffer=None)
    of = figures("", "", cases_of([use("25-1", covered=600.0, recordings=[blind.id])], [blind]))
    assert of.kinds[UseKind.MUTED].share is None
    assert of.kinds[UseKind.NOT_SEEING].share is None
    assert of.kinds[UseKind.BUFFER_MISSING].share is None
    assert of.kinds[UseKind.LATE_START].share == share(0, 1)
    assert of.hearing == Measured(0.0, 600.0)


def test_nothing_at_all() -> None:
    of = figures("", "", [])
    assert (of.activated, of.coverage, of.required_s) == (None, None, 0.0)
    assert all(found.share is None and found.median is None for found in of.kinds.values())


def test_a_second_recorded_twice_counts_once() -> None:
    one = facts("a" * 64, START - timedelta(seconds=30), 330.0)
    two = facts("b" * 64, START + timedelta(seconds=200), 200.0, looked=frozenset())
    (case,) = cases_of([use("25-1", covered=400.0, recordings=[one.id, two.id])], [one, two])
    assert case.hearing == Measured(300.0, 100.0)


def test_an_excuse_counts_only_where_the_missing_recording_has_it() -> None:
    missing = finding(UseKind.NO_RECORDING, "25-1", START, 600.0)
    uses = [use("25-1", findings=[missing])]
    for value, excused in (
        (UseState.JUSTIFIED, True), (UseState.NOT_APPLICABLE, True), (UseState.CONFIRMED, False),
        (UseState.TO_LOOK_AT, False),
    ):  # fmt: skip
        of = figures("", "", cases_of(uses, (), [state(missing, value)]))
        assert of.activated == share(0, 1)
        assert of.activated_considered == (None if excused else share(0, 1))


MONTH = month(12, 400)


def recount(uses: list[CallUse], states: dict[str, State], group: str, name: str) -> dict[str, object]:
    """Counts again from the calls themselves, in the plainest way."""
    of = {"officer": lambda u: u.officer, "unit": lambda u: u.unit, "call-type": lambda u: u.call.call_type}
    mine = [u for u in uses if (of[group](u) or "not stated") == name]
    counting = [u for u in mine if not u.left_out]
    found = [f for u in counting for f in u.findings]
    told = [u for u in counting if u.recordings or [f for f in u.findings if f.kind == "no_recording"]]
    late = [f.seconds for f in found if f.kind == "late_start"]
    return {
        "cases": len(mine), "required": len(counting), "with": len([u for u in counting if u.recordings]),
        "told": len(told), "required_s": sum(u.required_s for u in told), "covered_s": sum(u.covered_s for u in told),
        "late": len(late), "late_median": median(late) if late else None, "late_worst": max(late) if late else None,
        "confirmed": sum(f.id in states and states[f.id].state == "confirmed" for f in found),
        "waiting": sum(f.id not in states or states[f.id].state == "to look at" for f in found),
    }  # fmt: skip


@pytest.mark.parametrize("grouping", ["officer", "unit", "call-type"])
def test_every_group_equals_a_plain_recount(grouping: str) -> None:
    uses, known, states = MONTH
    said = {one.finding: one for one in states}
    for one in grouped(cases_of(uses, known, states), grouping):
        late = one.kinds[UseKind.LATE_START]
        assert recount(uses, said, grouping, one.group) == {
            "cases": one.cases, "required": one.required, "with": one.with_video,
            "told": one.with_video + one.without_video, "required_s": one.required_s, "covered_s": one.covered_s,
            "late": late.count, "late_median": late.median, "late_worst": late.worst,
            "confirmed": one.states["confirmed"], "waiting": one.states["to look at"],
        }  # fmt: skip


@pytest.mark.parametrize("grouping", list(GROUPINGS))
def test_groups_add_up_to_the_whole(grouping: str) -> None:
    of = cases_of(*MONTH)
    whole, groups = figures("", "", of), grouped(of, grouping)
    for name in ("cases", "required", "with_video", "without_video", "not_told", "buffers_known", "buffers_unknown"):
        assert sum(getattr(one, name) for one in groups) == getattr(whole, name)
    for name in ("required_s", "covered_s", "muted_s", "unseen_s"):
        assert sum(getattr(one, name) for one in groups) == pytest.approx(getattr(whole, name), abs=1e-6)
    for kind in KINDS:
        assert sum(one.kinds[kind].count for one in groups) == whole.kinds[kind].count
        assert sum(one.kinds[kind].calls for one in groups) == whole.kinds[kind].calls
    for value in UseState:
        assert sum(one.states[value.value] for one in groups) == whole.states[value.value]
    assert sum(sum(one.left_out.values()) for one in groups) == sum(whole.left_out.values())
    assert [one.title.casefold() for one in groups] == sorted(one.title.casefold() for one in groups)


def in_order(uses: list[CallUse], known: list[RecordingFacts], states: list[State], orders: list[int]) -> list[Case]:
    keyed = sorted(zip(orders, uses, strict=False), key=lambda pair: pair[0])
    turned = [replace(one, findings=one.findings[::-1]) for _, one in keyed]
    return cases_of(turned, known[::-1], states[::-1])


@settings(max_examples=30)
@given(st.lists(st.integers(), min_size=60, max_size=60))
def test_the_order_of_the_input_changes_nothing(orders: list[int]) -> None:
    uses, known, states = month(5, 60, seed=3)
    turned = in_order(uses, known, states, orders)
    plain = cases_of(uses, known, states)
    assert figures("", "", turned) == figures("", "", plain)
    assert [case.key for case in turned] == [case.key for case in plain]
    for grouping in GROUPINGS:
        assert grouped(turned, grouping) == grouped(plain, grouping)


def test_shifts_and_months_are_those_of_the_agency() -> None:
    # 03:30 UTC on the first of April is 23:30 on 31 March in New York
    (case,) = cases_of([use("25-1", START.replace(month=4, day=1, hour=3, minute=30))])
    assert case.groups["month"] == "2025-03"
    assert case.groups["shift"] == "Night, from 22:00"
    assert case.groups["unit"] == "A"
    (without,) = cases_of([replace(use("25-1", unit="", call_type=""), officer="")])
    assert {without.groups[name] for name in ("officer", "unit", "call-type")} == {"not stated"}


def test_reasons_for_leaving_out_are_counted_without_names() -> None:
    uses = [
        use("25-1", officer="1041", left_out="officer 1041 is not on the roster"),
        use("25-2", officer="1042", left_out="officer 1042 is not on the roster"),
        use(
            "25-3",
            officer="",
            unit="12A",
            left_out="unit 12A has 7 officers on the roster: who of them went is not known",
        ),
        use(
            "25-4",
            officer="",
            unit="12B",
            left_out="unit 12B has 5 officers on the roster: who of them went is not known",
        ),
        use("25-5", officer="A", left_out="A call of this type is left out"),
    ]
    assert figures("", "", cases_of(uses)).left_out == {
        "officer … is not on the roster": 2,
        "unit … has … officers on the roster: who of them went is not known": 2,
        "… call of this type is left out": 1,
    }


def test_two_calls_of_one_number_are_two_cases() -> None:
    first, second = cases_of([use("25-1"), use("25-1", START + timedelta(days=9))])
    assert first.key != second.key


def test_an_agency_without_shifts() -> None:
    (case,) = cases([use("25-1")], {}, {}, {}, replace(GROUPER, shifts=()))
    assert case.groups["shift"] == "not stated"
