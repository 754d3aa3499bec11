"""No recording, late start, early stop, gaps: what the starts and ends of an officer's recordings show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.camera_use.asked import Asked, certainty, trusted
from pipeline.camera_use.rules import lasting
from pipeline.camera_use.timeline import Piece, Taken, Timeline
from pipeline.camera_use.types import Marked, RecordingFacts, UseEvidence, UseFinding, UseKind

OPEN_CALL = 3600.0
"""seconds after its start in which a recording counts for a call of which nobody noted the end"""
NEAR = 12 * 3600.0
"""seconds; where an officer has no recording at all this near to a call, perhaps none was imported"""
MOST_STRANGERS = 3
"""recordings of cameras on no roster that are named beside a missing one"""
READ_TO = 1.0
"""seconds to which the clock of one camera is read"""
SEEN_ON = 0.7
"""how far an end of contact that no record states is believed where another camera there went on recording; chosen"""


def open_piece(asked: Asked) -> Piece:
    """Where to look for recordings: longer than the required time where its end is not known."""
    if asked.end_known:
        return asked.piece
    return Piece(asked.piece.start, max(asked.piece.end, asked.piece.start + OPEN_CALL))


def starts_and_ends(asked: Asked) -> Iterator[UseFinding]:
    """Late start, gaps and early stop of an officer who recorded."""
    covered = asked.own.covered(open_piece(asked))
    if not covered:
        return
    yield from _late_start(asked, covered[0].start)
    for before, after in pairwise(covered):
        # where nobody noted the end, a later recording may be of something else
        if asked.end_known or after.start <= asked.piece.end:
            yield from gap(asked, Piece(before.end, after.start))
    if asked.end_known:
        yield from _early_stop(asked, covered[-1].end)


@dataclass(frozen=True, slots=True)
class Instead:
    """What may be the recording that is missing."""

    camera: str
    """serials that the roster gives the officer"""
    clockless: Sequence[RecordingFacts]
    """recordings of these without a clock"""
    strangers: Timeline
    """recordings of cameras that the roster gives to nobody"""


def no_recording(asked: Asked, instead: Instead) -> UseFinding:
    """None of the officer's recordings overlaps the required time."""
    piece, others = asked.piece, list(asked.seen_by_others(open_piece(asked)))
    sure = (0.95 if others else 0.9) * min(asked.start_sure, 1.0 if asked.end_known else 0.5)
    evidence = [UseEvidence("roster", _given(asked, instead))]
    for clock in instead.clockless:
        text = f"A recording of camera {clock.camera} has no clock: it may be this one"
        evidence.append(UseEvidence("clock", text, clock.id, 0.0))
        sure *= 0.5
    unknown = instead.strangers.within(piece)
    sure *= 0.7 if unknown else 1.0
    for taken in unknown[:MOST_STRANGERS]:
        text = f"{taken.facts.camera or 'A camera without a serial'} ran then; the roster gives it to nobody"
        evidence.append(UseEvidence("roster", text, taken.facts.id, taken.second(piece.start)))
    evidence += [*_nearest(asked), *others]
    if _close_by(asked):
        sure *= 0.5
    elif not asked.own.within(Piece(piece.start - NEAR, piece.end + NEAR)):
        sure *= 0.6
        of = "any of them" if asked.stands_for else "this officer"
        text = f"No recording of {of} within {lasting(NEAR)} is in the store: are all of them imported?"
        evidence.append(UseEvidence("recording", text))
    during = f"in {lasting(piece.seconds)}" if asked.end_known else f"within {lasting(OPEN_CALL)} of the call's start"
    of = f"any officer of {asked.officer}" if asked.stands_for else f"officer {asked.officer}"
    return asked.finding(UseKind.NO_RECORDING, piece, sure, f"No recording of {of} {during}", evidence)


def _given(asked: Asked, instead: Instead) -> str:
    """What the roster says of who was asked for a recording."""
    if not asked.stands_for:
        return f"The roster gives officer {asked.officer} camera {instead.camera}"
    officers = ", ".join(asked.stands_for)
    return f"The roster has {officers} in {asked.officer}, with {instead.camera}: who of them went is not known"


def _nearest(asked: Asked) -> Iterator[UseEvidence]:
    before, after = asked.own.before(asked.piece.start), asked.own.after(asked.piece.end)
    if before and asked.piece.start - before.end <= NEAR:
        text = f"The recording before ended {lasting(asked.piece.start - before.end)} earlier"
        yield UseEvidence("recording", text, before.facts.id, before.second(before.end))
    if after and after.start - asked.piece.end <= NEAR:
        text = f"The next recording begins {lasting(after.start - asked.piece.end)} later"
        yield UseEvidence("recording", text, after.facts.id, 0.0)


def _close_by(asked: Asked) -> bool:
    """Whether a recording would overlap if the clocks were off by as much as they may be."""
    before, after = asked.own.before(asked.piece.start), asked.own.after(asked.piece.end)
    return bool(
        (before and asked.piece.start - before.end <= asked.off_by(before))
        or (after and after.start - asked.piece.end <= asked.off_by(after))
    )


def _late_start(asked: Asked, start: float) -> Iterator[UseFinding]:
    late, grace = start - asked.piece.start, asked.rules.camera.grace
    first = _at(asked, start)
    off_by = asked.off_by(*first)
    if late <= grace + off_by:
        return
    piece = Piece(asked.piece.start, start)
    sure = certainty(late - grace, off_by) * asked.start_sure * trusted(*first)
    begins = [_edge(asked, taken, start, "begins") for taken in first[:1]]
    summary = f"The recording of officer {asked.officer} begins {lasting(late)} after it had to be on"
    evidence = [*begins, *asked.clocks(*first), *asked.seen_by_others(piece)]
    yield asked.finding(UseKind.LATE_START, piece, sure, summary, evidence, first)


def _early_stop(asked: Asked, end: float) -> Iterator[UseFinding]:
    early, grace = asked.piece.end - end, asked.rules.camera.grace_end
    last = _at(asked, end)
    off_by = asked.off_by(*last)
    if early <= grace + off_by:
        return
    piece = Piece(end, asked.piece.end)
    others = list(asked.seen_by_others(piece))
    believed = max(asked.end_sure, SEEN_ON * asked.start_sure) if others and asked.end_sure < 1 else asked.end_sure
    ends = [_edge(asked, taken, end, "ends") for taken in last[-1:]]
    summary = f"The recording of officer {asked.officer} ends {lasting(early)} before it was to end"
    evidence = [*ends, *said_before(asked, last[-1:], end), *asked.clocks(*last), *others]
    sure = certainty(early - grace, off_by) * believed * trusted(*last)
    yield asked.finding(UseKind.EARLY_STOP, piece, sure, summary, evidence, last)


def not_there(asked: Asked) -> Iterator[UseFinding]:
    """No recording of one of several times that an officer was at a call, with recordings of the others."""
    for one in gap(asked, asked.piece):
        whole = f"No recording of officer {asked.officer} in one of the times at this call, {lasting(one.seconds)}"
        yield replace(one, summary=whole)


def gap(asked: Asked, whole: Piece) -> Iterator[UseFinding]:
    """A stretch between two recordings of one officer, less what another call of the same time told of it."""
    sides = [*_at(asked, whole.start), *_at(asked, whole.end)]
    one_clock = len({t.facts.clock for t in sides}) <= 1
    off_by = READ_TO if one_clock else asked.off_by(*sides) - asked.within
    join = asked.rules.camera.join_within
    if whole.seconds <= join or (not one_clock and whole.seconds <= join + off_by):
        return
    for piece in asked.told.fresh("gap", whole):
        if piece.seconds <= join:
            continue
        evidence = [*(_edge(asked, t, whole.start, "ends") for t in _at(asked, whole.start)[-1:]),
                    *said_before(asked, _at(asked, whole.start)[-1:], whole.start),
                    *(_edge(asked, t, whole.end, "goes on") for t in _at(asked, whole.end)[:1]),
                    *asked.seen_by_others(piece)]  # fmt: skip
        summary = f"No recording of officer {asked.officer} for {lasting(piece.seconds)} between two that there are"
        sure = certainty(piece.seconds - join, off_by)
        yield asked.finding(UseKind.GAP, piece, sure, summary, evidence, sides)


def _at(asked: Asked, at: float) -> list[Taken]:
    """The recordings that begin, end or run at a moment."""
    return asked.own.within(Piece(at - 0.002, at + 0.002))


def _edge(asked: Asked, taken: Taken, at: float, what: str) -> UseEvidence:
    name = taken.facts.path.rsplit("/", 1)[-1] or taken.facts.camera or taken.facts.id[:12]
    return UseEvidence("recording", f"{name} {what} at {asked.rules.clock(at)}", taken.facts.id, taken.second(at))


def said_before(asked: Asked, last: list[Taken], at: float, back: float | None = None) -> Iterator[UseEvidence]:
    """Whether a reason was said before a camera, or its sound, went off, or after it came `back`."""
    if not asked.rules.camera.announce_before_stop:
        return
    for taken in last:
        if not taken.facts.words_known:
            yield UseEvidence("announced", "Whether a reason was said is not known: the words were not analysed")
            continue
        within = asked.rules.camera.announce_within
        marks = taken.facts.announced if back is None else of_mutes(taken.facts.announced)
        before = [m for m in marks if 0 <= at - (taken.start + m.start) <= within]
        after = [m for m in marks if back is not None and 0 <= taken.start + m.start - back <= within]
        for m in best_said(before)[-1:]:
            text = f"{lasting(at - taken.start - m.start)} before, it {_was_said(m)}: {m.said}"
            yield UseEvidence("announced", text, taken.facts.id, m.start, m.end)
        for m in best_said(after)[:1]:
            text = f"{lasting(taken.start + m.start - (back or 0.0))} after, it {_was_said(m)}: {m.said}"
            yield UseEvidence("announced", text, taken.facts.id, m.start, m.end)
        if not before and not after:
            where = "before and after" if back is not None else "before"
            yield UseEvidence("announced", f"No reason was found in the words of the {lasting(within)} {where} it")


def of_mutes(announced: Sequence[Marked]) -> list[Marked]:
    """Words that may be of a mute: without those bound to the end of the recording, however they were found."""
    ends = [(m.start, m.end) for m in announced if m.of_end]
    return [m for m in announced if not any(m.start <= end and m.end >= start for start, end in ends)]


def best_said(marks: list[Marked]) -> list[Marked]:
    """Words with a reason, where there are any: those alone."""
    return [m for m in marks if m.label == WITH_REASON] or marks


def _was_said(mark: Marked) -> str:
    return "was said" if mark.label == WITH_REASON else "was said, without a reason that is known"


WITH_REASON = "mute_reason_spoken"
