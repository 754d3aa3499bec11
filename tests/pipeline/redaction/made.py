"""A small made recording with a thing to hide in its picture, words of its own in its container, and noise to hide."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.pipeline.media.made import Encode, Scene, ffmpeg, make

SECRET = "Doe Jane case 4471-B"
DURATION = 4.0
RATE_HZ = 15
WIDTH, HEIGHT, SIDE = 320, 180, 48


def thing() -> NDArray[np.uint8]:
    """What is to be hidden: a made face-like texture, the same in every picture, shape (48, 48)."""
    draw = np.random.default_rng(8)
    coarse = cv2.resize(draw.integers(60, 200, (6, 6)).astype(np.float32), (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
    out = np.clip(coarse, 40, 220).astype(np.uint8)
    for x in (14, 34):
        cv2.circle(out, (x, 18), 5, 30, -1)
    cv2.ellipse(out, (24, 36), (10, 4), 0, 0, 180, 30, 2)
    return out


def corner(at: float) -> tuple[int, int]:
    """Left and upper edge of the thing at a time, in pixels: it moves evenly."""
    return round(30 + 40 * at), round(40 + 15 * at)


class Hidden(Scene):
    """The scene with the thing in it."""

    def frame(self, number: int) -> NDArray[np.uint8]:
        out = super().frame(number)
        x, y = corner(number / self.rate_hz)
        out[y : y + SIDE, x : x + SIDE] = thing()
        return out


def speech(duration: float = DURATION, rate_hz: int = 48_000) -> NDArray[np.int16]:
    """Noise whose loudness goes up and down like syllables."""
    at = np.arange(round(duration * rate_hz)) / rate_hz
    noise = np.random.default_rng(4).standard_normal(len(at))
    return np.asarray(4000 * noise * (0.2 + np.sin(2 * np.pi * 2.5 * at) ** 2), np.int16)


def source(path: Path, more: tuple[str, ...] = (), sound_starts: float = 0.0) -> Path:
    """Four seconds, 320 x 180, with title, place, camera, a subtitle track and chapters that name somebody."""
    plain = make(
        path.with_name(f"plain {path.name}"), Hidden(DURATION, width=WIDTH, height=HEIGHT, rate_hz=RATE_HZ), speech(),
        Encode(more=more), sound_starts=sound_starts,
    )  # fmt: skip
    words = path.with_name("words.srt")
    words.write_text(f"1\n00:00:00,500 --> 00:00:02,000\n{SECRET}\n")
    chapters = path.with_name("chapters.txt")
    chapters.write_text(f";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=2000\ntitle={SECRET}\n")
    ffmpeg(
        "-i", str(plain), "-i", str(words), "-i", str(chapters), "-map", "0", "-map", "1", "-map_chapters", "2",
        "-c", "copy", "-c:s", "mov_text", "-metadata", f"title={SECRET}", "-metadata", "location=+40.7128-074.0060/",
        "-metadata", "creation_time=2026-03-14T15:09:26Z", "-metadata:s:v", f"handler_name={SECRET}", str(path),
    )  # fmt: skip
    return path
