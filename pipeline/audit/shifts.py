"""Shifts of a day, by the hours at which they begin, in the agency's zone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

from pipeline.errors import BwcError


@dataclass(frozen=True)
class Shift:
    """A shift begins at `start` and lasts until the next one begins."""

    name: str
    start: time


def shifts_of(said: Sequence[str]) -> tuple[Shift, ...]:
    """Shifts as a pack names them, "Day 06:00"; by the hour. Raises BwcError."""
    return tuple(sorted((_shift(one) for one in said), key=lambda shift: shift.start))


def shift_of(moment: datetime, shifts: Sequence[Shift]) -> str:
    """The name of the shift in which a moment (on the agency's clocks) lies; `shifts` by the hour, at least one."""
    begun = [shift for shift in shifts if shift.start <= moment.time()]
    return (begun or shifts)[-1].name


def _shift(said: str) -> Shift:
    found = re.fullmatch(r"(.*\S)\s+(\d{1,2}):(\d{2})", said.strip())
    if not found or int(found[2]) > 23 or int(found[3]) > 59:
        raise BwcError(f'{said!r} in shifts of the policy pack is no shift; write it as "Day 06:00"')
    return Shift(f"{found[1]}, from {int(found[2]):02}:{found[3]}", time(int(found[2]), int(found[3])))
