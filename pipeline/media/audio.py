"""The sound of a recording: decoded once to mono 16 kHz on disk, at its true place on the recording's clock."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import cast

import av
import av.container
import numpy as np

from models.contract import SAMPLE_RATE_HZ, Samples
from pipeline.media.packets import PacketIndex, demuxed
from pipeline.media.sound_packets import PacketRun, SoundPackets
from pipeline.types import Span

MISPLACED = 0.015
"""Seconds by which a sound packet may miss its place before it is moved there: more than the rounding of millisecond
stamps (Matroska), less than one AAC packet at 48 kHz (21 ms)."""
FULL_SCALE = 32768.0
AT_ONCE = 16384
"""Samples resampled in one go: the resampler costs more by the call than by the sample"""


class SoundOnDisk:
    """An `AudioTrack`: 16-bit samples in a scratch file, read piece by piece so that memory stays constant."""

    def __init__(
        self,
        file: Path,
        start: float,
        count: int,
        holes: tuple[Span, ...],
        undecoded: int,
        packets: tuple[PacketRun, ...] = (),
    ) -> None:
        self.file = file
        self.start = start
        self.count = count
        self.holes = holes
        """stretches inside the track of which no sound could be had; they read as zeros"""
        self.undecoded = undecoded
        """sound packets that could not be decoded"""
        self.packets = packets
        """where the file holds sound packets, decoded or not, and what they say of themselves"""

    @property
    def duration(self) -> float:
        return self.count / SAMPLE_RATE_HZ

    @property
    def end(self) -> float:
        return self.start + self.duration

    def read_int16(self, span: Span) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
        """Samples of `span` as they lie on disk, zero where the track has none."""
        first = round((span.start - self.start) * SAMPLE_RATE_HZ)
        last = round((span.end - self.start) * SAMPLE_RATE_HZ)
        out = np.zeros(max(0, last - first), dtype=np.int16)
        low, high = max(0, first), min(self.count, last)
        if high > low:
            out[low - first : high - first] = np.fromfile(self.file, np.int16, high - low, offset=2 * low)
        return out

    def read(self, span: Span) -> Samples:
        """Samples of `span` (recording's clock), full scale 1.0, zero where the track has none."""
        return self.read_int16(span).astype(np.float32) / np.float32(FULL_SCALE)

    def blocks(self, seconds: float) -> Iterator[tuple[float, Samples]]:
        """(start, samples) pieces of at most `seconds`, in order. Raises ValueError for a length below one sample."""
        step = int(seconds * SAMPLE_RATE_HZ)
        if step < 1:
            raise ValueError(f"a block must hold at least one sample: {seconds} s")
        for at in range(0, self.count, step):
            piece = np.fromfile(self.file, np.int16, min(step, self.count - at), offset=2 * at)
            yield self.start + at / SAMPLE_RATE_HZ, piece.astype(np.float32) / np.float32(FULL_SCALE)

    def remove(self) -> None:
        """Delete the scratch file."""
        self.file.unlink(missing_ok=True)


class SoundWriter:
    """Takes sound packets in file order and lays their samples at the places that their time stamps name.

    A packet that is missing leaves zeros; one that comes early overwrites; what cannot be decoded is left out. Use as a
    context manager: without `finish` the scratch file is removed.
    """

    def __init__(self, scratch: Path, packets: PacketIndex, origin: float) -> None:
        handle, name = tempfile.mkstemp(prefix="sound-", suffix=".s16", dir=scratch)
        self._path, self._file = Path(name), os.fdopen(handle, "wb")
        self._origin = origin
        self._index = packets
        self._start: float | None = None
        self._at = 0
        self._end = 0
        self._due: float | None = None
        self._holes: list[Span] = []
        self._undecoded = 0
        self._kept = False
        self._resampler, self._queue = self._new_resampler(), av.AudioFifo()
        self._base: float | None = None
        """seconds of one unit of the frames' time stamps"""
        self._packets: SoundPackets | None = None
        self._packet_end = self._packet_length = self._packet_base = 0.0

    def __enter__(self) -> SoundWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        if not self._kept:
            self._path.unlink(missing_ok=True)

    def packet(self, packet: av.Packet[av.AudioStream]) -> None:
        """Decode one packet (the last, empty one flushes the decoder) and write its samples."""
        try:
            frames = packet.decode()
        except av.FFmpegError:
            self._undecoded += 1
            self._note(packet, [])
            return
        self._note(packet, frames)
        for frame in frames:
            self._place(frame)
            frame.pts = None  # placed; what is queued is one unbroken piece
            try:
                self._queue.write(frame)
            except ValueError:  # the stream changed its rate or its channels: begin anew with the frame's own
                self._flush()
                self._queue.write(frame)
            if self._queue.samples >= AT_ONCE:
                self._write(self._resampler.resample(self._queue.read()))

    def finish(self) -> SoundOnDisk | None:
        """Write what the resampler still holds and close the file. None: no sample could be decoded."""
        self._flush()
        self._file.truncate(2 * self._end)
        self._file.close()
        if self._start is None or not self._end:
            return None
        self._kept = True
        packets = self._packets.runs if self._packets else ()
        return SoundOnDisk(self._path, self._start, self._end, tuple(self._holes), self._undecoded, packets)

    def _note(self, packet: av.Packet[av.AudioStream], frames: list[av.AudioFrame]) -> None:
        """Keep what the packet says of itself. Its own length may reach over a gap (MP4), that of its frames not."""
        if not packet.size:
            return
        if self._packets is None:
            self._packets = SoundPackets(packet.stream.codec_context.name)
            self._packet_base = float(packet.time_base)
        base = self._packet_base
        start = packet.pts * base - self._origin if packet.pts is not None else self._packet_end
        length = sum(frame.samples / frame.sample_rate for frame in frames) or self._packet_length
        self._packet_length = length = length or (packet.duration or 0) * base
        self._packets.add(bytes(packet), start, length)
        self._packet_end = start + length

    def _place(self, frame: av.AudioFrame) -> None:
        """Move the writing position where the frame's time stamp is not where the samples so far end."""
        length = frame.samples / frame.sample_rate
        self._base = self._base or float(frame.time_base or 0)
        if frame.pts is None or not self._base:
            now = self._due if self._due is not None else max(0.0, self._index.start - self._origin)
        else:
            now = frame.pts * self._base - self._origin
        if self._start is None or self._due is None:
            now = min(now, self._index.end - self._origin)
            self._start = max(0.0, now)
        elif abs(now - self._due) > MISPLACED and self._start <= now <= self._index.end - self._origin + 1.0:
            self._flush()
            if now > self._due:
                self._holes.append(Span(self._due, now))
            self._at = round((now - self._start) * SAMPLE_RATE_HZ)
            self._file.seek(2 * self._at)
        else:
            now = self._due
        self._due = now + length

    def _flush(self) -> None:
        with contextlib.suppress(av.FFmpegError):
            self._write(self._resampler.resample(self._queue.read()))
            self._write(self._resampler.resample(None))
        self._resampler, self._queue = self._new_resampler(), av.AudioFifo()

    def _write(self, frames: list[av.AudioFrame]) -> None:
        for frame in frames:
            if frame.samples:
                self._file.write(memoryview(frame.planes[0])[: 2 * frame.samples])
                self._at += frame.samples
        self._end = max(self._end, self._at)

    @staticmethod
    def _new_resampler() -> av.AudioResampler:
        return av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE_HZ)


def extract_sound(
    container: av.container.InputContainer, packets: PacketIndex, origin: float, scratch: Path
) -> SoundOnDisk | None:
    """Decode only the sound of an open container. None: nothing of it could be decoded."""
    stream = container.streams[packets.stream]
    assert isinstance(stream, av.AudioStream)
    with SoundWriter(scratch, packets, origin) as writer:
        try:
            for packet in demuxed(container, [stream]):
                writer.packet(cast("av.Packet[av.AudioStream]", packet))
        except av.FFmpegError:
            pass  # the probe has already noted where the file stops being readable
        return writer.finish()
