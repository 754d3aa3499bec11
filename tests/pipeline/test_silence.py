"""What silence is, in the values that codecs write for it."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.coded_silence import STEP, runs
from pipeline.errors import NotMeasurable
from pipeline.silence import SilenceRules, silences
from pipeline.types import Curve, Evidence, Recording, Span
from tests.pipeline.made_sound import SOUND, evidence


def spans(given_: Evidence, rules: SilenceRules | None = None) -> list[tuple[float, float]]:
    return [(s.span.start, s.span.end) for s in silences(given_, rules or SilenceRules())]


def of_steps(values: NDArray[np.float64]) -> Evidence:
    """Peaks in steps of 16 bits, of A-law sound."""
    recording = Recording("r", Path("a.wav"), len(values) / 20, streams=(replace(SOUND, codec="pcm_alaw"),))
    return Evidence(recording, peak=Curve(20.0, 0.0, (values * STEP).astype(np.float32)))


@pytest.mark.parametrize(("codec", "steps"), [("aac", 0), ("mp3", 1), ("opus", 2), ("g722", 4), ("pcm_alaw", 8)])
def test_silence_as_codecs_write_it(codec: str, steps: int) -> None:
    assert spans(evidence(60, [(20, 26)], silence=steps * STEP, codec=codec)) == [(19.975, 26.025)]


def test_what_is_silence_in_one_codec_is_faint_sound_in_another() -> None:
    assert spans(evidence(60, [(20, 26)], silence=8 * STEP, codec="opus")) == []
    assert spans(evidence(60, [(20, 26)], silence=2 * STEP, codec="aac")) == []


def test_a_held_value_needs_louder_sound_beside_it() -> None:
    assert spans(evidence(60, [(20, 26)], silence=8 * STEP, live=9 * STEP, codec="pcm_alaw")) == []


def test_a_room_that_moves_is_not_silence() -> None:
    draw = np.random.default_rng(1)
    assert spans(of_steps(draw.integers(4, 9, 1200).astype(float))) == []


def test_a_held_silence_between_quiet_moments_of_live_sound() -> None:
    draw = np.random.default_rng(2)
    values = draw.integers(14, 60, 1200).astype(float)
    values[380:400], values[400:500], values[500:520] = 11.0, 8.0, draw.integers(9, 12, 20)
    ((start, end),) = spans(of_steps(values))
    assert start == 19.975 and end == pytest.approx(25.0, abs=0.2)


def test_what_a_codec_needs_to_come_to_rest_belongs_to_the_silence() -> None:
    given = evidence(60, [(20, 26)], codec="opus")
    assert given.peak is not None
    given.peak.values[400:403] = [3.2 * STEP, 2 * STEP, 3 * STEP]
    assert spans(given) == [(19.975, 26.025)]


def test_a_steady_quiet_room_throughout_is_not_silence() -> None:
    draw = np.random.default_rng(1)
    assert spans(of_steps(draw.integers(2, 4, 1200).astype(float))) == []


def test_a_night_at_the_smallest_step_tells_nothing() -> None:
    night = np.full(1200, 2.0)
    night[200:300] = 1.0
    with pytest.raises(NotMeasurable, match="faint"):
        spans(of_steps(night))


def test_a_track_of_one_value_is_silent_throughout() -> None:
    assert spans(of_steps(np.full(400, 8.0))) == [(0.0, 20.0)]
    assert spans(of_steps(np.zeros(400))) == [(0.0, 20.0)]
    with pytest.raises(NotMeasurable, match="faint"):
        spans(of_steps(np.arange(400) % 2.0))


def test_many_silences_to_a_minute_are_a_gate_whatever_their_length() -> None:
    every = [(5 + 8 * n, 9 + 8 * n) for n in range(7)]
    with pytest.raises(NotMeasurable, match="pauses"):
        spans(evidence(70, every))
    assert len(spans(evidence(900, [(100 * n, 100 * n + 20) for n in range(1, 8)]))) == 7


def test_what_is_missing_is_silent_and_says_so() -> None:
    (found,) = silences(evidence(60, empty=[(20, 26)]), SilenceRules())
    assert found.without_data == 1.0 and found.span == Span(19.975, 26.025)


def test_edges_of_the_recording() -> None:
    first, last = silences(evidence(60, [(0, 5), (50, 60)]), SilenceRules())
    assert first.begins() and not first.ends(60.0) and last.ends(60.0) and not last.begins()


@given(st.lists(st.booleans(), max_size=200), st.integers(0, 5))
def test_runs_cover_every_true_value_and_are_further_apart_than_the_bridge(flags: list[bool], bridge: int) -> None:
    found = runs(np.array(flags, dtype=bool), bridge)
    inside = {n for first, last in found for n in range(first, last)}
    assert {n for n, flag in enumerate(flags) if flag} <= inside
    assert all(flags[first] and flags[last - 1] for first, last in found)
    assert all(b[0] - a[1] > bridge for a, b in pairwise(found))
