from __future__ import annotations

from array import array
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.media.packets import PacketIndex
from pipeline.media.recording_file import open_media
from pipeline.media.rules import PictureRules
from pipeline.media.small_packets import hints, small_after_key, small_stretches
from tests.pipeline.media.made import Encode, Event, Scene, make

RULES = PictureRules()


def index(sizes: list[int], gop: int = 30, rate_hz: float = 15.0) -> PacketIndex:
    """A stream in order of presentation with a key frame every `gop` packets."""
    count = len(sizes)
    times = array("d", [100 + i / rate_hz for i in range(count)])
    keys = array("b", [i % gop == 0 for i in range(count)])
    return PacketIndex(0, "video", 100.0, 100 + count / rate_hz, count, times, array("l", sizes), keys)


def test_packets_that_shrink_for_two_seconds() -> None:
    sizes = [900] * 600
    sizes[150:180] = [40] * 30
    (span,) = small_stretches(index(sizes), 100.0, RULES)
    assert (span.start, span.end) == (pytest.approx(10.0, abs=0.3), pytest.approx(12.0, abs=0.3))


def test_a_key_frame_with_next_to_nothing_after_it() -> None:
    sizes = [900] * 600
    sizes[151:153] = [20, 18]
    sizes[300:302] = [20, 900]
    assert small_after_key(index(sizes), 100.0, RULES) == [pytest.approx(10.0)]


def test_the_key_frame_before_a_packet_that_stands_out() -> None:
    sizes = [900] * 600
    sizes[170] = 9000
    found = hints(index(sizes), 100.0, RULES)
    assert (found.keys, found.jumps) == ((pytest.approx(10.0),), (pytest.approx(170 / 15),))


@given(st.lists(st.integers(1, 50_000), max_size=80), st.integers(1, 40))
def test_any_stream_gives_times_within_it(sizes: list[int], gop: int) -> None:
    packets = index(sizes, gop)
    found = hints(packets, 100.0, RULES)
    times = [*found.keys, *found.jumps, *(edge for span in found.small for edge in (span.start, span.end))]
    assert all(-0.001 <= time <= packets.end - 100 + 0.001 for time in times)


CONSTANT = ("-b:v", "500k", "-maxrate", "500k", "-bufsize", "500k")


@pytest.mark.parametrize("more", [(), CONSTANT], ids=["constant quality", "constant rate"])
def test_a_freeze_between_three_key_frames(tmp_path: Path, scratch: Path, more: tuple[str, ...]) -> None:
    """Only one of them lies in it, so no two key frames are alike."""
    encode = Encode(gop=30, b_frames=0, more=(*more, "-sc_threshold", "0"))
    path = make(tmp_path / "a.mp4", Scene(12.0, (Event("freeze", 4.8, 7.2),), seed=8), encode=encode)
    with open_media(path, scratch) as media:
        found = media.scan()
    (state,) = [s for s in found.picture or () if s.kind == "still"]
    assert (state.start, state.end) == (pytest.approx(4.8, abs=0.07), pytest.approx(7.2, abs=0.07))
