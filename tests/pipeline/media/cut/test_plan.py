from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.media.cut.plan import SHORTEST_COPY, decode_times, plan_exact, whole_from
from pipeline.media.cut.window import SNAP, Row


def rows_of(groups: list[list[int]], open_groups: bool = False, step: float = 0.1) -> list[Row]:
    """Rows in decode order: each group is a key frame and then runs of (anchor, its forward-referring pictures)."""
    out: list[Row] = []
    at = 0
    for number, group in enumerate(groups):
        leading = 2 if open_groups and number else 0
        order = [at + leading, *range(at, at + leading)]
        at += leading + 1
        for run in group:
            order += [at + run, *range(at, at + run)]
            at += run + 1
        for place, shown in enumerate(order):
            first = place == 0
            out.append(Row(shown, shown, shown * step, step, first, first and not (open_groups and number), True))
    return out


GROUPS = st.lists(st.lists(st.integers(0, 3), min_size=0, max_size=12), min_size=1, max_size=6)


@given(GROUPS, st.booleans(), st.floats(0, 20), st.floats(0.01, 20))
def test_every_picture_comes_once_and_copied_ones_stand_alone(
    groups: list[list[int]], open_groups: bool, start: float, length: float
) -> None:
    rows = rows_of(groups, open_groups)
    end = start + length
    plan = plan_exact(rows, start, end)
    times = sorted(row.at for row in rows)
    on_screen = max((t for t in times if t <= start + SNAP), default=times[0])
    assert plan.shown[0] == on_screen and list(plan.shown) == times[times.index(on_screen) :][: len(plan.shown)]
    assert plan.shown[-1] == max((t for t in times if t < end - SNAP and t >= on_screen), default=on_screen)
    assert plan.head + plan.tail + len(plan.copied) == len(plan.shown)
    if plan.copied:
        copied = [rows[n] for n in plan.copied]
        assert copied[0].idr
        middle = plan.shown[plan.head : len(plan.shown) - plan.tail]
        assert sorted(row.at for row in copied) == list(middle)
        assert middle[-1] - middle[0] >= SHORTEST_COPY


@given(GROUPS, st.booleans())
def test_decode_times_rise_and_never_lie_behind_presentation(groups: list[list[int]], open_groups: bool) -> None:
    shown = [row.at for row in rows_of(groups, open_groups)]
    decoded = decode_times(shown)
    assert all(a < b for a, b in itertools.pairwise(decoded))
    assert all(d <= s + 1e-9 for d, s in zip(decoded, shown, strict=True))


@given(GROUPS, st.floats(0.05, 20))
def test_an_original_clip_has_no_hole(groups: list[list[int]], end: float) -> None:
    rows = rows_of(groups)
    taken = rows[: whole_from(rows, end)]
    left = rows[len(taken) :]
    assert {r.at for r in rows if r.at < end - SNAP} <= {r.at for r in taken}
    assert not left or max(r.at for r in taken) < min(r.at for r in left)


def test_without_reordering_nothing_but_the_head_is_encoded() -> None:
    rows = rows_of([[0] * 9, [0] * 9, [0] * 9])
    plan = plan_exact(rows, 0.35, 2.75)
    assert (plan.head, plan.tail, plan.copied) == (7, 0, range(10, 28))


def test_open_groups_are_not_copied() -> None:
    assert not plan_exact(rows_of([[2] * 4] * 4, open_groups=True), 0.5, 4.5).copied


def test_a_damaged_picture_ends_the_copy() -> None:
    rows = rows_of([[0] * 9, [0] * 19])
    rows[22] = Row(22, 22, 2.2, 0.1, False, False, True, whole=False)
    plan = plan_exact(rows, 0.35, 2.75)
    assert plan.copied == range(10, 22) and plan.tail == 6


def test_no_picture_is_an_error() -> None:
    with pytest.raises(ValueError, match="no picture"):
        plan_exact([], 0.0, 1.0)


def test_an_open_group_behind_a_closed_one_ends_the_copy() -> None:
    rows = rows_of([[2] * 5, [2] * 5, [2] * 5], open_groups=True)
    plan = plan_exact(rows, 0.0, 4.5)
    assert plan.copied and all(rows[n].idr or not rows[n].key for n in plan.copied)
