"""Calls of a dispatch record as grouping needs them: who was sent from when to when, and whose recordings are whose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from pipeline.camera_use.types import Call
from pipeline.camera_use.who import Who
from pipeline.incidents.grouping import GroupedCall
from pipeline.parts import camera_of
from pipeline.roster import Roster
from pipeline.types import Recording

ANEW = timedelta(hours=12)
"""some systems count their calls anew each day: rows of one number this far apart are of two calls"""


def grouped_calls(calls: Iterable[Call], who: Who) -> list[GroupedCall]:
    """One for each call with the officers of all its rows, by start. Rows without a time, and officers whom the roster
    does not tell, are left out."""
    by_number: dict[tuple[str, str], list[Call]] = {}
    for call in calls:
        if call.first is not None:
            by_number.setdefault((call.system, call.number), []).append(call)
    found = (grouped for rows in by_number.values() for own in _apart(rows) if (grouped := _grouped(own, who)))
    return sorted(found, key=lambda c: (c.start_utc, c.number))


def wearers_of(recordings: Iterable[Recording], roster: Roster) -> Mapping[str, str]:
    """Recording -> the officer who wore its camera then, as the roster says; without those that it does not tell."""
    out = {}
    for recording in recordings:
        camera = camera_of(recording)
        held = roster.wearer(camera.name, recording.start_utc) if camera is not None else None
        if held is not None:
            out[recording.id] = held.officer
    return out


def _apart(rows: Iterable[Call]) -> Iterator[list[Call]]:
    own: list[Call] = []
    for call in sorted(rows, key=_first):
        if own and _first(call) - _first(own[-1]) > ANEW:
            yield own
            own = []
        own.append(call)
    if own:
        yield own


def _first(call: Call) -> datetime:
    assert call.first is not None
    return call.first


def _grouped(rows: list[Call], who: Who) -> GroupedCall | None:
    sent = frozenset(s.officer for call in rows for s in who.sent(call) if not s.left_out and s.officer)
    times = [t for call in rows for t in call.times if t is not None]
    return GroupedCall(rows[0].number, min(times), max(times), sent) if sent else None
