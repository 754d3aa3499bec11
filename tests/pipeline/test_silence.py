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


EVERY = [(5 + 8 * n, 9 + 8 * n) for n in range(7)]


def opened(loud: bool) -> Evidence:
    """Seven silences in a minute and ten seconds, with louder sound after each one, or before."""
    given = evidence(130, [(start * 1.5, end * 1.5) for start, end in EVERY])
    assert given.peak is not None
    for start, end in EVERY:
        at = round(end * 30) if loud else round(start * 30) - 3
        given.peak.values[at : at + 3] = 0.5
    return given


def test_many_silences_that_end_on_louder_sound_than_they_begin_on_are_a_gate() -> None:
    with pytest.raises(NotMeasurable, match="pauses"):
        spans(opened(loud=True))
    assert len(spans(opened(loud=False))) == 7
    assert len(spans(evidence(900, [(100 * n, 100 * n + 20) for n in range(1, 8)]))) == 7


def test_more_silences_to_a_minute_than_anybody_presses_a_button() -> None:
    with pytest.raises(NotMeasurable, match="pauses"):
        spans(evidence(60, [(2 + 5 * n, 5.5 + 5 * n) for n in range(11)]))


def test_a_drop_out_every_few_minutes_is_no_gate() -> None:
    drops = [(100.0 + 400 * n, 100.5 + 400 * n) for n in range(6)]
    assert spans(evidence(3600, [*drops, (3000, 3020)])) == [(2999.975, 3020.025)]
    with pytest.raises(NotMeasurable, match="pauses"):
        spans(evidence(600, [*drops[:2], (550, 570)]))


def test_without_a_long_silence_nothing_was_muted_gate_or_not() -> None:
    assert spans(evidence(60, [(5, 5.5), (12, 12.4), (20, 21), (30, 30.6)])) == []


def test_packets_that_repeat_tell_a_mute_from_pauses_that_decode_to_nothing() -> None:
    given = evidence(60, [(20, 26)], codec="amrnb", repeated=True)
    assert given.peak is not None
    for at in (100, 200, 700, 800):
        given.peak.values[at : at + 10] = 0.0
    given.peak.values[900:960] = 0.0
    assert spans(given) == [(19.975, 26.025)]
    with pytest.raises(NotMeasurable, match="pauses"):
        spans(replace(given, sound_repeats=None))
    music = replace(given.recording, streams=(replace(SOUND, codec="aac"),))
    with pytest.raises(NotMeasurable, match="pauses"):  # only codecs of speech give up what is between words
        spans(replace(given, recording=music))


def test_packets_that_repeat_tell_a_mute_in_faint_sound() -> None:
    assert spans(evidence(60, [(20, 26)], live=0.5 * STEP, repeated=True)) == [(19.825, 26.175)]
    with pytest.raises(NotMeasurable, match="faint"):
        spans(evidence(60, [(20, 26)], live=1.7 * STEP))


def test_a_held_value_is_silence_in_any_codec_if_packets_repeat() -> None:
    given = evidence(60, [(20, 26)], silence=20 * STEP, codec="adpcm_yamaha", repeated=True)
    assert spans(given) == [(19.975, 26.025)]
    assert spans(replace(given, sound_repeats=None)) == []


def test_a_track_that_decodes_to_nothing_from_new_packets_tells_nothing() -> None:
    given = evidence(60, [(0, 60)], repeated=True)
    assert spans(given) == [(0.0, 60.0)]
    new = Curve(20.0, 0.0, np.zeros(1200, np.float32))
    with pytest.raises(NotMeasurable, match="faint"):
        spans(replace(given, sound_repeats=new))


def test_silence_of_new_packets_beside_loud_sound_only() -> None:
    given = replace(evidence(60, [(20, 26)]), sound_repeats=Curve(20.0, 0.0, np.zeros(1200, np.float32)))
    assert spans(given) == [(19.975, 26.025)]
    faint = evidence(60, [(20, 26)], live=10 * STEP)
    assert spans(faint) == [(19.975, 26.025)]
    with pytest.raises(NotMeasurable, match="faint"):
        spans(replace(faint, sound_repeats=given.sound_repeats))


def test_packets_that_the_decoder_refused_are_no_silence() -> None:
    given = evidence(60, empty=[(20, 26)], repeated=True)
    assert spans(given) == [(19.975, 26.025)]
    assert spans(replace(given, sound_repeats=Curve(20.0, 0.0, np.zeros(1200, np.float32)))) == []


def test_a_dither_of_one_step_comes_back_with_twos_in_it() -> None:
    draw = np.random.default_rng(3)
    given = evidence(60)
    assert given.peak is not None
    given.peak.values[400:520] = draw.choice([1.0, 1.0, 1.0, 1.6], 120) * STEP
    assert spans(given) == [(19.975, 26.025)]


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
