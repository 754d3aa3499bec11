"""Where overlaps come from, on whose clock, and when they cannot be measured."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from models.contract import SAMPLE_RATE_HZ, BackendInfo, BackendUnavailable, RawSpan, Samples, no_progress
from pipeline.errors import NotMeasurable
from pipeline.stages.overlaps import CANNOT_TELL, Overlaps
from pipeline.types import Diarization, Evidence, ScoredSpan
from tests.pipeline.stages.audio_in_memory import evidence_with


@dataclass
class LoudnessDetector:
    """Calls everything over a level an overlap: what the stage does with spans can be seen without a network."""

    info: BackendInfo = field(default_factory=lambda: BackendInfo("loudness", "1"))
    longest: float = 0.0

    def detect(self, samples: Samples) -> tuple[RawSpan, ...]:
        self.longest = max(self.longest, len(samples) / SAMPLE_RATE_HZ)
        edges = np.diff(np.concatenate([[0], (np.abs(samples) > 0.5).astype(int), [0]]))
        starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
        return tuple(RawSpan(a / SAMPLE_RATE_HZ, b / SAMPLE_RATE_HZ, 0.8) for a, b in zip(starts, ends, strict=True))


class WithoutWeights(LoudnessDetector):
    def detect(self, samples: Samples) -> tuple[RawSpan, ...]:
        raise BackendUnavailable("no weights here; install the extra")


def _evidence(loud: list[tuple[float, float]], duration: float = 60.0, start: float = 0.0) -> Evidence:
    samples = np.zeros(round((duration - start) * SAMPLE_RATE_HZ), np.float32)
    for a, b in loud:
        samples[round((a - start) * SAMPLE_RATE_HZ) : round((b - start) * SAMPLE_RATE_HZ)] = 0.9
    return replace(evidence_with(samples, start, duration), speech=(ScoredSpan(start, duration),))


def test_overlaps_of_the_diarizer_are_taken_as_they_are() -> None:
    known = (ScoredSpan(3.0, 4.0, 0.7),)
    evidence = replace(
        _evidence([]), voices=Diarization((), (), known), backends={"diarize": BackendInfo("some diarizer", "1")}
    )
    measured = Overlaps(None)(evidence, no_progress)
    assert measured.overlaps == known
    assert measured.backends["overlaps"].name == "some diarizer"


def test_a_diarizer_that_heard_none_is_believed() -> None:
    evidence = replace(_evidence([(5.0, 6.0)]), voices=Diarization((), (), ()))
    assert Overlaps(LoudnessDetector())(evidence, no_progress).overlaps == ()


def test_the_network_is_used_where_the_diarizer_cannot_tell() -> None:
    evidence = replace(_evidence([(5.0, 6.0), (40.0, 41.5)]), voices=Diarization((), (), None))
    measured = Overlaps(LoudnessDetector())(evidence, no_progress)
    assert measured.overlaps == (ScoredSpan(5.0, 6.0, 0.8), ScoredSpan(40.0, 41.5, 0.8))
    assert measured.backends["overlaps"].name == "loudness"


def test_sound_that_starts_late_keeps_the_recordings_clock() -> None:
    measured = Overlaps(LoudnessDetector())(_evidence([(12.0, 13.0)], start=8.0), no_progress)
    assert measured.overlaps == (ScoredSpan(12.0, 13.0, 0.8),)


def test_long_sound_is_read_in_blocks_and_an_overlap_on_an_edge_is_whole() -> None:
    detector = LoudnessDetector()
    measured = Overlaps(detector, block=10.0, margin=1.0)(_evidence([(19.0, 21.0)]), no_progress)
    assert measured.overlaps is not None
    (span,) = measured.overlaps
    assert (span.start, span.end) == (19.0, 21.0)
    assert span.score == pytest.approx(0.8)
    assert detector.longest <= 12.001


def test_only_speech_is_listened_to() -> None:
    detector = LoudnessDetector()
    evidence = replace(_evidence([(5.0, 6.0), (40.0, 41.0)]), speech=(ScoredSpan(38.0, 42.0),))
    measured = Overlaps(detector)(evidence, no_progress)
    assert measured.overlaps == (ScoredSpan(40.0, 41.0, 0.8),)
    assert detector.longest < 11


def test_nobody_speaks_is_a_measurement() -> None:
    measured = Overlaps(LoudnessDetector())(replace(_evidence([(5.0, 6.0)]), speech=()), no_progress)
    assert measured.overlaps == ()


def test_progress_ends_at_one() -> None:
    seen: list[float] = []
    Overlaps(LoudnessDetector(), block=10.0)(_evidence([]), seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("stage", "evidence", "reason"),
    [
        (Overlaps(None), _evidence([], 5.0), CANNOT_TELL),
        (Overlaps(LoudnessDetector()), replace(_evidence([], 5.0), speech=None), "speech was not looked for"),
        (Overlaps(LoudnessDetector()), replace(evidence_with(None), speech=()), "no sound track"),
        (Overlaps(WithoutWeights()), _evidence([], 5.0), "install the extra"),
    ],
)
def test_what_cannot_be_measured_says_why(stage: Overlaps, evidence: Evidence, reason: str) -> None:
    with pytest.raises(NotMeasurable, match=reason):
        stage(evidence, no_progress)
