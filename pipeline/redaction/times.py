"""Times and places as people write them on a command line or in a list."""

from __future__ import annotations

import math

from pipeline.redaction.plan import Cover, Key, RedactionError, Region, Shape, SoundCover, SoundSpan
from pipeline.types import Span


def seconds_of(text: str | float) -> float:
    """83.5, "83.5", "1:23.5" or "0:01:23.5" as seconds. Raises RedactionError."""
    parts = str(text).strip().split(":")
    try:
        values = [float(part) for part in parts]
    except ValueError:
        values = []
    wrong = not 1 <= len(values) <= 3 or any(not math.isfinite(v) or v < 0 for v in values)
    if wrong or any(v >= 60 for v in values[1:]):
        raise RedactionError(f"{text!r} is no time: write seconds (83.5), or h:mm:ss.mmm (0:01:23.500)")
    return float(sum(value * 60.0**n for n, value in enumerate(reversed(values))))


def span_of(text: str) -> Span:
    """ "1:02.5-1:05" as a stretch. Raises RedactionError."""
    first, mark, last = text.partition("-")
    if not mark:
        raise RedactionError(f"{text!r} is no stretch of time: write its start and end, as 62.5-65 or 1:02.5-1:05")
    start, end = seconds_of(first), seconds_of(last)
    if end <= start:
        raise RedactionError(f"{text!r} ends before it begins")
    return Span(start, end)


def region_of(text: str, shape: Shape, cover: Cover) -> Region:
    """ "2-9.5:0.1,0.2,0.3,0.25": from 2 s to 9.5 s, left, upper edge, width, height as shares of the picture."""
    when, mark, where = text.rpartition(":")
    values = where.split(",")
    if not mark or len(values) != 4:
        raise RedactionError(
            f"{text!r} is no place: write T0-T1:LEFT,TOP,WIDTH,HEIGHT in shares, as 2-9.5:0.1,0.2,0.3,0.25"
        )
    span = span_of(when)
    try:
        key = Key(span.start, *(float(v) for v in values))
    except ValueError as error:
        raise RedactionError(f"{text!r}: {error}") from error
    return Region(span, (key,), shape, cover)


def sound_of(text: str, cover: SoundCover) -> SoundSpan:
    """ "2-9.5" as a covered stretch of sound."""
    return SoundSpan(span_of(text), cover)
