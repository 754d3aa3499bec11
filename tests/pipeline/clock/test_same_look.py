"""A jump whose digits look as before is none; one whose digits changed stays, however alike the two digits are."""

from __future__ import annotations

from datetime import UTC, datetime

import cv2
import numpy as np
import pytest

from models.stamp_text import normalised
from pipeline.clock.cells import Cells
from pipeline.clock.path import Path, find_path
from pipeline.clock.same_look import without_unmoved
from pipeline.clock.taught import Strip, digits_shown
from tests.pipeline.clock.read_cells import cell_of, layout_like

ISO = layout_like("YYYY-MM-DD hh:mm:ss")
START = int(datetime(2024, 5, 17, 5, 48, 12, tzinfo=UTC).timestamp())
HOUR, DAY, YEAR = 3600, 86400, 86400 * 366
TURN = 14
"""the second at which the clock jumps, or is misread from"""


def strip_of(moment: int, seed: int) -> Strip:
    """What the stamp shows at this moment, white on a noisy grey."""
    wide = 2 * round(max(slot.column for slot in ISO.slots)) + 30
    plane = np.full((24, wide), 60, np.uint8)
    for slot, digit in zip(ISO.slots, digits_shown(moment, ISO, "YMD"), strict=True):
        left = round((slot.column + 0.5) * 2) - 5
        cv2.putText(plane, str(digit), (left, 19), cv2.FONT_HERSHEY_SIMPLEX, 0.55, 230, 1, cv2.LINE_AA)
    noise = np.random.default_rng(seed).normal(0, 9, plane.shape)
    return float(seed), normalised((plane + noise).astype(np.float32)), ISO


def recording(seconds: int, step: int, shown: bool, stops: bool = False) -> tuple[Cells, Path, list[Strip]]:
    """A clock read one step further from TURN on (where it may stop too); `shown`: the picture shows it as well."""
    cells, strips = [], []
    for n in range(seconds):
        truly = START + (min(n, TURN) if stops else n)
        said = truly + (step if n >= TURN else 0)
        cells.append(cell_of(float(n) + 0.3, said, ISO))
        at, strip, layout = strip_of(said if shown else truly, n)
        strips.append((at + 0.3, strip, layout))
    held = Cells(tuple(cells), "YMD")
    path = find_path(held)
    assert path is not None
    return held, path, strips


def steps(cells: Cells) -> list[int]:
    path = find_path(cells)
    assert path is not None
    running = np.abs(np.diff(path.offset))[path.runs[1:] & path.runs[:-1]]
    return [round(float(step)) for step in running if step > 2]


@pytest.mark.parametrize("step", [HOUR, 3 * HOUR, -DAY, YEAR, -3 * YEAR])
@pytest.mark.parametrize("seconds", [48, 20])
def test_a_digit_that_looks_as_before_did_not_jump(step: int, seconds: int) -> None:
    cells, path, strips = recording(seconds, step, shown=False)
    assert steps(cells) == [abs(step)]
    right = without_unmoved(cells, path, strips)
    assert right is not None
    assert steps(right) == []


@pytest.mark.parametrize("step", [HOUR, 3 * HOUR, -5 * HOUR, -DAY, 86400 * 31, YEAR, 600, -60])
@pytest.mark.parametrize("seconds", [48, 20])
def test_a_jump_that_shows_stays(step: int, seconds: int) -> None:
    cells, path, strips = recording(seconds, step, shown=True)
    assert without_unmoved(cells, path, strips) is None


def test_a_clock_that_stops_in_another_year_stops_in_this_one() -> None:
    cells, path, strips = recording(30, -3 * YEAR, shown=False, stops=True)
    assert not path.runs[-1]
    right = without_unmoved(cells, path, strips)
    assert right is not None
    better = find_path(right)
    assert better is not None
    assert int(better.value[-1]) == START + TURN


def test_without_a_change_nothing_is_looked_at() -> None:
    cells, path, strips = recording(30, 0, shown=True)
    assert without_unmoved(cells, path, strips) is None
