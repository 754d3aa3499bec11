"""JSON lines: one object per utterance with t_start, t_end, speaker, role, text; speaker and role may be null."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.errors import TranscriptError
from pipeline.transcripts.line import Line
from pipeline.types import Role


def read_jsonl(path: Path, lines: Sequence[str]) -> Iterator[Line]:
    """Lines of a JSON lines file; keys that are not known are left out."""
    for number, text in enumerate(lines, 1):
        if text.strip():
            yield _line(path, number, _object(path, number, text))


def _object(path: Path, number: int, text: str) -> Mapping[str, Any]:
    try:
        row = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise TranscriptError(path, f"not a JSON object: {text.strip()[:60]!r}", number) from error
    if not isinstance(row, dict):
        raise TranscriptError(path, f"each line is an object, not {type(row).__name__}", number)
    return row


def _line(path: Path, number: int, row: Mapping[str, Any]) -> Line:
    start, end = (_seconds(path, number, row, key) for key in ("t_start", "t_end"))
    if end < start:
        raise TranscriptError(path, f"t_end {end} lies before t_start {start}", number)
    text = row.get("text") or ""
    speaker = row.get("speaker")
    if not isinstance(text, str) or not isinstance(speaker, str | None):
        raise TranscriptError(path, "text and speaker are texts", number)
    role = _role(path, number, row.get("role"))
    return Line(start, end, speaker or None, role, " ".join(text.split()), number, "as imported" if role else "")


def _seconds(path: Path, number: int, row: Mapping[str, Any], key: str) -> float:
    value = row.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        raise TranscriptError(path, f"{key} must be seconds from the start, not {value!r}", number)
    return float(value)


def _role(path: Path, number: int, value: object) -> Role | None:
    if value is None:
        return None
    try:
        return Role(str(value))
    except ValueError as error:
        raise TranscriptError(path, f"role is officer, civilian, radio or null, not {value!r}", number) from error
