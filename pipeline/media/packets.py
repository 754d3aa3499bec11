"""Reads every packet of a file once without decoding: when each stream starts and ends, where the key frames lie."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field

import av
import av.container
import av.stream
import numpy as np
from numpy.typing import NDArray

LONGEST_JUMP = 6 * 3600.0
"""A time stamp further than this from the last one is a damaged stamp (cameras end a file after 4 h at most)."""


@dataclass
class PacketIndex:
    """The packets of one stream in file order. Times are seconds as the file writes them, not yet the recording's."""

    stream: int
    kind: str
    start: float = 0.0
    """presentation time of the first packet, by the container where it says so (it knows of edit lists)"""
    end: float = 0.0
    count: int = 0
    times: array[float] = field(default_factory=lambda: array("d"))
    """presentation times; kept for the picture only"""
    sizes: array[int] = field(default_factory=lambda: array("l"))
    """bytes per packet; picture only"""
    keys: array[int] = field(default_factory=lambda: array("b"))
    """1 where the packet is a key frame; picture only"""

    def key_times(self) -> NDArray[np.float64]:
        """Presentation times of the key frames, in order."""
        times, keys = np.asarray(self.times, dtype=np.float64), np.asarray(self.keys, dtype=bool)
        return np.unique(times[keys])

    def intervals(self) -> NDArray[np.float64]:
        """Seconds from each picture to the next, in order of presentation."""
        return np.diff(np.unique(np.asarray(self.times, dtype=np.float64)))


def chosen_streams(container: av.container.InputContainer) -> list[av.stream.Stream]:
    """The first true picture stream (not a cover picture) and the first sound stream."""
    still = av.stream.Disposition.attached_pic
    pictures = [s for s in container.streams.video if not s.disposition & still]
    return [*pictures[:1], *list(container.streams.audio)[:1]]


def read_packets(container: av.container.InputContainer) -> tuple[dict[str, PacketIndex], str | None]:
    """The packets of the chosen picture and sound by kind, and why reading stopped early (None: it did not)."""
    streams = chosen_streams(container)
    out = {s.index: PacketIndex(s.index, s.type) for s in streams}
    bases = {s.index: float(s.time_base or 0) for s in streams}
    stopped = None
    try:
        for packet in container.demux(streams) if streams else ():
            if packet.size:
                _add(out[packet.stream_index], packet, bases[packet.stream_index])
    except av.FFmpegError as error:
        stopped = str(error.strerror or error)
    for stream in streams:
        if stream.start_time is not None and stream.time_base is not None and out[stream.index].count:
            out[stream.index].start = float(stream.start_time * stream.time_base)
    return {index.kind: index for index in out.values() if index.count}, stopped


def _add(index: PacketIndex, packet: av.Packet[av.stream.Stream], base: float) -> None:
    stamp = packet.pts if packet.pts is not None else packet.dts
    at = stamp * base if stamp is not None else index.end
    if packet.is_discard or (index.count and abs(at - index.end) > LONGEST_JUMP):
        return
    if not index.count or at < index.start:
        index.start = at
    index.end = (
        max(index.end, at + (packet.duration or 0) * base) if index.count else at + (packet.duration or 0) * base
    )
    index.count += 1
    if index.kind == "video":
        index.times.append(at)
        index.sizes.append(packet.size)
        index.keys.append(packet.is_keyframe)
