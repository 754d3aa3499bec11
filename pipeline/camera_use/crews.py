"""A unit of which the roster has several officers: which of them went to a call that names the unit alone.

Officers of several shifts share a car, and a roster by days has all of them in it. Whoever recorded went. Whoever the
roster has on duty at that hour, or who recorded not long before and again not long after, was on duty. Of the others
nothing is known, and nothing is asked. Where none of them recorded, the unit stands for all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from pipeline.camera_use.timeline import Piece, Timeline
from pipeline.camera_use.who import Sent

ON_DUTY = 4 * 3600.0
"""seconds between two recordings of an officer who is taken to be on duty in between. Chosen, not measured: shifts of
one officer lie eight hours and more apart, and recordings of a shift closer."""


def told_apart(sent: Sequence[Sent], piece: Piece, own: Callable[[str], Timeline]) -> list[Sent]:
    """Those who went of the officers of a row that names their unit alone, as far as can be told.

    `own`: the recordings of an officer. `piece`: the time in which a camera had to be on.
    """
    crew = [one for one in sent if not one.left_out]
    if len(crew) < 2:
        return list(sent)
    went = {one.officer for one in crew if one.on_duty or _was_there(own(one.officer), piece)}
    if not went:
        return [_unit(crew), *(one for one in sent if one.left_out)]
    others = ", ".join(one.officer for one in crew if one.officer not in went)
    also = f"; not asked, since nothing tells that they were on duty: {others}" if others else ""
    return [replace(one, note=one.note + also) for one in sent if one.left_out or one.officer in went]


def _was_there(own: Timeline, piece: Piece) -> bool:
    if own.within(piece):
        return True
    before, after = own.before(piece.start), own.after(piece.end)
    return before is not None and after is not None and after.start - before.end <= ON_DUTY


def _unit(crew: Sequence[Sent]) -> Sent:
    """All of them as one, of whom one at least was asked for a recording."""
    officers = ", ".join(one.officer for one in crew)
    note = f"the roster has {officers} in unit {crew[0].unit} at that time: who of them went is not known"
    return replace(crew[0], officer=f"unit {crew[0].unit}", stands_for=tuple(one.officer for one in crew), note=note)
