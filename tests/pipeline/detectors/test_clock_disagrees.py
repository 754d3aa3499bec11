"""Stamp against container: both and their difference are told, with the zone that was gone by."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.detectors.clock_disagrees import ClockDisagrees
from pipeline.policy import load_policy
from pipeline.types import ClockPiece
from tests.pipeline.detectors.clock_evidence import NOON, with_clock

POLICY = load_policy()
find = ClockDisagrees(POLICY)


@pytest.mark.parametrize(("container", "word"), [("12:01:35", "behind"), ("11:59:20", "ahead of")])
def test_a_difference_is_told(container: str, word: str) -> None:
    (found,) = find(with_clock(ClockPiece(0, 60, NOON), container_utc=f"2024-05-17T{container}+00:00"))
    assert word in found.summary
    assert found.evidence["stamp_start_utc"] == "2024-05-17T12:00:00+00:00"


def test_clocks_that_agree_tell_nothing() -> None:
    assert not list(find(with_clock(ClockPiece(0, 60, NOON + 1.4), container_utc="2024-05-17T12:00:00+00:00")))
    assert not list(find(with_clock(ClockPiece(0, 60, NOON))))


def test_an_offset_of_the_stamp_is_gone_by() -> None:
    local = ClockPiece(0, 60, NOON - 5 * 3600)
    assert not list(find(with_clock(local, zone="-05:00", container_utc="2024-05-17T12:00:00+00:00")))


def test_without_a_zone_whole_quarters_of_an_hour_are_left_out() -> None:
    local = ClockPiece(0, 60, NOON - 4 * 3600 + 12)
    (found,) = find(with_clock(local, zone=None, container_utc="2024-05-17T12:00:00+00:00"))
    assert found.evidence["difference"] == pytest.approx(12.0)
    assert "no zone" in found.evidence["stamp_start_utc"]


def test_the_agencys_zone_is_gone_by_where_the_stamp_has_none() -> None:
    policy = replace(POLICY, records=replace(POLICY.records, zone="America/New_York"))
    summer = ClockPiece(0, 60, NOON - 4 * 3600)
    winter = ClockPiece(0, 60, NOON - 5 * 3600)
    facts = {"zone": None, "container_utc": "2024-05-17T12:00:00+00:00"}
    assert not list(ClockDisagrees(policy)(with_clock(summer, **facts)))
    (found,) = ClockDisagrees(policy)(with_clock(winter, **facts))
    assert found.evidence["difference"] == pytest.approx(-3600)
    assert "summer time" in found.evidence["hint"]


def test_a_file_that_states_its_end_is_recognised() -> None:
    (found,) = find(with_clock(ClockPiece(0, 60, NOON), container_utc="2024-05-17T12:01:00+00:00"))
    assert "ended" in found.evidence["hint"]
    assert found.summary.endswith("1 min 0 s behind the file's clock (the file may state when the recording ended)")


@pytest.mark.parametrize(("ahead", "told"), [(-3599.4, "1 h 0 min behind"), (3600.7, "1 h 0 min ahead of")])
def test_whole_hours_are_told_as_whole_hours(ahead: float, told: str) -> None:
    (found,) = find(with_clock(ClockPiece(0, 60, NOON + ahead), container_utc="2024-05-17T12:00:00+00:00"))
    assert told in found.summary
    assert "summer time" in found.summary
    assert found.evidence["difference"] == pytest.approx(ahead)


def test_a_difference_of_some_seconds_stays_as_it_is() -> None:
    (found,) = find(
        with_clock(ClockPiece(0, 60, NOON - 59.6), container_utc="2024-05-17T12:00:00+00:00", duration=90.0)
    )
    assert "59.6 s behind" in found.summary


def test_a_clock_that_runs_fast_is_told() -> None:
    (found,) = find(with_clock(ClockPiece(0, 600, NOON, 1.01), duration=600.0))
    assert found.label == "clock_rate"
    assert "36.0 s an hour" in found.summary
    assert not list(find(with_clock(ClockPiece(0, 100, NOON, 1.001), duration=100.0)))


def test_nothing_is_compared_where_day_and_month_may_be_swapped() -> None:
    evidence = with_clock(ClockPiece(0, 60, NOON), date_order_sure=False, container_utc="2024-07-17T12:00:00+00:00")
    assert not list(find(evidence))
