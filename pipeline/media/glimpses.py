"""Decodes a few pictures inside a group of pictures without those before them: a glimpse, not the true pictures.

An edge between two key frames mostly shows in the packets' sizes: a picture unlike the one before takes far more bytes,
and what follows costs more or less than before. Decoding the key frame and then only the packets round the likeliest
place costs a fifth of decoding up to it. What a decoder gives there builds on the wrong pictures, but a change of light
that one picture carries still shows in that picture. Whoever looks has to check that it does.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from typing import cast

import av
import av.container
import numpy as np
from av.video.frame import PictureType
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from pipeline.media.packets import PacketIndex, demuxed

BESIDE = 6
"""packets to either side that say what is usual"""
BEFORE, AFTER = 4, 4
"""packets decoded before and after the likeliest one, as far as it takes"""
REORDERED = 3
"""and so many more where pictures are not shown in the order of the file"""
SEEK_BACK = (0.0, 3.0)
"""seconds to seek further back where the demuxer lands behind the wanted key frame, as in transport streams"""
LEAD = 1e-3
LATE = 1.0
"""seconds behind a key frame at which it is no longer looked for"""
NOT_WORTH = 8
"""packets behind the key frame up to which decoding all of them costs no more"""
STANDS_OUT, LEAST_STEP = 7.0, 0.02
"""a change stands out if it is so many times the usual step (natural logarithm) from packet to packet"""
SMALLEST = 30.0
"""bytes added to each size, so that the sizes of empty pictures (10 or 20 bytes) do not matter"""


class GlimpseReader:
    """Glimpses of an open container. Yields nothing where the file, the codec or its packets do not lend themselves."""

    def __init__(self, container: av.container.InputContainer, packets: PacketIndex, origin: float) -> None:
        video = container.streams[packets.stream]
        assert isinstance(video, av.VideoStream)
        self._container, self._video, self._origin = container, video, origin
        self._times = np.asarray(packets.times, dtype=np.float64)
        self._sizes = np.asarray(packets.sizes, dtype=np.float64)
        self._keys = np.asarray(packets.keys, dtype=bool)
        self._decoder = _quick_decoder(video)

    def at_change(self, before: float, after: float) -> Iterator[tuple[float, av.VideoFrame]]:
        """(seconds, frame) of the pictures round the likeliest change between two times, as the decoder gives them.

        Nothing where no change stands out or several key frames lie between, and nothing more from a picture on that
        was coded anew without being a key frame: it would show a change that came before.
        """
        for at, frame in self._frames(self._wanted(before, after)):
            if frame.pict_type == PictureType.I and not frame.key_frame:
                return
            if not frame.key_frame:
                yield at, frame

    def all_from(self, before: float, after: float) -> Iterator[tuple[float, av.VideoFrame]]:
        """(seconds, frame) of all pictures from `before` on, but for the smoothing of block edges as they are."""
        group = self._group(before, after)
        for at, frame in self._frames(self._times[group]):
            if at >= before - LEAD:
                yield at, frame

    def _frames(self, wanted: NDArray[np.float64]) -> Iterator[tuple[float, av.VideoFrame]]:
        if self._decoder is None or len(wanted) < 2:
            return
        base = self._video.time_base or 1
        try:
            for frame in self._decoded(wanted):
                if frame.pts is not None:
                    yield float(frame.pts * base) - self._origin, frame
        except (av.FFmpegError, ValueError):
            return
        finally:
            self._decoder.flush_buffers()

    def adjoin(self, one: float, other: float) -> bool:
        """Whether no picture is shown between these two times."""
        times = self._times - self._origin
        return not ((times > one + LEAD) & (times < other - LEAD)).any()

    def _decoded(self, wanted: NDArray[np.float64]) -> Iterator[av.VideoFrame]:
        """Pictures of the packets of these times; the first is the key frame's."""
        assert self._decoder is not None
        left = set(np.round(wanted, 4).tolist())
        for packet in self._from(float(wanted[0])):
            at = _stamp(packet)
            if at in left:
                left.remove(at)
                yield from self._decoder.decode(packet)
            if not left:
                break
        yield from self._decoder.decode(None)

    def _from(self, key: float) -> Iterator[av.Packet[av.VideoStream]]:
        """Packets from the key frame of this time on; none where the file does not lead there."""
        base = float(self._video.time_base or 1.0)
        for back in SEEK_BACK:
            self._container.seek(round(max(0.0, key - back) / base), stream=self._video, backward=True)
            packets = (cast("av.Packet[av.VideoStream]", p) for p in demuxed(self._container, [self._video]))
            ahead = takewhile(lambda packet: packet.size and (_stamp(packet) or 0.0) <= key + LATE, packets)
            first = next((packet for packet in ahead if _stamp(packet) == round(key, 4)), None)
            if first is not None:
                yield first
                yield from takewhile(lambda packet: packet.size > 0, packets)
                return

    def _wanted(self, before: float, after: float) -> NDArray[np.float64]:
        """Times, as the file writes them, of the key frame and of the packets round the likeliest change."""
        times, group = self._times, self._group(before, after)
        inside = group[1:][
            (times[group[1:]] > before + self._origin + LEAD) & (times[group[1:]] < after + self._origin)
        ]
        found = likeliest_change(self._sizes[inside]) if len(inside) >= BESIDE else None
        if found is None or inside[found] - group[0] < NOT_WORTH:
            return np.empty(0)
        place = int(inside[found] - group[0])
        more = REORDERED if (np.diff(times[group]) < 0).any() else 0
        around = np.arange(max(1, place - BEFORE - more), min(len(group), place + AFTER + more))
        return np.asarray(times[group[np.concatenate([[0], around])]])

    def _group(self, before: float, after: float) -> NDArray[np.int64]:
        """Places in the file of a key frame at or before `before` and of what follows up to the next.

        Empty where another key frame lies between the two times.
        """
        keys, low, high = np.flatnonzero(self._keys), before + self._origin, after + self._origin
        shown = self._times[keys]
        first = np.flatnonzero(shown <= low + LEAD)
        if not len(first) or ((shown > low + LEAD) & (shown < high - LEAD)).any():
            return np.empty(0, np.int64)
        following = keys[keys > keys[first[-1]]]
        return np.arange(keys[first[-1]], following[0] if len(following) else len(self._times))


def likeliest_change(sizes: NDArray[np.float64]) -> int | None:
    """Where in a row of packet sizes (bytes) the picture most likely changes: one packet far larger than those beside
    it, or the first of a level unlike the one before. None: no place stands out against how the sizes vary anyway.

    Of 92 edges of black and covered pictures (`tests/benchmarks/picture_faults.py`, set `chosen`) it is right to two
    packets in 67; 49 of the 55 that stand out are right.
    """
    logs = np.log(sizes + SMALLEST)
    medians = np.median(sliding_window_view(np.pad(logs, BESIDE, mode="edge"), BESIDE), axis=-1)
    left, here, right = medians[: len(logs)], medians[BESIDE : BESIDE + len(logs)], medians[BESIDE + 1 :]
    step = np.abs(np.diff(logs, prepend=logs[:1]))
    change = np.maximum(logs - np.maximum(left, right), np.abs(left - here)) + 0.5 * step
    place = int(change.argmax())
    return place if change[place] >= STANDS_OUT * (np.median(step) + LEAST_STEP) else None


def _stamp(packet: av.Packet[av.VideoStream]) -> float | None:
    """When a packet is shown, as the file writes it, in seconds."""
    stamp = packet.pts if packet.pts is not None else packet.dts
    return None if stamp is None else round(float(stamp * packet.time_base), 4)


def _quick_decoder(video: av.VideoStream) -> av.VideoCodecContext | None:
    """A decoder of the same stream that leaves the smoothing of block edges out. None: it cannot be had."""
    try:
        decoder = av.CodecContext.create(video.codec_context.name, "r")
        assert isinstance(decoder, av.VideoCodecContext)
        if video.codec_context.extradata:
            decoder.extradata = video.codec_context.extradata
        decoder.thread_type = "NONE"
        decoder.options = {"skip_loop_filter": "all", "flags": "+output_corrupt"}
        decoder.open()
    except (av.FFmpegError, ValueError):
        return None
    return decoder
