"""The small algebra of spans and the nouns' own rules."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.types import Curve, Evidence, Finding, Span, complement, merged

times = st.floats(0, 10_000, allow_nan=False)
spans = st.builds(lambda a, b: Span(min(a, b), max(a, b)), times, times)


def test_a_span_is_rounded_to_the_millisecond() -> None:
    assert Span(0.12345, 1.99951) == Span(0.123, 2.0)


@pytest.mark.parametrize(("start", "end"), [(2.0, 1.0), (math.nan, 1.0), (0.0, math.inf)])
def test_a_span_that_cannot_be_is_refused(start: float, end: float) -> None:
    with pytest.raises(ValueError, match=r"span|finite"):
        Span(start, end)


@given(spans, spans)
def test_overlap_is_symmetric_and_no_longer_than_either(one: Span, other: Span) -> None:
    assert one.overlap(other) == other.overlap(one)
    assert one.overlap(other) <= min(one.duration, other.duration) + 1e-9


@given(st.lists(spans))
def test_merged_spans_are_in_order_and_apart(many: list[Span]) -> None:
    out = merged(many)
    assert all(a.end < b.start for a, b in pairwise(out))
    assert all(any(m.start <= s.start and s.end <= m.end for m in out) for s in many)


@given(st.lists(spans))
def test_spans_and_their_complement_cover_the_whole_once(many: list[Span]) -> None:
    whole = Span(0, 10_000)
    covered = sum(s.duration for s in merged(many))
    free = sum(s.duration for s in complement(many, whole))
    assert covered + free == pytest.approx(whole.duration, abs=0.002 * (len(many) + 1))


def test_a_curve_gives_the_values_inside_a_span() -> None:
    curve = Curve(rate_hz=20, start=1.0, values=np.arange(40, dtype=np.float32))
    assert list(curve.at(Span(1.0, 1.2))) == [0, 1, 2, 3]
    assert list(curve.at(Span(2.95, 9.0))) == [39]
    assert curve.at(Span(0.0, 0.5)).size == 0


def test_a_findings_id_says_what_it_says_and_nothing_else() -> None:
    one = Finding("r", "muted_audio", "muted", 1, 2, 0.5, "No sound for 1 s")
    assert one.id == Finding("r", "muted_audio", "muted", 1.0001, 2, 0.9, "other words").id
    assert one.id != Finding("r", "muted_audio", "muted", 1.1, 2, 0.5, "").id


def test_a_score_outside_0_to_1_is_refused() -> None:
    with pytest.raises(ValueError, match="score"):
        Finding("r", "d", "l", 0, 1, 1.2, "")


def test_media_is_a_handle_and_not_a_measurement() -> None:
    assert "media" not in Evidence.measurements()
    assert {"level", "words", "turns"} <= set(Evidence.measurements())
