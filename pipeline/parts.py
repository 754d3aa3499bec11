"""Files that are one recording cut in two: a camera that reached its longest file, or an export in parts.

Such files follow each other on the camera's clock. Exports often copy the first part's clock into every part, or leave
it out: then the parts' order says where each begins. A part that names no camera is of the camera that the others name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from pipeline.types import ClockSource, Recording

FOLLOWS_WITHIN = 3.0
"""seconds between two files of one camera that still are one recording: clocks are read to the second, and a camera
needs a second or two to begin a new file"""
SAME_CLOCK = 1.0
"""seconds by which two parts' clocks may differ and still be one copied clock"""

ROLL_OVER = 10.0
"""seconds after a longest file that still are one recording: a camera's clock is off by 1.4 s in 4 h at 100 ppm, and it
needs a moment"""
LONGEST_FILE = 14400.0
"""seconds; body-worn cameras end a file at 4 h (makers' manuals)"""
CUT_LEAST, CUT_WITHIN = 600.0, 2.0
"""seconds: files that a camera cuts at one length are ten minutes or longer, and alike to a second or two"""
MINUTE = 60.0

_SAID = re.compile(
    r"^(?P<stem>.*?)[\s._-]*\(?(?:part|pt|chunk|split)[\s._-]*0*(?P<number>\d{1,3})(?:[\s._-]*of[\s._-]*\d{1,3})?\)?$"
    r"|^(?P<stem2>.*?)[\s._-]*\(?0*(?P<number2>\d{1,3})[\s._-]*of[\s._-]*\d{1,3}\)?$",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"^(?P<stem>.*?\D)0*(?P<number>\d{1,4})$")


@dataclass(frozen=True)
class Part:
    """What a file's name says of its place among others. `said`: the name calls it a part ("part 2", "2 of 3")."""

    stem: str
    number: int
    said: bool


@dataclass(frozen=True)
class Camera:
    """Which camera wrote a file, and what says so."""

    name: str
    source: str
    """"the file" (its metadata or stamp) or "the names of the parts" """


def part_of(path: Path) -> Part | None:
    """The place that a file's name tells, None for a name without a number at its end."""
    found = _SAID.match(path.stem)
    if found:
        number = found["number"] or found["number2"]
        return Part((found["stem"] or found["stem2"] or "").lower(), int(number), True)
    found = _NUMBERED.match(path.stem)
    return Part(found["stem"].lower(), int(found["number"]), False) if found else None


def camera_of(recording: Recording) -> Camera | None:
    """The camera as the file names it; for parts of one export without a name, the export. None: not known."""
    if recording.device:
        return Camera(recording.device, "the file")
    part = part_of(recording.path)
    if part is not None and part.said:
        return Camera(f"{recording.path.parent.name}/{part.stem}", "the names of the parts")
    return None


def alike(one: Recording, two: Recording) -> bool:
    """Whether two files have the same streams: codec, size, sound rate and channels."""
    return _streams(one) == _streams(two)


def _streams(recording: Recording) -> list[tuple[object, ...]]:
    # the picture's mean rate differs a little from part to part; the sound's sampling rate does not
    return [
        (s.kind, s.codec, s.width_px, s.height_px, s.channels, s.rate_hz if s.kind == "audio" else None)
        for s in recording.streams
    ]


def is_longest(length: float, others: Sequence[float], longest_file: float = LONGEST_FILE) -> bool:
    """Whether a file ended because its camera makes none that are longer: it is of the longest length that is known, or
    it and others of the camera's (`others`) are the longest of all: one other where it is of whole minutes, as cameras
    are set, else two, since two recordings may be as long by chance."""
    if abs(length - longest_file) <= CUT_WITHIN:
        return True
    if length < CUT_LEAST or length < max(others, default=0.0) - CUT_WITHIN:
        return False
    alike = sum(abs(length - other) <= CUT_WITHIN for other in others)
    return alike >= (1 if abs(length - round(length / MINUTE) * MINUTE) <= CUT_WITHIN else 2)


def parts_placed(recordings: Sequence[Recording]) -> list[Recording]:
    """The recordings in their order, later parts with the start that follows from the part before them, and parts that
    name no camera with the one that the others name.

    A part's own clock stands where it follows on the part before, or tells something else than a copy would.
    """
    starts: dict[str, datetime] = {}
    recordings = _with_cameras(recordings)
    for row in _rows(recordings):
        for before, after in pairwise(row):
            began = starts.get(before.id, before.start_utc)
            if began is not None and _copied(before, after):
                starts[after.id] = began + timedelta(seconds=before.duration)
    return [
        replace(r, start_utc=starts[r.id], clock_source=ClockSource.PART_BEFORE) if r.id in starts else r
        for r in recordings
    ]


def _with_cameras(recordings: Sequence[Recording]) -> Sequence[Recording]:
    """Where names call files parts of one, a part in which no stamp was read is of the only camera that is named."""
    cameras: dict[str, str] = {}
    for row in _rows(recordings):
        named = {r.device for r in row if r.device}
        part = part_of(row[0].path)
        if part is not None and part.said and len(named) == 1:
            cameras |= {r.id: next(iter(named)) for r in row if not r.device}
    return [replace(r, device=cameras[r.id]) if r.id in cameras else r for r in recordings] if cameras else recordings


def perhaps_parts(files: Iterable[tuple[str, Path, str, datetime | None]]) -> set[str]:
    """Of very many files (id, path, device, start) those that `parts_placed` could place, and those that it needs for
    it: files of one camera in one folder with one clock, and parts by their names where some lack clock or camera."""
    timed: dict[tuple[Path, str], list[tuple[datetime, str]]] = {}
    named: dict[tuple[Path, str], list[str]] = {}
    lacking: set[tuple[Path, str]] = set()
    every = list(files)
    lost = {path.parent for _, path, device, start in every if start is None or not device}
    for id, path, device, start in every:
        if start is not None:
            timed.setdefault((path.parent, device), []).append((start, id))
        if path.parent in lost and (part := part_of(path)) and part.said:
            named.setdefault((path.parent, part.stem), []).append(id)
            lacking |= {(path.parent, part.stem)} if start is None or not device else set()
    found = {id for key in lacking for id in named[key]}
    for own in timed.values():
        pairs = pairwise(sorted(own))
        found |= {id for a, b in pairs if (b[0] - a[0]).total_seconds() <= SAME_CLOCK for id in (a[1], b[1])}
    return found


def _rows(recordings: Sequence[Recording]) -> list[list[Recording]]:
    """Recordings of one folder and one stem in the order of their numbers, broken where a number is missing."""
    numbered: dict[tuple[Path, str, bool], dict[int, list[Recording]]] = {}
    for recording in recordings:
        part = part_of(recording.path)
        if part is not None:
            key = (recording.path.parent, part.stem, part.said)
            numbered.setdefault(key, {}).setdefault(part.number, []).append(recording)
    return [row for found in numbered.values() for one in _apart(found) for row in _unbroken(one)]


def _apart(numbered: Mapping[int, Sequence[Recording]]) -> list[Mapping[int, Sequence[Recording]]]:
    """Exports of one name, where numbers come twice: by the clock that each copied into its parts. Systems that number
    their calls anew each day name exports alike."""
    if all(len(found) == 1 for found in numbered.values()):
        return [numbered]
    timed = [(one.start_utc, number, one) for number, found in numbered.items() for one in found if one.start_utc]
    apart: list[dict[int, list[Recording]]] = []
    before: datetime | None = None
    for start, number, one in sorted(timed, key=lambda found: (found[0], found[1], found[2].id)):
        if before is None or (start - before).total_seconds() > SAME_CLOCK:
            apart.append({})
        apart[-1].setdefault(number, []).append(one)
        before = start
    return list(apart)


def _unbroken(numbered: Mapping[int, Sequence[Recording]]) -> list[list[Recording]]:
    rows: list[list[Recording]] = []
    last = None
    for number in sorted(numbered):
        if len(numbered[number]) > 1:  # two files of one number: nobody can say which one goes on
            last = None
            continue
        if last is None or number != last + 1:
            rows.append([])
        rows[-1].append(numbered[number][0])
        last = number
    return rows


def _copied(before: Recording, after: Recording) -> bool:
    """Whether `after` is the next part of `before` and its clock is none, or the same once more."""
    part = part_of(after.path)
    if part is None or before.device != after.device or not alike(before, after) or not before.streams:
        return False
    if not part.said and before.device is None:
        return False  # "cam1", "cam2": two cameras as likely as two parts
    if after.start_utc is None or before.start_utc is None:
        return after.start_utc is None and part.said
    copied = abs((after.start_utc - before.start_utc).total_seconds()) <= SAME_CLOCK
    return copied and before.duration > FOLLOWS_WITHIN
