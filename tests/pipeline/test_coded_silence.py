"""Silence proven by packets that repeat; values are 20 a second."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.coded_silence import STEP, Values, contradicted, proven


def track(*parts: tuple[float, float, float]) -> tuple[Values, Values]:
    """(seconds, peak in steps, what the packets say) one after the other: the peaks, and what is said."""
    values = np.concatenate([np.full(round(s * 20), steps * STEP) for s, steps, _ in parts])
    return values, np.concatenate([np.full(round(s * 20), said) for s, _, said in parts])


def stretches(values: Values, repeats: Values) -> list[tuple[float, float]]:
    flags = np.concatenate(([False], proven(values, repeats, 20.0, 1.7), [False]))
    edges = np.flatnonzero(np.diff(flags.astype(int))) / 20
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def test_repeated_packets_prove_a_silence_at_whatever_value_it_is_held() -> None:
    for steps in (0, 3, 12, 60):
        assert stretches(*track((20, 900, 0), (5, steps, 1), (20, 900, 0))) == [(20.0, 25.0)]


def test_its_first_packets_were_new_and_belong_to_it() -> None:
    assert stretches(*track((20, 900, 0), (0.9, 2, 0), (5, 2, 1), (20, 900, 0))) == [(20.0, 25.9)]


def test_among_sound_as_quiet_hardly_more_than_the_packets_say() -> None:
    assert stretches(*track((20, 2, 0), (5, 2, 1), (20, 2, 0))) == [(19.85, 25.15)]


def test_a_tone_that_repeats_is_no_silence_nor_is_a_short_stretch() -> None:
    assert stretches(*track((20, 900, 0), (5, 700, 1), (20, 900, 0))) == []
    assert stretches(*track((20, 900, 0), (1.2, 0, 1), (20, 900, 0))) == []


def test_sound_between_two_silences_parts_them_new_packets_alone_do_not() -> None:
    assert len(stretches(*track((20, 900, 0), (3, 0, 1), (0.3, 900, 0), (3, 0, 1), (20, 900, 0)))) == 2
    assert stretches(*track((20, 900, 0), (3, 0, 1), (0.2, 0, 0), (3, 0, 1), (20, 900, 0))) == [(20.0, 26.2)]


def test_new_packets_that_decode_to_nothing_are_live_but_for_a_few() -> None:
    values, repeats = track((5, 900, 0), (4, 0, 0), (5, 900, 0), (0.5, 0, 0), (5, 900, 0), (4, 0, 0.5), (1, 900, 0))
    flags = contradicted(values < STEP, repeats, 20.0)
    assert np.flatnonzero(flags).tolist() == list(range(100, 180))


@given(st.lists(st.tuples(st.sampled_from([0, 2, 500]), st.sampled_from([0.0, 0.5, 1.0])), min_size=1, max_size=300))
def test_what_is_proven_is_quiet_and_mostly_repeated(parts: list[tuple[int, float]]) -> None:
    values, repeats = np.array([p[0] * STEP for p in parts]), np.array([p[1] for p in parts])
    flags = proven(values, repeats, 20.0, 1.7)
    assert not flags.any() or (values[flags].max() < 0.01 and (repeats[flags] == 1).any())


def test_a_second_in_which_a_codec_comes_to_rest_is_not_live_where_the_rest_is_loud() -> None:
    loud = track((20, 900, 0), (0.9, 0, 0), (1.1, 0, 1), (20, 900, 0))
    assert not contradicted(loud[0] < STEP, loud[1], 20.0).any()
    faint = track((9, 0, 0), (1, 900, 0), (0.9, 0, 0), (1.1, 0, 1), (20, 900, 0))
    assert np.flatnonzero(contradicted(faint[0] < STEP, faint[1], 20.0)).tolist() == [*range(180), *range(200, 218)]
