"""The conversations that raised voices are measured on are what they say."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.contract import SAMPLE_RATE_HZ
from models.training.vocal_effort import Utterance, rms
from tests.benchmarks.raised_conversations import TURNS, Conversations, GainControl, drawn

STEADY = np.random.default_rng(1).normal(0, 0.02, SAMPLE_RATE_HZ).astype(np.float32)
UTTERANCES = [Utterance(f"S{who}", up, STEADY * (8 if up else 1)) for who in range(4) for up in (False, True)]


@given(seed=st.integers(0, 30))
@settings(max_examples=10, deadline=None)
def test_every_turn_is_heard_where_it_is_said_to_be(seed: int) -> None:
    sound, lines = Conversations(UTTERANCES, [STEADY], seed).make()
    assert len(lines) == TURNS
    assert len({x.speaker for x in lines}) <= 3
    assert np.isfinite(sound).all()
    assert all(a.speaker != b.speaker for a, b in pairwise(lines) if b.start < a.end)
    assert all(0 < x.start < x.end < len(sound) / SAMPLE_RATE_HZ for x in lines)
    raised = [rms(sound[round(x.start * SAMPLE_RATE_HZ) : round(x.end * SAMPLE_RATE_HZ)]) for x in lines if x.raised]
    assert not raised or min(raised) > 0.04


@pytest.mark.parametrize(("ratio", "left_db"), [(2.0, 9.0), (20.0, 0.9)])
def test_a_fast_gain_control_leaves_what_its_ratio_says_of_a_difference_in_level(ratio: float, left_db: float) -> None:
    both = np.concatenate([STEADY, STEADY * np.float32(10 ** (18 / 20))])
    out = GainControl(0.02, 0.02, ratio, 40.0, 60.0)(both)
    edge = len(STEADY)
    apart = 20 * np.log10(rms(out[edge + 4000 :]) / rms(out[4000:edge]))
    assert apart == pytest.approx(left_db, abs=0.5)


def test_a_slow_gain_control_leaves_the_syllables_alone() -> None:
    syllables = np.concatenate([STEADY[:1600], STEADY[:1600] * np.float32(0.25)] * 20)
    out = GainControl(3.0, 6.0, 20.0, 20.0, 30.0)(syllables)
    apart = 20 * np.log10(rms(out[-3200:-1600]) / rms(out[-1600:]))
    assert apart == pytest.approx(12.0, abs=0.5)


@given(seed=st.integers(0, 200))
@settings(max_examples=40, deadline=None)
def test_what_is_drawn_is_a_gain_control(seed: int) -> None:
    control = drawn(np.random.default_rng(seed))
    assert 0.002 <= control.attack <= 0.3
    assert 0.02 <= control.release <= 6.0
    assert control.ratio > 1
    assert np.isfinite(control(STEADY)).all()
    assert len(control(STEADY[:50])) == 50
