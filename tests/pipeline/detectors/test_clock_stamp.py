"""Not set is told; absent only where a stamp is expected."""

from __future__ import annotations

from pipeline.detectors.clock_stamp import ClockStamp
from pipeline.types import ClockPiece
from tests.pipeline.detectors.clock_evidence import with_clock


def test_a_clock_that_was_never_set_is_told() -> None:
    (found,) = ClockStamp()(with_clock(ClockPiece(0, 60, 946684800.0), state="not_set"))
    assert "2000-01-01" in found.summary
    (found,) = ClockStamp()(with_clock(state="not_set", lines=("TIME NOT SET",)))
    assert "TIME NOT SET" in found.summary


def test_a_missing_stamp_is_told_where_one_is_expected() -> None:
    absent = with_clock(state="absent", pictures=12)
    assert not list(ClockStamp()(absent))
    (found,) = ClockStamp(expect_stamp=True)(absent)
    assert found.label == "no_stamp"


def test_a_stamp_that_was_read_tells_nothing() -> None:
    assert not list(ClockStamp(expect_stamp=True)(with_clock(ClockPiece(0, 60, 1.7e9))))
