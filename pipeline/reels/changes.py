"""What a version of a list changes, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from pipeline.reels.reel import Clip, Reel


def changed(before: Reel | None, after: Reel) -> str:
    """ "begun, 3 clips", "1 clip added, put in another order"; empty: nothing."""
    if before is None:
        return f"begun, {_clips(len(after.clips))}"
    return ", ".join(_changes(before, after))


def _changes(before: Reel, after: Reel) -> Iterator[str]:
    old, new = Counter(map(_place, before.clips)), Counter(map(_place, after.clips))
    gone, added = (old - new).total(), (new - old).total()
    moved = min(gone, added)
    if moved:
        yield f"{_clips(moved)} from another moment"
    if added > moved:
        yield f"{_clips(added - moved)} added"
    if gone > moved:
        yield f"{_clips(gone - moved)} left out"
    if not gone and not added and [_place(c) for c in before.clips] != [_place(c) for c in after.clips]:
        yield "put in another order"
    worded = sum((Counter(after.clips) - Counter(before.clips)).values()) - added
    if worded > 0:
        yield f"{_clips(worded)} with other words, cover or second camera"
    if replace(before, clips=()) != replace(after, clips=()):
        yield "title or form changed"


def _place(clip: Clip) -> tuple[str, float, float, str]:
    return clip.recording, clip.start, clip.end, clip.finding


def _clips(count: int) -> str:
    return "1 clip" if count == 1 else f"{count} clips"
