"""The one way to cut a clip out of a source. The source is only ever read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import av

from models.contract import Progress, no_progress
from pipeline.errors import ClipError, MediaChanged
from pipeline.media.cut.check import faults
from pipeline.media.cut.disk import out_of_space, workshop
from pipeline.media.cut.exact import CannotCopy, Made, why_not_copied, write_exact
from pipeline.media.cut.kind import CutKind
from pipeline.media.cut.original import write_original, write_sound
from pipeline.media.cut.pictures import Quality
from pipeline.media.cut.window import SNAP, opened
from pipeline.media.triage import check_readable
from pipeline.types import ms


@dataclass(frozen=True)
class Cut:
    """What a finished cut holds. Times are seconds on the recording's clock."""

    path: Path
    kind: CutKind
    start: float
    """the first moment that is in it"""
    end: float
    """the moment behind the last"""
    asked: tuple[float, float]
    """the in and the out point that were asked for"""
    pictures: int
    """pictures in it; 0: sound alone"""
    first_picture: float | None = None
    """when the first and the last picture come in the source"""
    last_picture: float | None = None
    copied: float = 0.0
    """seconds of picture that were copied from the source as they are"""
    joins: tuple[float, ...] = ()
    """where copied pictures meet encoded ones, on the clip's clock"""
    remarks: tuple[str, ...] = field(default=())
    """what whoever gets the clip should know"""

    @property
    def duration(self) -> float:
        return ms(self.end - self.start)


def cut(
    source: Path,
    start: float,
    end: float,
    out: Path,
    kind: CutKind = CutKind.EXACT,
    *,
    audio_only: bool = False,
    copying: bool = True,
    quality: Quality | None = None,
    progress: Progress = no_progress,
) -> Cut:
    """Cut [start, end) of `source` (seconds on the recording's clock) into the file `out`, which is written over.

    `out` is for the caller to name and to give its final name when it is complete: it is written in place, and taken
    away if anything goes wrong. Its ending does not matter: `exact` writes MP4 (H.264 and AAC); for `original` see
    `pipeline.media.cut.original.container_of`. `copying` False encodes every picture anew.

    Raises ClipError (nothing there, an encoder that failed), MediaError (a source that cannot be read, or changes
    meanwhile), DiskFull.
    """
    start, end = ms(start), ms(end)
    if not 0 <= start < end:
        raise ClipError(f"a clip needs an end after its start, and no time before 0: {start:.3f} to {end:.3f}")
    before = check_readable(source)
    try:
        made = _made(_Order(source, start, end, out, quality or Quality(), progress), kind, audio_only, copying)
        after = source.stat()
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise MediaChanged(source, "changed while a clip was cut from it: try again when it is complete")
    except BaseException as error:
        out.unlink(missing_ok=True)
        full = out_of_space(error, out)
        if full:
            raise full from error
        if isinstance(error, av.FFmpegError):
            raise ClipError(f"{source}: cannot be cut there ({error.strerror or error})") from error
        raise
    progress(1.0)
    return made


@dataclass(frozen=True)
class _Order:
    """What was asked for."""

    source: Path
    start: float
    end: float
    out: Path
    quality: Quality
    progress: Progress


def _made(order: _Order, kind: CutKind, audio_only: bool, copying: bool) -> Cut:
    with opened(order.source) as source:
        picture, heard, left_out = source.video is not None, source.audio is not None, source.left_out()
    if audio_only and not heard:
        raise ClipError(f"{order.source}: has no sound, so there is no clip of its sound alone")
    sound_alone = audio_only or not picture
    if kind is CutKind.ORIGINAL:
        made = _original(order, sound_alone)
    else:
        made = _exact_sound(order) if sound_alone else _exact(order, copying)
    return replace(made, remarks=(*made.remarks, f"not taken over: {left_out}")) if left_out else made


def _original(order: _Order, sound_alone: bool) -> Cut:
    made = write_original(order.source, order.out, order.start, order.end, sound_alone, order.progress)
    return Cut(
        path=order.out,
        kind=CutKind.ORIGINAL,
        start=ms(made.start),
        end=ms(made.end),
        asked=(order.start, order.end),
        pictures=made.pictures,
        first_picture=ms(made.start) if made.pictures else None,
        last_picture=made.last_picture,
        copied=made.end - made.start if made.pictures else 0.0,
        remarks=(f"the source's own packets, from {made.start:.3f} to {made.end:.3f} s; nothing is encoded anew",),
    )


def _exact_sound(order: _Order) -> Cut:
    end = write_sound(order.source, order.out, order.start, order.end, order.progress)
    remarks = ["the sound is encoded anew, cut to the sample"]
    if end < order.end - SNAP:
        remarks.append(f"the sound of the source ends at {end:.3f} s")
    return Cut(order.out, CutKind.EXACT, order.start, ms(end), (order.start, order.end), 0, remarks=tuple(remarks))


def _exact(order: _Order, copying: bool) -> Cut:
    """With pictures copied where that holds; what the finished clip shows is compared with the source."""
    reason = why_not_copied(order.source) if copying else "asked for"
    made, wrong = None, [""]
    if not reason:
        try:
            made = _write(order, copying=True)
            wrong = _faults(order, made)
            reason = f"a clip with copied pictures did not show the same as the source: {wrong[0]}" if wrong else ""
        except CannotCopy as error:
            reason = str(error)
        except av.FFmpegError as error:
            if out_of_space(error, order.out):
                raise
            reason = f"copying failed ({error.strerror or error})"
    if made is None or wrong:
        made = _write(order, copying=False)
        wrong = _faults(order, made)
        if wrong:
            raise ClipError(f"{order.source}: the clip does not show the same as the source: {wrong[0]}")
    end = min(order.end, made.end)
    return Cut(
        path=order.out,
        kind=CutKind.EXACT,
        start=order.start,
        end=ms(end),
        asked=(order.start, order.end),
        pictures=len(made.shown),
        first_picture=made.shown[0],
        last_picture=made.shown[-1],
        copied=made.copied,
        joins=made.joins,
        remarks=tuple(_remarks(order, made, reason, end)),
    )


def _write(order: _Order, copying: bool) -> Made:
    with workshop(order.out) as folder:
        return write_exact(
            order.source,
            order.out,
            folder,
            order.start,
            order.end,
            copying=copying,
            quality=order.quality,
            progress=order.progress,
        )


def _faults(order: _Order, made: Made) -> list[str]:
    return faults(order.out, order.start, made.shown, made.joins, made.memory)


def _remarks(order: _Order, made: Made, reason: str, end: float) -> Iterator[str]:
    if made.copied:
        anew = end - order.start - made.copied
        yield f"{made.copied:.3f} s of the picture are the source's own, {max(0.0, anew):.3f} s encoded anew"
    else:
        yield f"the picture is encoded anew: {reason or 'no whole group of pictures is within the clip'}"
    yield "the source has no sound track" if made.silent else "the sound is encoded anew, cut to the sample"
    if made.undecoded:
        yield f"{made.undecoded} pictures of the source could not be decoded and are left out"
    if made.shown[0] > order.start + SNAP:
        yield f"the source has no picture before {made.shown[0]:.3f} s"
    if end < order.end - SNAP:
        yield f"the source ends at {end:.3f} s"
    yield from made.remarks
