"""Overlaps become findings with the voices that are known there."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.detectors.overlapping_speech import OverlappingSpeech
from pipeline.types import Diarization, Evidence, ScoredSpan, Span, VoiceTurn
from tests.pipeline.stages.audio_in_memory import evidence_with


def _evidence(*overlaps: ScoredSpan) -> Evidence:
    return replace(evidence_with(None, duration=100.0), overlaps=overlaps)


def test_an_overlap_names_the_voices_that_speak_most_first() -> None:
    turns = (VoiceTurn("v1", 0, 5), VoiceTurn("v2", 4, 8), VoiceTurn("v3", 4.95, 9), VoiceTurn("v4", 20, 30))
    evidence = replace(_evidence(ScoredSpan(4.2, 5.0, 0.83)), voices=Diarization(turns, turns, None))
    (found,) = OverlappingSpeech()(evidence)
    assert (found.label, found.span, found.score) == ("overlap", Span(4.2, 5.0), 0.83)
    assert found.evidence["voices"] == ["v1", "v2"]
    assert found.summary == "Several people speak at once for 0.8 s: voices v1, v2"


def test_without_voices_it_says_that_there_were_several() -> None:
    (found,) = OverlappingSpeech()(_evidence(ScoredSpan(4.2, 5.0)))
    assert found.summary == "Several people speak at once for 0.8 s: two or more voices"


def test_short_overlaps_are_left_out_and_neighbours_become_one() -> None:
    found = OverlappingSpeech()(_evidence(ScoredSpan(1, 1.3), ScoredSpan(5, 5.3, 0.6), ScoredSpan(5.5, 6.1, 0.9)))
    assert [(f.span, f.score) for f in found] == [(Span(5, 6.1), 0.8)]


def test_a_least_score_can_be_asked_for() -> None:
    evidence = _evidence(ScoredSpan(1, 2, 0.5), ScoredSpan(5, 6, 0.9))
    assert [f.start for f in OverlappingSpeech(min_score=0.7)(evidence)] == [5]


def test_nothing_measured_gives_nothing() -> None:
    assert list(OverlappingSpeech()(replace(_evidence(), overlaps=None))) == []
    assert list(OverlappingSpeech()(_evidence())) == []


@given(st.lists(st.tuples(st.integers(0, 900), st.integers(0, 60), st.floats(0, 1)), max_size=12))
@settings(max_examples=60, deadline=None)
def test_findings_cover_long_overlaps_once(rows: list[tuple[int, int, float]]) -> None:
    overlaps = [ScoredSpan(start / 10, (start + length) / 10, score) for start, length, score in rows]
    detector = OverlappingSpeech()
    found = list(detector(_evidence(*overlaps)))
    for before, after in pairwise(found):
        assert after.start - before.end > detector.longest_break - 1e-6
    for each in overlaps:
        if each.span.duration >= detector.min_duration:
            assert sum(f.span.overlap(each.span) for f in found) == pytest.approx(each.span.duration, abs=2e-3)
