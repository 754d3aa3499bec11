"""A clip that begins and ends at the very picture and the very sample: copied where that holds, else encoded anew."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import Any, TypeAlias

import av
import av.container

from models.contract import Progress
from pipeline.errors import ClipError
from pipeline.media.cut import sound
from pipeline.media.cut.boxes import write_matrix
from pipeline.media.cut.check import Memory
from pipeline.media.cut.pictures import Encoded, PictureEncoder, Quality, encode, frames
from pipeline.media.cut.plan import Plan, decode_times, plan_exact, rows_span
from pipeline.media.cut.window import SNAP, Row, Source, media_end, opened, picture_end, read_rows
from pipeline.media.h264 import COPIED_PROFILES, PPS, SPS, ParameterSets, joined, kind, parameter_sets, split

Packet: TypeAlias = "av.Packet[Any]"
EIGHT_BIT = frozenset({"yuv420p", "yuvj420p"})
KEPT = 3
"""Pictures at either end of an encoded part, and behind a join, that the finished clip is compared with"""
TICK = Fraction(1, 90_000)
"""Time stamps of the picture: fine enough for every frame rate in use"""
ENCODING_COST = 15.0
"""Encoding a second of picture takes about this many times as long as copying it; only the progress goes by it"""


class CannotCopy(Exception):
    """Something in the copied pictures does not fit one header; the reason."""


@dataclass(frozen=True)
class Made:
    """What an exact cut has written."""

    shown: tuple[float, ...]
    """times of its pictures on the recording's clock"""
    copied: float
    """seconds of picture that were copied"""
    joins: tuple[float, ...]
    """where copied pictures meet encoded ones, on the clip's clock"""
    memory: Memory
    """what the source shows at the edges, to compare the clip with"""
    undecoded: int
    """pictures that could not be decoded and are left out"""
    end: float
    """where the source has neither picture nor sound any more, if that is before the end asked for"""
    silent: bool
    """the source has no sound track"""
    remarks: tuple[str, ...] = ()


def write_exact(
    path: Path,
    part: Path,
    folder: Path,
    start: float,
    end: float,
    *,
    copying: bool,
    quality: Quality,
    progress: Progress,
) -> Made:
    """Write the pictures and the sound from `start` to `end` into `part`, an MP4 with H.264 and AAC.

    `folder` takes the encoded edges while they are needed.

    Raises ClipError, MediaError, or CannotCopy where encoding everything anew (`copying` False) is the way out.
    """
    with opened(path) as source, opened(path) as heard:
        if source.video is None:
            raise ClipError(f"{path}: holds no picture")
        rows, back = read_rows(source, start, end)
        end = media_end(heard, rows, end)
        seen = picture_end(rows)
        if end <= start:
            raise ClipError(f"{path}: ends at {end:.3f} s; no clip can begin at {start:.3f} s")
        plan = plan_exact(rows, start, end, copying)
        share = _Share(plan, rows, start, end, progress)
        head, tail, memory = _encode_edges(source, plan, folder, quality, share)
        copied = [rows[n] for n in plan.copied]
        order = [*(head.times if head else ()), *(row.at for row in copied), *(tail.times if tail else ())]
        if not order:
            raise ClipError(f"{path}: no picture between {start:.3f} and {end:.3f} s can be decoded")
        with _target(part, source, start) as target:
            stream = _picture_stream(target, source, head, tail if plan.copied else None, bool(plan.copied))
            encoded_first = _packets_of(head) if head else iter(())
            going = _copied_packets(source, copied, start, back)
            encoded_last = _packets_of(tail) if tail else iter(())
            shown = _timed(chain(encoded_first, going, encoded_last), order, start, min(end, seen), stream)
            _mux(target, shown, _sound(target, heard, start, end), share)
    if not plan.copied and memory.matrix:
        write_matrix(part, memory.matrix)
    return Made(
        shown=tuple(sorted(order)),
        copied=(tail.times[0] if tail else min(end, seen)) - max(start, copied[0].at) if copied else 0.0,
        joins=_joins(copied, head, tail, start),
        memory=memory,
        undecoded=len(plan.shown) - len(order),
        end=end,
        silent=heard.audio is None,
        remarks=(f"the source has no picture behind {seen:.3f} s",) if seen < end - SNAP else (),
    )


def why_not_copied(path: Path) -> str:
    """Why no picture of this source can be copied into a clip that plays everywhere; empty: they can."""
    with opened(path) as source:
        if source.video is None:
            return "there is no picture"
        context = source.video.codec_context
        if context.name != "h264":
            return f"the source is {context.name.upper()}, which not every browser plays"
        sets = parameter_sets(context.extradata)
        if sets.profile not in COPIED_PROFILES or context.pix_fmt not in EIGHT_BIT:
            return f"the source is H.264 of a kind that not every browser plays ({context.profile}, {context.pix_fmt})"
        return "" if sets.free_id() else "the source's header has no room for another set"


def _encode_edges(
    source: Source, plan: Plan, folder: Path, quality: Quality, share: _Share
) -> tuple[Encoded | None, Encoded | None, Memory]:
    assert source.video is not None
    like = parameter_sets(source.video.codec_context.extradata) if plan.copied else None
    edges = (plan.shown[: plan.head], plan.shown[len(plan.shown) - plan.tail :])
    memory = Memory()
    made: list[Encoded | None] = []
    for number, wanted in enumerate(edges):
        if not wanted:
            made.append(None)
            continue
        kept = {*wanted[:KEPT], *wanted[-KEPT:]}

        def seen(at: float, picture: av.VideoFrame, kept: set[float] = kept) -> None:
            if like is not None and picture.interlaced_frame:
                raise CannotCopy("the source is interlaced")
            if at in kept:
                memory.seen(at, picture)
            share.encoded(at)

        with PictureEncoder(folder / f"edge{number}.part", source.video, quality, like) as encoder:
            made.append(encode(source, wanted, encoder, seen))
    if plan.copied:
        first = plan.shown[plan.head]
        for at, picture in frames(source, first, plan.shown[min(plan.head + KEPT, len(plan.shown) - 1)]):
            memory.seen(at, picture)
    return made[0], made[1], memory


def _joins(copied: list[Row], head: Encoded | None, tail: Encoded | None, start: float) -> tuple[float, ...]:
    if not copied:
        return ()
    first = (copied[0].at - start,) if head else ()
    return (*first, tail.times[0] - start) if tail else first


@contextmanager
def _target(part: Path, source: Source, start: float) -> Iterator[av.container.OutputContainer]:
    """The MP4 to write, index in front. It says when the clip began, where the source says when it did."""
    with av.open(f"file:{part}", "w", format="mp4", options={"movflags": "faststart"}) as target:
        target.metadata.update(source.began(start))
        yield target


def _picture_stream(
    target: av.container.OutputContainer, source: Source, head: Encoded | None, tail: Encoded | None, copied: bool
) -> av.VideoStream:
    """The picture's stream; where pictures are copied its header holds the sets of the source and of the encoder."""
    assert source.video is not None
    edge = head or tail
    if not copied:
        assert edge is not None
        with av.open(f"file:{edge.path}") as made:
            stream = target.add_stream_from_template(made.streams.video[0], opaque=True)
        stream.time_base = TICK
        return stream
    stream = target.add_stream_from_template(source.video, opaque=True)
    sets = parameter_sets(source.video.codec_context.extradata)
    if edge is not None:
        with av.open(f"file:{edge.path}") as made:
            sets = sets.joined(parameter_sets(made.streams.video[0].codec_context.extradata))
    stream.codec_context.extradata = sets.avcc()
    stream.time_base = TICK
    return stream


def _packets_of(encoded: Encoded) -> Iterator[Packet]:
    """Encoded pictures in order. Raises ClipError where their number is not that of the pictures given."""
    count = 0
    with av.open(f"file:{encoded.path}") as made:
        for packet in made.demux(made.streams.video[0]):
            if packet.size:
                count += 1
                yield packet
    if count != len(encoded.times):
        raise ClipError(f"the encoder made {count} pictures of {len(encoded.times)}")


def _copied_packets(source: Source, copied: list[Row], start: float, back: float) -> Iterator[Packet]:
    """The source's packets of these rows, with lengths of four bytes and without parameter sets of their own."""
    if not copied:
        return
    assert source.video is not None
    sets, left = parameter_sets(source.video.codec_context.extradata), iter(copied)
    wanted = next(left)
    for packet in source.video_packets(start, back):
        if not packet.size or packet.pts != wanted.pts:
            if wanted is not copied[0]:
                raise CannotCopy("the file is read differently a second time")
            continue
        yield _fitting(packet, sets)
        following = next(left, None)
        if following is None:
            return
        wanted = following
    raise CannotCopy("the file ends sooner when it is read a second time")


def _fitting(packet: Packet, sets: ParameterSets) -> Packet:
    """The packet as it is, where it fits the clip's header, else without the parameter sets that the header holds."""
    data = bytes(packet)
    try:
        nals = list(split(data, sets.length_bytes))
    except ValueError as error:
        raise CannotCopy(f"damaged: {error}") from error
    own = [nal for nal in nals if kind(nal) in (SPS, PPS)]
    if any(not sets.knows(nal) for nal in own):
        raise CannotCopy("the source changes how it is encoded within the clip")
    if not own and sets.length_bytes == 4:
        return packet
    fitting: Packet = av.Packet(joined([nal for nal in nals if kind(nal) not in (SPS, PPS)]))
    fitting.is_keyframe = packet.is_keyframe
    return fitting


def _timed(
    packets: Iterator[Packet], order: list[float], start: float, end: float, stream: av.VideoStream
) -> Iterator[Packet]:
    """The packets with the clip's times: `order` is when each is shown, in decode order."""
    ordered = sorted(order)
    until = dict(zip(ordered, [*ordered[1:], end], strict=True))
    for packet, at, decoded in zip(packets, order, decode_times(order), strict=True):
        shown = _ticks(max(start, at) - start)
        packet.stream, packet.time_base = stream, TICK
        packet.pts, packet.dts = shown, min(shown, _ticks(decoded - start))
        packet.duration = max(1, _ticks(max(start, until[at]) - start) - shown)
        yield packet


def _sound(target: av.container.OutputContainer, heard: Source, start: float, end: float) -> Iterator[Packet]:
    """The sound's packets; its stream is added to `target` at once, before anything is written."""
    if heard.audio is None:
        return iter(())
    form = sound.form_of(heard.audio)
    return sound.packets(heard, start, end, form, sound.add_sound(target, form))


def _mux(target: av.container.OutputContainer, shown: Iterator[Packet], heard: Iterator[Packet], share: _Share) -> None:
    """Write both streams, interleaved by time, so that neither waits in memory for the other."""
    for packet in heapq.merge(shown, heard, key=_when):
        at = _when(packet)
        target.mux(packet)
        share.copied(at)


def _when(packet: Packet) -> float:
    stamp = packet.dts if packet.dts is not None else packet.pts
    return float((stamp or 0) * packet.time_base)


def _ticks(seconds: float) -> int:
    return round(seconds / TICK)


class _Share:
    """How much of a cut is done, with encoding counted as what it costs."""

    def __init__(self, plan: Plan, rows: list[Row], start: float, end: float, progress: Progress) -> None:
        copied = rows_span(rows, plan.copied) if plan.copied else 0.0
        self._encoding = max(0.0, end - start - copied) * ENCODING_COST
        self._all = max(1e-3, self._encoding + end - start)
        self._edge = plan.shown[plan.head] if plan.copied else end
        self._start, self._copied, self._progress = start, copied, progress

    def encoded(self, at: float) -> None:
        done = at - self._start - (self._copied if at >= self._edge else 0.0)
        self._progress(min(1.0, max(0.0, done * ENCODING_COST / self._all)))

    def copied(self, at: float) -> None:
        """`at` on the clip's clock."""
        self._progress(min(1.0, (self._encoding + max(0.0, at)) / self._all))
