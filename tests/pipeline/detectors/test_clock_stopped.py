"""A clock that stands still is told with its length, what it shows and whether the picture stood as well."""

from __future__ import annotations

import pytest

from pipeline.detectors.clock_stopped import ClockStopped
from pipeline.types import ClockPiece, PictureState
from tests.pipeline.detectors.clock_evidence import NOON, with_clock

find = ClockStopped()


def pieces(seconds: float, resumes: float) -> tuple[ClockPiece, ...]:
    end = 20.5 + seconds
    stop = ClockPiece(20.5, end, NOON + 20, 0.0)
    return ClockPiece(0, 20.5, NOON), stop, ClockPiece(end, 60, resumes)


@pytest.mark.parametrize("seconds", [3.0, 12.0, 30.0])
def test_a_stop_is_told(seconds: float) -> None:
    (found,) = find(with_clock(*pieces(seconds, NOON + 20.5)))
    assert (found.start, found.end) == (20.5, 20.5 + seconds)
    assert "12:00:20 Z" in found.summary
    assert found.evidence["goes_on"] == "from where it stood"


def test_a_clock_that_catches_up_is_told_so() -> None:
    (found,) = find(with_clock(*pieces(10.0, NOON + 30.5)))
    assert found.evidence["goes_on"] == "from where it would have been"


def test_a_short_stop_is_not_told() -> None:
    assert not list(find(with_clock(*pieces(2.0, NOON + 20.5))))


def test_a_stop_to_the_end_is_told() -> None:
    (found,) = find(with_clock(*pieces(10.0, NOON)[:2], duration=30.5))
    assert found.evidence["goes_on"] == "not within the recording"


def test_a_held_picture_is_in_the_evidence() -> None:
    still = (PictureState(20.6, 30.4, "still"),)
    (found,) = find(with_clock(*pieces(10.0, NOON + 30.5), picture=still))
    assert found.evidence["picture"] == "stands still as well"
    (moving,) = find(with_clock(*pieces(10.0, NOON + 30.5), picture=()))
    assert moving.evidence["picture"].startswith("moves")
