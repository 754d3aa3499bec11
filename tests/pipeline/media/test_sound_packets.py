"""What packets say of themselves, byte for byte."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.media.sound_packets import NEW, RECENT, REPEATED, UNTOLD, PacketRun, SoundPackets, repeats


def said(codec: str, bodies: list[bytes], length: float = 0.02) -> list[tuple[float, float, float]]:
    packets = SoundPackets(codec)
    for n, body in enumerate(bodies):
        packets.add(body, n * length, length)
    return [(round(r.start, 3), round(r.end, 3), r.said) for r in packets.runs]


def test_new_packets_then_two_that_take_turns() -> None:
    live = [bytes([n, n, n]) for n in range(5)]
    assert said("amrnb", [*live, *[b"aaa", b"bbb"] * 5]) == [(0.0, 0.14, NEW), (0.14, 0.3, REPEATED)]


def test_a_cycle_longer_than_what_is_kept_is_new() -> None:
    cycle = [n.to_bytes(4, "big") for n in range(RECENT + 1)]
    assert {run[2] for run in said("aac", cycle * 2)} == {NEW}
    assert said("aac", cycle[:RECENT] * 2)[-1][2] == REPEATED


@pytest.mark.parametrize("codec", ["flac", "g722", "a codec of tomorrow"])
def test_where_new_packets_tell_nothing_repeated_ones_still_do(codec: str) -> None:
    assert said(codec, [b"one", b"two", b"two"]) == [(0.0, 0.04, UNTOLD), (0.04, 0.06, REPEATED)]


def test_packets_without_sound_say_what_the_one_before_them_said() -> None:
    sent = [b"live1", b"\x08", b"\x08", b"\x08", b"live2", b"\x08"]
    assert said("opus", sent) == [(0.0, 0.12, NEW)]
    assert said("opus", [b"zeros", b"zeros", b"\x08", b"\x08"])[-1] == (0.02, 0.08, REPEATED)
    assert said("vorbis", [b"\x08", b"\x08"])[-1][2] == REPEATED  # Vorbis writes its silence in one byte


def test_long_packets_tell_nothing() -> None:
    assert said("pcm_s16le", [b"00", b"00", b"00"], length=0.5) == [(0.0, 1.5, UNTOLD)]


def test_a_gap_begins_a_new_run_and_leaves_nothing() -> None:
    packets = SoundPackets("aac")
    packets.add(b"a", 0.0, 0.1)
    packets.add(b"b", 0.5, 0.1)
    values = repeats(packets.runs, 14, 20.0)
    assert np.flatnonzero(~np.isnan(values)).tolist() == [0, 1, 10, 11]


def test_what_lies_outside_the_recording_is_left_out() -> None:
    values = repeats([PacketRun(-1.0, 0.1, NEW), PacketRun(0.1, 9.0, REPEATED)], 4, 20.0)
    assert values.tolist() == [NEW, NEW, REPEATED, REPEATED]
    assert np.isnan(repeats([PacketRun(-2.0, -1.0, NEW), PacketRun(90000.0, 90001.0, NEW)], 4, 20.0)).all()


@given(st.lists(st.binary(min_size=3, max_size=4), max_size=300))
def test_runs_cover_every_packet_once_and_a_first_packet_is_never_repeated(bodies: list[bytes]) -> None:
    found = said("aac", bodies)
    assert sum(end - start for start, end, _ in found) == pytest.approx(0.02 * len(bodies))
    if len(set(bodies)) == len(bodies):
        assert {run[2] for run in found} <= {NEW}
