"""Spans of raised voices from curves whose truth is known, and once through the stage."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.contract import BackendInfo, no_progress
from pipeline.detectors.raised_voice import RaisedVoice
from pipeline.stages.vocal_effort import VocalEffort
from pipeline.types import Curve, Diarization, Evidence, ScoredSpan, Span, Tone, VoiceTurn
from tests.pipeline.stages.audio_in_memory import evidence_with
from tests.pipeline.stages.made_voices import CONVERSATION, recording_of


def _evidence(
    duration: float, raised: list[Span], turns: list[VoiceTurn], high: float = 0.9, calm: float = 0.1
) -> Evidence:
    """Curves at 10 Hz: `high` in `raised`, `calm` in other speech, NaN where nobody speaks."""
    times = np.arange(round(duration * 10)) / 10
    values = np.full(len(times), np.nan, np.float32)
    pitch, alpha = values.copy(), values.copy()
    for turn in turns:
        inside = (times >= turn.start) & (times < turn.end)
        values[inside], pitch[inside], alpha[inside] = calm, 14.0, 15.0
    for span in raised:
        inside = (times >= span.start) & (times < span.end) & np.isfinite(values)
        values[inside], pitch[inside], alpha[inside] = high, 19.0, 8.0
    return replace(
        evidence_with(None, duration=duration),
        speech=tuple(ScoredSpan(t.start, t.end) for t in turns),
        voices=Diarization(tuple(turns), tuple(turns), None),
        vocal_effort=Curve(10.0, 0.0, values),
        pitch=Curve(10.0, 0.0, pitch),
        alpha_ratio=Curve(10.0, 0.0, alpha),
    )


TURNS = [VoiceTurn("v1", 1.0, 4.0), VoiceTurn("v2", 4.5, 8.0), VoiceTurn("v1", 8.5, 12.0)]


def test_a_raised_turn_is_found_from_edge_to_edge_with_its_figures() -> None:
    (found,) = RaisedVoice()(_evidence(13.0, [Span(4.5, 8.0)], [*TURNS, VoiceTurn("v2", 12.6, 13.0)]))
    assert (found.label, found.speaker, found.span) == ("raised_voice", "v2", Span(4.5, 8.0))
    assert found.score == pytest.approx(0.9, abs=0.01)
    assert "too little other speech" in found.summary


def test_figures_compare_with_the_same_voice_only() -> None:
    (found,) = RaisedVoice()(_evidence(13.0, [Span(8.5, 12.0)], TURNS))
    assert found.speaker == "v1"
    assert found.evidence["pitch_semitones_over_usual"] == 5.0
    assert found.evidence["upper_spectrum_db_over_usual"] == 7.0
    assert "pitch +5 semitones and upper spectrum +7 dB against this voice's usual" in found.summary
    assert "level_db_over_usual" not in found.evidence


def test_level_is_compared_where_it_was_measured() -> None:
    evidence = _evidence(13.0, [Span(8.5, 12.0)], TURNS)
    level = np.full(260, -40.0, np.float32)
    level[170:240] = -28.0
    (found,) = RaisedVoice()(replace(evidence, level=Curve(20.0, 0.0, level)))
    assert found.evidence["level_db_over_usual"] == 12.0


def test_a_cameras_own_beep_is_nobodys_voice_and_speech_beside_it_still_is() -> None:
    evidence = _evidence(13.0, [Span(8.5, 9.2)], [*TURNS[:2], VoiceTurn("v1", 8.5, 9.2)])
    assert len(list(RaisedVoice()(evidence))) == 1
    beep = replace(evidence, tones=(Tone(8.6, 9.0, 1750),))
    assert list(RaisedVoice()(beep)) == []
    shouted = replace(_evidence(13.0, [Span(8.5, 12.0)], TURNS), tones=(Tone(8.6, 9.0, 1750),))
    assert [f.span for f in RaisedVoice()(shouted)] == [Span(8.5, 12.0)]


def test_part_of_a_turn_can_be_raised() -> None:
    (found,) = RaisedVoice()(_evidence(30.0, [Span(10.0, 14.0)], [VoiceTurn("v1", 0.0, 30.0)]))
    assert found.start == pytest.approx(10.0, abs=0.3)
    assert found.end == pytest.approx(14.0, abs=0.3)


def test_a_voice_that_is_never_heard_otherwise_for_long_is_taken_for_its_usual() -> None:
    turns = [VoiceTurn("v1", 0.0, 6.0), VoiceTurn("v1", 8.0, 14.0), VoiceTurn("v2", 15.0, 19.0)]
    assert [f.speaker for f in RaisedVoice()(_evidence(20.0, [Span(0.0, 19.0)], turns))] == ["v2"]


def test_a_short_turn_is_raised_as_a_whole_or_not_at_all() -> None:
    turns = [VoiceTurn("v1", 0.0, 4.0), VoiceTurn("v1", 5.0, 6.2), VoiceTurn("v1", 8.0, 9.2)]
    found = list(RaisedVoice()(_evidence(10.0, [Span(5.0, 5.4), Span(8.0, 8.9)], turns)))
    assert [f.span for f in found] == [Span(8.0, 9.2)]


def test_a_part_that_is_shorter_than_the_smoothing_is_not_reported() -> None:
    turns = [VoiceTurn("v1", 0.0, 10.0), VoiceTurn("v1", 12.0, 13.0)]
    found = list(RaisedVoice()(_evidence(30.0, [Span(4.0, 5.2), Span(12.0, 13.0)], turns)))
    assert [f.span for f in found] == [Span(12.0, 13.0)]


def test_a_short_pause_does_not_part_a_shout_and_another_voice_is_not_joined() -> None:
    turns = [VoiceTurn("v1", 1.0, 3.0), VoiceTurn("v1", 3.4, 5.0), VoiceTurn("v2", 5.2, 7.0)]
    found = list(RaisedVoice()(_evidence(8.0, [Span(1.0, 7.0)], turns)))
    assert [(f.speaker, f.span) for f in found] == [("v1", Span(1.0, 5.0)), ("v2", Span(5.2, 7.0))]


def test_shorter_than_the_least_duration_is_not_reported() -> None:
    calm = [VoiceTurn("v1", 6.0, 8.0), VoiceTurn("v2", 8.5, 10.5)]
    turns = [VoiceTurn("v1", 1.0, 1.3), VoiceTurn("v2", 3.0, 3.5), *calm]
    assert [f.speaker for f in RaisedVoice()(_evidence(11.0, [Span(0.0, 5.0)], turns))] == ["v2"]


def test_without_voices_speech_itself_is_used_and_nobody_is_named() -> None:
    evidence = replace(_evidence(13.0, [Span(8.5, 12.0)], TURNS), voices=None)
    (found,) = RaisedVoice()(evidence)
    assert found.speaker is None
    assert found.span == Span(8.5, 12.0)


def test_nothing_measured_gives_nothing() -> None:
    evidence = _evidence(13.0, [Span(8.5, 12.0)], TURNS)
    assert list(RaisedVoice()(replace(evidence, vocal_effort=None))) == []
    assert list(RaisedVoice()(_evidence(13.0, [], TURNS))) == []
    assert list(RaisedVoice()(_evidence(13.0, [], []))) == []


@given(
    edges=st.lists(st.integers(0, 300), min_size=2, max_size=12, unique=True),
    raised=st.lists(st.booleans(), min_size=6, max_size=6),
    high=st.floats(0.5, 1.0),
)
@settings(max_examples=60, deadline=None)
def test_findings_lie_in_the_turns_of_their_voice(edges: list[int], raised: list[bool], high: float) -> None:
    edges = sorted(edges)
    pairs = list(zip(edges[::2], edges[1::2], strict=False))
    turns = [VoiceTurn(f"v{i % 2}", a / 10, b / 10) for i, (a, b) in enumerate(pairs)]
    spans = [t.span for t, up in zip(turns, raised, strict=False) if up]
    detector = RaisedVoice()
    for found in detector(_evidence(31.0, spans, turns, high=high)):
        own = [t for t in turns if t.voice == found.speaker]
        assert 0.0 <= found.score <= 1.0
        assert found.span.duration >= detector.min_duration
        assert any(abs(found.start - t.start) < 0.01 or t.start <= found.start <= t.end for t in own)
        assert found.start >= min(t.start for t in own) - 1e-9
        assert found.end <= max(t.end for t in own) + 1e-9


@pytest.mark.parametrize("voices", [True, False])
def test_from_sound_to_finding(voices: bool) -> None:
    evidence = VocalEffort()(recording_of(CONVERSATION, 21.0, voices=voices), no_progress)
    found = list(RaisedVoice()(evidence))
    raised = [Span(x.start, x.end) for x in CONVERSATION if x.raised]
    if voices:
        assert [f.speaker for f in found] == ["v1", "v2"]
        for finding, span in zip(found, raised, strict=True):
            assert finding.span.overlap(span) > 0.9 * span.duration
            assert finding.evidence["pitch_semitones_over_usual"] == pytest.approx(7.0, abs=1.0)
    else:
        assert any(f.span.overlap(raised[1]) > 1.0 for f in found)


def test_a_short_shout_of_a_voice_that_says_nothing_else_is_not_reported() -> None:
    turns = [VoiceTurn("v1", 1.0, 1.9), VoiceTurn("v2", 3.0, 5.0)]
    assert [f.speaker for f in RaisedVoice()(_evidence(8.0, [Span(0.0, 8.0)], turns))] == ["v2"]


ROUGH = {"diarize": BackendInfo("embedded", "4", draft=True)}


def test_a_voice_of_shouting_alone_is_compared_with_all_where_voices_are_roughly_told_apart() -> None:
    evidence = _evidence(13.0, [Span(4.5, 8.0)], TURNS)
    (found,) = RaisedVoice()(replace(evidence, backends=ROUGH))
    assert found.speaker == "v2"
    assert found.evidence["pitch_semitones_over_usual"] == 5.0
    assert found.evidence["compared_with"] == "the calm speech of all voices"
    assert (
        "against the calm speech of all voices; too little calm speech of this voice to compare with" in found.summary
    )


def test_a_voice_that_was_heard_calm_is_compared_with_itself_however_it_was_told_apart() -> None:
    (found,) = RaisedVoice()(replace(_evidence(13.0, [Span(8.5, 12.0)], TURNS), backends=ROUGH))
    assert found.evidence["compared_with"] == "this voice's usual"
    assert "all voices" not in found.summary


def test_a_short_shout_of_a_voice_of_its_own_is_told_where_voices_are_roughly_told_apart() -> None:
    turns = [*TURNS, VoiceTurn("v3", 12.5, 13.5)]
    evidence = _evidence(14.0, [Span(12.5, 13.5)], turns)
    assert list(RaisedVoice()(evidence)) == []
    assert [f.speaker for f in RaisedVoice()(replace(evidence, backends=ROUGH))] == ["v3"]


def test_where_everybody_is_raised_there_is_nothing_to_compare_with_and_that_is_said() -> None:
    turns = [VoiceTurn("v1", 0.0, 4.0)]
    (found,) = RaisedVoice()(replace(_evidence(5.0, [Span(0.0, 4.0)], turns), backends=ROUGH))
    assert found.evidence["compared_with"] == "nothing"
    assert "too little other speech" in found.summary
