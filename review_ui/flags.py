"""What the dispatch record says of an incident, as moments on its clock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.camera_use.types import Call
from pipeline.camera_use.who import Who
from pipeline.errors import ConfigError
from pipeline.incidents import grouped_calls, wearers_of
from pipeline.run_incidents import ROUND_CALLS
from pipeline.store import Store
from pipeline.types import Incident, Recording, ms
from review_ui import policies

TIMES = ("dispatched", "en route", "on scene", "cleared")
NEAR = timedelta(minutes=30)
"""before the first recording and after the last in which a time of a call is shown"""


@dataclass(frozen=True)
class Flag:
    """One time of a dispatch record, in seconds on the incident's clock."""

    at: float
    title: str
    text: str


def flags_of(incident: Incident, recordings: Sequence[Recording], store: Store) -> list[Flag]:
    """The times of the calls to which an incident's cameras were sent, by time; none where no calls were imported."""
    zero = incident.start_utc
    if zero is None:
        return []
    end = zero + timedelta(seconds=max((offset for _, offset, _ in incident.recordings), default=0.0))
    calls = store.calls(zero - ROUND_CALLS, end + ROUND_CALLS)
    numbers = _numbers(calls, recordings, store) if calls else frozenset()
    last = end + timedelta(seconds=max((r.duration for r in recordings), default=0.0)) + NEAR
    found = {flag for call in calls if call.number in numbers for flag in _flags(call, zero, zero - NEAR, last)}
    return sorted(found, key=lambda flag: (flag.at, flag.title, flag.text))


def _numbers(calls: Sequence[Call], recordings: Sequence[Recording], store: Store) -> frozenset[str]:
    """Of the calls to which somebody was sent whose camera is here."""
    roster = store.roster()
    try:
        at_most = policies.in_use().dispatch.unit_at_most
    except ConfigError:
        return frozenset()
    here = set(wearers_of(recordings, roster).values()) | {r.device for r in recordings if r.device}
    return frozenset(call.number for call in grouped_calls(calls, Who(roster, at_most)) if call.sent & here)


def _flags(call: Call, zero: datetime, first: datetime, last: datetime) -> Iterator[Flag]:
    who = ", ".join(filter(None, (call.officer, call.unit and f"unit {call.unit}")))
    for title, moment in zip(TIMES, call.times, strict=True):
        if moment is not None and first <= moment <= last:
            said = f"call {call.number}" + (f", {who}" if who else "")
            yield Flag(ms((moment - zero).total_seconds()), title, said)
