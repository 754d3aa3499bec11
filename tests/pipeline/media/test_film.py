from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from pipeline.media.film import FilmForm, FilmNotWritten, FilmWriter
from pipeline.media.footage import from_bgr


def write(path: Path, chapters: list[tuple[float, float, str]] | None = None) -> None:
    form = FilmForm(64, 48, Fraction(10), sound_hz=48_000, channels=2)
    with FilmWriter(path, form, chapters) as film:
        for at in (0.0, 0.1, 0.35, 0.9):
            film.picture(at, from_bgr(np.full((48, 64, 3), int(at * 200), np.uint8), at, at))
            film.sound(np.zeros((12_000, 2), np.float32))
        film.finish()


def test_times_and_chapters_and_nothing_of_the_encoder(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    write(path, [(0, 0.5, "Erstes – «ü»"), (0.5, 1, "two")])
    with av.open(str(path)) as container:
        assert [c["metadata"]["title"] for c in container.chapters()] == ["Erstes – «ü»", "two"]
        times = [float(f.pts * f.time_base) for f in container.decode(video=0)]
        assert times == pytest.approx([0, 0.1, 0.35, 0.9])
        assert container.streams.audio[0].channels == 2
    for said in (b"x264", b"Lavf", b"Lavc"):
        assert said not in path.read_bytes()


def test_a_place_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(FilmNotWritten) as error:
        write(tmp_path / "no folder" / "film.mp4")
    assert "\n" not in str(error.value)


def test_a_full_disk_is_one_line() -> None:
    with pytest.raises(FilmNotWritten, match="no space left"):
        write(Path("/dev/full"))
