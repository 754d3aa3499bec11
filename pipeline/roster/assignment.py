"""Who wore which camera when. Looked up by camera and moment, by officer and moment, or by officer alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.table_file import plain_name


@dataclass(frozen=True)
class Assignment:
    """An officer in a unit, with a camera, from `start` until before `end` (None: still). Both with a zone."""

    officer: str
    """the number or other mark that an agency knows the officer by"""
    name: str
    unit: str
    precinct: str
    camera: str
    """the serial as recordings state it; "" for an officer without a camera"""
    start: datetime
    end: datetime | None = None

    @property
    def within_days(self) -> bool:
        """Whether it says hours, as rosters of shifts do: less than a day, the shortest of which has 23 hours."""
        return self.end is not None and self.end - self.start < timedelta(hours=23)

    def holds(self, moment: datetime) -> bool:
        return self.start <= moment and (self.end is None or moment < self.end)

    def overlaps(self, other: Assignment) -> bool:
        return (other.end is None or self.start < other.end) and (self.end is None or other.start < self.end)


def spellings(camera: str) -> list[str]:
    """What a roster may call the camera that a recording calls "OVELIA BC2 OV2-0388": all of it, or its end, the
    serial, whose words are taken together ("0388" alone is not enough to stand for it)."""
    parts = camera.split()
    return [plain_name(" ".join(parts[n:])) for n in range(len(parts))]


class Roster:
    """Assignments, indexed. Cameras and officers are compared without regard to case, spaces and punctuation."""

    def __init__(self, assignments: Iterable[Assignment] = ()) -> None:
        self.assignments: Sequence[Assignment] = sorted(assignments, key=lambda a: (a.officer, a.start, a.camera))
        self._cameras: dict[str, list[Assignment]] = {}
        self._officers: dict[str, list[Assignment]] = {}
        for one in self.assignments:
            if one.camera:
                self._cameras.setdefault(plain_name(one.camera), []).append(one)
            for called in {plain_name(one.officer), plain_name(one.name)} - {""}:
                self._officers.setdefault(called, []).append(one)

    def __len__(self) -> int:
        return len(self.assignments)

    def wearer(self, camera: str | None, moment: datetime | None) -> Assignment | None:
        """Who wore a camera at a moment; None where the roster does not say."""
        if not camera or moment is None:
            return None
        held = (a for called in spellings(camera) for a in self._cameras.get(called, ()))
        return next((a for a in held if a.holds(moment)), None)

    def called(self, officer: str, moment: datetime | None = None) -> Sequence[Assignment]:
        """The assignments of the officer with this number or name (at a moment); () for a name that two share."""
        found = self._officers.get(plain_name(officer), [])
        if len({a.officer for a in found}) > 1:
            found = [a for a in found if plain_name(a.officer) == plain_name(officer)]
        return [a for a in found if moment is None or a.holds(moment)]

    def cameras_of(self, officer: str, moment: datetime) -> set[str]:
        """The cameras that an officer had at a moment, as `plain_name` writes them."""
        return {plain_name(a.camera) for a in self.called(officer, moment) if a.camera}
