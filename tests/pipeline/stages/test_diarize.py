from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from models.contract import (
    SAMPLE_RATE_HZ,
    BackendInfo,
    Progress,
    RawDiarization,
    RawSpan,
    RawVoiceTurn,
    Samples,
    no_progress,
)
from pipeline.errors import NotMeasurable
from pipeline.stages.diarize import Diarize
from pipeline.types import ScoredSpan, VoiceTurn
from tests.pipeline.stages.audio_in_memory import evidence_with

SOUND = np.full(10 * SAMPLE_RATE_HZ, 0.1, np.float32)


@dataclass(frozen=True)
class TakesTurns:
    """A diarizer with an exact answer: a new voice for each stretch, the first and second talking across."""

    given: list[tuple[int, tuple[RawSpan, ...]]] = field(default_factory=list)
    overlaps: tuple[RawSpan, ...] | None = (RawSpan(1.5, 2.0, 0.7), RawSpan(9.0, 20.0, 0.6))
    info: BackendInfo = field(default_factory=lambda: BackendInfo("turns", "1"))

    def diarize(self, samples: Samples, speech: Sequence[RawSpan], progress: Progress = no_progress) -> RawDiarization:
        self.given.append((len(samples), tuple(speech)))
        turns = tuple(RawVoiceTurn(f"v{i}", s.start, s.end) for i, s in enumerate(speech, 1))
        return RawDiarization((*turns, RawVoiceTurn("v9", 9.5, 30.0)), turns, self.overlaps)


def test_turns_are_shifted_and_kept_inside_the_recording() -> None:
    evidence = replace(evidence_with(SOUND, start=5.0), speech=(ScoredSpan(6.0, 8.0), ScoredSpan(4.0, 5.5)))
    diarizer = TakesTurns()
    done = Diarize(diarizer)(evidence, no_progress)
    assert diarizer.given == [(len(SOUND), (RawSpan(1.0, 3.0), RawSpan(0.0, 0.5)))]
    assert done.voices is not None
    assert done.voices.exclusive == (VoiceTurn("v2", 5.0, 5.5), VoiceTurn("v1", 6.0, 8.0))
    assert done.voices.turns[-1] == VoiceTurn("v9", 14.5, 15.0)
    assert done.voices.overlaps == (ScoredSpan(6.5, 7.0, 0.7), ScoredSpan(14.0, 15.0, 0.6))
    assert done.backends["diarize"].name == "turns"


def test_a_diarizer_that_hears_no_overlaps_says_so() -> None:
    evidence = replace(evidence_with(SOUND), speech=(ScoredSpan(1.0, 2.0),))
    done = Diarize(TakesTurns(overlaps=None))(evidence, no_progress)
    assert done.voices is not None
    assert done.voices.overlaps is None


def test_no_speech_means_no_voices_and_the_model_is_not_asked() -> None:
    diarizer = TakesTurns()
    done = Diarize(diarizer)(replace(evidence_with(SOUND), speech=()), no_progress)
    assert done.voices is not None
    assert done.voices.turns == done.voices.exclusive == ()
    assert done.voices.overlaps == ()
    assert diarizer.given == []


def test_nothing_is_diarized_without_sound_or_unmeasured_speech() -> None:
    with pytest.raises(NotMeasurable, match="no sound track"):
        Diarize(TakesTurns())(replace(evidence_with(None), speech=()), no_progress)
    with pytest.raises(NotMeasurable, match="speech was not looked for"):
        Diarize(TakesTurns())(evidence_with(SOUND), no_progress)
