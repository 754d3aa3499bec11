"""Picture and sound of a stretch of a recording as they would be played: upright, on the recording's clock, in pieces.

For everything that writes a new picture (redaction, reels): memory stays that of a few frames and one second of sound.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import av.container
import av.stream
import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.media.frames import FrameReader
from pipeline.media.packets import chosen_streams, demuxed
from pipeline.media.placed_sound import Form, gapless
from pipeline.media.probe import Probed
from pipeline.media.triage import open_container
from pipeline.media.windows import BY_INDEX, LEAD
from pipeline.types import Span

Plane = NDArray[np.uint8]
Sound = NDArray[np.float32]
LAST_SHOWN = 0.1
"""seconds that the last picture of a file is taken to be shown, where nothing follows it"""


@dataclass(frozen=True, eq=False)
class Picture:
    """One picture, 8 bit, limited range, 4:2:0. Shown from `at` until `until` (recording's clock)."""

    at: float
    until: float
    y: Plane
    """luma, shape (height, width), both even"""
    u: Plane
    """shape (height / 2, width / 2)"""
    v: Plane

    @property
    def width_px(self) -> int:
        return int(self.y.shape[1])

    @property
    def height_px(self) -> int:
        return int(self.y.shape[0])

    def copy(self) -> Picture:
        """One whose planes may be written to."""
        return Picture(self.at, self.until, self.y.copy(), self.u.copy(), self.v.copy())


def upright(frame: av.VideoFrame, at: float, until: float) -> Picture:
    """The frame as a player shows it: turned as the container says, even sides (an odd last row or column goes)."""
    width, height = max(2, frame.width // 2 * 2), max(2, frame.height // 2 * 2)
    flat = frame.reformat(width=width, height=height, format="yuv420p", dst_color_range="MPEG").to_ndarray()
    y = flat[:height]
    chroma = flat[height:].reshape(2, height // 2, width // 2)
    turns = round(frame.rotation / 90) % 4
    planes = [np.ascontiguousarray(np.rot90(plane, turns)) for plane in (y, chroma[0], chroma[1])]
    return Picture(at, until, planes[0], planes[1], planes[2])


def pictures(path: Path, probed: Probed, span: Span) -> Iterator[Picture]:
    """Every picture that is shown in `span`, in order; the first may begin before it.

    What cannot be decoded is left out, as a player leaves it out.
    """
    index = probed.packets.get("video")
    if index is None:
        return
    with open_container(path) as container:
        reader = FrameReader(container, index.stream, probed.origin)
        held: tuple[float, av.VideoFrame] | None = None
        for at, frame in reader.frames(_shown_before(probed, span.start), span.end):
            if held is not None and at > held[0] and at > span.start:
                yield upright(held[1], held[0], at)
            if at >= span.end:
                return
            held = (at, frame)
        if held is not None:
            yield upright(held[1], held[0], held[0] + LAST_SHOWN)


def _shown_before(probed: Probed, start: float) -> float:
    """The time stamp of the picture that is on the screen at `start`."""
    times = np.unique(np.asarray(probed.packets["video"].times, dtype=np.float64)) - probed.origin
    place = int(np.searchsorted(times, start + 1e-4, side="right")) - 1
    return float(times[place]) if place >= 0 else start


def pixel_shape(path: Path, probed: Probed) -> Fraction:
    """Width of a pixel by its height, upright; 1 where the file does not say."""
    index = probed.packets.get("video")
    if index is None:
        return Fraction(1)
    with open_container(path) as container:
        stream = container.streams[index.stream]
        assert isinstance(stream, av.VideoStream)
        shape = stream.sample_aspect_ratio or stream.codec_context.sample_aspect_ratio
    facts = probed.recording.stream("video")
    if not shape or shape <= 0:
        return Fraction(1)
    return 1 / shape if facts is not None and facts.rotation_deg % 180 else Fraction(shape)


def sound(path: Path, probed: Probed, span: Span, rate_hz: int, layout: str = "mono") -> Iterator[Sound]:
    """The sound of `span`, shape (n, channels), full scale 1.0, in pieces that follow each other without a gap.

    Together they are as long as the span; where the file holds no sound they are zero.
    """
    frames = _frames(path, probed, span)
    for block in gapless(frames, probed.origin + span.start, span.duration, Form(rate_hz, layout)):
        yield np.ascontiguousarray(block.T)


def _frames(path: Path, probed: Probed, span: Span) -> Iterator[av.AudioFrame]:
    """The sound frames of a span, from a little before it where the file can be entered there."""
    if "audio" not in probed.packets:
        return
    with open_container(path) as container:
        stream = _only_sound(container)
        if any(name in container.format.name.split(",") for name in BY_INDEX):
            to = max(0.0, span.start - LEAD) + probed.origin
            container.seek(int(to / float(stream.time_base or 1)), stream=stream, backward=True)
        for frame in _decoded(container, stream):
            if frame.time is not None and frame.time - probed.origin > span.end:
                return
            yield frame


def _decoded(container: av.container.InputContainer, stream: av.AudioStream) -> Iterator[av.AudioFrame]:
    try:
        for packet in demuxed(container, [stream]):
            try:
                frames = packet.decode()
            except av.FFmpegError:
                continue
            for frame in frames:
                if isinstance(frame, av.AudioFrame):
                    yield frame
    except av.FFmpegError:
        return  # what was read so far stands; the probe has noted where the file stops being readable


def _only_sound(container: av.container.InputContainer) -> av.AudioStream:
    chosen = next(s for s in chosen_streams(container) if isinstance(s, av.AudioStream))
    for stream in container.streams:
        if stream.index != chosen.index:
            stream.discard = av.stream.Discard.all
    return chosen


def bgr_of(picture: Picture) -> NDArray[np.uint8]:
    """The picture as blue, green, red, shape (height, width, 3)."""
    flat = np.concatenate([picture.y.ravel(), picture.u.ravel(), picture.v.ravel()])
    return np.asarray(cv2.cvtColor(flat.reshape(-1, picture.width_px), cv2.COLOR_YUV2BGR_I420), np.uint8)


def from_bgr(pixels: NDArray[np.uint8], at: float, until: float) -> Picture:
    """A picture from blue, green, red, shape (height, width, 3), both sides even."""
    height, width = pixels.shape[:2]
    flat = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2YUV_I420), np.uint8)
    chroma = flat[height:].reshape(2, height // 2, width // 2)
    return Picture(at, until, flat[:height], chroma[0], chroma[1])
