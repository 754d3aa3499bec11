"""Shares, lengths of time, moments and names as a person reads them, on paper and on the screen alike.

`review_ui/player/js/audit_format.js` says the same of shares and lengths; a test compares the two.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from pipeline.reports.intervals import Estimate


def lasting(seconds: float | None) -> str:
    """ "45 s", "3 min 10 s", "2 h 05 min"; "–" where there is nothing."""
    if seconds is None:
        return "–"
    if seconds < 10:
        return f"{half_up(seconds, 1):.1f} s" if seconds else "0 s"
    whole = int(half_up(seconds))
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    hours = minutes // 60
    return f"{hours} h {minutes % 60:02d} min" if hours < 100 else f"{hours:,} h"


def half_up(value: float, digits: int = 0) -> float:
    """Rounded as the screen's own language and most people do, so that 12.5 % is 13 % on paper too."""
    scale = 10.0**digits
    return math.floor(value * scale + 0.5 + 1e-9) / scale


def percent(value: float | None) -> str:
    """A share as a person reads it: never 100 % where something is missing, nor 0 % where something is there."""
    if value is None:
        return "–"
    if 0 < value < LEAST:
        return f"under {LEAST:.1%}"
    if 0.995 <= value < 1 or 0 < value < 0.01:
        return f"{_shown(value, 1):.1f}%"
    return f"{half_up(value * 100):.0f}%"


LEAST = 0.001
"""a smaller share is told as being under this"""
NARROW = 0.02
"""an interval narrower than this is told in tenths of a percent"""


@dataclass(frozen=True)
class Rate:
    """A share with its interval as a person reads it."""

    value: str
    low: str
    high: str


def rate(found: Estimate | None, goal: float | None = None) -> Rate:
    """With as many decimals as it takes for 94.9 % not to read as the 95 % that were asked for, and for the ends of a
    narrow interval not to read as one number."""
    if found is None:
        return Rate("–", "–", "–")
    digits = 0 if _told(found, goal) else 1
    if digits and goal is not None and found.value < goal and _shown(found.value, 1) >= _shown(goal, 1):
        digits = 2
    ends = (half_up(one * 100, digits) for one in (found.low, found.high))
    return Rate(*(f"{one:.{digits}f}%" for one in (_shown(found.value, digits), *ends)))


def beside_goal(value: float | None, goal: float | None) -> str:
    """A share without an interval, told apart from its goal."""
    return rate(None if value is None else Estimate(value, value, value), goal).value


def _told(found: Estimate, goal: float | None) -> bool:
    """Whether whole numbers tell the share from the goal, from all and nothing, and the interval's ends apart."""
    whole = half_up(found.value * 100)
    from_goal = goal is None or (found.value < goal) == (_shown(found.value, 0) < _shown(goal, 0))
    wide = found.high - found.low >= NARROW and half_up(found.high * 100) > half_up(found.low * 100)
    ends = found.high <= found.low or wide
    return from_goal and ends and (whole > 0 or found.value == 0) and (whole < 100 or found.value == 1)


def _shown(share: float, digits: int) -> float:
    """In percent; never 100 where something is missing, nor 0 where something is there."""
    least, shown = 10.0**-digits, half_up(share * 100, digits)
    return min(100 - least, max(least, shown)) if 0 < share < 1 else shown


def clock(moment: datetime | None, zone: ZoneInfo) -> str:
    """A moment on the agency's clocks; in the hour that comes twice in autumn with the name of the time, "... EST"."""
    if moment is None:
        return "time not stated"
    local = moment.astimezone(zone)
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return f"{local:%Y-%m-%d %H:%M:%S %Z}" if twice else f"{local:%Y-%m-%d %H:%M:%S}"


def stamped(moment: datetime | None, zone: ZoneInfo) -> str:
    """The same with the name of the time in any hour, for a moment that stands alone: "2025-03-01 07:24:10 EST"."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S %Z}" if moment else "time not stated"


def with_names(text: str, names: Mapping[str, str]) -> str:
    """The sentences of findings name officers by number alone: "officer 2117" as "R. Tarn (2117)"."""

    def named(found: re.Match[str]) -> str:
        number = found[1]
        return f"{names[number]} ({number})" if names.get(number) else found[0]

    return _BY_NUMBER.sub(named, text)


_BY_NUMBER = re.compile(r"\bofficer ([^\s,;:]*[^\s,;:.])")
