"""Digits to times and back: every second of the calendar survives, and a score falls with each wrong digit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.clock.cells import Cell, Cells, fields_of, settled, value_of
from pipeline.clock.layout import Layout, layout_of
from pipeline.clock.marks import Mark
from tests.pipeline.clock.read_cells import cell_of, layout_like


@given(st.integers(0, 4102444799), st.booleans())
def test_a_moment_survives_its_fields(moment: int, half_day: bool) -> None:
    fields = fields_of(np.array([moment]), half_day)
    value, known = value_of(fields, half_day)
    assert known[0]
    assert value[0] == moment


@pytest.mark.parametrize("wrong", [{"M": 13}, {"D": 31}, {"h": 24}, {"m": 60}, {"s": 61}, {"Y": 1969}, {"D": 0}])
def test_what_is_in_no_calendar_is_not_known(wrong: dict[str, int]) -> None:
    fields = {"Y": 2024, "M": 4, "D": 30, "h": 12, "m": 30, "s": 15} | wrong
    _, known = value_of({name: np.array([value]) for name, value in fields.items()}, False)
    assert not known[0]


@pytest.mark.parametrize("text", ["YYYY-MM-DD hh:mm:ss", "MM/DD/YYYY hh:mm:ss AM", "hh:mm:ss"])
def test_the_true_second_scores_best(text: str) -> None:
    layout = layout_like(text)
    moment = 1716033487 if layout.dated else 1716033487 % 86400
    cells = Cells((cell_of(0.0, moment, layout),))
    values = moment + np.array([[0], [1], [-1], [60], [3600]])
    scores = cells.score(values)[:, 0]
    assert scores.argmax() == 0
    assert (scores[1:] < scores[0] - 3).all()
    read, known = cells.likeliest()
    assert known[0]
    assert read[0] == moment


def test_an_hour_of_two_digits_does_not_fit_a_line_with_one() -> None:
    layout = layout_like("M/D/YYYY h:mm:ss AM")
    nine = int(np.datetime64("2024-05-07T09:30:00", "s").astype(np.int64))
    cells = Cells((cell_of(0.0, nine, layout),))
    both = cells.score(np.array([[nine], [nine + 3600]]))[:, 0]
    assert both[0] > both[1] + 3


def test_day_and_month_can_stand_the_other_way_round() -> None:
    layout = layout_like("MM/DD/YYYY hh:mm:ss")
    moment = int(np.datetime64("2024-04-03T09:30:00", "s").astype(np.int64))
    swapped = int(np.datetime64("2024-03-04T09:30:00", "s").astype(np.int64))
    cell = cell_of(0.0, moment, layout)
    assert Cells((cell,)).likeliest()[0][0] == moment
    assert Cells((cell,), order="DMY").likeliest()[0][0] == swapped


def test_a_month_that_is_not_legible_speaks_against_no_other() -> None:
    layout = layout_like("MAY DD YYYY hh:mm:ss")
    moments = [np.datetime64(f"2024-{month}-07T10:30:20", "s").astype(np.int64) for month in ("05", "06")]
    for legible, apart in ((True, 5.0), (False, 0.0)):
        cell = cell_of(0.0, int(moments[0]), replace(layout, month_legible=legible))
        may, june = Cells((cell,)).score(np.array(moments)[:, None])[:, 0]
        assert may - june == pytest.approx(apart, abs=0.01) or (legible and may - june > apart)


@pytest.mark.parametrize(("order", "date"), [("MDY", "2026-04-03"), ("DMY", "2026-03-04"), ("YMD", "2004-03-26")])
def test_the_numbers_of_a_short_date_can_stand_in_three_orders(order: str, date: str) -> None:
    found = layout_of([Mark(letter, 6.0 * n, 0.9) for n, letter in enumerate("04/03/26 09:30:00") if letter != " "])
    assert found is not None
    digits = np.full((len(found.slots), 10), 0.003)
    for row, digit in zip(digits, "260403093000", strict=True):
        row[int(digit)] = 0.97
    cells = Cells((Cell(0.0, found, settled(digits)[0], 1.0),), order=order)
    moment = int(np.datetime64(f"{date}T09:30:00", "s").astype(np.int64))
    value, known = cells.likeliest()
    assert (value[0], known[0]) == (moment, True)
    assert cells.score(np.array([[moment], [moment + 86400], [moment + 60]]))[:, 0].argmax() == 0


def test_what_is_not_seen_is_spread_over_all_digits() -> None:
    digits, read = settled(np.zeros((3, 10)))
    assert read == 0.0
    np.testing.assert_allclose(np.exp(digits).sum(axis=1), 1.0, atol=1e-5)
    np.testing.assert_allclose(digits, digits[0, 0], atol=1e-5)


def test_lines_of_two_shapes_are_scored_by_their_own() -> None:
    short, long = layout_like("M/D/YYYY h:mm:ss AM"), layout_like("M/D/YYYY hh:mm:ss AM")
    nine = int(np.datetime64("2024-05-07T09:59:59", "s").astype(np.int64))
    cells: tuple[Cell, ...] = (cell_of(0.0, nine, short), cell_of(1.0, nine + 1, long))
    values = np.array([[nine, nine + 1]])
    assert Cells(cells).score(values).min() > -2.0
    assert isinstance(cells[0].layout, Layout)
