"""What every transcript format is read into, and what their readers share: times, and who is named before the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import TranscriptError
from pipeline.types import Role, ms

_TIME = re.compile(r"^(?:(\d+):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,6}))?$")
_SPEAKER = re.compile(r"^\s*(?:>>+\s*)?\[?([A-Z][\w.'’-]*(?:[ _]#?[\w.'’-]+){0,3})\]?\s*:\s+(?=\S)")
_NOT_SPEAKERS = frozenset(("note", "time", "update", "warning", "address", "license", "plate"))
_RADIO = re.compile(r"\b(?:dispatch(?:er)?|radio|control|central)\b", re.IGNORECASE)
_OFFICER = re.compile(
    r"\b(?:officer|ofc|off|deputy|dep|sergeant|sgt|lieutenant|lt|corporal|cpl|trooper|detective|det|police|po)\b\.?",
    re.IGNORECASE,
)
_CIVILIAN = re.compile(
    r"\b(?:civilian|subject|suspect|driver|passenger|male|female|witness|victim|bystander|complainant|resident|citizen"
    r"|community member|medic|nurse)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Line:
    """One utterance as the file has it. Times in seconds on the recording's clock; `number` is its line in the file."""

    start: float
    end: float
    speaker: str | None
    role: Role | None
    text: str
    number: int = 0
    role_reason: str = ""


def parse_time(text: str) -> float | None:
    """ "01:02:03.400", "02:03,4" or "75:00.0" in seconds; None where it is no time."""
    found = _TIME.match(text.strip())
    if found is None:
        return None
    hours, minutes, seconds, fraction = found.groups()
    if int(seconds) > 59 or (hours is not None and int(minutes) > 59):
        return None
    return ms(int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + float(f"0.{fraction or 0}"))


def cue_times(path: Path, text: str, number: int) -> tuple[float, float]:
    """Both times of a "start --> end" line; settings after the end are left out. Raises TranscriptError."""
    left, _, right = text.partition("-->")
    start, end = parse_time(left), parse_time(right.split()[0] if right.split() else "")
    if start is None or end is None:
        raise TranscriptError(path, f"these are no cue times: {text.strip()[:60]!r}", number)
    if end < start:
        raise TranscriptError(path, f"the cue ends before it starts: {text.strip()[:60]!r}", number)
    return start, end


def split_speaker(text: str) -> tuple[str | None, str]:
    """ "SMITH: get back" -> ("SMITH", "get back"); text with no such start is left as it is."""
    found = _SPEAKER.match(text)
    if found is None or found[1].lower().split()[0] in _NOT_SPEAKERS:
        return None, text.strip()
    return found[1], text[found.end() :].strip()


def role_of_name(speaker: str | None) -> tuple[Role | None, str]:
    """The role that a speaker's name in a transcript says ("Officer Baker", "Dispatch"), and the reason."""
    if speaker:
        spaced = re.sub(r"[_\d]+", " ", speaker)
        for role, pattern in ((Role.RADIO, _RADIO), (Role.OFFICER, _OFFICER), (Role.CIVILIAN, _CIVILIAN)):
            if pattern.search(spaced):
                return role, f"the transcript calls the speaker {speaker!r}"
    return None, ""


def named_line(start: float, end: float, speaker: str | None, text: str, number: int) -> Line:
    """A line whose role is what its speaker's name says."""
    role, reason = role_of_name(speaker)
    return Line(start, end, speaker, role, text, number, reason)


def blocks(lines: Sequence[str]) -> Iterator[list[tuple[int, str]]]:
    """Numbered lines (from 1) in groups set apart by empty lines."""
    block: list[tuple[int, str]] = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            block.append((number, line))
        elif block:
            yield block
            block = []
    if block:
        yield block
