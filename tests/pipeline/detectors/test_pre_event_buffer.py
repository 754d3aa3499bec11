"""The stretch from before the button: there, shorter than the policy's, or missing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.detectors.pre_event_buffer import PreEventBuffer
from pipeline.errors import NotMeasurable
from pipeline.policy import load_policy
from pipeline.types import Evidence, Finding
from tests.pipeline.made_sound import evidence

POLICY = load_policy()


def found(given: Evidence, buffer: float = 30.0) -> list[Finding]:
    return list(PreEventBuffer(POLICY, buffer=buffer)(given))


def test_a_buffer_as_long_as_the_policy_asks() -> None:
    (one,) = found(evidence(90, [(0, 30)]))
    assert (one.label, one.start, one.end, one.score) == ("pre_event_buffer", 0.0, 30.025, 1.0)
    assert one.summary == "No sound for the first 30.0 s: the pre-event buffer"
    assert one.evidence["shorter_by"] == 0.0


def test_a_buffer_shorter_than_the_policys_is_told() -> None:
    (one,) = found(evidence(90, [(0, 20)]))
    assert one.evidence["shorter_by"] == 10.0
    assert one.summary.endswith("10 s shorter than the policy's 30 s")


def test_sound_from_the_start() -> None:
    (one,) = found(evidence(90, [(50, 60)]))
    assert (one.label, one.end, one.score) == ("no_buffer", 30.0, 0.5)
    assert found(evidence(12))[0].end == 12.0


def test_half_a_second_that_a_codec_makes_is_no_buffer() -> None:
    assert [f.label for f in found(evidence(90, [(0, 0.5)]))] == ["no_buffer"]


def test_where_no_silent_buffer_is_asked_for_none_is_missed() -> None:
    assert found(evidence(90), buffer=0.0) == []
    assert [f.label for f in found(evidence(90, [(0, 20)]), buffer=0.0)] == ["pre_event_buffer"]


def test_the_pack_says_how_long_where_the_settings_do_not() -> None:
    with_sound = replace(POLICY, camera=replace(POLICY.camera, buffer=40.0, buffer_has_sound=True))
    silent = replace(POLICY, camera=replace(POLICY.camera, buffer=40.0, buffer_has_sound=False))
    assert list(PreEventBuffer(with_sound)(evidence(90))) == []
    (one,) = PreEventBuffer(silent)(evidence(90))
    assert one.evidence["seconds_asked"] == 40.0


def test_sound_that_starts_late_is_a_buffer_too() -> None:
    assert [f.label for f in found(evidence(90, empty=[(0, 30)]))] == ["pre_event_buffer"]


def test_longer_than_any_camera_keeps_is_no_buffer() -> None:
    assert found(evidence(900, [(0, 400)])) == []


def test_a_later_part_has_no_buffer_of_its_own() -> None:
    assert found(evidence(90, name="call 77 part 2.mp4")) == []
    assert [f.label for f in found(evidence(90, name="call 77 part 1.mp4"))] == ["no_buffer"]


def test_nothing_without_a_picture_or_with_silence_throughout() -> None:
    assert found(evidence(90, picture=None)) == []
    assert found(evidence(90, [(0, 90)])) == []


def test_gated_sound_cannot_be_told() -> None:
    with pytest.raises(NotMeasurable):
        found(evidence(90, [(0, 30), (40, 40.5), (50, 50.5)]))


def test_silence_later_on_does_not_keep_it_from_telling_that_there_is_no_buffer() -> None:
    gated = evidence(60, [(5, 5.4), (12, 12.4), (20, 22)])
    assert [f.label for f in found(gated)] == ["no_buffer"]
    with pytest.raises(NotMeasurable):
        found(evidence(60, [(0, 20), (25, 25.4), (32, 32.4)]))
