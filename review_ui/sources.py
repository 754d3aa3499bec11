"""Whether the file of a recording is where it was: drives are unplugged, folders are moved."""

from __future__ import annotations

import threading
from pathlib import Path

from pipeline.types import Recording

PATIENCE = 0.5
"""Seconds: a network drive that answers no sooner may hang for minutes; then nothing is said of it."""

_ASKED: dict[Path, threading.Thread] = {}


def is_missing(path: Path) -> bool:
    """Whether there is certainly no file at this place."""
    found: list[bool] = []

    def look() -> None:
        try:
            found.append(path.exists())
        except OSError:
            found.append(False)

    waiting = _ASKED.get(path)
    if waiting is not None and waiting.is_alive():
        return False  # asked before, and the drive still has not answered
    asked = _ASKED[path] = threading.Thread(target=look, daemon=True)
    asked.start()
    asked.join(PATIENCE)
    if not asked.is_alive():
        _ASKED.pop(path, None)
    return found == [False]


def notices(recording: Recording, has_copy: bool) -> list[str]:
    """What to say of a recording whose file is gone; [] where it is there, or where there never was media."""
    if not recording.streams or not is_missing(recording.path):
        return []
    plays = "The copy here plays" if has_copy else "There is no copy to play"
    return [
        f"The original is not at {recording.path}: is its drive connected? {plays}; clips, covered copies and a new"
        " analysis need the original. If it was moved, run bwc analyze with its new place."
    ]
