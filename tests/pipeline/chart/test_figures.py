"""The figures of a chart: seconds, counts and curves that can be worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.chart import chart_of, chart_row
from pipeline.incidents import incident_evidence
from pipeline.policy import load_policy
from pipeline.types import Curve, Evidence, Incident, Recording, Role, ScoredSpan, Turn

POLICY = load_policy()


def curve(values: list[float], rate_hz: float = 1.0, start: float = 0.0) -> Curve:
    return Curve(rate_hz, start, np.array(values, np.float32))


def recording(letter: str, duration: float = 60.0) -> Recording:
    return Recording(letter * 64, Path(f"{letter}.mp4"), duration, device=letter)


TURNS = (
    Turn(0, 4, "o1", Role.OFFICER, "Show me your hands!"),
    Turn(10, 13, "o2", Role.OFFICER, "Get on the ground!"),
    Turn(12, 14, "c1", Role.CIVILIAN, "I am going."),
    Turn(30, 31, None, None, "what"),
    Turn(40, 41, "o1", Role.OFFICER, ""),
)
ONE = Evidence(
    recording("a"),
    turns=TURNS,
    overlaps=(ScoredSpan(12, 13), ScoredSpan(12.5, 14)),
    level=curve([-60, -60, -60, -30, -120, -60, -60, -60, -60, -20]),
)


def test_talk_time_is_by_speaker_and_role_officers_first() -> None:
    chart = chart_of(ONE, POLICY)
    assert [(t.speaker, t.role, t.seconds) for t in chart.talk] == [
        ("o1", Role.OFFICER, 4.0), ("o2", Role.OFFICER, 3.0), ("c1", Role.CIVILIAN, 2.0), ("", None, 1.0),
    ]  # fmt: skip
    assert chart.talk_by_role() == {"officer": 7.0, "civilian": 2.0, "not known": 1.0}


def test_orders_are_counted_and_their_rate_is_a_curve_over_the_whole() -> None:
    chart = chart_of(ONE, POLICY)
    assert chart.orders == 2
    assert chart.orders_per_minute == pytest.approx(2 * 60 / 13, abs=0.1)  # from 0 s to 13 s
    assert chart.command_rate is not None and len(chart.command_rate.values) == 60
    assert chart.command_rate.values[5] > 0 and chart.command_rate.values[50] == 0


def test_overlaps_that_touch_count_once() -> None:
    assert chart_of(ONE, POLICY).overlap == 2.0


def test_loudness_is_over_the_floor_and_silence_is_no_floor() -> None:
    loudness = chart_of(ONE, POLICY).loudness
    assert loudness is not None
    assert loudness.values[3] == pytest.approx(30) and loudness.values[9] == pytest.approx(40)
    assert loudness.values[0] == 0 and np.isnan(loudness.values[4])


def test_what_was_not_measured_is_none_and_not_zero() -> None:
    chart = chart_of(Evidence(recording("a")), POLICY)
    assert (chart.overlap, chart.command_rate, chart.loudness, chart.effort) == (None, None, None, None)
    assert chart.talk == ()
    row = chart_row(chart)
    assert row["loudness"] is None and row["overlap_seconds"] is None


def test_of_an_incident_each_utterance_counts_once_and_the_loudest_camera_speaks() -> None:
    words = "put the knife down on the ground now"
    near = Evidence(recording("a"), turns=(Turn(5, 8, "v1", Role.OFFICER, words),), vocal_effort=curve([0.2] * 20))
    far = Evidence(recording("b"), turns=(Turn(2, 5, "v1", Role.OFFICER, words),), vocal_effort=curve([0.9] * 20))
    incident = Incident(
        "i" * 16, "stop", None, ((near.recording.id, 0.0, "clock"), (far.recording.id, 3.0, "clock")), "clock"
    )
    chart = chart_of(incident_evidence(incident, [near, far]), POLICY)
    assert (chart.span.start, chart.span.end) == (0.0, 63.0)
    assert sum(t.seconds for t in chart.talk) == 3.0
    assert chart.orders == 1
    assert chart.effort is not None
    assert chart.effort.values[1] == pytest.approx(0.2) and chart.effort.values[4] == pytest.approx(0.9)
    assert np.isnan(chart.effort.values[40])


def test_an_incident_of_one_camera_has_the_chart_of_its_recording() -> None:
    incident = Incident("i" * 16, "stop", None, ((ONE.recording.id, 0.0, "clock"),), "single")
    alone = chart_of(incident_evidence(incident, [replace(ONE)]), POLICY)
    assert alone.orders == 2
