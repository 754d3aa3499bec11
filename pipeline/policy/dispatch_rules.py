"""How the exports of dispatch systems are read, as a pack says under [dispatch]: columns, times, clocks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pipeline.policy.source import Pack
from pipeline.policy.values import check_known, columns_at, is_number, table_at, texts, zone_at
from pipeline.table_file import plain_name

TIME_FIELDS = ("dispatched", "en_route", "on_scene", "cleared")
"""In the order in which they come."""
DISPATCH_FIELDS = ("number", "officer", "unit", "date", *TIME_FIELDS, "call_type", "disposition")
"""Fields of a call; `date` stands beside columns that hold the time of day alone."""
_KEYS = ("columns", "time_forms", "clock_forms", "day_forms", "separators", "unit_separators", "unit_at_most",
         "clock_ahead", "clock_within", "zone", "systems")  # fmt: skip
_SYSTEM_KEYS = ("clock_ahead", "clock_within", "zone")


@dataclass(frozen=True)
class SystemClock:
    """The clock of a dispatch system. `ahead`: seconds that it shows too much (negative: too little)."""

    ahead: float = 0.0
    within: float = 15.0
    """seconds that it may be off after that, and that somebody takes to press a key"""
    zone: str = ""
    """"": that of the pack"""


@dataclass(frozen=True)
class DispatchRules:
    """How dispatch exports are read."""

    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """field -> names that its column may have"""
    time_forms: tuple[str, ...] = ("%Y-%m-%d %H:%M:%S",)
    clock_forms: tuple[str, ...] = ("%H:%M:%S",)
    """of times of day, where the date has a column of its own"""
    day_forms: tuple[str, ...] = ("%Y-%m-%d",)
    separators: tuple[str, ...] = (";", "|")
    """between several officers in one cell; a comma may stand in a name"""
    unit_separators: tuple[str, ...] = (";", "|", ",")
    """between several units in one cell"""
    unit_at_most: int = 4
    """a unit of the roster with more officers than this is a squad, not a car: a call of it names nobody"""
    clock: SystemClock = SystemClock()
    systems: Mapping[str, SystemClock] = field(default_factory=dict)

    def clock_of(self, system: str) -> SystemClock:
        """The clock of a system by its name; the pack's own where it has none of that name."""
        return next((c for name, c in self.systems.items() if plain_name(name) == plain_name(system)), self.clock)


def read_dispatch_rules(data: Mapping[str, Any], pack: Pack) -> DispatchRules:
    """From [dispatch] of a pack; what cannot be meant is noted there."""
    table = table_at(data, pack, "dispatch")
    check_known(table, _KEYS, pack, "dispatch")
    default = DispatchRules()
    clock = _clock(table, SystemClock(), pack, "dispatch")
    systems = table_at(table, pack, "dispatch", "systems")
    said: dict[str, Any] = {"clock": clock, "columns": columns_at(table, DISPATCH_FIELDS, pack, "dispatch", "columns")}
    said["systems"] = {name: _system(systems, name, clock, pack) for name in systems}
    for key, parts in (("time_forms", ("d", "HI")), ("clock_forms", ("", "HI")), ("day_forms", ("d", ""))):
        said[key] = _forms(table.get(key, list(getattr(default, key))), parts, pack, key)
    for key in ("separators", "unit_separators"):
        said[key] = texts(table.get(key, list(getattr(default, key))), pack, "dispatch", key)
    at_most = table.get("unit_at_most", default.unit_at_most)
    if not isinstance(at_most, int) or isinstance(at_most, bool) or at_most < 1:
        pack.wrong("unit_at_most must be a whole number, 1 or more", "dispatch", "unit_at_most")
        at_most = default.unit_at_most
    return DispatchRules(unit_at_most=at_most, **said)


def _clock(table: Mapping[str, Any], default: SystemClock, pack: Pack, *at: str) -> SystemClock:
    ahead, within = table.get("clock_ahead", default.ahead), table.get("clock_within", default.within)
    if not isinstance(ahead, int | float) or isinstance(ahead, bool) or not abs(ahead) < 86400:
        pack.wrong("clock_ahead is a number of seconds: 90 where the clock shows 90 s too much", *at, "clock_ahead")
        ahead = default.ahead
    if not is_number(within):
        pack.wrong("clock_within must be a number of seconds, 0 or more", *at, "clock_within")
        within = default.within
    return SystemClock(float(ahead), float(within), zone_at(table, default.zone, pack, *at))


def _system(systems: Mapping[str, Any], name: str, default: SystemClock, pack: Pack) -> SystemClock:
    at = ("dispatch", "systems", name)
    table = table_at(systems, pack, *at)
    check_known(table, _SYSTEM_KEYS, pack, *at)
    return _clock(table, default, pack, *at)


def _forms(value: object, parts: tuple[str, str], pack: Pack, key: str) -> tuple[str, ...]:
    """Forms of times: those of `parts` have to be in each, such as a day ("d") and an hour ("HI")."""
    moment = datetime(2025, 3, 31, 16, 5)
    forms = texts(value, pack, "dispatch", key)
    for form in forms:
        day, hour = bool(re.search(r"%[djF]", form)), bool(re.search(r"%[HIT]", form))
        if (day, hour) != tuple(bool(part) for part in parts) or moment.strftime(form) == form:
            pack.wrong(f"{form!r} is no form such as {DispatchRules.__dict__[key][0]!r}", "dispatch", key, item=form)
    return forms or tuple(DispatchRules.__dict__[key])
