"""A strip of small pictures in one JPEG, and the index that says which time each of them shows."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path

import av
import av.container
import cv2
import numpy as np
from numpy.typing import NDArray

WIDTH_PX, HEIGHT_PX, COLUMNS = 160, 90, 10
EVERY, LEAST_EVERY, FEWEST, MOST = 10.0, 1.0, 12, 400
"""One each 10 s; closer in short recordings so that there are 12, further apart so that there are at most 400."""


@dataclass(frozen=True)
class Strip:
    """Picture `i` lies at column i % columns, row i // columns and shows the time `i * every`."""

    every: float
    count: int

    @property
    def rows(self) -> int:
        return math.ceil(self.count / COLUMNS)


def plan_strip(duration: float) -> Strip:
    """How many pictures a recording of this length gets."""
    every = max(LEAST_EVERY, min(EVERY, duration / FEWEST), math.ceil(duration / MOST))
    return Strip(every=round(every, 3), count=max(1, math.ceil(duration / round(every, 3))))


def write_strip(copy: Path, duration: float, image: Path, index: Path) -> None:
    """Write the strip (JPEG) and its index (JSON: width_px, height_px, columns, rows, count, every in seconds).

    The pictures come from the review copy: its times are the recording's and it has a key frame each second.
    """
    strip = plan_strip(duration)
    sheet = np.zeros((strip.rows * HEIGHT_PX, COLUMNS * WIDTH_PX, 3), np.uint8)
    with av.open(f"file:{copy.absolute()}") as container:
        video = container.streams.video[0]
        video.codec_context.skip_frame = "NONKEY"
        video.codec_context.thread_type = "NONE"
        for i in range(strip.count):
            frame = _key_frame(container, video, i * strip.every)
            if frame is not None:
                _paste(sheet, i, frame)
    done, data = cv2.imencode(".jpg", sheet, [cv2.IMWRITE_JPEG_QUALITY, 75])
    assert done, "a sheet of pictures can always be written as JPEG"
    image.write_bytes(data.tobytes())
    facts = {"width_px": WIDTH_PX, "height_px": HEIGHT_PX, "columns": COLUMNS, "rows": strip.rows}
    index.write_text(json.dumps({**facts, "count": strip.count, "every": strip.every}), encoding="utf-8")


def _key_frame(container: av.container.InputContainer, video: av.VideoStream, at: float) -> av.VideoFrame | None:
    """The key frame at or just before `at`."""
    assert video.time_base is not None
    try:
        container.seek(int((at + 0.001) / video.time_base), stream=video, backward=True)
        return next(container.decode(video), None)
    except av.FFmpegError:
        return None


def _paste(sheet: NDArray[np.uint8], number: int, frame: av.VideoFrame) -> None:
    share = min(WIDTH_PX / frame.width, HEIGHT_PX / frame.height)
    width, height = max(1, round(frame.width * share)), max(1, round(frame.height * share))
    small = cv2.resize(frame.to_ndarray(format="bgr24"), (width, height), interpolation=cv2.INTER_AREA)
    top = number // COLUMNS * HEIGHT_PX + (HEIGHT_PX - height) // 2
    left = number % COLUMNS * WIDTH_PX + (WIDTH_PX - width) // 2
    sheet[top : top + height, left : left + width] = small
