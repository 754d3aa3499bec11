"""Clocks first, then the sound: offsets, sources, and what disagreed. Nothing is guessed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from models.contract import Samples
from pipeline.incidents import grouped_by_hand
from pipeline.incidents.clocks import FIRST, on_one_clock
from pipeline.incidents.grouping import NO_CLOCK
from pipeline.incidents.hearing import Listened
from pipeline.types import ClockSource, Incident, Recording
from tests.pipeline.sync.made import print_of, reader, recorded, talk

ZERO = datetime(2026, 3, 1, 20, 0, tzinfo=UTC)
LENGTH = 80.0


@cache
def sound(at: float, scene: int = 1) -> Samples:
    return recorded(talk(220.0, scene), at, LENGTH, seed=int(at) + scene)


def listened(name: str, at: float, clock: float | None, *, scene: int = 1, device: str | None = None) -> Listened:
    """A camera that records from `at` seconds of a scene on; its clock says `clock` seconds."""
    start = None if clock is None else ZERO + timedelta(seconds=clock)
    source = None if clock is None else ClockSource.CONTAINER
    recording = Recording(name, Path(f"/cards/{name}.mp4"), LENGTH, start, source, device)
    samples = sound(at, scene)
    return Listened(recording, print_of(samples), reader(samples))


def placed(*heard: Listened) -> Incident:
    return on_one_clock(grouped_by_hand("n", [h.recording for h in heard]), heard, 30.0)


def offsets(incident: Incident) -> dict[str, float]:
    return {recording: offset for recording, offset, _ in incident.recordings}


def said(incident: Incident, recording: str) -> tuple[str, str]:
    source = next(source for name, _, source in incident.recordings if name == recording)
    return source, next((fit.remark for fit in incident.fits if fit.recording == recording), "")


def test_the_sound_makes_a_clock_of_whole_seconds_exact() -> None:
    found = placed(listened("a", 0.0, 0.0), listened("b", 25.4, 25.0))
    assert offsets(found)["b"] == pytest.approx(25.4, abs=0.003)
    assert said(found, "b") == ("sound; container clock agrees", "")
    assert [fit.score is not None and fit.score > 8 for fit in found.fits] == [True, True]
    assert found.start_utc == ZERO


def test_clocks_that_differ_from_the_sound_are_named() -> None:
    found = placed(listened("a", 0.0, 0.0), listened("b", 25.4, 28.6), listened("c", 40.0, 40.0))
    assert offsets(found) == pytest.approx({"a": 0.0, "b": 25.4, "c": 40.0}, abs=0.003)
    assert said(found, "b") == ("sound", "container clock and sound differ by 3.2 s")
    assert said(found, "c")[1] == ""


def test_a_clock_that_is_wrong_by_an_hour_is_found_out() -> None:
    found = placed(listened("a", 0.0, 0.0), listened("c", 40.0, 40.0), listened("b", 25.4, 3625.0))
    assert offsets(found)["b"] == pytest.approx(25.4, abs=0.003)
    assert "differ by 3599.6 s" in said(found, "b")[1]


def test_without_a_clock_the_sound_places_a_recording() -> None:
    found = placed(listened("a", 0.0, 0.0), listened("b", 25.4, None))
    assert offsets(found)["b"] == pytest.approx(25.4, abs=0.003)
    assert said(found, "b")[0] == "sound"


def test_without_any_clock_the_earliest_is_the_start() -> None:
    found = placed(listened("a", 30.0, None), listened("b", 0.0, None))
    assert offsets(found) == pytest.approx({"b": 0.0, "a": 30.0}, abs=0.003)
    assert found.start_utc is None


def test_no_match_is_said_not_guessed() -> None:
    found = placed(listened("a", 0.0, 0.0), listened("b", 25.4, 25.0), listened("x", 0.0, None, scene=2))
    source, remark = said(found, "x")
    assert source == NO_CLOCK
    assert remark.startswith("not matched by sound")
    clocked = placed(listened("a", 0.0, 0.0), listened("x", 0.0, 10.0, scene=2))
    assert offsets(clocked)["x"] == 10.0
    assert said(clocked, "x")[0] == "container clock"
    assert "not matched" in said(clocked, "x")[1]


def test_with_no_clock_and_no_match_one_starts_and_the_other_has_no_place() -> None:
    found = placed(listened("a", 0.0, None), listened("x", 0.0, None, scene=2))
    assert [source for _, _, source in found.recordings] == [FIRST, NO_CLOCK]


def test_a_cameras_second_file_takes_over_what_the_sound_says_of_its_clock() -> None:
    first = listened("b1", 25.4, 30.4, device="B")
    later = Listened(replace(first.recording, id="b2", start_utc=ZERO + timedelta(seconds=400)), None)
    found = placed(listened("a", 0.0, 0.0), listened("c", 40.0, 40.0), first, later)
    assert offsets(found)["b2"] == pytest.approx(395.0, abs=0.01)
    assert said(found, "b2")[0] == "container clock, set right by the sound of b1.mp4"


def test_recordings_are_joined_over_others_with_their_drift() -> None:
    found = placed(listened("a", 0.0, 0.0), listened("b", 40.0, None), listened("c", 85.0, None))
    assert offsets(found)["c"] == pytest.approx(85.0, abs=0.02)


def test_a_recording_without_sound_keeps_its_clock() -> None:
    silent = Listened(replace(listened("s", 0.0, 12.0).recording), None, None, "no sound track")
    found = placed(listened("a", 0.0, 0.0), listened("b", 25.4, 25.0), silent)
    assert offsets(found)["s"] == 12.0
    assert said(found, "s") == ("container clock", "not compared by sound: no sound track")
