"""Decodes a few pictures inside a group of pictures without those before them: a glimpse, not the true pictures.

An edge between two key frames mostly shows in the packets' sizes: a picture unlike the one before takes far more bytes,
and what follows costs more or less than before. Decoding the key frame and then only the packets round the likeliest
place costs a fifth of decoding up to it. What a decoder gives there builds on the wrong pictures, but a change of light
that one picture carries still shows in that picture. Whoever looks has to check that it does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
WORTH = 25
"""packets for each place that is looked at: with more places than that, decoding them all costs no more"""
APART = 2
"""packets between two places"""
THIRD, STANDS_OUT = 3, 1.4
"""the likeliest place is believed if its change is so many times that of the third likeliest"""
SMALL = 0.5
"""share of the middle size that is added to each, so that what varies among small packets does not matter"""
JUMPS = 3.0
"""a held picture jumps on in a packet so many times the middle one of those before it"""
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
        """(seconds, frame) of the pictures round the likeliest changes between two times, as the decoder gives them.

        Nothing where decoding all costs no more or several key frames lie between, and nothing more from a picture on
        that was coded anew without being a key frame: it would show a change that came before.
        """
        group = self._group(before, after)
        for at, frame in self._frames(self._round(group, self._changes(group, before, after))):
            if frame.pict_type == PictureType.I and not frame.key_frame:
                return
            if not frame.key_frame:
                yield at, frame

    def at_jump(self, before: float, after: float, beyond: float) -> Iterator[tuple[float, av.VideoFrame]]:
        """(seconds, frame) of the key frame at `before` and of what surrounds the largest packet up to `after`.

        The rest up to `beyond` seconds behind that packet is given, too. What repeats the key frame builds on nothing
        else, so that a held picture and what follows it are shown as they are, but for the smoothing of block edges.
        Nothing where no packet stands out, or decoding all costs no more.
        """
        group = self._group(before, after)
        inside = self._inside(group, before, after)
        if len(inside) < NOT_WORTH:
            return
        sizes = self._sizes[inside]
        largest = int(sizes.argmax())
        if largest < NOT_WORTH or sizes[largest] < JUMPS * np.median(sizes[:largest]):
            return
        place = int(inside[largest])
        last = int(np.searchsorted(self._times[place:], self._times[place] + beyond + LEAD)) + place
        more = self._reordered(group)
        wanted = np.arange(place - BEFORE - 1 - more, min(last + more, len(self._times)))
        yield from self._frames(self._times[np.concatenate([group[:1], wanted])])

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

    def shown(self, start: float, end: float) -> int:
        """How many pictures are shown from one time to before the other."""
        times = self._times - self._origin
        return int(((times >= start - LEAD) & (times < end - LEAD)).sum())

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

    def _inside(self, group: NDArray[np.int64], before: float, after: float) -> NDArray[np.int64]:
        """Places in the file of the packets of a group that are shown between two times, without the key frame."""
        times = self._times[group[1:]] - self._origin
        return group[1:][(times > before + LEAD) & (times < after - LEAD)]

    def _changes(self, group: NDArray[np.int64], before: float, after: float) -> list[int]:
        """Where in a group the picture most likely changes between two times; the longer it is, the more places."""
        inside = self._inside(group, before, after)
        if len(inside) < BESIDE:
            return []
        found = [
            int(inside[place] - group[0]) for place in likeliest_changes(self._sizes[inside], len(inside) // WORTH)
        ]
        return found if found and max(found) >= NOT_WORTH else []

    def _round(self, group: NDArray[np.int64], places: Sequence[int]) -> NDArray[np.float64]:
        """Times, as the file writes them, of the key frame of a group and of the packets round some of its places."""
        more, last = self._reordered(group), len(group)
        near = [np.arange(max(1, place - BEFORE - more), min(last, place + AFTER + more)) for place in places]
        return self._times[group[np.unique(np.concatenate([[0], *near]))]] if places else np.empty(0)

    def _reordered(self, group: NDArray[np.int64]) -> int:
        """How many packets more must be decoded on either side."""
        return REORDERED if (np.diff(self._times[group]) < 0).any() else 0

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


def likeliest_changes(sizes: NDArray[np.float64], most: int) -> list[int]:
    """Where in a row of packet sizes (bytes) the picture most likely changes, at most so many places, likeliest first.

    One packet far larger than those beside it, or the first of a level unlike the one before. None where the likeliest
    place hardly stands out against the third.
    """
    logs = np.log(sizes + max(SMALLEST, SMALL * float(np.median(sizes))))
    medians = np.median(sliding_window_view(np.pad(logs, BESIDE, mode="edge"), BESIDE), axis=-1)
    left, here, right = medians[: len(logs)], medians[BESIDE : BESIDE + len(logs)], medians[BESIDE + 1 :]
    step = np.abs(np.diff(logs, prepend=logs[:1]))
    change = np.maximum(logs - np.maximum(left, right), np.abs(left - here)) + 0.5 * step
    found: list[int] = []
    for place in np.argsort(-change, kind="stable").tolist():
        if len(found) < THIRD and all(abs(place - other) > APART for other in found):
            found.append(place)
    alone = len(found) == THIRD and change[found[0]] >= STANDS_OUT * change[found[-1]]
    return found[:most] if alone else []


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
