"""When a camera has to be on, as a pack says under [camera]: from when, until when, what is left out, and the goals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from pipeline.errors import BwcError
from pipeline.policy.source import Pack, nearest
from pipeline.policy.values import is_number, table_at
from pipeline.table_file import plain_name
from pipeline.types import ClockSource

ON_FROM = ("dispatch", "en_route", "arrival", "leaving_vehicle", "contact")
ON_UNTIL = ("contact_end", "scene_left", "call_closed")
SEEN_BY_DISPATCH = frozenset({"dispatch", "en_route", "arrival", "call_closed"})
"""Moments that a dispatch record has; for the others the nearest that it has stands in, which is said."""


@dataclass(frozen=True)
class CameraRules:
    """When a camera has to be on. Times in seconds, goals as shares."""

    on_from: str = "dispatch"
    """one of ON_FROM"""
    on_from_for: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """one of ON_FROM -> types of call for which it holds instead"""
    on_until: str = "contact_end"
    """one of ON_UNTIL"""
    grace: float = 60.0
    """a recording that starts no later than this after it should is not late"""
    grace_end: float = 60.0
    """a recording that ends no sooner than this before it should is not early"""
    join_within: float = 5.0
    """recordings of one officer no further apart than this are one: a file that reaches its longest goes on in a new
    one within a second or two, and clocks are read to the second"""
    call_types_left_out: tuple[str, ...] = ()
    """types of call for which nobody has to record; "parking*" stands for all that start so"""
    dispositions_left_out: tuple[str, ...] = ()
    buffer: float = 30.0
    """kept from before the button was pressed; 0: none is asked for"""
    buffer_short_by: float = 2.0
    """a buffer that is shorter by no more than this is not short: its end is heard, not read"""
    buffer_has_sound: bool = False
    announce_before_stop: bool = True
    """the reason for stopping or muting is said on the recording"""
    announce_within: float = 60.0
    """before a stop or mute, or after its end, that the reason may be said"""
    mute_allowed: bool = True
    longest_mute: float = 120.0
    mute_reasons: tuple[str, ...] = ()
    least_score: float = 0.5
    """findings on recordings count from this score on, or where a person confirmed them"""
    clock_within: Mapping[str, float] = field(default_factory=dict)
    """how far a recording's clock may be off, by what told it (`ClockSource`)"""
    incident_join: float = 300.0
    """an officer's camera that starts or stops this much apart from others of an incident without dispatch record may
    well have come later or left sooner: pointed out from here on"""
    justifications: tuple[str, ...] = ()
    """categories that a person may give when a finding is justified"""
    shifts: tuple[str, ...] = ("Day 06:00", "Evening 14:00", "Night 22:00")
    """when shifts begin, in the agency's zone; each lasts until the next one"""
    goal_activated: float = 0.95
    """share of dispatches with a recording"""
    goal_covered: float = 0.90
    """time covered / time required"""
    goal_reviewed: float = 0.05
    """share of recordings that somebody reviews"""

    def starts_from(self, call_type: str) -> str:
        """From which moment a camera has to be on at a call of this type."""
        return next((m for m, types in self.on_from_for.items() if is_listed(call_type, types)), self.on_from)

    def off_by(self, clock: ClockSource | None) -> float:
        """Seconds that a clock of this kind may be off."""
        return self.clock_within.get(clock.value if clock else "none", WORST_CLOCK)


WORST_CLOCK = 60.0
"""seconds; for a source of time that a pack says nothing of"""


def is_listed(said: str, listed: Iterable[str]) -> bool:
    """Whether a type of call, or a disposition, is one of those; case, spaces and punctuation do not matter."""
    plain = plain_name(said)
    return any(
        plain.startswith(plain_name(one)) if one.rstrip().endswith("*") else plain == plain_name(one) for one in listed
    )


def justification(rules: CameraRules, said: str) -> str:
    """The category of the pack that is meant; "" for none. Raises BwcError for one that the pack has not."""
    if not said.strip():
        return ""
    named = next((one for one in rules.justifications if plain_name(one) == plain_name(said)), None)
    if named is None:
        known = ", ".join(rules.justifications) or "none"
        raise BwcError(f"no category {said!r} in [camera] justifications{nearest(said, rules.justifications)}; {known}")
    return named


_ONE_OF: Mapping[str, tuple[str, ...]] = {"on_from": ON_FROM, "on_until": ON_UNTIL}
_TABLES = ("on_from_for", "clock_within")


def read_camera_rules(data: Mapping[str, Any], pack: Pack) -> CameraRules:
    """From [camera] of a pack; what cannot be meant is noted there."""
    table = table_at(data, pack, "camera")
    defaults = CameraRules()
    known = tuple(f.name for f in fields(CameraRules))
    said: dict[str, Any] = {}
    for key, value in table.items():
        if key not in known:
            hint = nearest(key, known) or "; known: " + ", ".join(known)
            pack.wrong(f"unknown key {key!r} in [camera]{hint}", "camera", key)
        elif key in _TABLES:
            said[key] = _from_for(value, pack) if key == "on_from_for" else _clocks(value, pack)
        elif problem := _problem(key, value, getattr(defaults, key)):
            pack.wrong(problem, "camera", key)
        else:
            said[key] = tuple(value) if isinstance(value, list) else value
    return CameraRules(**said)


def _problem(key: str, value: object, default: object) -> str:
    """What is wrong with a value, "" where nothing is."""
    if key in _ONE_OF:
        return "" if value in _ONE_OF[key] else f"{key} is one of: {', '.join(_ONE_OF[key])}"
    if isinstance(default, tuple):
        sound = isinstance(value, list) and all(isinstance(v, str) and v.strip() for v in value)
        return "" if sound else f'{key} is a list of texts: {key} = ["..."]'
    if isinstance(default, bool):
        return "" if isinstance(value, bool) else f"{key} must be true or false"
    if not is_number(value):
        return f"{key} must be a number, 0 or more"
    share = key.startswith("goal_") or key == "least_score"
    return f"{key} is a share, 0 to 1" if share and float(value) > 1 else ""


def _from_for(value: object, pack: Pack) -> dict[str, tuple[str, ...]]:
    at = ("camera", "on_from_for")
    if not isinstance(value, dict):
        pack.wrong('on_from_for is a table: [camera.on_from_for] with arrival = ["traffic stop"]', *at)
        return {}
    out = {}
    for moment, types in value.items():
        if moment not in ON_FROM:
            pack.wrong(
                f"no moment {moment!r}{nearest(moment, ON_FROM) or '; known: ' + ', '.join(ON_FROM)}", *at, moment
            )
        elif problem := _problem(moment, types, ()):
            pack.wrong(problem, *at, moment)
        else:
            out[moment] = tuple(types)
    return out


def _clocks(value: object, pack: Pack) -> dict[str, float]:
    at, known = ("camera", "clock_within"), [source.value for source in ClockSource]
    if not isinstance(value, dict):
        pack.wrong("clock_within is a table: [camera.clock_within] with stamp = 2", *at)
        return {}
    out = {}
    for source, seconds in value.items():
        if source not in known:
            pack.wrong(f"no clock {source!r}{nearest(source, known) or '; known: ' + ', '.join(known)}", *at, source)
        elif not is_number(seconds):
            pack.wrong(f"{source} must be a number of seconds, 0 or more", *at, source)
        else:
            out[source] = float(seconds)
    return out
