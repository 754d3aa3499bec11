"""H.264 that refreshes the picture column by column: its files mark pictures as key frames that show one column."""

from __future__ import annotations

from pathlib import Path

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.media.damage import length_size
from pipeline.media.refresh import is_gradual
from tests.pipeline.media.made import Encode, Scene, make


def marked(path: Path) -> list[bool]:
    """For each packet marked as a key frame: does it begin a gradual refresh?"""
    with av.open(str(path)) as container:
        video = container.streams.video[0]
        size = length_size(video.codec_context)
        return [is_gradual(bytes(p), size) for p in container.demux(video) if p.size and p.is_keyframe]


@pytest.mark.parametrize("suffix", [".mp4", ".ts"])
def test_only_the_first_picture_is_coded_alone(tmp_path: Path, suffix: str) -> None:
    encode = Encode(gop=15, b_frames=0, more=("-x264-params", "intra-refresh=1"))
    first, *others = marked(make(tmp_path / f"a{suffix}", Scene(4.0), encode=encode))
    assert not first
    assert len(others) >= 2 and all(others)


@pytest.mark.parametrize("more", [(), ("-x264-params", "open-gop=1")], ids=["closed", "open groups"])
def test_true_key_frames_are_none(tmp_path: Path, more: tuple[str, ...]) -> None:
    kinds = marked(make(tmp_path / "a.mkv", Scene(4.0), encode=Encode(gop=15, more=more)))
    assert len(kinds) >= 3 and not any(kinds)


@given(st.binary(max_size=200), st.sampled_from([None, 1, 2, 4]))
def test_any_bytes_are_read_to_their_end(data: bytes, size: int | None) -> None:
    assert is_gradual(data, size) in (True, False)
