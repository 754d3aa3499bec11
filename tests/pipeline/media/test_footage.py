from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from pipeline.media.footage import bgr_of, from_bgr, pictures, pixel_shape, sound
from pipeline.media.probe import probe
from pipeline.types import Span
from tests.pipeline.media.made import Encode, Scene, ffmpeg, make
from tests.pipeline.media.made import sound as made_sound


def test_the_first_picture_is_the_one_on_the_screen(plain: Path) -> None:
    probed = probe(plain, "a" * 64)
    shown = list(pictures(plain, probed, Span(1.03, 2.0)))
    assert shown[0].at == pytest.approx(1.0, abs=0.001)
    assert shown[0].until == pytest.approx(shown[1].at)
    assert shown[-1].at < 2.0 <= shown[-1].until
    assert all(a.until == b.at for a, b in pairwise(shown))


def test_sound_is_as_long_as_the_stretch_whatever_the_file_holds(plain: Path) -> None:
    probed = probe(plain, "a" * 64)
    for span in (Span(0, 6), Span(1.2345, 3.3), Span(5.5, 9)):
        pieces = list(sound(plain, probed, span, 48_000, "stereo"))
        assert sum(len(p) for p in pieces) == round(span.duration * 48_000)
        assert all(p.shape[1] == 2 for p in pieces)
    past = np.concatenate(list(sound(plain, probed, Span(5.5, 9), 48_000)))
    assert not past[48_000:].any()


def test_a_stretch_of_sound_is_what_the_whole_has_there(plain: Path) -> None:
    probed = probe(plain, "a" * 64)
    whole = np.concatenate(list(sound(plain, probed, Span(0, 6), 48_000)))[:, 0]
    part = np.concatenate(list(sound(plain, probed, Span(2.5, 3.5), 48_000)))[:, 0]
    # not all the same: the decoder fills what the codec calls noise with noise of its own
    assert float(np.corrcoef(part, whole[120_000:168_000])[0, 1]) > 0.99


def test_without_sound_or_picture_there_is_none(tmp_path: Path) -> None:
    silent = make(tmp_path / "silent.mp4", Scene(0.5, width=64, height=48), None, Encode())
    assert not np.concatenate(list(sound(silent, probe(silent, "a" * 64), Span(0, 0.5), 16_000))).any()
    alone = make(tmp_path / "alone.m4a", None, made_sound(0.5))
    assert list(pictures(alone, probe(alone, "a" * 64), Span(0, 0.5))) == []


def test_odd_sides_and_pixels_that_are_not_square(tmp_path: Path) -> None:
    plain = make(tmp_path / "plain.mp4", Scene(0.5, width=64, height=48), None, Encode())
    odd = tmp_path / "odd.mkv"
    ffmpeg("-i", str(plain), "-vf", "scale=63:47,setsar=4/3", "-c:v", "ffv1", "-pix_fmt", "yuv444p", str(odd))
    probed = probe(odd, "a" * 64)
    shown = next(pictures(odd, probed, Span(0, 0.5)))
    assert (shown.width_px, shown.height_px) == (62, 46)
    assert pixel_shape(odd, probed) == pytest.approx(4 / 3)


def test_colours_survive_there_and_back() -> None:
    pixels = np.full((32, 48, 3), (30, 90, 200), np.uint8)
    assert np.abs(bgr_of(from_bgr(pixels, 0, 1)).astype(int) - pixels).max() <= 3
