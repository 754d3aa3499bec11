"""Which officers a row of a dispatch record speaks of, and who wore a camera: as the roster says at that time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from pipeline.camera_use.types import Call, RecordingFacts
from pipeline.roster import Assignment, Roster
from pipeline.table_file import plain_name


@dataclass(frozen=True, slots=True)
class Sent:
    """An officer at a call. `left_out`: why nothing can be asked of a camera, "" it can."""

    officer: str
    unit: str
    left_out: str = ""
    note: str = ""
    on_duty: bool = False
    """the roster says hours, and has this officer at that one"""
    stands_for: tuple[str, ...] = ()
    """the officers of a unit of whom it is not known who went; () it is this one"""


class Who:
    """The roster, asked by unit too."""

    def __init__(self, roster: Roster, unit_at_most: int = 1) -> None:
        self._roster = roster
        self._unit_at_most = unit_at_most
        self._units: dict[str, list[Assignment]] = {}
        self._names: dict[str, set[str]] = {}
        self._loosely: dict[str, set[str]] = {}
        for one in roster.assignments:
            self._names.setdefault(plain_name(one.name), set()).add(one.officer)
            for called in (one.officer, one.name):
                self._loosely.setdefault(_loosely(called), set()).add(one.officer)
            if one.unit:
                self._units.setdefault(_sign(one.unit), []).append(one)

    def sent(self, call: Call) -> list[Sent]:
        """Everybody whom a row speaks of, at least one. An officer counts before a unit."""
        at = call.first
        if at is None:
            return [Sent(call.officer, call.unit, "the record states no time")]
        if not self._roster.assignments:
            return [Sent(call.officer, call.unit, "no roster: who wore which camera is not known")]
        if call.officer:
            found = self._roster.called(call.officer, at)
            return [_named(call, found)] if found else [self._written_otherwise(call, at)]
        return self._of_unit(call, at)

    def _written_otherwise(self, call: Call, at: datetime) -> Sent:
        """A number without its zeros at the head, or a name with its parts turned round, where only one is meant."""
        meant = self._loosely.get(_loosely(call.officer), set())
        found = self._roster.called(next(iter(meant)), at) if len(meant) == 1 else ()
        if not found:
            return self._unknown(call)
        sent = _named(call, found)
        return replace(sent, note=f"{call.officer!r} of the record is taken for officer {sent.officer} of the roster")

    def _unknown(self, call: Call) -> Sent:
        named = self._names.get(plain_name(call.officer), set())
        if len(named) > 1:
            return Sent(call.officer, call.unit, f"{call.officer} is the name of {len(named)} officers of the roster")
        elsewhere = self._roster.called(call.officer)
        known = "is not on the roster at that time" if elsewhere else "is not on the roster"
        return Sent(elsewhere[0].officer if elsewhere else call.officer, call.unit, f"officer {call.officer} {known}")

    def _of_unit(self, call: Call, at: datetime) -> list[Sent]:
        if not call.unit:
            return [Sent("", "", "the record names neither officer nor unit")]
        here = [a for a in self._units.get(_sign(call.unit), ()) if a.holds(at)]
        held = {a.officer: a for a in sorted(here, key=lambda a: (bool(a.camera), a.start, a.camera))}
        if not held:
            return [Sent("", call.unit, f"who was unit {call.unit} is not known: it is not on the roster at that time")]
        if len(held) > self._unit_at_most:
            reason = f"unit {call.unit} has {len(held)} officers on the roster: who of them went is not known"
            return [Sent("", call.unit, reason)]
        note = f"the record names unit {call.unit} alone: whoever the roster has in it"
        return [replace(_sent(a, call.unit), note=note, on_duty=a.within_days) for _, a in sorted(held.items())]

    def wearer(self, facts: RecordingFacts) -> str:
        """Whose recording it is; "" the roster does not say."""
        if facts.officer:
            return facts.officer
        held = self._roster.wearer(facts.camera, facts.start_utc)
        return held.officer if held else ""

    def unit_of(self, officer: str, at: datetime) -> str:
        """The officer's unit at a moment, "" where the roster names none."""
        return next((a.unit for a in self._roster.called(officer, at) if a.unit), "")

    def camera_of(self, officer: str, at: datetime) -> str:
        """The serials that the officer had at a moment."""
        return ", ".join(sorted({a.camera for a in self._roster.called(officer, at) if a.camera}))


def _named(call: Call, found: Iterable[Assignment]) -> Sent:
    held = sorted(found, key=lambda a: (not a.camera, a.start, a.camera))
    return _sent(held[0], call.unit)


def _loosely(called: str) -> str:
    """How numbers and names are compared that were not found as they stand: "0017" is "17", "Tarn, J." is "J. Tarn"."""
    return " ".join(sorted(word.lstrip("0") for word in plain_name(called).split()))


def _sign(unit: str) -> str:
    """A call sign as it is compared: "3B-12", "3b 12" and "3B12" are one."""
    return plain_name(unit).replace(" ", "")


def _sent(held: Assignment, unit: str) -> Sent:
    without = "" if held.camera else f"the roster gives officer {held.officer} no camera at that time"
    return Sent(held.officer, held.unit or unit, without)
