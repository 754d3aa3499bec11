"""Key frames on which an encoder that looks ahead spends far more, since what it sees to come stays as it is."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.detectors.frozen_picture import FrozenPicture
from pipeline.media.lavish_keys import LavishKeys
from pipeline.media.packets import PacketIndex
from pipeline.media.picture import look
from pipeline.media.recording_file import open_media
from pipeline.media.rules import PictureRules
from pipeline.media.samples import Samples
from pipeline.stages.scan import Scan
from pipeline.types import Evidence, Finding, PictureState
from tests.pipeline.media.made import Encode, Event, Scene, make

RULES = PictureRules()
COARSE = {
    "low noise": Encode(gop=15, quality=30, preset="medium"),
    "no B frames": Encode(gop=15, quality=32, b_frames=0, preset="medium"),
}
STANDING = Scene(15.0, (Event("freeze", 5.2, 9.0),), sway=0.05, noise=4.0)


def states(path: Path, scratch: Path, dark: bool = False) -> list[PictureState]:
    with open_media(path, scratch) as media:
        packets = media.probed().packets["video"]
    samples = Samples()
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            if frame.key_frame:
                samples.add(look(frame, float(frame.time)))
    return list(LavishKeys(samples, packets, 0.0, RULES).states(np.full(len(samples), dark)))


def frozen(path: Path, scratch: Path) -> list[Finding]:
    with open_media(path, scratch) as media:
        return list(FrozenPicture()(Scan()(Evidence(media.probe(), media), lambda share: None)))


@pytest.mark.parametrize("encode", COARSE.values(), ids=COARSE)
def test_a_freeze_in_a_still_scene_without_noise_is_given_away_by_its_encoder(
    tmp_path: Path, scratch: Path, encode: Encode
) -> None:
    path = make(tmp_path / "a.mp4", STANDING, encode=encode)
    (held,) = states(path, scratch)
    assert (held.start, held.end) == (pytest.approx(5.2, abs=0.35), pytest.approx(9.0, abs=0.35))
    assert min(held.figures["lavish_before"], held.figures["lavish_after"]) > 1.5
    assert states(path, scratch, dark=True) == []
    (finding,) = frozen(path, scratch)
    assert finding.label == "frozen" and finding.span.overlap(held.span) > 3.0


@pytest.mark.parametrize("encode", COARSE.values(), ids=COARSE)
@pytest.mark.parametrize(
    "scene",
    [
        Scene(15.0, sway=0.05, noise=4.0),
        Scene(15.0, (Event("still", 5.2, 9.0),), sway=0.05, noise=4.0),
        Scene(15.0, (Event("still", 5.2, 9.0),), sway=0.3, noise=1.5),
        Scene(15.0, sway=0.0, noise=2.0),
    ],
    ids=["sways", "stops swaying", "stops swaying, little noise", "on a shelf"],
)
def test_a_live_scene_is_not(tmp_path: Path, scratch: Path, scene: Scene, encode: Encode) -> None:
    path = make(tmp_path / "a.mp4", scene, encode=encode)
    assert [s for s in states(path, scratch) if s.figures["lavish_before"] >= FrozenPicture().lavish] == []
    assert frozen(path, scratch) == []


@given(
    sizes=st.lists(st.integers(10, 60_000), min_size=0, max_size=60),
    every=st.integers(1, 12),
    moved=st.floats(0.0, 20.0),
)
def test_any_packets_give_ordered_states_within_the_recording(sizes: list[int], every: int, moved: float) -> None:
    packets, samples = PacketIndex(0, "video", codec="h264"), Samples()
    for number, size in enumerate(sizes):
        packets.times.append(number / 10)
        packets.sizes.append(size)
        packets.keys.append(number % every == 0)
        if number % every == 0:
            for name in ("at", "step_mean", "step_most", "key"):
                getattr(samples, name).append({"at": number / 10, "key": 1.0}.get(name, moved))
    for state in LavishKeys(samples, packets, 0.0, RULES).states(np.zeros(len(samples), bool)):
        assert 0.0 <= state.start < state.end <= len(sizes) / 10
