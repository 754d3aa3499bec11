from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.media.glimpses import GlimpseReader, likeliest_changes
from pipeline.media.packets import read_packets
from pipeline.media.picture import brightness_of
from pipeline.media.triage import open_container
from tests.pipeline.media.made import Encode, Event, Scene, make

FIXED = ("-sc_threshold", "0")
"""no key frame where the scene changes, as in cameras' encoders"""
STEADY = 900 + 40 * np.random.default_rng(1).standard_normal(60)


def test_a_change_is_the_packet_that_stands_out_or_the_first_of_another_level() -> None:
    large = STEADY.copy()
    large[33] *= 6
    assert likeliest_changes(large, 1) == [33]
    small = STEADY.copy()
    small[41:] /= 9
    assert likeliest_changes(small, 1) == [41]
    small[12] *= 6
    assert sorted(likeliest_changes(small, 2)) == [12, 41]


def test_nothing_stands_out_where_sizes_vary_anyway() -> None:
    assert likeliest_changes(np.exp(np.random.default_rng(2).normal(8, 1, 60)), 1) == []


@given(st.lists(st.integers(1, 90_000), min_size=1, max_size=90), st.integers(0, 2))
def test_changes_lie_among_the_packets_and_apart(sizes: list[int], most: int) -> None:
    places = likeliest_changes(np.array(sizes, dtype=np.float64), most)
    assert len(places) <= most and all(0 <= place < len(sizes) for place in places)
    assert all(b - a > 2 for a, b in pairwise(sorted(places)))


def lights(path: Path, before: float, after: float, *, every: bool = False) -> list[tuple[float, float]]:
    with open_container(path) as container:
        packets = read_packets(container)[0]["video"]
        reader = GlimpseReader(container, packets, packets.start)
        frames = reader.all_from(before, after) if every else reader.at_change(before, after)
        return [(at, brightness_of(frame)) for at, frame in frames]


@pytest.mark.parametrize("kind", ["black", "covered"])
def test_few_pictures_show_where_the_light_changes(tmp_path: Path, kind: str) -> None:
    path = make(tmp_path / "a.mp4", Scene(6.0, (Event(kind, 3.4, 5.2),)), encode=Encode(gop=30, b_frames=0, more=FIXED))
    seen = lights(path, 2.0, 4.0)
    assert 4 <= len(seen) <= 8
    assert all(light > 60 for at, light in seen if at < 3.39) and all(light < 40 for at, light in seen if at > 3.39)
    assert min(at for at, _ in seen) < 3.39 < max(at for at, _ in seen)
    assert len(lights(path, 2.0, 4.0, every=True)) == 30


def test_nothing_is_told_over_several_key_frames(tmp_path: Path) -> None:
    path = make(
        tmp_path / "a.mp4", Scene(6.0, (Event("black", 3.4, 5.2),)), encode=Encode(gop=15, b_frames=0, more=FIXED)
    )
    assert lights(path, 1.0, 5.0) == [] == lights(path, 1.0, 5.0, every=True)
