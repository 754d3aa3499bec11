"""Voices and levels of a camera on the incident's clock."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pipeline.incidents.activity import activity_of, frames_of, level_of
from pipeline.types import Member, NotAnalysed
from tests.pipeline.incidents.made import camera

MEMBER = Member(camera("a", [(30.0, 32.0, "v1", "stop right there")], offset=20.0, duration=50.0), 20.0, "clock")


def test_voices_lie_on_the_incidents_clock() -> None:
    frames = frames_of([MEMBER])
    found = activity_of(MEMBER, frames)
    assert np.flatnonzero(found.voices["v1"]).tolist() == list(range(300, 320))
    assert (frames, int(found.covered.sum())) == (701, 500)


def test_drift_moves_what_is_late() -> None:
    late = replace(MEMBER, drift_ppm=100_000.0)
    assert np.flatnonzero(activity_of(late, frames_of([late])).voices["v1"])[0] == 310


def test_what_was_not_heard_is_not_covered() -> None:
    gap = NotAnalysed(0.0, 10.0, "sound", "no sound here")
    deaf = replace(MEMBER, evidence=replace(MEMBER.evidence, not_analysed=(gap,)))
    assert int(activity_of(deaf, 701).covered.sum()) == 400


def test_a_transcript_alone_gives_the_turns() -> None:
    text = replace(MEMBER, evidence=replace(MEMBER.evidence, voices=None))
    assert activity_of(text, 701).voices["v1"].sum() == 20


def test_the_level_lies_on_the_incidents_clock_too() -> None:
    level = level_of(MEMBER, 701)
    assert level is not None
    assert np.isnan(level[:200]).all()
    assert level[305] == -40.0 and level[250] == -60.0
    assert level_of(replace(MEMBER, evidence=replace(MEMBER.evidence, level=None)), 701) is None
