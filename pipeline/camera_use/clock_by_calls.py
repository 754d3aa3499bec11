"""A camera whose clock is off by whole quarters of an hour: its recordings fit calls that have none, all by one shift.

Clocks that nobody set when summer time came or went, that run in another zone or in the wrong half of the day, are off
by such steps (zones differ by quarters of an hour). One recording that fits so is chance; five of a camera by the same
step, for most calls of its wearer that have none, are not. They are then placed where they fit, which is said at each
call that they count for; starts and ends that rest on them are believed half as much.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from pipeline.camera_use.assess import assess, worn
from pipeline.camera_use.expected import expected
from pipeline.camera_use.placed import BY_CALLS
from pipeline.camera_use.rules import UseRules, lasting
from pipeline.camera_use.timeline import Piece
from pipeline.camera_use.types import Call, CallUse, IncidentFacts, Marked, RecordingFacts
from pipeline.camera_use.who import Who
from pipeline.parts import ROLL_OVER
from pipeline.roster import Roster, spellings
from pipeline.table_file import plain_name

STEP, FURTHEST = 900.0, 14 * 3600.0
"""seconds: zones differ by quarters of an hour, and by 14 h and less from each other on one continent and from UTC"""
ALIKE = 0.75
"""of the time that a recording and a call take together in which both are: then they fit. Chosen, not measured."""
LEAST_WITHOUT = 3
"""calls without a recording from which a camera's clock is looked at"""
LEAST_FITTING, LEAST_SHARE = 5, 0.6
"""calls, no recording of which fits as it is, that fit by one step; and their share of such calls meanwhile. Chosen."""
LONGEST = 86400.0
"""seconds; a call that began longer before a recording has none that fits"""
MOST_AGAINST = 0.2
"""recordings meanwhile that fit a call as they are, to those that fit by the step"""
SHORTEST = 60.0
"""seconds; a shorter recording fits too much"""


Run = tuple[Piece, tuple[str, ...]]
"""A stretch that a camera recorded, and its files."""


@dataclass(frozen=True, slots=True)
class Shift:
    """What a camera's clock shows too much (negative: too little), seconds, and the recordings that it is of."""

    ahead: float
    fitting: int
    recordings: frozenset[str]

    @property
    def said(self) -> str:
        off = f"{lasting(abs(self.ahead))} too {'much' if self.ahead > 0 else 'little'}"
        fit = f"{self.fitting} of this camera's recordings then fit calls that no recording fits"
        return f"Its clock is taken to show {off}: {fit}"


def assess_set_right(
    calls: Sequence[Call],
    roster: Roster,
    facts: Sequence[RecordingFacts],
    rules: UseRules,
    incidents: Sequence[IncidentFacts] = (),
) -> tuple[tuple[CallUse, ...], tuple[RecordingFacts, ...], list[Shift]]:
    """As `assess`, with the facts that it went by in the end, and the shifts that were made for it."""
    found = shifts(_asked(calls, Who(roster, rules.dispatch.unit_at_most), rules), facts)
    if found:
        facts = worn(set_right(facts, found), roster)
    return assess(calls, roster, facts, rules, incidents), tuple(facts), found


def _asked(calls: Iterable[Call], who: Who, rules: UseRules) -> Iterator[tuple[str, Piece]]:
    """Each camera of which a recording was asked, and when."""
    for call in calls:
        sent = [one for one in who.sent(call) if not one.left_out]
        piece = expected(call, rules).piece if sent else None
        if piece is not None and call.first is not None:
            for one in sent:
                for camera in who.camera_of(one.officer, call.first).split(", "):
                    yield plain_name(camera), piece


def shifts(asked: Iterable[tuple[str, Piece]], facts: Iterable[RecordingFacts]) -> list[Shift]:
    """The shift of each camera that has one. `asked`: names of cameras (`plain_name`), and when each had to be on."""
    calls: dict[str, list[Piece]] = {}
    for camera, piece in asked:
        calls.setdefault(camera, []).append(piece)
    own = _by_camera(facts, calls)
    found = (_shift(own[camera], sorted(calls[camera])) for camera in own if _looked_at(own[camera], calls[camera]))
    return [shift for shift in found if shift]


def _looked_at(own: Sequence[Run], calls: Iterable[Piece]) -> bool:
    """Whether there are calls without a recording, enough to ask for the clock."""
    starts = [piece.start for piece, _ in own]
    without = 0
    for call in calls:
        near = own[bisect_left(starts, call.start - LONGEST) : bisect_left(starts, call.end)]
        without += not any(piece.end > call.start for piece, _ in near)
        if without >= LEAST_WITHOUT:
            return True
    return False


def set_right(facts: Iterable[RecordingFacts], found: Iterable[Shift]) -> list[RecordingFacts]:
    """The facts with the recordings of shifted cameras where they fit, their wearers to be looked up anew."""
    of: Mapping[str, Shift] = {recording: shift for shift in found for recording in shift.recordings}
    return [_moved(one, of[one.id]) if one.id in of else one for one in facts]


def _moved(one: RecordingFacts, shift: Shift) -> RecordingFacts:
    assert one.start_utc is not None and one.end_utc is not None, "only recordings with a clock are shifted"
    back = timedelta(seconds=shift.ahead)
    doubt = Marked(0.0, one.duration, BY_CALLS, 1.0, said=shift.said)
    return replace(
        one, start_utc=one.start_utc - back, end_utc=one.end_utc - back, officer="",
        clock_doubts=(*one.clock_doubts, doubt),
    )  # fmt: skip


def _by_camera(facts: Iterable[RecordingFacts], asked: Container[str]) -> dict[str, list[Run]]:
    """Camera -> what it recorded, by start: files that follow each other at once as one."""
    own: dict[str, list[tuple[Piece, str]]] = {}
    for one in facts:
        if one.start_utc is None or one.end_utc is None:
            continue
        camera = next((c for c in spellings(one.camera) if c in asked), "")
        if camera:
            own.setdefault(camera, []).append((Piece(one.start_utc.timestamp(), one.end_utc.timestamp()), one.id))
    return {camera: [run for run in _runs(sorted(own[camera])) if run[0].seconds >= SHORTEST] for camera in sorted(own)}


def _runs(files: Iterable[tuple[Piece, str]]) -> list[Run]:
    out: list[Run] = []
    for piece, id in files:
        if out and piece.start - out[-1][0].end <= ROLL_OVER:
            whole, ids = out[-1]
            out[-1] = (Piece(whole.start, max(whole.end, piece.end)), (*ids, id))
        else:
            out.append((piece, (id,)))
    return out


def _shift(own: Sequence[Run], calls: Sequence[Piece]) -> Shift | None:
    """What the recordings and calls of a camera, each in order of time, have in common."""
    as_it_is: dict[int, int] = {}
    for n, (piece, _) in enumerate(own):
        near = range(bisect_left(calls, Piece(piece.start - LONGEST, 0.0)), bisect_left(calls, Piece(piece.end, 0.0)))
        as_it_is.update((n, m) for m in near if _fits(piece, calls[m], 0.0))
    fit = set(as_it_is.values())
    without = [call for m, call in enumerate(calls) if m not in fit]
    fitting: dict[float, dict[int, int]] = {}
    for n, (piece, _) in enumerate(own):
        for m, call in enumerate(without) if n not in as_it_is else ():
            for ahead in _steps(piece.start - call.start):
                if _fits(piece, call, ahead):
                    fitting.setdefault(ahead, {}).setdefault(m, n)
    if not fitting:
        return None
    ahead = max(fitting, key=lambda one: (len(fitting[one]), -abs(one)))
    matched = set(fitting[ahead].values())
    first, last = min(matched), max(matched)
    begins, ends = own[first][0].start - ahead - STEP, own[last][0].end - ahead
    meanwhile = [call for call in without if begins <= call.start < ends]
    against = sum(first <= n <= last for n in as_it_is)
    if len(matched) < max(LEAST_FITTING, LEAST_SHARE * len(meanwhile)) or against > MOST_AGAINST * len(matched):
        return None
    # among those between, one may fit another call by chance as it is; by the step it fits its own
    by_chance = {n for n in as_it_is if first < n < last and any(_fits(own[n][0], call, ahead) for call in calls)}
    run = _run(first, last, len(own), set(as_it_is) - by_chance)
    return Shift(ahead, len(matched), frozenset(id for n in run for id in own[n][1]))


def _steps(apart: float) -> Iterator[float]:
    """The steps next to how far apart two starts are; none for none at all."""
    for ahead in (apart // STEP * STEP, apart // STEP * STEP + STEP):
        if ahead and abs(ahead) <= FURTHEST:
            yield ahead


def _fits(recording: Piece, call: Piece, ahead: float) -> bool:
    start, end = recording.start - ahead, recording.end - ahead
    both = min(end, call.end) - max(start, call.start)
    return both > 0 and both >= ALIKE * (max(end, call.end) - min(start, call.start))


def _run(first: int, last: int, count: int, as_it_is: set[int]) -> Iterator[int]:
    """From the first recording that fits by the step to the last, and on to both sides up to one that fits as it is."""
    while first > 0 and first - 1 not in as_it_is:
        first -= 1
    while last + 1 < count and last + 1 not in as_it_is:
        last += 1
    return (n for n in range(first, last + 1) if n not in as_it_is)
