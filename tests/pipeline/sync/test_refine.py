"""Windows are taken where both hear the same, from the whole stretch that both cover."""

from __future__ import annotations

import pytest

from pipeline.sync.coarse import Coarse
from pipeline.sync.refine import Fit, promising, refine, shared_span
from tests.pipeline.sync.made import print_of, reader, recorded, talk

SCENE = talk(220.0, 31)
ONE, TWO = recorded(SCENE, 0.0, 200.0, seed=1), recorded(SCENE, 20.0, 200.0, seed=2)
ONE_PRINT, TWO_PRINT = print_of(ONE), print_of(TWO)


def test_a_coarse_offset_becomes_a_fine_one() -> None:
    fit = refine(ONE_PRINT, TWO_PRINT, Coarse(20.03, 0.0, 50.0, 5.0), reader(ONE), reader(TWO))
    assert fit is not None
    assert fit.offset == pytest.approx(20.0, abs=1e-3)
    assert fit.agreeing > fit.compared / 2


def test_windows_lie_in_what_both_cover_and_at_both_ends() -> None:
    coarse = Coarse(20.0, 0.0, 50.0, 5.0)
    starts = promising(ONE_PRINT, TWO_PRINT, coarse)
    span = shared_span(ONE_PRINT, TWO_PRINT, coarse)
    assert span is not None
    assert span.start <= min(starts) < 60 and 120 < max(starts) <= span.end - 15
    assert promising(ONE_PRINT, TWO_PRINT, Coarse(195.0, 0.0, 50.0, 5.0)) == []


def test_a_wrong_offset_gives_nothing() -> None:
    assert refine(ONE_PRINT, TWO_PRINT, Coarse(33.0, 0.0, 50.0, 5.0), reader(ONE), reader(TWO)) is None


def test_a_match_is_carried_by_the_whole_overlap_or_by_one_moment() -> None:
    fit = refine(ONE_PRINT, TWO_PRINT, Coarse(20.0, 0.0, 50.0, 5.0), reader(ONE), reader(TWO))
    assert fit is not None
    assert fit.throughout and fit.by_chance < 1e-6
    # the same, but the two share 40 seconds of it and hear other people in the rest
    other = recorded(talk(220.0, 77), 20.0, 200.0, seed=2)
    first, last = 60 * 16000, 100 * 16000
    other[first:last] = TWO[first:last]
    fit = refine(ONE_PRINT, print_of(other), Coarse(20.0, 0.0, 50.0, 5.0), reader(ONE), reader(other))
    assert fit is None or not fit.throughout


def test_few_windows_on_a_line_are_chance() -> None:
    assert Fit(0.0, 0.0, 0.0, agreeing=5, compared=24, close=5, stretches=1.0).by_chance > 1e-3
    assert Fit(0.0, 0.0, 0.0, agreeing=21, compared=24, close=21, stretches=1.0).by_chance < 1e-12
