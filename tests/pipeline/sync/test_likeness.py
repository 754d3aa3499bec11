"""Short stretches are alike where both hear the same."""

from __future__ import annotations

import numpy as np

from pipeline.sync.coarse import centred
from pipeline.sync.likeness import agreements, likeness
from tests.pipeline.sync.made import print_of, recorded, talk

SCENE = talk(70.0, 41)
ONE, TWO = (centred(print_of(recorded(SCENE, at, 60.0, seed=n))) for n, at in enumerate((0.0, 5.0)))
OTHER = centred(print_of(talk(60.0, 42)))


def test_the_same_moment_is_alike_and_another_is_not() -> None:
    same = [likeness(ONE, TWO, at + 500, at, 200) for at in range(500, 4500, 250)]
    else_where = [likeness(ONE, TWO, at + 900, at, 200) for at in range(500, 4000, 250)]
    unrelated = [likeness(ONE, OTHER, at, at, 200) for at in range(500, 4500, 250)]
    by_chance = [s for s in else_where + unrelated if s is not None]
    assert np.percentile([s for s in same if s is not None], 10) > np.percentile(by_chance, 90)
    assert np.median(by_chance) < 3


def test_at_the_edge_or_in_silence_it_cannot_be_told() -> None:
    assert likeness(ONE, TWO, 10, 10, 200) is None
    assert likeness(ONE, TWO, len(ONE) - 100, 0, 200) is None
    assert likeness(ONE, np.zeros_like(TWO), 1000, 1000, 200) is None


def test_agreements_are_plain_sums() -> None:
    around, part = ONE[:60], TWO[:20]
    plain = [float((around[n : n + 20] * part).sum()) for n in range(41)]
    np.testing.assert_allclose(agreements(around, part), plain, atol=1e-2)
