"""Short real recordings for tests of the whole: cut from the sample media, so that their truth is known."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from pipeline.media.program import ffmpeg_program

SAMPLES = Path(__file__).parents[2] / "sample_media"


def cut(source: Path, start: float, duration: float, out: Path) -> Path:
    """`duration` seconds of a sample from `start`, its tags kept."""
    command = [ffmpeg_program(), "-v", "error", "-ss", str(start), "-i", str(source), "-t", str(duration)]
    encode = ["-map_metadata", "0", "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac"]
    subprocess.run([*command, *encode, str(out)], check=True)
    return out


@pytest.fixture(scope="session")
def short_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten seconds of a sample in which somebody speaks."""
    source = min(SAMPLES.glob("*.mp4"), key=lambda path: path.stat().st_size)
    return cut(source, 20.0, 10.0, tmp_path_factory.mktemp("clips") / "short clip.mp4")
