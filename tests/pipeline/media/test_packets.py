from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipeline.media.packets import PacketIndex, _add, read_packets
from pipeline.media.triage import open_container
from tests.pipeline.media.made import Encode, Scene, make, sound


class Packet:
    """The fields of a packet that the index looks at."""

    def __init__(self, pts: int | None, duration: int = 1, is_discard: bool = False) -> None:
        self.pts, self.dts, self.duration, self.size = pts, pts, duration, 100
        self.is_discard, self.is_keyframe, self.is_corrupt = is_discard, True, False


def indexed(*stamps: int | None) -> PacketIndex:
    index = PacketIndex(0, "video")
    for stamp in stamps:
        packet: Any = Packet(stamp)
        _add(index, packet, 1.0)
    return index


def test_start_end_count() -> None:
    index = indexed(5, 6, 7)
    assert (index.start, index.end, index.count, list(index.times)) == (5.0, 8.0, 3, [5.0, 6.0, 7.0])


def test_one_damaged_stamp_is_not_believed() -> None:
    assert indexed(0, 1, 90_000, 2, 3).end == 4.0
    assert indexed(0, 1, -90_000, 2, 3).start == 0.0


def test_a_damaged_first_stamp_is_given_up() -> None:
    index = indexed(90_000, 0, 1, 2)
    assert (index.start, index.end, list(index.times)) == (1.0, 3.0, [1.0, 2.0])


def test_a_long_pause_is_believed_once_the_next_stamp_confirms_it() -> None:
    assert indexed(0, 1, 2, 1000, 1001, 1002).end == 1003.0


def test_a_packet_without_a_stamp_follows_the_last() -> None:
    assert list(indexed(0, None, None).times) == [0.0, 1.0, 2.0]


def test_discarded_packets_do_not_count() -> None:
    index = PacketIndex(0, "video")
    early: Any = Packet(-3, is_discard=True)
    _add(index, early, 1.0)
    assert index.count == 0


@pytest.mark.parametrize("b_frames", [0, 3])
def test_key_frames_and_intervals_of_a_file(tmp_path: Path, b_frames: int) -> None:
    path = make(
        tmp_path / "a.mp4", Scene(4.0), sound(4.0), Encode(gop=15, b_frames=b_frames, more=("-sc_threshold", "0"))
    )
    with open_container(path) as container:
        packets, stopped = read_packets(container)
    assert stopped is None and set(packets) == {"video", "audio"}
    assert packets["video"].key_times() == pytest.approx([0.0, 1.0, 2.0, 3.0], abs=0.001)
    assert packets["video"].intervals() == pytest.approx([1 / 15] * 59, abs=0.001)
    assert packets["video"].start == 0.0 and packets["video"].end == pytest.approx(4.0, abs=0.001)
