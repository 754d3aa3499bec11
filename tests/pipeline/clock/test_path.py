"""The path through all digits: jumps and stops are found where they are, misread digits make none."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.clock.cells import Cells
from pipeline.clock.path import find_path
from pipeline.clock.pieces import pieces_of
from pipeline.types import ClockPiece
from tests.pipeline.clock.read_cells import cell_of, layout_like

ISO = layout_like("YYYY-MM-DD hh:mm:ss")
START = 1716033487.3


def read(
    shows: Callable[[float], float], every: float = 1.0, until: float = 60.0, misread: float = 0.0
) -> tuple[ClockPiece, ...]:
    """Pieces of a clock whose pictures are read, some with a wrong digit."""
    rng = np.random.default_rng(4)
    times = np.arange(0.0, until, every)
    seeds = [int(rng.integers(1 << 30)) if rng.random() < misread else None for _ in times]
    cells = Cells(
        tuple(cell_of(float(t), int(shows(float(t)) // 1), ISO, seed=s) for t, s in zip(times, seeds, strict=True))
    )
    path = find_path(cells)
    assert path is not None
    return pieces_of(cells, path, until)


@pytest.mark.parametrize("misread", [0.0, 0.3])
@pytest.mark.parametrize("every", [0.5, 1.0, 2.0])
def test_a_clock_that_runs_is_one_piece(every: float, misread: float) -> None:
    (piece,) = read(lambda t: START + t, every, misread=misread)
    assert piece.at(0.0) == pytest.approx(START, abs=0.51)
    assert piece.rate == 1.0


@pytest.mark.parametrize("step", [-366 * 86400.0, -40.0, -3.0, 3.0, 95.0, 3600.0])
def test_a_jump_is_found_with_its_step(step: float) -> None:
    before, after = read(lambda t: START + t + (step if t >= 24.2 else 0.0), misread=0.2)
    assert after.start == pytest.approx(24.2, abs=1.0)
    assert after.shows - before.at(after.start) == pytest.approx(step, abs=0.6)


def test_a_stop_is_found_and_that_it_catches_up() -> None:
    pieces = read(lambda t: START + (20.5 if 20.5 <= t < 32.5 else t))
    assert [piece.runs for piece in pieces] == [True, False, True]
    assert pieces[1].span.duration == pytest.approx(12.0, abs=1.1)
    assert pieces[2].shows - pieces[0].at(pieces[2].start) == pytest.approx(0.0, abs=0.6)


def test_a_stop_after_which_the_clock_lags_lasts_as_long_as_it_lags() -> None:
    pieces = read(lambda t: START + (t if t < 20.5 else 20.5 if t < 32.5 else t - 12.0))
    assert [piece.runs for piece in pieces] == [True, False, True]
    assert pieces[1].span.duration == pytest.approx(12.0, abs=0.7)


def test_a_stop_that_is_misread_begins_where_it_was_first_seen() -> None:
    pieces = read(lambda t: START + (t if t < 20.5 else 3.5 if t < 32.5 else t))
    stop = next(piece for piece in pieces if not piece.runs)
    assert stop.start == pytest.approx(20.5, abs=1.1)


def test_a_second_misread_alike_before_a_jump_is_no_stop() -> None:
    def shows(t: float) -> float:
        return START + (t if t < 24.0 else 70.0 if t < 25.0 else t + 45.0)

    before, after = read(shows, every=0.2)
    assert after.start == pytest.approx(25.0, abs=0.3)
    assert after.shows - before.at(after.start) == pytest.approx(45.0, abs=0.3)


def test_a_clock_that_runs_fast_is_one_piece_with_its_rate() -> None:
    (piece,) = read(lambda t: START + 1.02 * t, until=300.0)
    assert piece.rate == pytest.approx(1.02, abs=0.001)


def test_nothing_to_read_has_no_path() -> None:
    blind = Cells(tuple(cell_of(float(t), 1716033487 + 977 * t, ISO, sure=0.1) for t in range(8)))
    path = find_path(blind)
    assert path is None or path.gain < 0.3


@settings(max_examples=25, deadline=None)
@given(st.integers(10**6, 2**31), st.floats(5.0, 55.0), st.sampled_from([-7200.0, -12.0, -4.0, 4.0, 33.0, 86400.0]))
def test_pieces_follow_each_other_without_gap_whatever_is_planted(start: int, moment: float, step: float) -> None:
    pieces = read(lambda t: start + 0.4 + t + (step if t >= moment else 0.0))
    assert pieces[0].start == 0.0
    assert pieces[-1].end == 60.0
    assert all(a.end == b.start for a, b in itertools.pairwise(pieces))
    steps = [b.shows - a.at(b.start) for a, b in itertools.pairwise(pieces)]
    assert sum(steps) == pytest.approx(step, abs=0.8)
