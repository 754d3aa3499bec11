"""A clip of the source's own packets: nothing is decoded, and the true in and out point are stated."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import dropwhile
from pathlib import Path
from typing import Any, TypeAlias

import av
import av.container
import av.stream

from models.contract import Progress
from pipeline.errors import ClipError
from pipeline.media.cut import sound
from pipeline.media.cut.plan import decode_times, whole_from
from pipeline.media.cut.window import SEEK_BACK, SNAP, Row, Source, opened, picture_end, read_rows, sound_end

Packet: TypeAlias = "av.Packet[Any]"
CONTAINERS = (
    ("mp4", ".mp4", frozenset({"h264", "hevc", "av1", "mpeg4", "aac", "mp3", "ac3", "eac3", "alac"})),
    ("mov", ".mov", frozenset({"h264", "hevc", "mjpeg", "mpeg4", "prores", "dvvideo", "aac", "mp3", "pcm_s16le",
                               "pcm_s16be", "pcm_s24le", "pcm_f32le", "pcm_alaw", "pcm_mulaw", "alac"})),
    ("matroska", ".mkv", None),
)  # fmt: skip
"""Containers, the plainest first, with the codecs they are used for here; the last takes any"""
SETTLING = 0.1
"""Seconds of sound kept before the first picture: a decoder needs a packet to settle; a player hides them"""


@dataclass(frozen=True)
class Original:
    """What an original cut holds; times on the recording's clock."""

    start: float
    end: float
    pictures: int
    last_picture: float | None


def container_of(path: Path, sound_alone: bool = False) -> tuple[str, str]:
    """(muxer, ending of the name) that holds the source's packets as they are, with the times of each."""
    with opened(path) as source:
        streams = [source.audio] if sound_alone else [source.video, source.audio]
        names = {s.codec_context.name for s in streams if s is not None}
    return next((muxer, ending) for muxer, ending, codecs in CONTAINERS if codecs is None or names <= codecs)


def write_original(path: Path, part: Path, start: float, end: float, sound_alone: bool, progress: Progress) -> Original:
    """Write the source's packets from the key frame before `start` to the first whole picture order behind `end`.

    Raises ClipError or MediaError.
    """
    muxer, _ = container_of(path, sound_alone)
    with opened(path) as source, opened(path) as heard:
        rows: list[Row] = []
        back, first, last = 0.0, start, end
        if source.video is not None and not sound_alone:
            rows, back, first, last = _pictures(source, start, end)
        kept = _sound_times(heard, first, last, bool(rows))
        if not rows and not kept:
            raise ClipError(f"{path}: holds nothing from {start:.3f} s on; no clip can begin at {start:.3f} s")
        if rows and last <= start:
            raise ClipError(f"{path}: ends at {last:.3f} s; no clip can begin at {start:.3f} s")
        if not rows:
            first, last = kept[0][0], sum(kept[-1])
        options = {"movflags": "faststart"} if muxer in ("mp4", "mov") else {}
        with av.open(f"file:{part}", "w", format=muxer, options=options) as target:
            target.metadata.update(source.began(first))
            streams = []
            if rows and source.video is not None:
                packets = _picture_packets(source, rows, start, back)
                streams.append(_copied(target, source.video, packets, first, source.origin, [r.at for r in rows]))
            if kept and heard.audio is not None:
                sounds = (p for at, p in heard.sound_packets(kept[0][0]) if p.size and at <= kept[-1][0])
                streams.append(_copied(target, heard.audio, sounds, first, heard.origin, [at for at, _ in kept]))
            for packet in heapq.merge(*streams, key=_when):
                at = _when(packet)
                target.mux(packet)
                progress(min(1.0, max(0.0, at / max(1e-3, last - first))))
    return Original(first, last, len(rows), max((row.at for row in rows), default=None))


def _sound_times(heard: Source, first: float, last: float, settling: bool) -> list[tuple[float, float]]:
    """(time, length) of the sound packets from `first` to `last`, and with `settling` of a few before."""
    if heard.audio is None:
        return []
    begin = first - SETTLING if settling else first
    out = []
    for at, packet in heard.sound_packets(begin):
        if at >= last - SNAP or not packet.size:  # the empty one that ends the stream
            break
        length = heard.length(packet)
        if at + max(length, SNAP) > begin:
            out.append((at, length))
    return out


def _pictures(source: Source, start: float, end: float) -> tuple[list[Row], float, float, float]:
    """Rows to copy, how far back to seek, and the true in and out point."""
    rows, back = read_rows(source, start, end)
    begin = max((n for n, row in enumerate(rows) if row.key and row.at <= start + SNAP), default=0)
    first = rows[begin].at
    stop = whole_from(rows[begin:], end)
    # pictures that are shown before the key frame refer to what is left out
    kept = [row for row in rows[begin : begin + stop] if row.at >= first]
    behind = [row.at for row in rows[begin + stop :]]
    return kept, back, first, min([*behind, picture_end(kept)])


def _picture_packets(source: Source, rows: Sequence[Row], start: float, back: float) -> Iterator[Packet]:
    """The source's packets of these rows. Raises ClipError where they are not found again."""
    wanted = {row.stamp for row in rows}
    for packet in _from_first(source, rows[0].stamp, start, back):
        if _stamp(packet) in wanted:
            wanted.discard(_stamp(packet))
            yield packet
        if not wanted:
            return
    raise ClipError(f"{source.path}: is read differently a second time, as damaged files are; cut it exactly instead")


def _from_first(source: Source, first: int | None, start: float, back: float) -> Iterator[Packet]:
    """Packets from the one of this stamp on. A file without an index may need a seek from further back by now."""
    for further in (back, *(each for each in SEEK_BACK if each > back)):
        packets = dropwhile(lambda packet: _stamp(packet) != first, source.video_packets(start, further))
        if (found := next((p for p in packets if p.size), None)) is not None:
            yield found
            yield from (p for p in packets if p.size)
            return


def _stamp(packet: Packet) -> int | None:
    return packet.pts if packet.pts is not None else packet.dts


def _copied(
    target: av.container.OutputContainer,
    stream: av.stream.Stream,
    packets: Iterator[Packet],
    first: float,
    origin: float,
    order: Sequence[float],
) -> Iterator[Packet]:
    """The packets with the clip's times; the stream is added to `target` at once. `order`: times in decode order."""
    added = target.add_stream_from_template(stream, opaque=True)
    base = Fraction(stream.time_base or 1)
    added.time_base = base

    def timed() -> Iterator[Packet]:
        zero = round((first + origin) / base)
        for packet, decoded in zip(packets, decode_times(order), strict=False):
            shown = (packet.pts if packet.pts is not None else packet.dts or 0) - zero
            packet.stream, packet.time_base = added, base
            packet.pts, packet.dts = shown, min(shown, round((decoded - first) / base))
            yield packet

    return timed()


def _when(packet: Packet) -> float:
    return float((packet.dts or 0) * packet.time_base)


def write_sound(path: Path, part: Path, start: float, end: float, progress: Progress) -> float:
    """Write the sound from `start` to `end` alone, encoded anew and cut to the sample; where it ends in the source."""
    with opened(path) as source:
        if source.audio is None:
            raise ClipError(f"{path}: has no sound")
        end = min(end, sound_end(source, start, end) or end)
        if end <= start:
            raise ClipError(f"{path}: its sound ends at {end:.3f} s; no clip can begin at {start:.3f} s")
        form = sound.form_of(source.audio)
        with av.open(f"file:{part}", "w", format="ipod", options={"movflags": "faststart"}) as target:
            stream = sound.add_sound(target, form)
            for packet in sound.packets(source, start, end, form, stream):
                progress(min(1.0, max(0.0, _when(packet) / (end - start))))
                target.mux(packet)
    return end
