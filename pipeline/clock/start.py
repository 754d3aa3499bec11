"""When a recording began, by its stamp and by its container, and by how much the two differ."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo

from pipeline.clock.cells import SET_FROM
from pipeline.clock.layout import NOT_SET
from pipeline.types import ClockPiece, ClockReading, ClockSource, Recording

AGREES = 2.0
"""seconds by which stamp and container may differ: containers write whole seconds, some of the time that the file was
opened"""
OF_CLOCK = re.compile(rf"(?:\b(?:DATE|TIME|CLOCK)\b[ /&.]*)*(?:{NOT_SET.pattern})")
"""words in a stamp that are of its clock, and no part of the camera's name"""
ZONE_STEP = 900.0
"""seconds: zones differ by quarters of an hour"""


@dataclass(frozen=True)
class Compared:
    """What stamp and container say of the start."""

    stamp_utc: datetime | None
    """None: the stamp is local time of a zone that nothing names"""
    container_utc: datetime | None
    ahead: float | None
    """seconds that the stamp is ahead of the container; without a zone of its own, less whole quarters of an hour"""
    zone: str
    """"Z", "+02:00", "America/New_York (of the policy pack)", or "" where it is not known"""

    @property
    def agrees(self) -> bool:
        return self.ahead is not None and abs(self.ahead) <= AGREES


def compared(clock: ClockReading, zone: tzinfo | None = None) -> Compared | None:
    """Stamp against container. `zone`: the agency's, for a stamp that names none. None: the stamp says no date."""
    piece = first_running(clock)
    if piece is None or clock.state != "read" or not clock.dated or not clock.date_order_sure:
        return None
    container = datetime.fromisoformat(clock.container_utc) if clock.container_utc else None
    said, name = _in_utc(piece.at(0.0), clock.zone, zone)
    if container is None:
        return Compared(said, None, None, name)
    if said is not None:
        return Compared(said, container, round((said - container).total_seconds(), 3), name)
    apart = piece.at(0.0) - container.timestamp()
    rest = apart - ZONE_STEP * round(apart / ZONE_STEP)
    likely = abs(apart) <= 14.5 * 3600
    return Compared(None, container, round(rest if likely else apart, 3), "")


def first_running(clock: ClockReading) -> ClockPiece | None:
    """The first stretch in which the clock runs and is set."""
    return next((p for p in clock.pieces if p.runs and (p.shows >= SET_FROM or not clock.dated)), None)


def with_start(recording: Recording, clock: ClockReading | None, zone: tzinfo | None = None) -> Recording:
    """The recording with the start and the camera that its stamp says, where the container says none or another start.

    A camera writes its stamp while it records; containers are often written anew by an export. So where the two
    disagree, the stamp stands, and `clock_disagrees` shows both. Where any stretch of the stamp agrees with the
    container, the container stands.
    """
    if clock is None:
        return recording
    if recording.device is None:
        recording = replace(recording, device=_camera(clock))
    said = compared(clock, zone)
    if (
        said is None
        or said.stamp_utc is None
        or recording.clock_source in (ClockSource.BY_HAND, ClockSource.PART_BEFORE)
    ):
        return recording
    if any(_agrees(clock, piece, zone) for piece in clock.pieces if piece.runs):
        return recording
    return replace(recording, start_utc=said.stamp_utc, clock_source=ClockSource.STAMP)


def _camera(clock: ClockReading) -> str | None:
    """Make, model and serial, from the first line that says more than that the clock is not set."""
    lines = (" ".join(OF_CLOCK.sub(" ", line).split()) for line in clock.lines)
    return next((line for line in lines if line), None)


def _agrees(clock: ClockReading, piece: ClockPiece, zone: tzinfo | None) -> bool:
    said = compared(replace(clock, pieces=(piece,)), zone)
    return said is not None and said.agrees


def _in_utc(shown: float, named: str | None, zone: tzinfo | None) -> tuple[datetime | None, str]:
    """(the moment in UTC that the stamp shows, what its zone is taken to be)."""
    local = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=round(shown, 3))
    if named == "Z":
        return local, named
    if named:
        minutes = int(named[1:3]) * 60 + int(named[4:6])
        return local - timedelta(minutes=minutes if named[0] == "+" else -minutes), named
    if zone is None:
        return None, ""
    return local.replace(tzinfo=zone).astimezone(UTC), f"{zone} (of the policy pack)"


def shown_text(shown: float, clock: ClockReading) -> str:
    """What the stamp shows, for a person: "2024-05-17 11:58:30 Z"."""
    local = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(shown // 1))
    said = f"{local:%Y-%m-%d %H:%M:%S}" if clock.dated else f"{local:%H:%M:%S}"
    return f"{said} {clock.zone}" if clock.zone else said


def difference_text(seconds: float) -> str:
    """A difference for a person: "3.2 s", "1 min 35 s", "2 h 0 min", "365 days 0 h"."""
    size = abs(seconds)
    if size < 60:
        return f"{size:.1f} s"
    whole = round(size)
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    if whole < 2 * 86400:
        return f"{whole // 3600} h {whole % 3600 // 60} min"
    return f"{whole // 86400} days {whole % 86400 // 3600} h"
