"""Which report speaks of which recorded event, and why that is thought. Computed anew when asked: never stale."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pipeline.force.report import ForceReport
from pipeline.roster import Roster
from pipeline.roster.assignment import spellings

SHORTEST_NUMBER = 4
"""characters of an incident number that is looked for in names: "12" stands in every second one"""
BY_NUMBER, BY_OFFICER, BY_TIME = "number", "time and officer", "time alone"


@dataclass(frozen=True)
class Subject:
    """A recorded event that a report can be about: an incident, or a recording that is part of none."""

    id: str
    name: str
    start: datetime | None
    """None: no clock tells when it was"""
    duration: float
    names: tuple[str, ...] = ()
    """file names, in which an incident number may stand too"""
    cameras: tuple[str, ...] = ()


@dataclass(frozen=True)
class Link:
    """A report and an event. `by` says how it was found; one by time alone is a guess for a person to look at."""

    report: str
    subject: str
    by: str
    reasons: tuple[str, ...]

    @property
    def sure(self) -> bool:
        return self.by != BY_TIME


def links(reports: Iterable[ForceReport], subjects: Sequence[Subject], roster: Roster, tolerance: float) -> list[Link]:
    """All links, in order of the reports. `tolerance`: seconds that a report's time may lie outside the recording.

    The incident's number in the name of an event or of its files links, whatever the clock says, which is then noted.
    Without it the time has to fit, and a camera of an officer of the report has to be there. Where the roster knows
    their cameras and none is, there is no link; where it does not know them, the link is by time alone.
    """
    clock = _Clock(subjects, tolerance)
    return [link for report in reports for link in _links_of(report, subjects, clock, roster)]


class _Clock:
    """Events by the time they started."""

    def __init__(self, subjects: Sequence[Subject], tolerance: float) -> None:
        self._timed = sorted(((s.start.astimezone(UTC), s) for s in subjects if s.start), key=lambda t: t[0])
        self._starts = [start for start, _ in self._timed]
        self._longest = timedelta(seconds=max((s.duration for _, s in self._timed), default=0.0))
        self.tolerance = timedelta(seconds=tolerance)

    def around(self, moment: datetime) -> list[Subject]:
        at = moment.astimezone(UTC)
        first = bisect_left(self._starts, at - self._longest - self.tolerance)
        last = bisect_right(self._starts, at + self.tolerance)
        return [s for _, s in self._timed[first:last] if self.away(s, moment) <= self.tolerance]

    def away(self, subject: Subject, moment: datetime) -> timedelta:
        """How far a moment lies from an event; zero within it."""
        assert subject.start is not None
        start, at = subject.start.astimezone(UTC), moment.astimezone(UTC)
        return max(timedelta(0), start - at, at - start - timedelta(seconds=subject.duration))


def _links_of(report: ForceReport, subjects: Sequence[Subject], clock: _Clock, roster: Roster) -> list[Link]:
    numbered = [link for subject in subjects if (link := _by_number(report, subject, clock))]
    if numbered:
        return numbered
    timed = [link for subject in clock.around(report.at) if (link := _by_time(report, subject, clock, roster))]
    return [link for link in timed if link.sure] or timed


def _by_number(report: ForceReport, subject: Subject, clock: _Clock) -> Link | None:
    number = report.incident.strip()
    if len(number) < SHORTEST_NUMBER:
        return None
    place = next((name for name in (subject.name, *subject.names) if number.lower() in name.lower()), None)
    if place is None or not re.search(rf"(?<![0-9A-Za-z]){re.escape(number)}(?![0-9A-Za-z])", place, re.IGNORECASE):
        return None
    where = "its name" if place == subject.name else f"the file name {place}"
    reasons = [f"incident number {number} stands in {where}"]
    if subject.start is None:
        reasons.append("no clock of the recording to compare the time with")
    elif clock.away(subject, report.at) > clock.tolerance:
        reasons.append(f"but the report's time lies {_apart(clock.away(subject, report.at))} outside the recording")
    else:
        reasons.append(_time_fits(clock.away(subject, report.at)))
    return Link(report.number, subject.id, BY_NUMBER, tuple(reasons))


def _by_time(report: ForceReport, subject: Subject, clock: _Clock, roster: Roster) -> Link | None:
    fits = _time_fits(clock.away(subject, report.at))
    cameras = {called: camera for camera in subject.cameras for called in spellings(camera)}
    known = {officer: roster.cameras_of(officer, report.at) for officer in report.officers}
    for officer, theirs in known.items():
        for camera in sorted(theirs & set(cameras)):
            reason = f"camera {cameras[camera]} was with {officer}, whom the report names"
            return Link(report.number, subject.id, BY_OFFICER, (fits, reason))
    if cameras and any(known.values()):
        return None
    unknown = "the cameras' serials are not known" if not cameras else "the roster names no camera of its officers"
    return Link(report.number, subject.id, BY_TIME, (fits, f"{unknown}: a person has to look"))


def _time_fits(away: timedelta) -> str:
    if not away:
        return "the report's time lies within the recording"
    return f"the report's time lies {_apart(away)} outside the recording"


def _apart(away: timedelta) -> str:
    seconds = away.total_seconds()
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"
