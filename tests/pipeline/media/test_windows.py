"""Short stretches of sound, read from the file at their true place."""

from __future__ import annotations

import subprocess
import wave
from pathlib import Path

import numpy as np
import pytest

from models.contract import SAMPLE_RATE_HZ
from pipeline.errors import MediaChanged, MediaError
from pipeline.media.program import ffmpeg_program
from pipeline.media.recording_file import open_media
from pipeline.media.windows import SoundWindows
from pipeline.types import Recording, Span
from tests.pipeline.sync.made import talk

SOUND = talk(30.0, 51)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("windows")
    with wave.open(str(folder / "sound.wav"), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(SAMPLE_RATE_HZ)
        out.writeframes((SOUND * 30_000).astype(np.int16).tobytes())
    picture = ["-f", "lavfi", "-i", "color=gray:s=64x48:r=10:d=30"]
    sound = ["-itsoffset", "1.5", "-i", "sound.wav"]
    for name, codec in (("late.mp4", "aac"), ("late.mkv", "pcm_s16le"), ("plain.avi", "mp3")):
        more = sound if "late" in name else sound[2:]
        command = [*picture, *more, "-c:a", codec, "-b:a", "128k", "-c:v", "libx264", "-preset", "ultrafast", name]
        subprocess.run([ffmpeg_program(), "-v", "error", *command], cwd=folder, check=True)
    return folder


def probed(path: Path, scratch: Path) -> Recording:
    with open_media(path, scratch) as media:
        return media.probe()


@pytest.mark.parametrize("name", ["sound.wav", "late.mp4", "late.mkv", "plain.avi"])
def test_windows_hold_what_the_whole_track_holds_there(name: str, folder: Path, tmp_path: Path) -> None:
    with open_media(folder / name, tmp_path) as media:
        recording, audio = media.probe(), media.audio
        assert audio is not None
        with SoundWindows(recording) as windows:
            for at in (12.0, 3.0, 20.5, 12.0):  # forwards, backwards, twice
                span = Span(at, at + 2.0)
                part, whole = windows.read(span), audio.read(span)
                assert part.shape == whole.shape
                shifted = [
                    float(np.dot(part[300:-300], whole[300 + d : len(whole) - 300 + d])) for d in range(-200, 201)
                ]
                assert abs(int(np.argmax(shifted)) - 200) <= 16  # a millisecond
                assert np.corrcoef(part, whole)[0, 1] > 0.95


def test_outside_the_track_there_is_silence(folder: Path, tmp_path: Path) -> None:
    with SoundWindows(probed(folder / "late.mkv", tmp_path)) as windows:
        early = windows.read(Span(0.0, 4.0))
        assert not early[: round(1.4 * SAMPLE_RATE_HZ)].any()
        assert early[round(1.8 * SAMPLE_RATE_HZ) :].any()
        assert not windows.read(Span(300.0, 301.0)).any()


def test_another_file_or_none_is_refused(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.wav"
    copy.write_bytes((folder / "sound.wav").read_bytes())
    recording = probed(copy, tmp_path)
    copy.write_bytes(copy.read_bytes() + b"x")
    with pytest.raises(MediaChanged):
        SoundWindows(recording)
    copy.unlink()
    with pytest.raises(MediaError, match="not there"):
        SoundWindows(recording)
