from __future__ import annotations

from pathlib import Path

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.media.damage import is_broken, length_size
from pipeline.media.losses import damaged, gaps
from pipeline.media.packets import PacketIndex
from pipeline.media.rules import PictureRules
from pipeline.media.samples import Samples
from tests.pipeline.media.made import Encode, Scene, make

BODY = st.binary(min_size=1, max_size=300).map(lambda body: b"\x41" + body.replace(b"\0", b"\1"))


def packed(units: list[bytes], size: int = 4) -> bytes:
    return b"".join(len(unit).to_bytes(size, "big") + unit for unit in units)


@given(st.lists(BODY, min_size=1, max_size=6), st.sampled_from([2, 4]))
def test_what_is_whole_is_not_called_broken(units: list[bytes], size: int) -> None:
    assert not is_broken(packed(units, size), size)


@given(st.lists(BODY, min_size=1, max_size=6), st.integers(5, 200), st.data())
def test_five_zeros_or_a_cut_break_it(units: list[bytes], lost: int, data: st.DataObject) -> None:
    whole = packed(units)
    at = data.draw(st.integers(0, len(whole) - 1))
    assert is_broken(whole[:at] + bytes(lost) + whole[at + lost :], 4)
    assert is_broken(whole[:-1], 4)


@pytest.mark.parametrize(
    ("name", "encode", "expected"),
    [
        ("a.mp4", Encode(), 4),
        ("a.ts", Encode(), None),
        ("a.avi", Encode("mpeg4"), None),
        ("a.mkv", Encode("libx265"), 4),
    ],
)
def test_only_units_with_lengths_can_be_checked(
    tmp_path: Path, name: str, encode: Encode, expected: int | None
) -> None:
    with av.open(str(make(tmp_path / name, Scene(1.0), encode=encode))) as container:
        assert length_size(container.streams.video[0].codec_context) == expected


def test_damage_lasts_to_the_next_whole_key_frame_and_near_ones_are_one() -> None:
    index = PacketIndex(0, "video", 5.0, 25.0, 20)
    index.times.extend(float(at) for at in range(5, 25))
    index.keys.extend(at % 5 == 0 for at in range(5, 25))
    index.damaged.extend([8.0, 10.0, 22.0])
    found = damaged(Samples(), index, 5.0, [])
    assert [(s.start, s.end, s.figures["packets"]) for s in found] == [(3.0, 10.0, 2.0), (17.0, 20.0, 1.0)]


def test_gaps_before_between_and_after() -> None:
    index = PacketIndex(0, "video", 2.0, 9.1, 30)
    index.times.extend([2.0 + 0.1 * i for i in range(20)] + [8.0 + 0.1 * i for i in range(11)])
    found = gaps(index, 0.0, 12.0, PictureRules())
    assert [(s.start, s.end) for s in found] == [(0.0, 2.0), (4.0, 8.0), (9.1, 12.0)]
