from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.contract import SAMPLE_RATE_HZ, BackendInfo, RawWord, Samples, no_progress
from models.pocketsphinx import PocketSphinx
from pipeline.errors import NotMeasurable
from pipeline.stages.transcribe import Transcribe, cut_at_pauses, quietest, shifted
from pipeline.types import ScoredSpan, Span
from tests.models.speech_truth import clip, speech_of, truth, word_errors, words_of
from tests.pipeline.stages.audio_in_memory import AudioInMemory, evidence_with


@dataclass(frozen=True)
class SaysItsLength:
    """A transcriber with an exact answer: one word that fills the stretch, named by its length in tenths."""

    longest: float = 10.0
    info: BackendInfo = field(default_factory=lambda: BackendInfo("length", "1"))
    hotwords: list[tuple[str, ...]] = field(default_factory=list)

    def transcribe(self, samples: Samples, hotwords: Sequence[str] = ()) -> tuple[RawWord, ...]:
        self.hotwords.append(tuple(hotwords))
        seconds = len(samples) / SAMPLE_RATE_HZ
        return (RawWord(f"{seconds * 10:.0f}", 0.0, seconds, 0.5),)


def noise(seconds: float, seed: int = 1) -> Samples:
    return np.random.default_rng(seed).normal(0, 0.1, round(seconds * SAMPLE_RATE_HZ)).astype(np.float32)


def test_words_are_shifted_to_the_recordings_clock() -> None:
    evidence = replace(evidence_with(noise(20), start=5.0), speech=(ScoredSpan(6.0, 8.0), ScoredSpan(12.0, 12.5)))
    transcriber = SaysItsLength()
    done = Transcribe(transcriber, hotwords=("davis",))(evidence, no_progress)
    assert done.words is not None
    assert [(w.text, w.start, w.end, w.confidence) for w in done.words] == [
        ("20", 6.0, 8.0, 0.5),
        ("5", 12.0, 12.5, 0.5),
    ]
    assert transcriber.hotwords == [("davis",), ("davis",)]
    assert done.backends["transcribe"].name == "length"


def test_neighbours_are_joined_and_long_speech_is_cut() -> None:
    sound = noise(60)
    sound[round(17.9 * SAMPLE_RATE_HZ) : round(18.3 * SAMPLE_RATE_HZ)] = 0
    speech = [ScoredSpan(0, 1), ScoredSpan(1.2, 2), ScoredSpan(4, 5), ScoredSpan(10, 25)]
    pieces = list(cut_at_pauses(speech, 10.0, 0.5, AudioInMemory(sound)))
    assert pieces[:2] == [Span(0, 2), Span(4, 5)]
    assert pieces[2].start == 10
    assert 18.0 <= pieces[2].end <= 18.2
    assert pieces[-1].end == 25


def test_no_speech_gives_no_words() -> None:
    done = Transcribe(SaysItsLength())(replace(evidence_with(noise(1)), speech=()), no_progress)
    assert done.words == ()


def test_nothing_is_transcribed_without_sound_or_unmeasured_speech() -> None:
    with pytest.raises(NotMeasurable, match="no sound track"):
        Transcribe(SaysItsLength())(replace(evidence_with(None), speech=()), no_progress)
    with pytest.raises(NotMeasurable, match="speech was not looked for"):
        Transcribe(SaysItsLength())(evidence_with(noise(1)), no_progress)


def test_progress_is_told_in_order() -> None:
    told: list[float] = []
    speech = tuple(ScoredSpan(i * 3.0, i * 3.0 + 1) for i in range(5))
    Transcribe(SaysItsLength())(replace(evidence_with(noise(20)), speech=speech), told.append)
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0)


@given(
    st.lists(st.tuples(st.floats(-5, 40), st.floats(-5, 40), st.sampled_from(["a", " b ", "", "  "])), max_size=12),
    st.floats(0, 100),
)
def test_words_lie_in_order_inside_their_piece(rows: list[tuple[float, float, str]], start: float) -> None:
    piece = Span(start, start + 20)
    words = list(shifted([RawWord(text, a, b) for a, b, text in rows], piece))
    assert [w.start for w in words] == sorted(w.start for w in words)
    assert all(piece.start <= w.start <= w.end <= piece.end for w in words)
    assert all(w.text == w.text.strip() != "" for w in words)


@given(
    st.lists(st.tuples(st.floats(0.05, 40), st.floats(0.0, 5)), min_size=1, max_size=6),
    st.floats(2, 30),
    st.floats(0, 2),
)
def test_pieces_cover_all_speech_and_keep_to_the_longest(
    rows: list[tuple[float, float]], longest: float, pause: float
) -> None:
    speech, at = [], 0.0
    for length, gap in rows:
        speech.append(ScoredSpan(at + gap, at + gap + length))
        at += gap + length
    audio = AudioInMemory(np.zeros(round(at * SAMPLE_RATE_HZ), np.float32))
    pieces = list(cut_at_pauses(speech, longest, pause, audio))
    assert all(p.duration <= longest + 0.0011 for p in pieces)
    assert all(a.end <= b.start + 0.0011 for a, b in pairwise(pieces))
    for stretch in speech:
        assert sum(stretch.span.overlap(p) for p in pieces) == pytest.approx(stretch.span.duration, abs=0.02)


def test_quietest_finds_the_pause() -> None:
    sound = noise(4)
    sound[round(2.9 * SAMPLE_RATE_HZ) : round(3.1 * SAMPLE_RATE_HZ)] = 0
    assert quietest(sound) == pytest.approx(3.0, abs=0.02)
    assert quietest(sound[:100]) == pytest.approx(100 / SAMPLE_RATE_HZ)


def test_real_words_are_found_where_they_are_said() -> None:
    speech = tuple(ScoredSpan(s.start, s.end) for s in speech_of("commands.flac"))
    evidence = replace(evidence_with(clip("commands.flac"), start=2.0), speech=shifted_by(speech, 2.0))
    done = Transcribe(PocketSphinx())(evidence, no_progress)
    assert done.words is not None
    wanted = words_of("commands.flac")
    assert word_errors(wanted, [w.text for w in done.words]) <= 0.25 * len(wanted)
    said = {text: start for turn in truth("commands.flac") for text, start, _ in turn.words}
    near = [abs(w.start - 2.0 - said[w.text]) < 0.25 for w in done.words if w.text in said]
    assert sum(near) >= 0.7 * len(wanted)


def shifted_by(speech: tuple[ScoredSpan, ...], by: float) -> tuple[ScoredSpan, ...]:
    return tuple(ScoredSpan(s.start + by, s.end + by, s.score) for s in speech)
