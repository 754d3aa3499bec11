"""What is to be covered in a recording: a small TOML file that a person can read, keep, change and use again.

Places are shares of the upright picture (0 to 1 from its left and upper edge), times are seconds of the recording.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from pipeline.errors import BwcError
from pipeline.toml_file import check_entries, quoted, rows_at, toml_of
from pipeline.types import Span


class RedactionError(BwcError):
    """A redaction that cannot be meant, or whose result did not pass the check afterwards."""


class Cover(StrEnum):
    """How a place in the picture is covered. Only `fill` leaves nothing at all of what was there."""

    FILL = "fill"
    BLUR = "blur"
    PIXELATE = "pixelate"


class Shape(StrEnum):
    """What a region looks like."""

    BOX = "box"
    ELLIPSE = "ellipse"


class SoundCover(StrEnum):
    """What is heard instead of a covered stretch."""

    MUTE = "mute"
    TONE = "tone"


@dataclass(frozen=True)
class Key:
    """Where a region lies at one moment: left and upper edge, width, height, as shares of the picture."""

    at: float
    x: float
    y: float
    width: float
    height: float

    def __post_init__(self) -> None:
        values = (self.at, self.x, self.y, self.width, self.height)
        if not all(math.isfinite(v) for v in values) or self.at < 0:
            raise ValueError("a key's time and place are numbers, the time not below 0")
        if not (0 < self.width <= 1 and 0 < self.height <= 1 and -1 < self.x < 1 and -1 < self.y < 1):
            raise ValueError("a key's place is given as shares of the picture, 0 to 1")


@dataclass(frozen=True)
class Region:
    """A moving place in the picture that is covered over `span`; between keys it moves in a straight line."""

    span: Span
    keys: tuple[Key, ...]
    shape: Shape = Shape.BOX
    cover: Cover = Cover.FILL
    by: str = "by hand"
    """"by hand", or the detector that found it"""
    what: str = ""
    """"face", "plate", "screen": what kind of thing it is, never whose"""
    off: bool = False
    """switched off: kept in the plan, not covered"""
    lost: tuple[Span, ...] = ()
    """where the detector that found it did not see it and its place is a guess: before, between and after; a person who
    has looked at such a stretch takes it out"""

    def __post_init__(self) -> None:
        if not self.keys:
            raise ValueError("a region needs at least one key")
        if self.span.duration <= 0:
            raise ValueError("a region needs a time: from and to, or keys at two times")
        object.__setattr__(self, "keys", tuple(sorted(self.keys, key=lambda k: k.at)))

    def place(self, at: float) -> Key:
        """Where it lies at a time; before its first and after its last key it stays where it is."""
        before, after = self.keys[0], self.keys[-1]
        if at <= before.at:
            return before
        if at >= after.at:
            return after
        for left, right in zip(self.keys, self.keys[1:], strict=False):
            if left.at <= at <= right.at:
                share = (at - left.at) / (right.at - left.at) if right.at > left.at else 1.0
                mixed = (_between(getattr(left, n), getattr(right, n), share) for n in ("x", "y", "width", "height"))
                return Key(at, *mixed)
        return after


@dataclass(frozen=True)
class SoundSpan:
    """A stretch of sound that is covered. `why` says what kind of thing was said, never what."""

    span: Span
    cover: SoundCover = SoundCover.TONE
    why: str = "by hand"
    off: bool = False
    """switched off: kept in the plan, not covered"""


@dataclass(frozen=True)
class Plan:
    """All that is to be covered in one recording."""

    recording: str = ""
    """its id, so that a plan is not laid over another one by mistake; empty: any"""
    regions: tuple[Region, ...] = ()
    sound: tuple[SoundSpan, ...] = ()
    remarks: tuple[str, ...] = field(default=())

    def within(self, span: Span) -> Plan:
        """What of it is covered in a stretch of the recording: what is switched off is left out."""
        regions = tuple(r for r in self.regions if not r.off and r.span.overlap(span) > 0)
        sound = tuple(s for s in self.sound if not s.off and s.span.overlap(span) > 0)
        return Plan(self.recording, regions, sound, self.remarks)

    @property
    def empty(self) -> bool:
        """Whether it covers nothing."""
        return all(r.off for r in self.regions) and all(s.off for s in self.sound)


def _between(a: float, b: float, share: float) -> float:
    return a + (b - a) * share


def read_plan(path: Path) -> Plan:
    """A plan from its file. Raises RedactionError with the place in the file."""
    return plan_from(toml_of(path, RedactionError), str(path))


def plan_from(table: Mapping[str, Any], said: str) -> Plan:
    """A plan from its parts as TOML or JSON gives them. Raises RedactionError; `said` names the source."""
    check_entries(table, ("recording", "picture", "sound", "remarks"), said, RedactionError)
    regions = tuple(
        _made(_region, row, f"{said}, picture {n}")
        for n, row in enumerate(rows_at(table, "picture", said, RedactionError), 1)
    )
    sounds = tuple(
        _made(_sound, row, f"{said}, sound {n}")
        for n, row in enumerate(rows_at(table, "sound", said, RedactionError), 1)
    )
    return Plan(str(table.get("recording", "")), regions, sounds, tuple(str(r) for r in table.get("remarks", ())))


def _made(make: Any, row: Mapping[str, Any], said: str) -> Any:
    try:
        return make(row, said)
    except (KeyError, TypeError, ValueError) as error:
        missing = f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else str(error)
        raise RedactionError(f"{said}: {missing}") from error


def _region(row: Mapping[str, Any], said: str) -> Region:
    check_entries(row, ("from", "to", "shape", "cover", "by", "what", "off", "lost", "keys"), said, RedactionError)
    keys = tuple(Key(*(float(k[n]) for n in ("at", "x", "y", "width", "height"))) for k in row["keys"])
    if not keys:
        raise ValueError("it has no keys")
    start = float(row.get("from", min(k.at for k in keys)))
    span = Span(start, float(row.get("to", max(k.at for k in keys))))
    cover, shape = Cover(row.get("cover", Cover.FILL)), Shape(row.get("shape", Shape.BOX))
    lost = tuple(Span(float(a), float(b)) for a, b in row.get("lost", ()))
    by, what = str(row.get("by", "by hand")), str(row.get("what", ""))
    return Region(span, keys, shape, cover, by, what, row.get("off", False) is True, lost)


def _sound(row: Mapping[str, Any], said: str) -> SoundSpan:
    check_entries(row, ("from", "to", "cover", "why", "off"), said, RedactionError)
    span = Span(float(row["from"]), float(row["to"]))
    if span.duration <= 0:
        raise ValueError("it ends before it begins")
    cover, why = SoundCover(row.get("cover", SoundCover.TONE)), str(row.get("why", "by hand"))
    return SoundSpan(span, cover, why, row.get("off", False) is True)


def plan_text(plan: Plan) -> str:
    """The plan as TOML; `read_plan` gives the same plan back (to the millisecond and a 10,000th of the picture)."""
    lines = ["# What is covered in this recording. Times: seconds of the recording. Places: shares of the picture."]
    lines += [f"recording = {quoted(plan.recording)}"]
    if plan.remarks:
        lines += [f"remarks = [{', '.join(quoted(r) for r in plan.remarks)}]"]
    for region in plan.regions:
        lines += ["", "[[picture]]", f"from = {region.span.start}", f"to = {region.span.end}"]
        lines += [f'shape = "{region.shape}"', f'cover = "{region.cover}"', f"by = {quoted(region.by)}"]
        lines += [f"what = {quoted(region.what)}", *(["off = true"] if region.off else [])]
        lines += [f"lost = [{', '.join(f'[{s.start}, {s.end}]' for s in region.lost)}]"] if region.lost else []
        lines += ["keys = [", *(f"    {_key(k)}," for k in region.keys), "]"]
    for sound in plan.sound:
        lines += ["", "[[sound]]", f"from = {sound.span.start}", f"to = {sound.span.end}"]
        lines += [f'cover = "{sound.cover}"', f"why = {quoted(sound.why)}", *(["off = true"] if sound.off else [])]
    return "\n".join([*lines, ""])


def _key(key: Key) -> str:
    places = ", ".join(f"{n} = {round(getattr(key, n), 4)}" for n in ("x", "y", "width", "height"))
    return f"{{ at = {round(key.at, 3)}, {places} }}"


def in_words(plan: Plan) -> tuple[str, ...]:
    """What is covered and when, for manifest and log: never whose face and never what was said."""
    said = []
    for region in (r for r in plan.regions if not r.off):
        name = region.what or region.shape.value
        said.append(f"{name} covered ({region.cover}), {_times(region.span)}, {region.by}")
    said += [f"sound covered ({s.cover}), {_times(s.span)}, {s.why}" for s in plan.sound if not s.off]
    return tuple(said)


def _times(span: Span) -> str:
    return f"{_clock(span.start)} to {_clock(span.end)}"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds * 1000), 60_000)
    return f"{minutes}:{rest / 1000:06.3f}"
