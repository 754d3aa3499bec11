"""Many moments carry a true match, few a single tone."""

from __future__ import annotations

from pipeline.sync.coarse import Coarse
from pipeline.sync.support import Support, support
from tests.pipeline.sync.made import print_of, recorded, talk

SCENE = talk(130.0, 21)
ONE, TWO = print_of(recorded(SCENE, 0.0, 120.0, seed=1)), print_of(recorded(SCENE, 10.0, 120.0, seed=2))


def test_the_right_offset_is_carried_and_a_wrong_one_is_not() -> None:
    right = support(ONE, TWO, Coarse(10.0, 0.0, 50.0, 5.0))
    wrong = support(ONE, TWO, Coarse(17.0, 0.0, 50.0, 5.0))
    assert right.agreeing > 0.8 * right.windows > 10
    assert right.by_chance < 1e-6 < wrong.by_chance


def test_no_window_is_no_support() -> None:
    assert Support(0, 0).by_chance == 1.0
    assert support(ONE, TWO, Coarse(500.0, 0.0, 50.0, 5.0)) == Support(0, 0)
