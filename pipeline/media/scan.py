"""One pass over a recording: sampled pictures and the sound from a single demux, then a second look at the edges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import av
import av.container
import av.stream

from models.contract import Progress, no_progress
from pipeline.media.audio import SoundOnDisk, SoundWriter
from pipeline.media.blur import blurred
from pipeline.media.dark_edges import DarkEdges
from pipeline.media.frames import FrameReader
from pipeline.media.glimpses import GlimpseReader
from pipeline.media.lavish_keys import LavishKeys
from pipeline.media.losses import damaged, gaps
from pipeline.media.obstructed import obstructed
from pipeline.media.packets import demuxed
from pipeline.media.picture import look
from pipeline.media.probe import Probed
from pipeline.media.rules import PictureRules
from pipeline.media.sampler import PictureChooser, PictureObserver, show
from pipeline.media.samples import Samples
from pipeline.media.small_packets import Hints, hints
from pipeline.media.still_edges import StillEdges
from pipeline.media.stretches import Stretches
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
    """Takes picture packets in file order and keeps the figures of those that are looked at."""

    def __init__(self, chooser: PictureChooser, observers: Sequence[PictureObserver] = ()) -> None:
        self.samples = Samples()
        self.chooser = chooser
        self._observers = observers

    def packet(self, packet: av.Packet[av.VideoStream]) -> None:
        """Decode the packet if it is one of those to be looked at (the last, empty one flushes the decoder)."""
        for at, frame in self.chooser.frames(packet):
            if self.samples.add(look(frame, at)):
                show(self._observers, at, frame)


def scan(
    path: Path,
    probed: Probed,
    scratch: Path,
    rules: PictureRules | None = None,
    progress: Progress = no_progress,
    observers: Sequence[PictureObserver] = (),
) -> ScanResult:
    """Read the file once for sound and sampled pictures; then decode the frames round each change of state.

    A file that stops being readable gives what was read up to there. `observers` are shown each sampled picture.
    """
    rules = rules or PictureRules()
    told = hints(probed.packets["video"], probed.origin, rules) if "video" in probed.packets else Hints()
    with open_container(path) as container:
        sampler, sound = _pass(container, probed, scratch, rules, told, progress, observers)
        if sampler is None:
            return ScanResult(sound, None, None, None, "no picture", 0, 0)
        samples, packets, duration = sampler.samples, probed.packets["video"], probed.recording.duration
        reader = FrameReader(container, packets.stream, probed.origin)
        glimpses, end = GlimpseReader(container, packets, probed.origin), packets.end - probed.origin
        edges = DarkEdges(samples, reader, glimpses, sampler.chooser.lights, rules)
        stills = StillEdges(samples, reader, glimpses, rules, end)
        lavish = LavishKeys(samples, packets, probed.origin, rules)
        stretches = Stretches(samples, reader, edges, stills, rules, lavish, told, sampler.chooser.moving, end)
        try:
            states = stretches.find() if len(samples) else []
            states += obstructed(samples, reader, end)
        except BaseException:
            if sound is not None:
                sound.remove()
            raise
    states += gaps(packets, probed.origin, duration, rules)
    states += blurred(samples, end, rules)
    states += damaged(samples, packets, probed.origin, sampler.chooser.undecoded)
    progress(1.0)
    return ScanResult(
        sound=sound,
        picture=tuple(sorted(states, key=lambda s: (s.start, s.end, s.kind))),
        brightness=samples.curve("brightness", duration, "luma"),
        motion=samples.curve("step_mean", duration, "luma"),
        method=sampler.chooser.method,
        pictures=len(samples),
        undecoded=len(sampler.chooser.undecoded),
    )


def _pass(
    container: av.container.InputContainer,
    probed: Probed,
    scratch: Path,
    rules: PictureRules,
    told: Hints,
    progress: Progress,
    observers: Sequence[PictureObserver],
) -> tuple[PictureSampler | None, SoundOnDisk | None]:
    sound_packets, picture_packets = probed.packets.get("audio"), probed.packets.get("video")
    sampler, video, audio = None, None, None
    if picture_packets is not None:
        video = container.streams[picture_packets.stream]
        assert isinstance(video, av.VideoStream)
        sampler = PictureSampler(PictureChooser(video, picture_packets, probed.origin, rules, told.keys), observers)
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
