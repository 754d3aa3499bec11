"""Sound laid where its time stamps say, from frames whose every sample is known."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.media.audio import MISPLACED
from pipeline.media.placed_sound import Form, gapless

RATE_HZ = 8000
MONO = Form(RATE_HZ, "mono")


def frame(
    at: float | None, seconds: float, value: float, rate_hz: int = RATE_HZ, layout: str = "mono"
) -> av.AudioFrame:
    """A frame that holds one value throughout."""
    channels = 1 if layout == "mono" else 2
    samples = np.full((channels, round(seconds * rate_hz)), value, np.float32)
    made = av.AudioFrame.from_ndarray(samples, format="fltp", layout=layout)
    made.sample_rate, made.time_base = rate_hz, Fraction(1, 1000)
    made.pts = None if at is None else round(at * 1000)
    return made


def laid(frames: Iterable[av.AudioFrame], start: float, seconds: float, form: Form = MONO) -> np.ndarray:
    return np.concatenate([*gapless(frames, start, seconds, form), np.zeros((form.channels, 0), np.float32)], axis=1)


def at(sound: np.ndarray, seconds: float) -> float:
    return float(sound[0, round(seconds * RATE_HZ)])


def test_a_gap_is_silence_and_an_overlap_is_not_heard_twice() -> None:
    sound = laid([frame(1.0, 1.0, 0.1), frame(3.0, 1.0, 0.2), frame(3.5, 1.0, 0.3)], 0.0, 6.0)
    assert sound.shape == (1, 6 * RATE_HZ)
    heard = [at(sound, s) for s in (0.5, 1.5, 2.5, 3.2, 3.8, 4.2, 5.0)]
    assert heard == pytest.approx([0, 0.1, 0, 0.2, 0.2, 0.3, 0])


def test_a_stamp_that_is_a_little_off_follows_on() -> None:
    off = MISPLACED * 0.9
    sound = laid([frame(0.0, 1.0, 0.1), frame(1.0 + off, 1.0, 0.2), frame(2.0 - off, 1.0, 0.3)], 0.0, 3.0)
    assert (sound[0] != 0).all()
    assert [at(sound, s) for s in (0.99, 1.01, 1.99, 2.01)] == pytest.approx([0.1, 0.2, 0.2, 0.3])


def test_a_frame_without_a_stamp_follows_on_and_the_first_such_is_left_out() -> None:
    sound = laid([frame(None, 1.0, 0.9), frame(1.0, 1.0, 0.1), frame(None, 1.0, 0.2)], 0.0, 3.0)
    assert [at(sound, s) for s in (0.5, 1.5, 2.5)] == pytest.approx([0, 0.1, 0.2])


def test_a_change_of_rate_and_channels_amid_the_sound() -> None:
    frames = [frame(0.0, 1.0, 0.1), frame(1.0, 1.0, 0.2, 16_000, "stereo"), frame(2.0, 1.0, 0.3)]
    sound = laid(frames, 0.0, 3.0)  # two channels that say the same are one that is louder by a root of two
    assert [at(sound, s) for s in (0.5, 1.5, 2.5)] == pytest.approx([0.1, 0.2 * 2**0.5, 0.3], abs=0.02)


def test_no_more_is_read_than_is_wanted() -> None:
    read: list[float] = []

    def frames() -> Iterable[av.AudioFrame]:
        for n in range(100):
            read.append(float(n))
            yield frame(float(n), 1.0, 0.1)

    assert laid(frames(), 0.0, 2.5).shape == (1, 20_000)
    assert len(read) < 5


@settings(max_examples=40)
@given(st.lists(st.tuples(st.floats(0, 9), st.floats(0.02, 0.5)), max_size=12), st.floats(-2, 9), st.floats(0, 6))
def test_it_is_always_as_long_as_asked(spans: list[tuple[float, float]], start: float, seconds: float) -> None:
    form = Form(RATE_HZ, "stereo")
    sound = laid([frame(begin, length, 0.5) for begin, length in spans], start, seconds, form)
    assert sound.shape == (2, round(seconds * RATE_HZ))
    assert ((sound >= -0.51) & (sound <= 0.51)).all()
