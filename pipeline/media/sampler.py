"""Chooses the pictures of a recording that are looked at, decodes those alone, and shows them to who wants to see."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol, cast

import av
import numpy as np

from pipeline.media.frames import Seen
from pipeline.media.held import may_be_held
from pipeline.media.packets import PacketIndex, demuxed
from pipeline.media.picture import Plane, brightness_of, plane_of
from pipeline.media.probe import Probed
from pipeline.media.rules import PictureRules
from pipeline.media.samples import Lights
from pipeline.media.triage import open_container

ENOUGH_HZ = 12.0
"""pictures a second from which on those that no other picture refers to may be left out, where all are decoded: one in
four is left at most, and one each half second is looked at"""
REORDERED = 4
"""packets after a key frame that hold the picture shown next, where pictures are not shown in the order of the file"""


class PictureObserver(Protocol):
    """Is shown every picture that a scan looks at, at full size, so that nobody has to decode it again."""

    def __call__(self, at: float, luma: Plane) -> None:
        """`at`: seconds on the recording's clock, rising. `luma`: uint8, shape (height, width), as it lies in the file
        (not turned by the rotation of its header; limited or full range as the file has it; more than 8 bits are
        reduced to 8). It is a view of the decoder's memory: copy what is to be kept, do not write to it.
        """


class PictureChooser:
    """Takes picture packets in file order and decodes the ones that the plan names.

    Key frames less than `sample_every` apart are thinned out. Where key frames lie more than `longest_gop` apart, all
    frames of that stretch are decoded, but for those that no other refers to, and one each half second is given. After
    those key frames that are `doubtful` (seconds on the recording's clock) the next picture is decoded too, to tell
    whether they may be held.
    """

    def __init__(
        self,
        video: av.VideoStream,
        packets: PacketIndex,
        origin: float,
        rules: PictureRules,
        doubtful: Iterable[float] = (),
    ) -> None:
        self.undecoded: list[float] = []
        """when the packets would have been shown that could not be decoded"""
        self.lights = Lights()
        """how bright the pictures are that were decoded without being given"""
        self.moving: set[float] = set()
        """the doubtful key frames after which the picture plainly moves"""
        self._video, self._origin, self._rules = video, origin, rules
        self._doubtful = {round(at, 3) for at in doubtful}
        self._waiting: list[av.Packet[av.VideoStream]] = []
        self._followers = REORDERED if packets.reordered() else 1
        self._end = packets.end - origin
        video.codec_context.thread_type = "NONE"  # key frames alone gain nothing from threads (measured)
        keys = packets.key_times()
        self._keys, self._whole = set(np.round(keys, 4).tolist()), packets.codec != "h264"
        spans = np.diff(np.append(keys, packets.end))
        self._long = set(np.round(keys[spans > rules.longest_gop], 4).tolist())
        self._last_key = -np.inf
        self._dense = self._follows_dense = False
        intervals = packets.intervals()
        self._all = not len(intervals) or float(np.median(intervals)) > 1 / ENOUGH_HZ
        self._last_given = -np.inf
        share = float(spans[spans > rules.longest_gop].sum() / spans.sum()) if len(spans) and spans.sum() > 0 else 0.0
        self.method = "key frames" if not share else f"key frames; every frame in {share:.0%} where they are rare"

    def frames(self, packet: av.Packet[av.VideoStream]) -> Iterator[tuple[float, av.VideoFrame]]:
        """(seconds on the recording's clock, frame) of those to be looked at; the last, empty packet flushes."""
        if self._waiting:
            if packet.size and not self._is_key(packet) and len(self._waiting) <= self._followers:
                self._waiting.append(packet)
                return
            yield from self._doubted()
        if packet.size and not self._wanted(packet):
            return
        if packet.size and self._is_doubtful(packet):
            self._waiting.append(packet)
            return
        for frame in self._decoded(packet):
            at = self._time(frame)
            if at is None:
                continue
            if self._dense or not frame.key_frame:
                self.lights.add(at, brightness_of(frame))
            if frame.key_frame or not 0 <= at - self._last_given < self._rules.sample_every:
                self._last_given = at
                yield at, frame

    def _is_doubtful(self, packet: av.Packet[av.VideoStream]) -> bool:
        """Whether it is a key frame to be decoded with what follows; its decoder holds nothing of what came before."""
        fresh = not self._dense and not self._follows_dense
        return fresh and round(self._stamp(packet) - self._origin, 3) in self._doubtful

    def _doubted(self) -> Iterator[tuple[float, av.VideoFrame]]:
        """A doubtful key frame, decoded with what follows it: the next picture says whether the key frame moves on."""
        key: Seen | None = None
        for at, frame in self._with_next():
            if key is None and frame.key_frame:
                key = Seen.of(at, frame)
                self._last_given = at
                yield at, frame
            elif key is not None and at > key.look.at:
                step = key.step(Seen.of(at, frame))
                if step is not None and not may_be_held(step):
                    self.moving.add(key.look.at)
                return

    def _with_next(self) -> list[tuple[float, av.VideoFrame]]:
        """What comes out for the packets that waited; of those after the key frame nobody asks whether they can."""
        first, *others = self._waiting
        self._waiting = []
        frames = self._decoded(first, alone=False)
        with contextlib.suppress(av.FFmpegError):
            for packet in others:
                frames += packet.decode()
        frames += self._drained()
        return [(at, frame) for frame in frames if (at := self._time(frame)) is not None]

    def _decoded(self, packet: av.Packet[av.VideoStream], alone: bool = True) -> list[av.VideoFrame]:
        """A key frame alone is decoded as if nothing came before or after it: where a group of pictures refers to the
        one before (open groups), decoders lose their count of the pictures left out, and key frames with it."""
        frames: list[av.VideoFrame] = []
        try:
            if self._is_key(packet) and self._follows_dense:
                frames += self._drained()
            frames += packet.decode()
        except av.FFmpegError:
            self.undecoded.append(float((packet.pts or packet.dts or 0) * packet.time_base) - self._origin)
        if packet.size and not self._dense and alone:
            frames += self._drained()
        self._follows_dense = self._dense
        return frames

    def _drained(self) -> list[av.VideoFrame]:
        """What the decoder still holds back; it then begins anew."""
        codec = self._video.codec_context
        try:
            return codec.decode(None)
        except av.FFmpegError:
            return []
        finally:
            codec.flush_buffers()

    def _wanted(self, packet: av.Packet[av.VideoStream]) -> bool:
        if not self._is_key(packet):
            return self._dense
        at = self._stamp(packet)
        self._dense = round(at, 4) in self._long
        self._video.codec_context.skip_frame = "DEFAULT" if self._all or not self._dense else "NONREF"
        if not self._dense and 0 <= at - self._last_key < self._rules.sample_every:
            return False
        self._last_key = at
        return True

    def _is_key(self, packet: av.Packet[av.VideoStream]) -> bool:
        """Whether it can be decoded alone; some packets marked so only begin a gradual refresh of the picture."""
        return packet.is_keyframe and (self._whole or round(self._stamp(packet), 4) in self._keys)

    def _stamp(self, packet: av.Packet[av.VideoStream]) -> float:
        """When a key frame is shown, as the file writes it; after the last one where the file does not say."""
        stamp = packet.pts if packet.pts is not None else packet.dts
        return float(stamp * packet.time_base) if stamp is not None else self._last_key + self._rules.sample_every

    def _time(self, frame: av.VideoFrame) -> float | None:
        """When the frame is shown; None: its time stamp is missing or damaged."""
        base = frame.time_base or self._video.time_base
        if frame.pts is None or base is None:
            return None
        at = float(frame.pts * base) - self._origin
        return at if -1.0 <= at <= self._end + 1.0 else None


def show(observers: Sequence[PictureObserver], at: float, frame: av.VideoFrame) -> None:
    """Show one decoded frame to all of them."""
    if observers:
        plane = plane_of(frame)
        for observer in observers:
            observer(at, plane)


def looked_at(path: Path, probed: Probed, rules: PictureRules | None = None) -> Iterator[tuple[float, Plane]]:
    """The pictures that a scan looks at, (seconds on the recording's clock, luma) as `PictureObserver` gets them.

    For who needs them when the scan itself is up to date; costs about as much as decoding the key frames. The luma is
    valid until the next is asked for. Nothing where the file has no picture; ends where it stops being readable.
    """
    packets = probed.packets.get("video")
    if packets is None:
        return
    with open_container(path) as container:
        video = container.streams[packets.stream]
        assert isinstance(video, av.VideoStream)
        chooser, last = PictureChooser(video, packets, probed.origin, rules or PictureRules()), -np.inf
        try:
            for packet in demuxed(container, [video]):
                for at, frame in chooser.frames(cast("av.Packet[av.VideoStream]", packet)):
                    if at > last + 1e-6:
                        last = at
                        yield at, plane_of(frame)
        except av.FFmpegError:
            return
