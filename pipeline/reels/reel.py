"""The list that a reel is made of: a small TOML file to be written by hand, by `bwc reel new`, or on the screen.

A list can come from anywhere, so nothing in it is a command, and nothing in it opens a file by its path: recordings are
looked up in the store, plans of redaction lie beside the list and nowhere else.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from pipeline.errors import BwcError
from pipeline.redaction.plain_text import plain
from pipeline.redaction.plan import RedactionError
from pipeline.redaction.times import seconds_of
from pipeline.toml_file import check_entries, quoted, rows_at, toml_of
from pipeline.types import Span

LONGEST_TEXT = 4000
"""letters of one text"""
MOST_CLIPS = 200
MOST_QUESTIONS = 20
SIDES_PX = (96, 1920)
"""least and most pixels of a side of the reel"""
RATES_HZ = (5, 60)
LONGEST_CARD = 30.0
LONGEST_CLIP = 3600.0


class ReelError(BwcError):
    """A list that cannot be meant, or a reel that cannot be made of it."""


class Captions(StrEnum):
    """How what was said is shown."""

    BURNED_IN = "burned in"
    TRACK = "track"
    NONE = "none"


@dataclass(frozen=True)
class Clip:
    """One clip of a reel."""

    recording: str = ""
    """its id, first letters of it, or its file's name, as the store knows it"""
    start: float = 0.0
    """seconds of the recording"""
    end: float = 0.0
    finding: str = ""
    """the finding that it shows; fills what is left out of recording, start, end and label"""
    label: str = ""
    """of the technique, as the policy pack names it"""
    title: str = ""
    """of the card; empty: the technique's"""
    clause: str = ""
    """number of the policy's clause"""
    beside: str = ""
    """another recording of the same incident, shown on the right in step"""
    sound: str = "first"
    """whose sound is heard: "first", "second" (the one beside)"""
    redaction: str = ""
    """file of a plan in the list's folder"""
    beside_redaction: str = ""
    """the same for the recording beside"""
    look_for: str = ""
    questions: tuple[str, ...] = ()
    notes: str = ""
    """for the speaker"""

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


@dataclass(frozen=True)
class Reel:
    """A list of clips and how they are shown."""

    title: str = "Debrief"
    about: str = ""
    captions: Captions = Captions.BURNED_IN
    watermark: bool = False
    """burn in who made it, when, and "training copy" """
    names: bool = False
    """names of officers on cards, of speakers and in captions; without it, role and unit alone"""
    clauses: bool = True
    """the clause below the picture when a clip begins"""
    card: float = 3.0
    """seconds that a title card is shown; 0: none"""
    width_px: int = 1280
    height_px: int = 720
    rate_hz: int = 30
    clips: tuple[Clip, ...] = ()

    def reordered(self, order: Sequence[int]) -> Reel:
        """The clips of these numbers (from 1), in this order; a number that is left out leaves its clip out."""
        if not order or any(not 1 <= n <= len(self.clips) for n in order):
            raise ReelError(f"the clips are numbered 1 to {len(self.clips)}: give those that stay, in their new order")
        return replace(self, clips=tuple(self.clips[n - 1] for n in order))


def read_reel(path: Path) -> Reel:
    """A list from its file. Raises ReelError with the place in it."""
    return reel_from(toml_of(path, ReelError), str(path))


def reel_from(table: Mapping[str, Any], said: str) -> Reel:
    """A list from its parts as TOML or JSON gives them. Raises ReelError; `said` names the source."""
    rows = rows_at(table, "clip", said, ReelError)
    if len(rows) > MOST_CLIPS:
        raise ReelError(f"{said}: {len(rows)} clips; a reel has at most {MOST_CLIPS}")
    values = _values(Reel(), table, said)
    clips = tuple(_clip(row, f"{said}, clip {n}") for n, row in enumerate(rows, 1))
    return _checked(replace(Reel(), **values, clips=clips), said)


def _clip(row: Mapping[str, Any], said: str) -> Clip:
    clip = replace(Clip(), **_values(Clip(), row, said))
    if not clip.recording and not clip.finding:
        raise ReelError(f"{said}: names neither a recording nor a finding")
    if clip.recording and not clip.finding and clip.end <= clip.start:
        raise ReelError(f"{said}: ends before it begins")
    if clip.end - clip.start > LONGEST_CLIP:
        raise ReelError(f"{said}: longer than an hour")
    if clip.sound not in ("first", "second"):
        raise ReelError(f'{said}: sound is "first" or "second"')
    for name in (clip.redaction, clip.beside_redaction):
        _simple_name(name, said)
    return clip


def _values(default: Clip | Reel, row: Mapping[str, Any], said: str) -> dict[str, Any]:
    known = {f.name: getattr(default, f.name) for f in fields(default) if f.name != "clips"}
    check_entries(row, (*known, "clip") if isinstance(default, Reel) else tuple(known), said, ReelError)
    return {name: _value(known[name], row[name], f"{said}, {name}") for name in row if name in known}


def _value(default: Any, given: Any, said: str) -> Any:
    """The given value as the type of the default. Raises ReelError."""
    try:
        if isinstance(default, Captions):
            return Captions(given)
        if isinstance(default, bool):
            return _only(given, bool)
        if isinstance(default, float):
            value = seconds_of(given)
            return round(value, 3)
        if isinstance(default, int):
            return _only(given, int)
        if isinstance(default, tuple):
            return tuple(_text(each) for each in _only(given, list)[:MOST_QUESTIONS])
        return _text(given)
    except (TypeError, ValueError, RedactionError) as error:
        raise ReelError(f"{said}: {error}") from error


def _only(given: Any, kind: type) -> Any:
    if not isinstance(given, kind) or (kind is int and isinstance(given, bool)):
        raise TypeError(f"{given!r} is no {kind.__name__}")
    return given


def _text(given: Any) -> str:
    """Text without characters that steer; line breaks stay."""
    lines = _only(given, str)[:LONGEST_TEXT].replace("\r\n", "\n").split("\n")
    return "\n".join(plain(line) for line in lines).strip()


def _simple_name(name: str, said: str) -> None:
    if name and (Path(name).name != name or name.startswith(".") or not name.endswith(".toml") or "\\" in name):
        raise ReelError(f"{said}: a plan of redaction is a .toml file in the list's own folder, named without a path")


def _checked(reel: Reel, said: str) -> Reel:
    low, high = SIDES_PX
    for name in ("width_px", "height_px"):
        value = getattr(reel, name)
        if not low <= value <= high or value % 4:
            raise ReelError(f"{said}, {name}: {low} to {high}, a multiple of 4")
    if not RATES_HZ[0] <= reel.rate_hz <= RATES_HZ[1]:
        raise ReelError(f"{said}, rate_hz: {RATES_HZ[0]} to {RATES_HZ[1]}")
    if not math.isfinite(reel.card) or not 0 <= reel.card <= LONGEST_CARD:
        raise ReelError(f"{said}, card: 0 to {LONGEST_CARD:.0f} s")
    return reel


def plan_file(folder: Path, name: str) -> Path:
    """The plan of this name in the list's folder. Raises ReelError for anything that is not a file in that folder."""
    _simple_name(name, name)
    place = folder / name
    if place.is_symlink() or not place.is_file() or place.resolve().parent != folder.resolve():
        raise ReelError(f"{name}: no plan of redaction of this name in {folder}")
    return place


def reel_text(reel: Reel) -> str:
    """The list as TOML; `read_reel` gives the same list back."""
    lines = [
        "# Clips of a debrief reel: change, reorder and reuse it. Times: seconds of the recording, or h:mm:ss.mmm."
    ]
    lines += [f"{f.name} = {_toml(getattr(reel, f.name))}" for f in fields(Reel) if f.name != "clips"]
    empty = Clip()
    for clip in reel.clips:
        lines += ["", "[[clip]]"]
        lines += [
            f"{f.name} = {_toml(getattr(clip, f.name))}"
            for f in fields(Clip)
            if getattr(clip, f.name) != getattr(empty, f.name) or f.name in _ALWAYS
        ]
    return "\n".join([*lines, ""])


_ALWAYS = ("recording", "start", "end", "title", "look_for", "questions", "notes")


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, tuple):
        return f"[{', '.join(quoted(v) for v in value)}]"
    return str(value)
