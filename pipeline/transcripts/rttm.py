"""RTTM (NIST): who speaks when, without words."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline.errors import TranscriptError
from pipeline.transcripts.line import Line, named_line

_FIELDS = 8


def read_rttm(path: Path, lines: Sequence[str]) -> Iterator[Line]:
    """Lines with empty text, one per SPEAKER row; other row types and comments (";;") are left out."""
    for number, line in enumerate(lines, 1):
        fields = line.split()
        if not fields or fields[0] != "SPEAKER":
            continue
        if len(fields) < _FIELDS:
            raise TranscriptError(path, f"a SPEAKER row has at least {_FIELDS} fields, this one {len(fields)}", number)
        try:
            start, duration = float(fields[3]), float(fields[4])
        except ValueError as error:
            raise TranscriptError(
                path, f"start and duration are numbers: {fields[3]!r} {fields[4]!r}", number
            ) from error
        if not (math.isfinite(start) and math.isfinite(duration)) or start < 0 or duration < 0:
            raise TranscriptError(path, f"start and duration cannot be {fields[3]} and {fields[4]}", number)
        yield named_line(start, start + duration, None if fields[7] == "<NA>" else fields[7], "", number)
