"""When a camera had to be on at a call, as far as its dispatch record can say, and what it cannot say."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from pipeline.camera_use.rules import UseRules, lasting
from pipeline.camera_use.timeline import Piece
from pipeline.camera_use.types import Call
from pipeline.policy.camera_rules import SEEN_BY_DISPATCH, is_listed

NAMES = ("dispatched", "en route", "on scene", "cleared")
MOMENTS = {"dispatch": 0, "en_route": 1, "arrival": 2, "leaving_vehicle": 2, "contact": 2}
"""Moment of the policy -> the time of the record that says it, or stands in for it."""
SAID = {"leaving_vehicle": "when the officer left the vehicle", "contact": "when contact began",
        "contact_end": "when contact ended", "scene_left": "when the officer left"}  # fmt: skip
STANDS_IN_START, STANDS_IN_END = 0.6, 0.4
"""How far a start, or an end, is believed that another time stands in for. Chosen, not measured: officers leave the
vehicle soon after they arrive, but contact may end long before a call is closed."""
ASSUMED = 0.5
"""How far a time is believed that had to be assumed in the hour that comes twice."""


@dataclass(frozen=True, slots=True)
class Expected:
    """When the camera had to be on. `piece` None: left out, for the reason in `left_out`."""

    piece: Piece | None = None
    left_out: str = ""
    notes: tuple[str, ...] = ()
    start_sure: float = 1.0
    end_sure: float = 1.0
    end_known: bool = True
    within: float = 0.0
    """seconds that the times may be off"""


def expected(call: Call, rules: UseRules) -> Expected:
    """When the camera had to be on at a call, with the dispatch clock set right."""
    if is_listed(call.call_type, rules.camera.call_types_left_out):
        return Expected(left_out=f"the policy leaves out calls of type {call.call_type!r}")
    if is_listed(call.disposition, rules.camera.dispositions_left_out):
        return Expected(left_out=f"the policy leaves out calls that end as {call.disposition!r}")
    clock = rules.dispatch.clock_of(call.system)
    times = [t.timestamp() - clock.ahead if t is not None else None for t in call.times]
    if disorder := _disorder(times):
        said = ", ".join(f"{name} {rules.clock(t)}" for t, name in zip(times, NAMES, strict=True) if t is not None)
        return Expected(left_out=disorder, notes=(said,))
    return _between(call, times, clock.within, rules)


def _disorder(times: list[float | None]) -> str:
    known = [(t, name) for t, name in zip(times, NAMES, strict=True) if t is not None]
    for (earlier, name), (later, next_name) in pairwise(known):
        if later < earlier:
            return f"the times are not in order: {next_name} before {name}"
    return ""


def _between(call: Call, times: list[float | None], within: float, rules: UseRules) -> Expected:
    moment, notes = rules.camera.starts_from(call.call_type), [call.remark] if call.remark else []
    at = MOMENTS[moment]
    start, found = next(((t, n) for n, t in enumerate(times[:3]) if n >= at and t is not None), (None, at))
    if start is None:
        return Expected(left_out=f"no time {NAMES[at]}: it ended before, or nobody noted it")
    if found != at:
        notes.append(f"no time {NAMES[at]}: {NAMES[found]} stands in for it")
    if moment not in SEEN_BY_DISPATCH:
        notes.append(f"{SAID[moment]} is not in a dispatch record: {NAMES[found]} stands in for it")
    if at < 2 and times[2] is None:
        notes.append("no time on scene: the officer may not have arrived")
    believed = ASSUMED if call.remark else 1.0
    cleared = times[3]
    end = cleared if cleared is not None else max(t for t in times if t is not None)
    if cleared is None:
        notes.append("no time cleared: until when is not known")
    elif rules.camera.on_until not in SEEN_BY_DISPATCH:
        notes.append(f"{SAID[rules.camera.on_until]} is not in a dispatch record: cleared stands in for it")
    if cleared is not None and end - start <= rules.camera.grace:
        return Expected(
            left_out=f"over within {lasting(end - start)}; the policy gives {lasting(rules.camera.grace)} to start"
        )
    return Expected(
        Piece(start, end),
        notes=tuple(notes),
        start_sure=believed * (1.0 if moment in SEEN_BY_DISPATCH else STANDS_IN_START),
        end_sure=believed * (1.0 if rules.camera.on_until in SEEN_BY_DISPATCH else STANDS_IN_END),
        end_known=cleared is not None,
        within=within,
    )
