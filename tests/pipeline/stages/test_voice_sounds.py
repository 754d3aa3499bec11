"""The stage: each voice by its own turns, alone and calm."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.contract import no_progress
from pipeline.errors import NotMeasurable
from pipeline.stages.voice_sounds import MeasureVoiceSounds
from pipeline.types import Curve, ScoredSpan
from tests.pipeline.stages.audio_in_memory import evidence_with
from tests.pipeline.stages.made_voices import Said, recording_of

LINES = (Said("v1", 0.5, 4.5, level=0.1), Said("v2", 5.0, 9.0, level=0.02), Said("v1", 9.5, 12.5, level=0.1))


def test_each_voice_has_its_own_level() -> None:
    found = MeasureVoiceSounds()(recording_of(LINES, 13.0), no_progress).voice_sounds
    assert found is not None
    one, two = found
    assert (one.voice, two.voice) == ("v1", "v2")
    assert one.level_db - two.level_db == pytest.approx(14.0, abs=1.5)
    assert one.seconds > two.seconds


def test_raised_and_shared_turns_are_left_out() -> None:
    loud = (*LINES[:2], replace(LINES[2], end=14.5, level=0.5))
    evidence = recording_of(loud, 15.0)
    effort = np.full(150, 0.1, np.float32)
    effort[95:] = 0.9
    calm = MeasureVoiceSounds()(replace(evidence, vocal_effort=Curve(10.0, 0.0, effort)), no_progress).voice_sounds
    alone = MeasureVoiceSounds()(replace(evidence, overlaps=(ScoredSpan(9.4, 14.6),)), no_progress).voice_sounds
    all_of_it = MeasureVoiceSounds()(evidence, no_progress).voice_sounds
    assert calm is not None
    assert alone is not None
    assert all_of_it is not None
    assert calm[0] == alone[0]
    assert calm[0].seconds < all_of_it[0].seconds - 2
    assert calm[0].level_db < all_of_it[0].level_db


def test_what_cannot_be_measured() -> None:
    with pytest.raises(NotMeasurable, match="voices"):
        MeasureVoiceSounds()(recording_of(LINES, 13.0, voices=False), no_progress)
    with pytest.raises(NotMeasurable, match="sound"):
        MeasureVoiceSounds()(evidence_with(None), no_progress)


def test_a_voice_of_which_too_little_was_heard_is_left_out() -> None:
    found = MeasureVoiceSounds()(recording_of([*LINES, Said("v3", 12.6, 12.9)], 13.0), no_progress).voice_sounds
    assert found is not None
    assert [s.voice for s in found] == ["v1", "v2"]
