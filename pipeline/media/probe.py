"""Facts of a recording: identity, length, streams, clock, camera, and what is wrong with the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import av
import av.container
import av.stream
import numpy as np

from pipeline.errors import DamagedMedia, NotMedia
from pipeline.media.packets import PacketIndex, chosen_streams, demuxed, read_packets
from pipeline.media.triage import avi_duration, open_container
from pipeline.types import ClockSource, Recording, StreamFacts, ms

MISSING_SHARE, MISSING = 0.02, 1.0
"""A file that holds less than its header claims by both of these (share, seconds) is called cut off."""
UNSET_BEFORE = 1990
"""Clocks that were never set say 1904 (QuickTime's zero), 1970 (Unix) or 1980 (FAT)."""


@dataclass(frozen=True)
class Probed:
    """A recording with the packet tables that the scan goes by. `origin`: the file's time of the recording's zero."""

    recording: Recording
    origin: float
    packets: Mapping[str, PacketIndex]


def probe(path: Path, sha256: str) -> Probed:
    """Read every packet once. Raises NotMedia (no sound, no picture) or DamagedMedia (nothing in it, 0 s long)."""
    with open_container(path) as container:
        streams = chosen_streams(container)
        if not container.streams:
            raise DamagedMedia(path, "its header names neither sound nor picture (0 s long)")
        if not streams:
            raise NotMedia(path, "holds neither sound nor picture that can be decoded")
        packets, stopped = read_packets(container)
        if not packets:
            raise DamagedMedia(path, "has a header, but no sound and no picture in it (0 s long)")
        origin = min(p.start for p in packets.values())
        held = max(p.end for p in packets.values()) - origin
        if held <= 0:
            raise DamagedMedia(path, "is 0 s long")
        claimed = _claimed(path, container, held)
        started = start_utc(container.metadata)
        rotation = _rotation(path)
        recording = Recording(
            id=sha256,
            path=path,
            duration=ms(held),
            start_utc=started,
            clock_source=ClockSource.CONTAINER if started else None,
            device=device(container.metadata),
            container=container.format.name,
            streams=tuple(_facts(s, packets[s.type], origin, rotation) for s in streams if s.type in packets),
            size_bytes=path.stat().st_size,
            claimed_duration=claimed,
            problems=tuple(_problems(container, packets, held, claimed, stopped)),
        )
    return Probed(recording, origin, packets)


def _claimed(path: Path, container: av.container.InputContainer, held: float) -> float | None:
    """The header's length where the file holds clearly less."""
    claimed = container.duration / av.time_base if container.duration else 0.0
    claimed = max(claimed, avi_duration(path))
    return ms(claimed) if claimed - held > max(MISSING, MISSING_SHARE * claimed) else None


def _problems(
    container: av.container.InputContainer,
    packets: Mapping[str, PacketIndex],
    held: float,
    claimed: float | None,
    stopped: str | None,
) -> list[str]:
    out = []
    if claimed is not None:
        out.append(f"cut off: the header says {claimed:.1f} s, the file holds {held:.1f} s")
    if stopped:
        out.append(f"unreadable after {held:.1f} s: {stopped}")
    for stream in chosen_streams(container):
        if stream.type not in packets:
            name = "picture" if stream.type == "video" else "sound"
            out.append(f"the header names a {name} track, but the file holds none of it")
    further = len(container.streams.audio) - 1
    if further > 0:
        out.append(f"only the first of {further + 1} sound tracks is analysed")
    return out


def _rotation(path: Path) -> int:
    """Degrees by which the picture is turned for display; only a decoded frame says it, so one frame is decoded."""
    with open_container(path) as container:
        pictures = [s for s in chosen_streams(container) if s.type == "video"]
        try:
            for packet in demuxed(container, pictures):
                for frame in packet.decode():
                    return int(frame.rotation) if isinstance(frame, av.VideoFrame) else 0
        except av.FFmpegError:
            return 0
    return 0


def _facts(stream: av.stream.Stream, packets: PacketIndex, origin: float, rotation: int) -> StreamFacts:
    start, length = packets.start - origin, packets.end - packets.start
    codec = stream.codec_context
    if isinstance(codec, av.VideoCodecContext):
        return StreamFacts(
            kind="video",
            codec=codec.name,
            start=ms(start),
            duration=ms(length),
            rate_hz=round(packets.count / length, 3) if length > 0 else None,
            width_px=codec.width,
            height_px=codec.height,
            rotation_deg=rotation,
            variable_frame_rate=variable_rate(packets),
        )
    assert isinstance(codec, av.AudioCodecContext)
    return StreamFacts(
        kind="audio",
        codec=codec.name,
        start=ms(start),
        duration=ms(length),
        rate_hz=float(codec.sample_rate),
        channels=codec.channels,
    )


def variable_rate(packets: PacketIndex) -> bool:
    """Whether more than 2 % of the pictures follow at intervals that differ from the median by more than a quarter.

    A quarter leaves room for stamps rounded to the millisecond; 2 % keeps one pause from counting.
    """
    steps = packets.intervals()
    if len(steps) < 10:
        return False
    middle = float(np.median(steps))
    return bool(np.mean(np.abs(steps - middle) > 0.25 * middle) > 0.02)


def start_utc(tags: Mapping[str, str]) -> datetime | None:
    """When the container says the recording began, or None where its clock was never set."""
    for key in ("creation_time", "com.apple.quicktime.creationdate", "date"):
        text = tags.get(key, "").strip()
        if len(text) < len("2020-01-01T00:00:00"):
            continue
        try:
            when = datetime.fromisoformat(text)
        except ValueError:
            continue
        when = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
        if when.year >= UNSET_BEFORE:
            return when
    return None


def device(tags: Mapping[str, str]) -> str | None:
    """The camera as the container names it: make, model and serial, else the title, else the comment."""
    small = {key.lower().rsplit(".", 1)[-1]: " ".join(value.split()) for key, value in tags.items()}
    maker = [small[k] for k in ("make", "model", "serial", "serial_number", "serialnumber") if small.get(k)]
    said = " ".join(dict.fromkeys(maker)) or small.get("title") or small.get("comment")
    return said[:120] if said else None
