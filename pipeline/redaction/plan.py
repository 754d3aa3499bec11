"""What is to be covered in a recording: a small TOML file that a person can read, keep, change and use again.

Places are shares of the upright picture (0 to 1 from its left and upper edge), times are seconds of the recording.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from pipeline.errors import BwcError
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
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise RedactionError(f"{path}: no such file") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RedactionError(f"{path}: cannot be read as a plan ({error})") from error
    return plan_from(table, str(path))


def plan_from(table: Mapping[str, Any], said: str) -> Plan:
    """A plan from its parts as TOML or JSON gives them. Raises RedactionError; `said` names the source."""
    _known(table, ("recording", "picture", "sound", "remarks"), said)
    regions = tuple(
        _made(_region, row, f"{said}, picture {n}") for n, row in enumerate(_rows(table, "picture", said), 1)
    )
    sounds = tuple(_made(_sound, row, f"{said}, sound {n}") for n, row in enumerate(_rows(table, "sound", said), 1))
    return Plan(str(table.get("recording", "")), regions, sounds, tuple(str(r) for r in table.get("remarks", ())))


def _rows(table: Mapping[str, Any], name: str, said: str) -> Sequence[Mapping[str, Any]]:
    rows = table.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise RedactionError(f"{said}: {name} is written as [[{name}]]")
    return rows


def _made(make: Any, row: Mapping[str, Any], said: str) -> Any:
    try:
        return make(row, said)
    except (KeyError, TypeError, ValueError) as error:
        missing = f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else str(error)
        raise RedactionError(f"{said}: {missing}") from error


def _known(row: Mapping[str, Any], names: Iterable[str], said: str) -> None:
    odd = sorted(set(row) - set(names))
    if odd:
        raise RedactionError(f"{said}: no entry is called {odd[0]!r}; there are: {', '.join(names)}")


def _region(row: Mapping[str, Any], said: str) -> Region:
    _known(row, ("from", "to", "shape", "cover", "by", "what", "off", "lost", "keys"), said)
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
    _known(row, ("from", "to", "cover", "why", "off"), said)
    span = Span(float(row["from"]), float(row["to"]))
    if span.duration <= 0:
        raise ValueError("it ends before it begins")
    cover, why = SoundCover(row.get("cover", SoundCover.TONE)), str(row.get("why", "by hand"))
    return SoundSpan(span, cover, why, row.get("off", False) is True)


def plan_text(plan: Plan) -> str:
    """The plan as TOML; `read_plan` gives the same plan back (to the millisecond and a 10,000th of the picture)."""
    lines = ["# What is covered in this recording. Times: seconds of the recording. Places: shares of the picture."]
    lines += [f"recording = {_quoted(plan.recording)}"]
    if plan.remarks:
        lines += [f"remarks = [{', '.join(_quoted(r) for r in plan.remarks)}]"]
    for region in plan.regions:
        lines += ["", "[[picture]]", f"from = {region.span.start}", f"to = {region.span.end}"]
        lines += [f'shape = "{region.shape}"', f'cover = "{region.cover}"', f"by = {_quoted(region.by)}"]
        lines += [f"what = {_quoted(region.what)}", *(["off = true"] if region.off else [])]
        lines += [f"lost = [{', '.join(f'[{s.start}, {s.end}]' for s in region.lost)}]"] if region.lost else []
        lines += ["keys = [", *(f"    {_key(k)}," for k in region.keys), "]"]
    for sound in plan.sound:
        lines += ["", "[[sound]]", f"from = {sound.span.start}", f"to = {sound.span.end}"]
        lines += [f'cover = "{sound.cover}"', f"why = {_quoted(sound.why)}", *(["off = true"] if sound.off else [])]
    return "\n".join([*lines, ""])


def _key(key: Key) -> str:
    places = ", ".join(f"{n} = {round(getattr(key, n), 4)}" for n in ("x", "y", "width", "height"))
    return f"{{ at = {round(key.at, 3)}, {places} }}"


def _quoted(text: str) -> str:
    """A TOML basic string: quotes, backslashes and control characters escaped."""
    escaped = (
        f"\\u{ord(c):04X}" if ord(c) < 32 or ord(c) == 127 else {'"': '\\"', "\\": "\\\\"}.get(c, c) for c in text
    )
    return '"' + "".join(escaped) + '"'


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
