from __future__ import annotations

import wave
from pathlib import Path

import pytest

from pipeline.errors import NotMedia
from pipeline.media.lengths import claimed_length, look_over


def sound(path: Path, seconds: float) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(int(seconds * 16000)))
    return path


def test_the_length_that_a_header_claims(tmp_path: Path) -> None:
    assert claimed_length(sound(tmp_path / "a b: c.wav", 2.5)) == pytest.approx(2.5, abs=0.01)
    (tmp_path / "x.mp4").write_text("this is a text")
    with pytest.raises(NotMedia, match="is text"):
        claimed_length(tmp_path / "x.mp4")


def test_a_folder_is_counted_with_what_cannot_be_read(tmp_path: Path) -> None:
    files = [sound(tmp_path / f"{n}.wav", 3.0) for n in range(3)]
    text, gone = tmp_path / "text.mp4", tmp_path / "gone.mp4"
    text.write_text("this is a text")
    found = look_over([*files, text, gone])
    assert (found.files, found.read, found.unreadable) == (5, 4, (text,))
    assert found.seconds == pytest.approx(9.0, abs=0.05)
    assert found.size_bytes == sum(file.stat().st_size for file in [*files, text])


def test_a_look_that_takes_too_long_counts_the_rest(tmp_path: Path) -> None:
    found = look_over([sound(tmp_path / f"{n}.wav", 3.0) for n in range(3)], longest=0.0)
    assert (found.files, found.read, found.seconds) == (3, 0, 0.0)
    assert found.size_bytes > 0
