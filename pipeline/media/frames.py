"""Decodes every frame of a short stretch, to find on which frame something begins or ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import cast

import av
import av.container

from pipeline.media.packets import demuxed
from pipeline.media.picture import Look, Plane, grain_change, local_change, look, noise_change, plane_of, strips

LEAD = 0.002


SEEK_BACK = (0.0, 3.0, 8.0, 20.0)
"""Seconds to seek further back where the demuxer lands behind the wanted time, as it does in transport streams"""


@dataclass(frozen=True, slots=True)
class Step:
    """One frame and how it differs from the frame before."""

    before: Look
    look: Look
    grain: float
    """mean change at full size, in the file's 8-bit steps, see `grain_change`"""
    local: float
    """change that 1 % of the blocks exceed"""
    noise: float
    """change of the finest grain, see `noise_change`"""
    key: bool

    @property
    def at(self) -> float:
        return self.look.at


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """One frame: its figures, and a copy of some strips of its luma."""

    look: Look
    strips: Plane

    @classmethod
    def of(cls, at: float, frame: av.VideoFrame) -> Seen:
        return cls(look(frame, at), strips(plane_of(frame)))

    def step(self, after: Seen) -> Step | None:
        """How the next frame differs. None: it has another size."""
        if self.strips.shape != after.strips.shape:
            return None
        one, other = self.strips, after.strips
        changed = local_change(self.look, after.look)
        return Step(self.look, after.look, grain_change(one, other), changed, noise_change(one, other), after.look.key)


def steps_of(frames: Iterable[tuple[float, av.VideoFrame]]) -> Iterator[Step]:
    """How each frame but the first differs from the one before; those of another size are left out. `frames`: (seconds
    on the recording's clock, frame), asked for one by one."""
    for one, other in pairwise(Seen.of(at, frame) for at, frame in frames):
        step = one.step(other)
        if step is not None:
            yield step


class FrameReader:
    """Frames of an open container by time. Where the file cannot be searched, it yields nothing."""

    def __init__(self, container: av.container.InputContainer, stream: int, origin: float) -> None:
        video = container.streams[stream]
        assert isinstance(video, av.VideoStream)
        video.codec_context.skip_frame = "DEFAULT"  # who read the file before may have left frames out
        self._container, self._video, self._origin = container, video, origin
        self._back = 0
        """which of SEEK_BACK this file needs"""

    def frames(self, start: float, end: float) -> Iterator[tuple[float, av.VideoFrame]]:
        """(time, frame) for all frames from `start` to `end`, decoded from the key frame before."""
        found = self._from(start - SEEK_BACK[self._back])
        first = next(found, None)
        while self._back + 1 < len(SEEK_BACK) and (first is None or first[0] > start + LEAD):
            self._back += 1
            found = self._from(start - SEEK_BACK[self._back])
            first = next(found, None)
        for at, frame in chain([first] if first else [], found):
            if at > end + LEAD:
                return
            if at >= start - LEAD:
                yield at, frame

    def _from(self, start: float) -> Iterator[tuple[float, av.VideoFrame]]:
        """Frames from a key frame that should lie at or before `start`."""
        video = self._video
        if video.time_base is None:
            return
        try:
            stamp = round((max(0.0, start) + self._origin) / video.time_base)  # cut off, it misses its key
            self._container.seek(stamp, stream=video, backward=True)
            for packet in demuxed(self._container, [video]):
                for frame in self._decoded(cast("av.Packet[av.VideoStream]", packet)):
                    if frame.pts is not None and frame.time_base is not None:
                        yield float(frame.pts * frame.time_base) - self._origin, frame
        except av.FFmpegError:
            return

    def _decoded(self, packet: av.Packet[av.VideoStream]) -> list[av.VideoFrame]:
        try:
            return packet.decode()
        except av.FFmpegError:
            return []

    def looks(self, start: float, end: float) -> Iterator[Look]:
        """What each frame shows; frames are decoded as they are asked for."""
        return (look(frame, at) for at, frame in self.frames(start, end))

    def steps(self, start: float, end: float) -> Iterator[Step]:
        """Each frame but the first with its change against the frame before; decoded as they are asked for."""
        return steps_of(self.frames(start, end))
