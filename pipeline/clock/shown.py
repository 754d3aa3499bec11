"""A reading of the burned-in clock in lines for a person."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.clock.start import shown_text
from pipeline.types import ClockReading

STATES = {
    "read": "the burned-in clock was read",
    "absent": "no burned-in date and time is seen",
    "not_set": "the burned-in clock is not set",
    "unreadable": "a stamp is seen, but its date and time cannot be read",
}


def told(clock: ClockReading) -> Iterator[str]:
    """What was read, with which profile, how surely, and how the clock ran."""
    yield f"{STATES[clock.state]} ({clock.pictures} pictures)"
    if clock.lines:
        yield "stamp also says: " + "; ".join(clock.lines)
    if clock.state != "read":
        return
    order = "" if clock.date_order_sure else "; day and month may be swapped"
    yield f"zone: {clock.zone or 'none named'}{order}"
    yield f"read with: {clock.profile or 'the general reader'}; {clock.digits_read:.1%} of the digits surely"
    for piece in clock.pieces:
        how = "stands still" if not piece.runs else "runs" if piece.rate == 1.0 else f"runs at {piece.rate:.4f}"
        shown = shown_text(piece.shows, clock)
        yield f"{piece.start:9.2f} to {piece.end:9.2f} s: {how} from {shown} (within {piece.error:.2f} s)"
