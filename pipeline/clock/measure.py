"""Reads the stamp of a whole recording: sampled pictures first, then all pictures where those leave something open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.contract import Progress, no_progress
from models.stamp_text import StampText
from pipeline.clock.cells import READ, SET_FROM, SET_UNTIL, Cell, Cells
from pipeline.clock.layout import Layout
from pipeline.clock.lines import other_lines
from pipeline.clock.path import Path, find_path
from pipeline.clock.pieces import pieces_of
from pipeline.clock.place import Place
from pipeline.clock.profile import Profile
from pipeline.clock.same_look import without_unmoved
from pipeline.clock.taught import in_doubt, taught_by
from pipeline.clock.watch import DigitReader, StampWatch, zone_of
from pipeline.types import ClockPiece, ClockReading, ClockSource, Recording, Span, merged

LEAST_GAIN = 1.2
"""log likelihood per digit over chance (2.3 at most) below which a line is called unreadable"""
LEAST_AGREEING = 0.5
BESIDE = 1.3
"""seconds looked at on either side of what is open: the clock turns in them, so that where it stood before and after is
known to a picture"""
NEIGHBOURS = 3
"""pictures on either side that a picture is compared with"""
CLOSE = 0.03
"""seconds between the pictures of a second look"""
CLEAR = 0.6
"""share of a picture's digits that must be read before it speaks against the path"""
MOST_OPEN = 90.0
"""seconds of second looks per recording, changes first"""
EACH = 0.25
"""seconds between the pictures in which digits are looked for that were not seen yet"""
TICK = 1.3
"""seconds of pictures in which a running clock turns once"""
TICKS = 3
"""pieces whose turn is looked for"""
ORDERS = {"MDY": ("MDY", "DMY"), "MDy": ("MDY", "DMY", "YMD")}
"""orders that the numbers of a date may stand in, the commonest of body-worn cameras first"""
MOSTLY = 0.7
"""share of the pictures that must show a date that is none for a clock that was never set"""
COUNTER = 30.0
"""a time without a date that shows less than this at the start counts the recording, it is no clock"""


class Source(Protocol):
    """Where pictures come from: an open recording (`pipeline.media.MediaFile`)."""

    def pictures(self) -> Iterator[tuple[float, NDArray[np.uint8]]]: ...
    def pictures_in(self, spans: Sequence[Span], every: float = 0.0) -> Iterator[tuple[float, NDArray[np.uint8]]]: ...


@dataclass(frozen=True)
class Reading:
    """A reading with what it was made from, for profiles and measurements of accuracy."""

    clock: ClockReading
    cells: Cells | None = None
    path: Path | None = None
    watch: StampWatch | None = None


def read_clock(
    source: Source,
    recording: Recording,
    reader: StampText,
    watch: StampWatch | None = None,
    profiles: Sequence[Profile] = (),
    progress: Progress = no_progress,
) -> Reading:
    """The burned-in clock of a recording. `watch` has seen the pictures of a scan already, or is None."""
    watch = watched(source, watch or StampWatch(reader, profiles=profiles), recording, progress)
    of_file = recording.clock_source is ClockSource.CONTAINER and recording.start_utc is not None
    container = recording.start_utc.isoformat() if of_file and recording.start_utc else None
    blank = ClockReading("absent", pictures=watch.pictures, container_utc=container)
    if not watch.cells:
        not_set = any(found.not_set for found in watch.found)
        said = tuple(found.text for found in watch.found if found.not_set)
        return Reading(replace(blank, state="not_set", lines=said) if not_set else blank, watch=watch)
    cells, order_sure = ordered(watch.cells, recording)
    path = find_path(cells)
    if _never_set(cells):
        unset = replace(blank, state="not_set", lines=(_as_read(cells.cells[0]),), box_px=_box(watch))
        return Reading(unset, cells, path, watch)
    if path is None or not _trusted(path):
        return Reading(replace(blank, state="unreadable", box_px=_box(watch)), cells, path, watch)
    watch, cells, path = _taught(source, watch, cells, path, recording, progress)
    cells, path = _second_look(source, watch, cells, path)
    cells, path = _ticks(source, watch, cells, path, recording.duration)
    cells, path = _seen_to_change(cells, path, watch)
    pieces = pieces_of(cells, path, recording.duration)
    state = _state(cells, pieces)
    clock = replace(
        blank,
        state=state,
        pieces=pieces if state in ("read", "not_set") else (),
        zone=zone_of(cells.cells),
        layout=cells.cells[0].layout.shape,
        dated=cells.dated,
        date_order_sure=order_sure,
        box_px=_box(watch) if state != "absent" else None,
        lines=tuple(other_lines(watch)),
        profile=watch.profile.name if watch.profile else "",
        digits_read=round(float(np.mean([c.read for c in cells.cells])), 4),
    )
    return Reading(clock, cells, path, watch)


def watched(source: Source, watch: StampWatch, recording: Recording, progress: Progress = no_progress) -> StampWatch:
    """A watch that has seen every sampled picture."""
    if not watch.pictures:
        _show(source, watch, recording, progress)
    watch.finish()
    turns = _turns(recording)
    if watch.place is None and turns and not any(found.not_set for found in watch.found):
        watch = StampWatch(watch.reader, profiles=watch.profiles, turns=turns)
        _show(source, watch, recording, progress)
        watch.finish()
    if watch.missed and watch.place is not None and watch.layout is not None:
        again = _following(watch, watch.place, watch.layout, watch.digits)
        _show(source, again, recording, progress)
        again.finish()
        return again
    return watch


def _following(watch: StampWatch, place: Place, layout: Layout, digits: DigitReader | None) -> StampWatch:
    """One that reads the line that another found, to be shown all pictures once more."""
    again = StampWatch(watch.reader, digits, profile=watch.profile, found=watch.found, turns=watch.turns)
    again.follow(place, layout)
    again.samples = watch.samples
    return again


def _taught(
    source: Source, watch: StampWatch, cells: Cells, path: Path, recording: Recording, progress: Progress
) -> tuple[StampWatch, Cells, Path]:
    """All pictures read once more with the stamp's own digits, where its seconds say that others were misread."""
    if watch.digits is not None or watch.place is None:
        return watch, cells, path
    cells, path = _with_more(source, watch, cells, path, in_doubt(cells, path, watch.strips), EACH)
    digits = taught_by(cells, path, watch.strips)
    if digits is None:
        return watch, cells, path
    again = _following(watch, watch.place, cells.cells[0].layout, digits)
    _show(source, again, recording, progress)
    again.finish()
    fresh, _ = ordered(again.cells, recording)
    better = find_path(fresh)
    return (again, fresh, better) if better is not None and better.gain > path.gain else (watch, cells, path)


def _turns(recording: Recording) -> int:
    """Quarter turns after which the pictures stand as a player shows them."""
    video = recording.stream("video")
    return round(video.rotation_deg / 90) % 4 if video else 0


def _show(source: Source, watch: StampWatch, recording: Recording, progress: Progress) -> None:
    for at, plane in source.pictures():
        watch(at, plane)
        progress(min(1.0, max(0.0, at / recording.duration)) if recording.duration else 1.0)


def ordered(cells: Sequence[Cell], recording: Recording) -> tuple[Cells, bool]:
    """The cells by time, with the order of the date's numbers that suits them best, and whether that is sure."""
    by_time = tuple(sorted({round(c.at, 4): c for c in cells}.values(), key=lambda c: c.at))
    tried = [Cells(by_time, order) for order in ORDERS.get(by_time[0].layout.order, ("MDY",))]
    if len(tried) == 1:
        return tried[0], True
    likely = [_plausible(each) for each in tried]
    left = [each for each, share in zip(tried, likely, strict=True) if share > max(likely) - 0.4]
    if len(left) == 1:
        return left[0], True
    if recording.start_utc is not None:
        near = [each for each in left if _near(each, recording.start_utc.timestamp())]
        if len(near) == 1:
            return near[0], True
    return left[0], False


def _plausible(cells: Cells) -> float:
    """Share of the pictures whose numbers are a date; one before body-worn cameras, or far to come, counts half."""
    values, known = cells.likeliest()
    return float((known * np.where((values >= SET_FROM) & (values < SET_UNTIL), 1.0, 0.5)).mean())


def _near(cells: Cells, moment: float) -> bool:
    values, known = cells.likeliest()
    return bool(known.any()) and abs(float(np.median(values[known])) - moment) < 1.5 * 86400


def _trusted(path: Path) -> bool:
    return path.gain >= LEAST_GAIN and float(path.agrees.mean()) >= LEAST_AGREEING


def _state(cells: Cells, pieces: Sequence[ClockPiece]) -> str:
    """ "read", "not_set", or "absent" for what counts the recording or never moves and has no date."""
    longest = max(pieces, key=lambda piece: piece.span.duration)
    if not cells.dated:
        counts = longest.runs and abs(longest.at(0.0)) < COUNTER
        return "absent" if counts or not any(piece.runs for piece in pieces) else "read"
    return "not_set" if longest.shows < SET_FROM else "read"


def _never_set(cells: Cells) -> bool:
    """Whether most pictures say month 0 or day 0, as cameras show that were never told the date."""
    return float(np.mean([_zero(cell, "M") or _zero(cell, "D") for cell in cells.cells])) > MOSTLY


def _zero(cell: Cell, field: str) -> bool:
    """Whether both digits of this field are read, and are 0."""
    rows = [row for slot, row in zip(cell.layout.slots, cell.digits, strict=True) if slot.field == field]
    return len(rows) == 2 and all(row[0] > np.log(READ) for row in rows)


def _as_read(cell: Cell) -> str:
    """Its digits by field: "0000-00-00 00:00:12"."""
    digits = dict.fromkeys("YMDhms", "")
    for slot, row in zip(cell.layout.slots, cell.digits, strict=True):
        if slot.field in digits:
            digits[slot.field] += str(int(row.argmax()))
    date, time = ([digits[field] for field in fields] for fields in ("YMD", "hms"))
    return "-".join(date) + " " + ":".join(time)


def _box(watch: StampWatch) -> tuple[int, int, int, int] | None:
    if watch.place is None:
        return None
    left, top, right, bottom = watch.place.box()
    width, height = watch.size_px
    box = (left, max(0, top), right, min(height, bottom))
    for _ in range(watch.turns):  # back to the frame as it lies in the file
        box, width, height = (height - box[3], box[0], height - box[1], box[2]), height, width
    return box


# the second look


def _second_look(source: Source, watch: StampWatch, cells: Cells, path: Path) -> tuple[Cells, Path]:
    """All pictures round each change of the path, and where a picture clearly speaks against it."""
    spans = _limited(_open_spans(cells, path), MOST_OPEN)
    return _with_more(source, watch, cells, path, spans, CLOSE)


def _open_spans(cells: Cells, path: Path) -> list[Span]:
    """Changes first, then contradictions, those that were read best first."""
    at, last = cells.at, len(cells) - 1
    changed = (np.abs(np.diff(path.offset)) > 0.5) | (path.runs[1:] != path.runs[:-1])
    changed &= path.runs[1:] | path.runs[:-1]  # a stopped clock's offset changes with each picture
    spans = [_round(at, n, n + 1) for n in np.flatnonzero(changed).tolist()]
    doubtful = ~path.agrees | _at_odds(cells, path)
    against: list[int] = [n for n in np.flatnonzero(doubtful).tolist() if cells.cells[n].read > CLEAR]
    against.sort(key=lambda n: -cells.cells[n].read)
    return spans + [_round(at, max(0, n - 1), min(last, n + 1)) for n in against]


def _at_odds(cells: Cells, path: Path) -> NDArray[np.bool_]:
    """Pictures whose second no one offset can explain together with their neighbours': between two key frames a clock
    may have stopped and caught up, and one picture alone shows it.

    A clock that shows v at t stands in [v, v + 1): whole seconds less times of one clock differ by less than 1.
    """
    low = path.value - cells.at
    out = np.zeros(len(low), bool)
    for apart in range(1, NEIGHBOURS + 1):
        both = path.runs[apart:] & path.runs[:-apart]
        step = np.abs(path.offset[apart:] - path.offset[:-apart])
        odd = both & (step < 1.0) & (np.abs(low[apart:] - low[:-apart]) > 1.0 - 1e-6)
        out[apart:] |= odd
        out[:-apart] |= odd
    return out


def _round(at: NDArray[np.float64], first: int, last: int) -> Span:
    return Span(max(0.0, float(at[first]) - BESIDE), float(at[last]) + BESIDE)


def _limited(spans: Sequence[Span], most: float) -> list[Span]:
    """As many of the first spans as come to `most` seconds, in order of time, overlapping ones joined."""
    chosen: list[Span] = []
    for span in spans:
        if sum(s.duration for s in chosen) + span.duration <= most:
            chosen = list(merged([*chosen, span]))
    return chosen


def _with_more(
    source: Source, watch: StampWatch, cells: Cells, path: Path, spans: Sequence[Span], every: float
) -> tuple[Cells, Path]:
    if not spans:
        return cells, path
    more = StampWatch(watch.reader, watch.digits, turns=watch.turns)
    assert watch.place is not None
    more.follow(watch.place, cells.cells[0].layout)
    for at, plane in source.pictures_in(spans, every):
        more(at, plane)
    more.finish()
    watch.strips += more.strips
    known = {round(at, 4) for at in cells.at.tolist()}
    fresh = [cell for cell in more.cells if round(cell.at, 4) not in known]
    both = Cells(tuple(sorted([*cells.cells, *fresh], key=lambda c: c.at)), cells.order)
    return both, find_path(both) or path


def _seen_to_change(cells: Cells, path: Path, watch: StampWatch) -> tuple[Cells, Path]:
    """Without jumps whose digits look the same before and after."""
    right = without_unmoved(cells, path, watch.strips)
    better = find_path(right) if right is not None else None
    return (cells, path) if right is None or better is None else (right, better)


def _ticks(source: Source, watch: StampWatch, cells: Cells, path: Path, duration: float) -> tuple[Cells, Path]:
    """Pictures in which the clock of the first pieces turns, so that its time is known to a picture."""
    spans: list[Span] = []
    for piece in pieces_of(cells, path, duration):
        if piece.runs and piece.error > 0.06 and piece.span.duration > 2 * TICK and len(spans) < TICKS:
            start = piece.start + 0.5
            spans.append(Span(start, start + TICK))
    return _with_more(source, watch, cells, path, spans, 0.0) if spans else (cells, path)
