from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.contract import SAMPLE_RATE_HZ, BackendInfo, RawSpan, Samples, no_progress
from models.silero import Silero
from pipeline.errors import NotMeasurable
from pipeline.stages.speech import Speech, blocks, joined
from pipeline.types import ScoredSpan, Span
from tests.models.speech_truth import clip, covered, speech_of
from tests.pipeline.stages.audio_in_memory import evidence_with


@dataclass(frozen=True)
class LoudParts:
    """A detector with an exact answer: where samples are not zero."""

    heard: list[int] = field(default_factory=list)
    info: BackendInfo = field(default_factory=lambda: BackendInfo("loud", "1"))

    def detect(self, samples: Samples) -> tuple[RawSpan, ...]:
        self.heard.append(len(samples))
        edges = np.flatnonzero(np.diff(np.concatenate([[0], samples != 0, [0]]).astype(int)))
        return tuple(RawSpan(a / SAMPLE_RATE_HZ, b / SAMPLE_RATE_HZ, 0.8) for a, b in edges.reshape(-1, 2))


def marked(spans: list[tuple[float, float]], duration: float) -> Samples:
    out = np.zeros(round(duration * SAMPLE_RATE_HZ), np.float32)
    for start, end in spans:
        out[round(start * SAMPLE_RATE_HZ) : round(end * SAMPLE_RATE_HZ)] = 0.5
    return out


def test_speech_across_a_block_edge_stays_one_stretch() -> None:
    evidence = evidence_with(marked([(9.0, 11.5), (19.9, 20.0), (24.0, 31.0)], 40.0))
    done = Speech(LoudParts(), block=10.0, margin=2.0)(evidence, no_progress)
    assert done.speech is not None
    assert [(s.start, s.end) for s in done.speech] == [(9.0, 11.5), (19.9, 20.0), (24.0, 31.0)]
    assert all(s.score == pytest.approx(0.8) for s in done.speech)
    assert done.backends["speech"].name == "loud"


def test_memory_is_bounded_by_the_block() -> None:
    detector = LoudParts()
    Speech(detector, block=10.0, margin=1.0)(evidence_with(marked([(3.0, 4.0)], 95.0)), no_progress)
    assert max(detector.heard) <= (1.1 * 10.0 + 2.0) * SAMPLE_RATE_HZ
    assert len(detector.heard) == 10


def test_times_are_on_the_recordings_clock_when_sound_starts_late() -> None:
    evidence = evidence_with(marked([(1.0, 2.0)], 5.0), start=30.0, duration=40.0)
    done = Speech(LoudParts())(evidence, no_progress)
    assert done.speech == (ScoredSpan(31.0, 32.0, 0.8),)
    assert [(n.start, n.end, n.what) for n in done.not_analysed] == [(0.0, 30.0, "speech"), (35.0, 40.0, "speech")]


def test_no_speech_is_a_measurement() -> None:
    done = Speech(Silero())(evidence_with(np.zeros(3 * SAMPLE_RATE_HZ, np.float32)), no_progress)
    assert done.speech == ()
    assert done.not_analysed == ()


@pytest.mark.parametrize("samples", [None, np.zeros(0, np.float32)])
def test_without_a_sound_track_nothing_is_measured(samples: Samples | None) -> None:
    with pytest.raises(NotMeasurable, match="no sound track"):
        Speech(Silero())(evidence_with(samples), no_progress)


def test_progress_ends_at_one_and_never_goes_back() -> None:
    told: list[float] = []
    Speech(LoudParts(), block=10.0)(evidence_with(marked([], 47.0)), told.append)
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0)


def test_blocks_do_not_change_what_is_heard() -> None:
    sound = np.concatenate([clip("commands.flac"), clip("talk.flac")])
    whole = Speech(Silero())(evidence_with(sound), no_progress).speech
    cut = Speech(Silero(), block=4.0, margin=3.0)(evidence_with(sound), no_progress).speech
    assert whole and cut
    duration = len(sound) / SAMPLE_RATE_HZ
    same = covered([RawSpan(s.start, s.end) for s in whole], duration) == covered(
        [RawSpan(s.start, s.end) for s in cut], duration
    )
    assert same.mean() > 0.97


def test_spoken_commands_are_found() -> None:
    done = Speech(Silero())(evidence_with(clip("commands.flac")), no_progress)
    assert done.speech is not None
    for turn in speech_of("commands.flac"):
        span = Span(turn.start, turn.end)
        assert sum(span.overlap(s.span) for s in done.speech) > 0.8 * span.duration


@given(st.floats(0, 50), st.floats(0.1, 5000), st.floats(1, 400))
def test_blocks_cover_the_whole_without_gap(start: float, seconds: float, block: float) -> None:
    whole = Span(start, start + seconds)
    pieces = list(blocks(whole, block))
    assert pieces[0].start == whole.start
    assert pieces[-1].end == whole.end
    assert all(a.end == b.start for a, b in pairwise(pieces))
    assert all(p.duration <= 1.1 * block + 0.002 for p in pieces)


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0.01, 10), st.floats(0, 1)), max_size=20))
def test_joined_spans_are_apart_and_keep_their_cover(rows: list[tuple[float, float, float]]) -> None:
    spans = [ScoredSpan(start, start + length, score) for start, length, score in rows]
    out = joined(spans)
    assert all(a.end < b.start for a, b in pairwise(out))
    assert all(0.0 <= s.score <= 1.0 + 1e-9 for s in out)
    for span in spans:
        assert any(o.start <= span.start and span.end <= o.end for o in out)
