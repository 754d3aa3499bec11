from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.redaction.plan import SoundCover, SoundSpan
from pipeline.redaction.sound import RAMP, TONE_LEVEL, covered_sound
from pipeline.types import Span

RATE = 48_000


def noise(seconds: float, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-0.5, 0.5, (round(seconds * RATE), 2)).astype(np.float32)


def test_a_muted_stretch_is_silent_and_the_rest_is_the_same() -> None:
    before = noise(2)
    after = covered_sound(before, 10.0, RATE, [SoundSpan(Span(10.5, 11), SoundCover.MUTE)])
    assert not after[RATE // 2 : RATE].any()
    assert np.array_equal(after[: RATE // 2 - round(RAMP * RATE) - 1], before[: RATE // 2 - round(RAMP * RATE) - 1])
    assert np.array_equal(after[RATE + round(RAMP * RATE) + 1 :], before[RATE + round(RAMP * RATE) + 1 :])


def test_a_toned_stretch_does_not_depend_on_what_was_said() -> None:
    spans = [SoundSpan(Span(0.5, 1.5))]
    one, other = (covered_sound(noise(2, seed), 0.0, RATE, spans) for seed in (1, 2))
    assert np.array_equal(one[RATE // 2 : RATE * 3 // 2], other[RATE // 2 : RATE * 3 // 2])
    assert abs(float(one[RATE].max())) <= TONE_LEVEL + 1e-6
    assert float(one[RATE // 2 : RATE].std()) > 0.05


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.floats(0, 3), st.floats(0.01, 1), st.sampled_from(SoundCover)), max_size=4), st.floats(0, 1)
)
def test_pieces_give_what_the_whole_gives(stretches: list[tuple[float, float, SoundCover]], cut: float) -> None:
    spans = [SoundSpan(Span(a, a + b), cover) for a, b, cover in stretches]
    before = noise(2)
    at = round(cut * 2 * RATE)
    pieces = [covered_sound(before[:at], 1.0, RATE, spans), covered_sound(before[at:], 1.0 + at / RATE, RATE, spans)]
    assert np.allclose(np.concatenate(pieces), covered_sound(before, 1.0, RATE, spans), atol=1e-5)
