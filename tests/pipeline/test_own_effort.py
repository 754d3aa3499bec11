"""Whose effort it is, where two voices meet: from curves whose truth is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.detectors.raised_voice import RaisedVoice
from pipeline.own_effort import TurnEffort, of_voice, turn_efforts, within
from pipeline.types import Curve, Diarization, Evidence, ScoredSpan, Span, VoiceTurn
from tests.pipeline.stages.audio_in_memory import evidence_with

SHARE = 0.3


def _evidence(
    turns: list[VoiceTurn], raised: list[Span], overlaps: list[tuple[float, float]] | None, duration: float = 20.0
) -> Evidence:
    """Each moment belongs to the turn that began first; .95 where somebody is raised, else .05."""
    times = np.arange(round(duration * 10)) / 10
    values = np.full(len(times), np.nan, np.float32)
    for turn in turns:
        values[(times >= turn.start) & (times < turn.end)] = 0.05
    for span in raised:
        values[(times >= span.start) & (times < span.end) & np.isfinite(values)] = 0.95
    exclusive, at = [], 0.0
    for turn in sorted(turns, key=lambda t: t.start):
        if turn.end > at:
            exclusive.append(VoiceTurn(turn.voice, max(at, turn.start), turn.end))
            at = turn.end
    spans = None if overlaps is None else tuple(ScoredSpan(*each) for each in overlaps)
    return replace(
        evidence_with(None, duration=duration),
        voices=Diarization(tuple(turns), tuple(exclusive), spans),
        vocal_effort=Curve(10.0, 0.0, values),
    )


def _efforts(evidence: Evidence, least: float = 0.3) -> tuple[TurnEffort, ...]:
    assert evidence.vocal_effort is not None
    return turn_efforts(evidence, evidence.vocal_effort, least, SHARE)


CALM = VoiceTurn("calm", 1.0, 4.0)
LOUD = VoiceTurn("loud", 3.0, 6.0)


def test_a_turn_is_judged_by_its_own_moments() -> None:
    calm, loud = _efforts(_evidence([CALM, LOUD], [LOUD.span], [(3.0, 4.0)]))
    assert (calm.voice, loud.voice) == ("calm", "loud")
    assert np.nanmax(calm.values) == pytest.approx(0.05)
    assert np.nanmin(loud.values) == pytest.approx(0.95)
    assert np.isnan(calm.values[20:]).all()
    assert np.isnan(loud.values[:10]).all()


def test_a_calm_voice_that_a_raised_one_talks_over_is_not_reported_and_the_raised_turn_is_told_whole() -> None:
    turns = [VoiceTurn("loud", 0.0, 0.9), CALM, LOUD, VoiceTurn("loud", 8.0, 10.0), VoiceTurn("calm", 12.0, 14.0)]
    found = list(RaisedVoice()(_evidence(turns, [LOUD.span], [(3.0, 4.0)])))
    assert [(f.speaker, f.span) for f in found] == [("loud", LOUD.span)]


def test_who_is_known_to_be_raised_explains_what_both_sound_like() -> None:
    inside = VoiceTurn("calm", 4.0, 5.0)
    (_, unknown) = _efforts(_evidence([LOUD, inside], [LOUD.span], [(4.0, 5.0)]))
    assert np.nanmax(unknown.values) == pytest.approx(SHARE, abs=0.03)


def test_a_short_turn_of_which_nothing_was_heard_by_itself_is_not_reported() -> None:
    calm = [VoiceTurn("calm", 1.0, 8.0), VoiceTurn("other", 10.0, 12.0)]
    for seconds, told in ((1.0, []), (2.0, ["other"])):
        inside = VoiceTurn("other", 3.0, 3.0 + seconds)
        evidence = _evidence([*calm, inside], [inside.span], [(inside.start, inside.end)])
        assert [e.own for e in _efforts(evidence)] == [True, False, True]
        assert [f.speaker for f in RaisedVoice()(evidence) if f.speaker == "other"] == told


def test_a_calm_other_explains_nothing() -> None:
    inside = VoiceTurn("loud", 2.0, 3.0)
    (_, raised) = _efforts(_evidence([CALM, inside], [inside.span], [(2.0, 3.0)]))
    assert np.nanmin(raised.values) > 0.8


def test_two_at_once_who_sound_calm_are_both_calm() -> None:
    inside = VoiceTurn("other", 2.0, 3.0)
    (_, calm) = _efforts(_evidence([CALM, inside], [], [(2.0, 3.0)]))
    assert np.nanmax(calm.values) < 0.1


def test_an_overlap_of_which_only_one_voice_is_known_leaves_room_for_another() -> None:
    (one,) = _efforts(_evidence([CALM], [CALM.span], [(1.0, 4.0)]))
    assert SHARE < np.nanmean(one.values) < 0.9


def test_where_overlaps_were_not_looked_for_the_effort_stays_as_measured() -> None:
    evidence = _evidence([CALM, LOUD], [LOUD.span], None)
    for each in _efforts(evidence):
        assert evidence.vocal_effort is not None
        assert np.array_equal(each.values, evidence.vocal_effort.at(each.span), equal_nan=True)


def test_without_voices_each_stretch_of_speech_is_a_turn_of_nobody() -> None:
    evidence = replace(_evidence([CALM], [], None), voices=None, speech=(ScoredSpan(1.0, 2.0), ScoredSpan(3.0, 4.0)))
    assert [(e.voice, e.span) for e in _efforts(evidence)] == [(None, Span(1.0, 2.0)), (None, Span(3.0, 4.0))]


def test_the_effort_of_a_voice_is_unknown_outside_its_turns() -> None:
    evidence = _evidence([CALM, LOUD], [LOUD.span], [(3.0, 4.0)])
    assert evidence.vocal_effort is not None
    loud = of_voice(evidence.vocal_effort, [e for e in _efforts(evidence) if e.voice == "loud"])
    assert np.isfinite(loud.at(Span(4.0, 6.0))).all()
    assert np.isnan(loud.values[:40]).all()
    assert np.isnan(loud.values[60:]).all()


TIMES = st.lists(st.integers(0, 180), min_size=2, max_size=2, unique=True).map(sorted)


@given(
    edges=st.lists(TIMES, min_size=1, max_size=6),
    up=st.lists(st.booleans(), min_size=6, max_size=6),
    least=st.floats(0.0, 2.0),
)
@settings(max_examples=80, deadline=None)
def test_probabilities_stay_probabilities_and_lie_in_their_turn(
    edges: list[list[int]], up: list[bool], least: float
) -> None:
    turns = [VoiceTurn(f"v{i % 3}", a / 10, b / 10) for i, (a, b) in enumerate(edges)]
    raised = [t.span for t, each in zip(turns, up, strict=False) if each]
    several = [(max(a.start, b.start), min(a.end, b.end)) for a in turns for b in turns if a.voice < b.voice]
    evidence = _evidence(turns, raised, [(a, b) for a, b in several if b > a])
    assert evidence.vocal_effort is not None
    efforts = _efforts(evidence, least)
    assert len(efforts) == len(turns)
    for each in efforts:
        at = within(evidence.vocal_effort, each.span)
        assert len(each.values) == at.stop - at.start == len(evidence.vocal_effort.at(each.span))
        known = each.values[np.isfinite(each.values)]
        assert ((known >= 0) & (known <= 1)).all()
