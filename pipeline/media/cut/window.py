"""The part of a source that a cut is made of: its packets by presentation time, read without decoding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import TypeAlias, cast

import av
import av.container

from pipeline.errors import ClipError
from pipeline.media.h264 import holds_idr
from pipeline.media.packets import chosen_streams, demuxed
from pipeline.media.probe import start_utc
from pipeline.media.triage import check_readable, open_container

SEEK_BACK = (0.0, 3.0, 8.0, 20.0, 60.0)
"""Seconds to seek further back where the demuxer lands behind the wanted time, as it does in transport streams."""
BEFORE_ALL = -2.0
"""A seek to here (seconds on the recording's clock) leads to the very beginning, also in a transport stream"""
FIRST_PACKETS = 200
"""Packets that are read to learn when a file begins."""
_TRACKS = {"video": "picture", "audio": "sound"}
VideoPacket: TypeAlias = "av.Packet[av.VideoStream]"
SoundPacket: TypeAlias = "av.Packet[av.AudioStream]"


@dataclass(frozen=True, slots=True)
class Row:
    """One picture packet, in decode order. Stamps are in the stream's own ticks, `at` is on the recording's clock."""

    pts: int | None
    stamp: int
    """`pts`, or where the file has none, when the packet is decoded"""
    at: float
    length: float
    """how long it is shown, in seconds, as the file says; 0: it does not"""
    key: bool
    """a picture that decoding can begin at"""
    idr: bool
    """a picture behind which nothing refers to anything before it (H.264 only)"""
    shown: bool
    """not one that an edit list hides"""
    whole: bool = True
    """not one of which a part is missing in the file"""


@dataclass(frozen=True)
class Source:
    """An opened source. `origin` is the file's time of the recording's zero, as `pipeline.media.probe` takes it."""

    path: Path
    container: av.container.InputContainer
    video: av.VideoStream | None
    audio: av.AudioStream | None
    origin: float

    def video_base(self) -> Fraction:
        """Seconds per tick of the picture's time stamps."""
        return _base(self.video)

    def began(self, start: float) -> dict[str, str]:
        """The tag of a clip from `start` that says when it began, where the source says when it did."""
        began = start_utc(self.container.metadata)
        return {"creation_time": (began + timedelta(seconds=start)).isoformat()} if began else {}

    def left_out(self) -> str:
        """Which tracks a clip does not take over, in words; empty: none."""
        taken = {s.index for s in (self.video, self.audio) if s is not None}
        kinds = Counter(_TRACKS.get(s.type, s.type) for s in self.container.streams if s.index not in taken)
        return ", ".join(f"{count} {kind} track{'s' if count > 1 else ''}" for kind, count in sorted(kinds.items()))

    def video_packets(self, start: float, back: float) -> Iterator[VideoPacket]:
        """Picture packets in decode order from a key frame that should lie `back` seconds or more before `start`.

        The last, empty packet is left in: it empties the decoder. Raises FFmpegError.
        """
        assert self.video is not None
        self._seek(self.video, start - back)
        for packet in demuxed(self.container, [self.video]):
            yield cast("VideoPacket", packet)

    def sound_packets(self, start: float) -> Iterator[tuple[float, SoundPacket]]:
        """(time on the recording's clock, packet) of the sound from the packet at `start` on; the last is empty.

        Reading stops where the file cannot be read further.
        """
        assert self.audio is not None
        for back in SEEK_BACK:
            first = next(self._sound_from(start - back), None)
            if (first is not None and first[0] is not None and first[0] <= start) or start - back < BEFORE_ALL:
                break
        last = start
        for at, packet in self._sound_from(start - back):
            last = last if at is None else at
            if at is None or at + self.length(packet) > start:
                yield last, packet

    def _sound_from(self, start: float) -> Iterator[tuple[float | None, SoundPacket]]:
        assert self.audio is not None
        base = _base(self.audio)
        try:
            self._seek(self.audio, start)
            for packet in demuxed(self.container, [self.audio]):
                stamp = packet.pts if packet.pts is not None else packet.dts
                yield None if stamp is None else float(stamp * base) - self.origin, cast("SoundPacket", packet)
        except av.FFmpegError:
            return

    def _seek(self, stream: av.VideoStream | av.AudioStream, at: float) -> None:
        """Go to the last key packet of a stream before a time of the recording. Raises FFmpegError."""
        try:
            self.container.seek(int((at + self.origin) / _base(stream)), stream=stream, backward=True)
        except av.FFmpegError:  # AVI refuses a place before its first picture, where others go to the beginning
            self.container.seek(stream.start_time or 0, stream=stream, backward=True)

    def length(self, packet: SoundPacket) -> float:
        """Seconds of sound in a packet, as the file says."""
        return float((packet.duration or 0) * _base(self.audio))


@contextmanager
def opened(path: Path) -> Iterator[Source]:
    """Open a source for reading. Raises MediaError for what cannot be read, ClipError for what has no clock."""
    check_readable(path)
    with open_container(path) as container:
        streams = chosen_streams(container)
        video = next((s for s in streams if isinstance(s, av.VideoStream)), None)
        audio = next((s for s in streams if isinstance(s, av.AudioStream)), None)
        if video is None and audio is None:
            raise ClipError(f"{path}: holds neither sound nor picture that can be decoded")
        origin = _origin(container)
        yield Source(path, container, video, audio, origin)


def _origin(container: av.container.InputContainer) -> float:
    """The file's earliest presentation time, by the same rule as the probe's, from its first packets alone."""
    firsts: dict[int, float] = {}
    streams = chosen_streams(container)
    try:
        for number, packet in enumerate(demuxed(container, streams)):
            stamp = packet.pts if packet.pts is not None else packet.dts
            if number >= FIRST_PACKETS:
                break
            if packet.size and stamp is not None and not packet.is_discard:
                at = float(stamp * _base(packet.stream))
                firsts[packet.stream_index] = min(at, firsts.get(packet.stream_index, at))
    except av.FFmpegError:
        pass  # whatever can be read decides; a file that is damaged at once has no packets at all
    starts = []
    for stream in streams:
        said = None if stream.start_time is None else float(stream.start_time * _base(stream))
        first = firsts.get(stream.index)
        if first is not None:
            starts.append(said if said is not None and abs(said - first) < 1.0 else first)
    if not starts:
        raise ClipError(f"{container.name.removeprefix('file:')}: no packet of it can be read")
    return min(starts)


def read_rows(source: Source, start: float, end: float) -> tuple[list[Row], float]:
    """Rows from the key frame before `start` to the first packet behind `end`, and how far back the seek had to go.

    Raises ClipError where the picture cannot be read there at all.
    """
    rows: list[Row] = []
    for back in SEEK_BACK:
        rows = _rows(source, start, end, back)
        if rows and rows[0].key and rows[0].at <= start + SNAP:
            return rows, back
        if start - back < BEFORE_ALL:
            break
    if not rows:
        raise ClipError(f"{source.path}: holds no picture between {start:.3f} and {end:.3f} s")
    return rows, SEEK_BACK[-1]  # the picture begins behind `start`


SNAP = 0.002
"""Seconds by which a picture may come after a cut and still count as being at it: times are given to the millisecond"""


def picture_end(rows: list[Row]) -> float:
    """Where the last of some pictures ends; one that has no length lasts as long as the one before."""
    last = max(rows, key=lambda row: row.at)
    before = max((row.at for row in rows if row.at < last.at), default=last.at)
    return last.at + (last.length or last.at - before)


def sound_end(source: Source, start: float, end: float) -> float | None:
    """Where the sound ends if that is before `end`, looked for from `start` on; None: it goes on, or there is none."""
    if source.audio is None:
        return None
    last = 0.0
    for at, packet in source.sound_packets(start):
        last = max(last, at + source.length(packet)) if packet.size else last
        if last >= end:
            return None
    return last


def media_end(source: Source, rows: list[Row], end: float) -> float:
    """`end`, or where the source ends if that is sooner. Raises ClipError where it ends before the clip begins."""
    if any(row.at >= end - SNAP for row in rows):
        return end
    seen = picture_end(rows)
    heard = sound_end(source, max(0.0, min(seen, end) - 1.0), end) if source.audio is not None else 0.0
    return min(end, max(seen, end if heard is None else heard))


def _rows(source: Source, start: float, end: float, back: float) -> list[Row]:
    assert source.video is not None
    rows: list[Row] = []
    h264, base = source.video.codec_context.name == "h264", source.video_base()
    try:
        for packet in source.video_packets(start, back):
            stamp = packet.pts if packet.pts is not None else packet.dts
            if not packet.size or stamp is None:
                continue
            if not rows and not packet.is_keyframe:
                continue
            idr = h264 and packet.is_keyframe and holds_idr(bytes(packet), source.video.codec_context.extradata)
            at = float(stamp * base) - source.origin
            length = float((packet.duration or 0) * base)
            rows.append(
                Row(
                    packet.pts, stamp, at, length, packet.is_keyframe, idr, not packet.is_discard, not packet.is_corrupt
                )
            )
            decoded_at = at if packet.dts is None else float(packet.dts * base) - source.origin
            if decoded_at >= end and at >= end:
                break
    except av.FFmpegError:
        pass  # damaged or cut off here: what could be read is what there is
    return rows


def _base(stream: object) -> Fraction:
    base = getattr(stream, "time_base", None)
    if base is None:
        raise ClipError("the file does not say what its time stamps count")
    return Fraction(base.numerator, base.denominator)
