"""A clock that was set while it recorded is told once, with its step; a stop is no jump."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.detectors.clock_jump import ClockJump
from pipeline.types import ClockPiece, PictureState
from tests.pipeline.detectors.clock_evidence import NOON, with_clock

find = ClockJump()


@pytest.mark.parametrize("step", [-31536000.0, -40.0, -3.0, 3.0, 95.0, 31536000.0])
def test_a_jump_is_told_where_it_is_and_by_how_much(step: float) -> None:
    before, after = ClockPiece(0.0, 20.4, NOON), ClockPiece(20.4, 60.0, NOON + 20.4 + step)
    (found,) = find(with_clock(before, after))
    assert found.start == 20.4
    assert found.evidence["step"] == pytest.approx(step)
    assert ("forward" if step > 0 else "back") in found.summary


def test_a_clock_that_runs_on_tells_nothing() -> None:
    assert not list(find(with_clock(ClockPiece(0.0, 60.0, NOON))))
    assert not list(find(with_clock(ClockPiece(0.0, 30.0, NOON), ClockPiece(30.0, 60.0, NOON + 31.0))))


@pytest.mark.parametrize("resumes", [NOON + 20.5, NOON + 30.5])
def test_a_stop_that_lags_or_catches_up_is_no_jump(resumes: float) -> None:
    pieces = (ClockPiece(0, 20.5, NOON), ClockPiece(20.5, 30.5, NOON + 20, 0.0), ClockPiece(30.5, 60, resumes))
    assert not list(find(with_clock(*pieces)))


def test_a_stop_that_ends_at_another_time_is_a_jump_too() -> None:
    pieces = (ClockPiece(0, 20.5, NOON), ClockPiece(20.5, 30.5, NOON + 20, 0.0), ClockPiece(30.5, 60, NOON + 500))
    (found,) = find(with_clock(*pieces))
    assert found.start == 30.5
    assert found.evidence["step"] == pytest.approx(480.0, abs=1.1)
    shown = [datetime.strptime(found.evidence[key][:19], "%Y-%m-%d %H:%M:%S") for key in ("would_show", "shows")]
    assert (shown[1] - shown[0]).total_seconds() == pytest.approx(found.evidence["step"], abs=1.0)


def test_midnight_without_a_date_is_no_jump() -> None:
    pieces = (ClockPiece(0.0, 30.0, 86390.0), ClockPiece(30.0, 60.0, 20.0))
    assert not list(find(with_clock(*pieces, dated=False)))
    assert list(find(with_clock(*pieces)))


def test_a_hole_in_the_picture_before_the_jump_is_in_its_evidence() -> None:
    pieces = (ClockPiece(0.0, 20.0, NOON), ClockPiece(20.0, 60.0, NOON + 50))
    (found,) = find(with_clock(*pieces, picture=(PictureState(17.0, 20.0, "gap"),)))
    assert "no picture" in found.evidence["picture"]


def test_a_stamp_that_is_absent_tells_nothing() -> None:
    assert not list(find(with_clock(state="absent")))


@given(st.lists(st.floats(-1e7, 1e7), min_size=1, max_size=6))
def test_every_step_over_two_seconds_is_told_once(steps: list[float]) -> None:
    pieces, shows = [], NOON
    for number, step in enumerate([0.0, *steps]):
        shows += step + (10.0 if number else 0.0)
        pieces.append(ClockPiece(10.0 * number, 10.0 * number + 10.0, shows))
    found = list(find(with_clock(*pieces, duration=80.0)))
    assert [f.start for f in found] == [10.0 * n for n, step in enumerate(steps, start=1) if abs(step) >= find.min_step]
