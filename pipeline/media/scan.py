"""One pass over a recording: sampled pictures and the sound from a single demux, then a second look at the edges."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast

import av
import av.container
import av.stream
import numpy as np

from models.contract import Progress, no_progress
from pipeline.media.audio import SoundOnDisk, SoundWriter
from pipeline.media.frames import FrameReader
from pipeline.media.packets import PacketIndex, demuxed
from pipeline.media.picture import look
from pipeline.media.probe import Probed
from pipeline.media.rules import PictureRules
from pipeline.media.samples import Samples
from pipeline.media.stretches import Stretches, gaps
from pipeline.media.triage import open_container
from pipeline.types import Curve, PictureState


@dataclass(frozen=True)
class ScanResult:
    """What one pass found. `picture`, `brightness` and `motion` are None where the file has no picture."""

    sound: SoundOnDisk | None
    picture: tuple[PictureState, ...] | None
    brightness: Curve | None
    motion: Curve | None
    method: str
    """which pictures were looked at, in words"""
    pictures: int
    """how many"""
    undecoded: int
    """picture packets that could not be decoded"""


class PictureSampler:
    """Takes picture packets in file order, decodes the ones that the plan names and keeps their figures.

    Key frames at most `sample_every` apart are thinned out. Where key frames lie more than `longest_gop` apart, all
    frames of that stretch are decoded and looked at each half second.
    """

    def __init__(self, video: av.VideoStream, packets: PacketIndex, origin: float, rules: PictureRules) -> None:
        self.samples = Samples()
        self.undecoded = 0
        self._video, self._origin, self._rules = video, origin, rules
        self._end = packets.end - origin
        video.codec_context.thread_type = "NONE"  # key frames alone gain nothing from threads (measured)
        keys = packets.key_times()
        spans = np.diff(np.append(keys, packets.end))
        self._long = set(np.round(keys[spans > rules.longest_gop], 4).tolist())
        self._last_key = -np.inf
        self._dense = False
        self._last_look = -np.inf
        share = float(spans[spans > rules.longest_gop].sum() / spans.sum()) if len(spans) and spans.sum() > 0 else 0.0
        self.method = "key frames" if not share else f"key frames; every frame in {share:.0%} where they are rare"

    def packet(self, packet: av.Packet[av.VideoStream]) -> None:
        """Decode the packet if it is one of those to be looked at (the last, empty one flushes the decoder)."""
        if packet.size and not self._wanted(packet):
            return
        try:
            frames = packet.decode()
        except av.FFmpegError:
            self.undecoded += 1
            return
        for frame in frames:
            self._take(frame)

    def _wanted(self, packet: av.Packet[av.VideoStream]) -> bool:
        if not packet.is_keyframe:
            return self._dense
        stamp = packet.pts if packet.pts is not None else packet.dts
        at = float(stamp * packet.time_base) if stamp is not None else self._last_key + self._rules.sample_every
        self._dense = round(at, 4) in self._long
        self._video.codec_context.skip_frame = "DEFAULT" if self._dense else "NONKEY"
        if not self._dense and 0 <= at - self._last_key < self._rules.sample_every:
            return False
        self._last_key = at
        return True

    def _take(self, frame: av.VideoFrame) -> None:
        if frame.pts is None or frame.time_base is None:
            return
        at = float(frame.pts * frame.time_base) - self._origin
        if not -1.0 <= at <= self._end + 1.0:
            return  # a damaged time stamp
        if not frame.key_frame and 0 <= at - self._last_look < self._rules.sample_every:
            return
        self.samples.add(look(frame, at))
        self._last_look = at


def scan(
    path: Path, probed: Probed, scratch: Path, rules: PictureRules | None = None, progress: Progress = no_progress
) -> ScanResult:
    """Read the file once for sound and sampled pictures; then decode the frames round each change of state.

    A file that stops being readable gives what was read up to there.
    """
    rules = rules or PictureRules()
    with open_container(path) as container:
        sampler, sound = _pass(container, probed, scratch, rules, progress)
        if sampler is None:
            return ScanResult(sound, None, None, None, "no picture", 0, 0)
        samples, packets, duration = sampler.samples, probed.packets["video"], probed.recording.duration
        reader = FrameReader(container, packets.stream, probed.origin)
        try:
            states = Stretches(samples, reader, rules, packets.end - probed.origin).find() if len(samples) else []
        except BaseException:
            if sound is not None:
                sound.remove()
            raise
    states += gaps(packets, probed.origin, duration, rules)
    progress(1.0)
    return ScanResult(
        sound=sound,
        picture=tuple(sorted(states, key=lambda s: (s.start, s.end, s.kind))),
        brightness=samples.curve("brightness", duration, "luma"),
        motion=samples.curve("step_mean", duration, "luma"),
        method=sampler.method,
        pictures=len(samples),
        undecoded=sampler.undecoded,
    )


def _pass(
    container: av.container.InputContainer, probed: Probed, scratch: Path, rules: PictureRules, progress: Progress
) -> tuple[PictureSampler | None, SoundOnDisk | None]:
    sound_packets, picture_packets = probed.packets.get("audio"), probed.packets.get("video")
    sampler, video, audio = None, None, None
    if picture_packets is not None:
        video = container.streams[picture_packets.stream]
        assert isinstance(video, av.VideoStream)
        sampler = PictureSampler(video, picture_packets, probed.origin, rules)
    if sound_packets is None:
        _read(container, [s for s in (video,) if s], sampler, None, probed, progress)
        return sampler, None
    audio = container.streams[sound_packets.stream]
    with SoundWriter(scratch, sound_packets, probed.origin) as writer:
        _read(container, [s for s in (video, audio) if s], sampler, writer, probed, progress)
        return sampler, writer.finish()


def _read(
    container: av.container.InputContainer,
    streams: list[av.stream.Stream],
    sampler: PictureSampler | None,
    writer: SoundWriter | None,
    probed: Probed,
    progress: Progress,
) -> None:
    told, duration = 0.0, probed.recording.duration
    try:
        for number, packet in enumerate(demuxed(container, streams)):
            if isinstance(packet.stream, av.VideoStream) and sampler is not None:
                sampler.packet(cast("av.Packet[av.VideoStream]", packet))
            elif isinstance(packet.stream, av.AudioStream) and writer is not None:
                writer.packet(cast("av.Packet[av.AudioStream]", packet))
            if number % 100 == 0 and packet.dts is not None:
                told = max(told, min(1.0, (float(packet.dts * packet.time_base) - probed.origin) / duration))
                progress(0.9 * told)
    except av.FFmpegError:
        return  # the probe has already noted where the file stops being readable
