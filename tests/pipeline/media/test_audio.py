from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.media.audio import SoundOnDisk
from pipeline.media.recording_file import open_media
from pipeline.types import Span
from tests.pipeline.media.made import ffmpeg, make, write_wav


def clicks(duration: float, at: list[float]) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    """Short loud clicks in silence, at 48 kHz."""
    out = np.zeros(round(duration * 48000), np.int16)
    for time in at:
        out[round(time * 48000) : round(time * 48000) + 200] = 20000
    return out


def heard(samples: np.ndarray[tuple[int], np.dtype[np.float32]], start: float) -> list[float]:
    """Times at which something loud begins after silence."""
    loud = np.flatnonzero(np.abs(samples) > 0.1)
    begins = loud[np.insert(np.diff(loud) > 1600, 0, True)] if len(loud) else loud
    return [start + i / 16000 for i in begins]


def on_disk(path: Path, samples: np.ndarray[tuple[int], np.dtype[np.int16]], start: float) -> SoundOnDisk:
    samples.tofile(path)
    return SoundOnDisk(path, start, len(samples), (), 0)


def test_mono_at_16_khz_and_in_time(tmp_path: Path, scratch: Path) -> None:
    path = make(tmp_path / "a.m4a", None, clicks(8.0, [1.0, 4.5, 7.25]))
    with open_media(path, scratch) as media:
        track = media.audio
        assert track is not None and media.audio is track
        samples = track.read(Span(0.0, 8.0))
    assert samples.dtype == np.float32 and len(samples) == 128_000
    assert heard(samples, 0.0) == pytest.approx([1.0, 4.5, 7.25], abs=0.02)
    assert not list(scratch.iterdir())


def test_stereo_is_mixed(tmp_path: Path, scratch: Path) -> None:
    one = write_wav(tmp_path / "one.wav", clicks(3.0, [1.0]))
    two = write_wav(tmp_path / "two.wav", clicks(3.0, [2.0]))
    path = tmp_path / "a.flac"
    ffmpeg("-i", str(one), "-i", str(two), "-filter_complex", "[0][1]amerge=inputs=2", str(path))
    with open_media(path, scratch) as media:
        assert media.audio is not None
        assert heard(media.audio.read(Span(0.0, 3.0)), 0.0) == pytest.approx([1.0, 2.0], abs=0.01)


@pytest.mark.parametrize("name", ["a.mkv", "a.mp4", "a.ts"])
def test_sound_missing_inside_is_zero_and_what_follows_stays_in_time(tmp_path: Path, scratch: Path, name: str) -> None:
    whole = make(tmp_path / "whole.mkv", None, clicks(9.0, [1.0, 4.0, 7.5]))
    path = tmp_path / name
    ffmpeg("-i", str(whole), "-c", "copy", "-bsf:a", "noise=drop='between(pts*tb,3,5)'", str(path))
    with open_media(path, scratch) as media:
        track = media.audio
        assert track is not None
        samples = track.read(Span(0.0, 9.0))
        assert [(h.start, h.end) for h in track.holes] == [(pytest.approx(3.0, abs=0.05), pytest.approx(5.0, abs=0.05))]
    assert heard(samples, 0.0) == pytest.approx([1.0, 7.5], abs=0.03)
    assert not samples[round(3.1 * 16000) : round(4.9 * 16000)].any()


def test_sound_that_ends_early_keeps_its_end(tmp_path: Path, scratch: Path) -> None:
    from tests.pipeline.media.made import Scene

    path = make(tmp_path / "a.mp4", Scene(5.0), clicks(3.0, [1.0]))
    with open_media(path, scratch) as media:
        assert media.audio is not None
        assert media.probe().duration == pytest.approx(5.0, abs=0.05)
        assert media.audio.end == pytest.approx(3.0, abs=0.05)


def test_blocks_follow_each_other_and_cover_all(tmp_path: Path) -> None:
    values = np.arange(40_000, dtype=np.int16)
    track = on_disk(tmp_path / "s", values, 1.5)
    pieces = list(track.blocks(1.0))
    assert [start for start, _ in pieces] == [1.5, 2.5, 3.5]
    assert [len(piece) for _, piece in pieces] == [16000, 16000, 8000]
    assert np.array_equal(np.concatenate([p for _, p in pieces]) * 32768, values.astype(np.float32))
    with pytest.raises(ValueError, match="at least one sample"):
        next(track.blocks(0.0))


@settings(max_examples=60)
@given(st.floats(-2, 4), st.floats(0, 4), st.integers(0, 2000))
def test_any_span_reads_what_lies_there_and_zero_elsewhere(
    tmp_path_factory: pytest.TempPathFactory, start: float, length: float, late: int
) -> None:
    values = np.arange(1, 20_001, dtype=np.int16)
    track = on_disk(tmp_path_factory.getbasetemp() / "any.s16", values, late / 1000)
    span = Span(start, start + length)
    read = track.read_int16(span)
    first = round((span.start - track.start) * 16000)
    expected = [values[i] if 0 <= i < len(values) else 0 for i in range(first, first + len(read))]
    assert len(read) == pytest.approx(span.duration * 16000, abs=1.01)
    assert np.array_equal(read, np.array(expected, dtype=np.int16))
