"""Writes one recording as MP4: H.264 and mono AAC, with the camera's clock and name in the container."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from models.training.synthesis import RATE_HZ
from sample_media.making.picture import HEIGHT_PX, RATE_FPS, WIDTH_PX, Picture
from sample_media.making.scenario import Take
from sample_media.making.sound import Samples

AUDIO_BIT_RATE = 36_000
BLOCK = 1024
"""Samples of an AAC frame."""


def write(path: Path, take: Take, start_utc: datetime, pictures: Iterable[Picture], sound: Samples) -> None:
    """Encode on one thread, so that the same pictures and sound give the same bytes with the same PyAV."""
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart+use_metadata_tags"}) as out:
        steps = np.clip(np.round(sound * 32767), -32768, 32767).astype(np.int16)
        out.metadata.update(_tags(take, start_utc))
        video = out.add_stream("libx264", rate=RATE_FPS)
        video.width, video.height, video.pix_fmt = WIDTH_PX, HEIGHT_PX, "yuv420p"
        video.codec_context.thread_count = 1
        gop = video.codec_context.gop_size = take.gop_frames
        video.options = {
            "crf": str(take.crf),
            "preset": "medium",
            "x264-params": f"keyint={gop}:min-keyint={gop}:scenecut=0:threads=1:bframes=0:weightp=0",
        }
        audio = out.add_stream("aac", rate=RATE_HZ, layout="mono")
        audio.bit_rate = AUDIO_BIT_RATE
        sound_until = 0
        for number, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, RATE_FPS)
            out.mux(video.encode(frame))
            while sound_until < len(steps) and sound_until / RATE_HZ <= number / RATE_FPS:
                out.mux(audio.encode(_sound_frame(steps, sound_until)))
                sound_until += BLOCK
        out.mux(video.encode(None))
        out.mux(audio.encode(None))


def _tags(take: Take, start_utc: datetime) -> dict[str, str]:
    return {
        "creation_time": start_utc.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "title": take.device,
        "make": take.make,
        "model": take.model,
        "serial": take.serial,
    }


def _sound_frame(steps: NDArray[np.int16], at: int) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(steps[None, at : at + BLOCK], format="s16", layout="mono")
    frame.sample_rate, frame.pts, frame.time_base = RATE_HZ, at, Fraction(1, RATE_HZ)
    return frame
