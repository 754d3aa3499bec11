"""Reads every packet of a file once without decoding: when each stream starts and ends, where the key frames lie."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import av
import av.container
import av.stream
import numpy as np
from numpy.typing import NDArray

from pipeline.media.damage import is_broken, length_size
from pipeline.media.refresh import is_gradual

LONGEST_JUMP = 120.0
"""Seconds from one time stamp to the next beyond which the stamp is believed only if the next one continues from it;
a single damaged byte can move a stamp by hours"""


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
    damaged: array[float] = field(default_factory=lambda: array("d"))
    """presentation times of the packets that cannot be whole (`pipeline.media.damage`); picture only"""
    length_size: int | None = None
    codec: str = ""
    _last: float = 0.0
    _suspect: float | None = None

    def key_times(self) -> NDArray[np.float64]:
        """Presentation times of the key frames, in order."""
        times, keys = np.asarray(self.times, dtype=np.float64), np.asarray(self.keys, dtype=bool)
        return np.unique(times[keys])

    def reordered(self) -> bool:
        """Whether pictures are not shown in the order of the file."""
        return bool((np.diff(np.asarray(self.times, dtype=np.float64)) < 0).any())

    def intervals(self) -> NDArray[np.float64]:
        """Seconds from each picture to the next, in order of presentation."""
        return np.diff(np.unique(np.asarray(self.times, dtype=np.float64)))


def chosen_streams(container: av.container.InputContainer) -> list[av.stream.Stream]:
    """The first true picture stream (not a cover picture) and the first sound stream that have a decoder."""
    still = av.stream.Disposition.attached_pic
    pictures = [s for s in container.streams if isinstance(s, av.VideoStream) and not s.disposition & still]
    sounds = [s for s in container.streams if isinstance(s, av.AudioStream)]
    chosen: list[av.stream.Stream] = [*_decodable(pictures)[:1], *_decodable(sounds)[:1]]
    return chosen


def demuxed(
    container: av.container.InputContainer, streams: Sequence[av.stream.Stream]
) -> Iterator[av.Packet[av.stream.Stream]]:
    """Packets of these streams in file order, then one empty packet for each. Raises FFmpegError.

    A stream that only begins later in the file is unknown to the library, which raises IndexError on its first packet;
    reading goes on behind that packet.
    """
    while streams:
        try:
            yield from container.demux(list(streams))
        except IndexError:
            continue
        return


def _decodable(streams: Sequence[av.stream.Stream]) -> list[av.stream.Stream]:
    return [s for s in streams if s.codec_context is not None]


def read_packets(container: av.container.InputContainer) -> tuple[dict[str, PacketIndex], str | None]:
    """The packets of the chosen picture and sound by kind, and why reading stopped early (None: it did not)."""
    streams = chosen_streams(container)
    out = {s.index: PacketIndex(s.index, s.type, length_size=_length_size(s), codec=_codec(s)) for s in streams}
    bases = {s.index: float(s.time_base or 0) for s in streams}
    stopped = None
    try:
        for packet in demuxed(container, streams):
            if packet.size:
                _add(out[packet.stream_index], packet, bases[packet.stream_index])
    except av.FFmpegError as error:
        stopped = str(error.strerror or error)
    for stream in streams:
        index = out[stream.index]
        if stream.start_time is not None and stream.time_base is not None and index.count:
            said = float(stream.start_time * stream.time_base)
            index.start = said if abs(said - index.start) < 1.0 else index.start
    return {index.kind: index for index in out.values() if index.count}, stopped


def _add(index: PacketIndex, packet: av.Packet[av.stream.Stream], base: float) -> None:
    stamp = packet.pts if packet.pts is not None else packet.dts
    at = stamp * base if stamp is not None else index.end
    if packet.is_discard or not _believed(index, at):
        return
    length = (packet.duration or 0) * base
    end = at + (length if length < LONGEST_JUMP else 0.0)
    index.start = min(index.start, at) if index.count else at
    index.end = max(index.end, end) if index.count else end
    index.count += 1
    index._last = at
    if index.kind == "video":
        index.times.append(at)
        index.sizes.append(packet.size)
        index.keys.append(packet.is_keyframe and not _is_gradual(index, packet))
        if packet.is_corrupt or (index.length_size and is_broken(bytes(packet), index.length_size)):
            index.damaged.append(at)


def _length_size(stream: av.stream.Stream) -> int | None:
    return length_size(stream.codec_context) if isinstance(stream, av.VideoStream) else None


def _codec(stream: av.stream.Stream) -> str:
    return stream.codec_context.name if isinstance(stream, av.VideoStream) else ""


def _is_gradual(index: PacketIndex, packet: av.Packet[av.stream.Stream]) -> bool:
    return index.codec == "h264" and index.count > 1 and is_gradual(bytes(packet), index.length_size)


def _believed(index: PacketIndex, at: float) -> bool:
    """Whether a time stamp continues the stamps so far, or begins a stretch that the next stamp has confirmed."""
    near = not index.count or abs(at - index._last) <= LONGEST_JUMP
    confirmed = index._suspect is not None and abs(at - index._suspect) <= LONGEST_JUMP
    if not near and not confirmed:
        index._suspect = at
        return False
    index._suspect = None
    if confirmed and not near and index.count < 3:  # the first stamps were the damaged ones
        index.count, index.times, index.sizes, index.keys = 0, array("d"), array("l"), array("b")
    return True
