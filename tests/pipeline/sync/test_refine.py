"""Windows are taken where both hear the same, from the whole stretch that both cover."""

from __future__ import annotations

import pytest

from pipeline.sync.coarse import Coarse
from pipeline.sync.refine import promising, refine, shared_span
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
