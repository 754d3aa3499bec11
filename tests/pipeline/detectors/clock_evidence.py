"""Evidence with a burned-in clock of known pieces."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from pipeline.types import ClockPiece, ClockReading, Evidence, PictureState, Recording

NOON = datetime(2024, 5, 17, 12, 0, 0, tzinfo=UTC).timestamp()


def with_clock(
    *pieces: ClockPiece, duration: float = 60.0, picture: tuple[PictureState, ...] | None = None, **facts: object
) -> Evidence:
    """A recording whose stamp was read like this."""
    reading = ClockReading(**{"state": "read", "pieces": pieces, "zone": "Z", **facts})  # type: ignore[arg-type]
    return Evidence(Recording("r", Path("a.mp4"), duration), picture=picture, clock=reading)
