"""Voices that one camera alone tells apart, where others show that they are a speaker already known.

A diarizer takes a person's shouting for a voice of its own at times. Where all that such a voice says was heard by
other cameras as one speaker's, it is that speaker.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from pipeline.incidents.activity import RATE_HZ, Activity, Bools
from pipeline.incidents.speakers import Joined, Voice

LEAST_HEARD = 2.0
"""seconds that others must have heard"""
MOSTLY = 0.7
"""share of them that must be one speaker's: turns end half a second apart on two cameras (chosen on the sample)"""
AT_ONCE = 0.1
"""share of the voice's time in which that speaker's own voice may speak on the same recording"""


def absorbed(
    groups: Sequence[Joined], activities: Mapping[str, Activity], given: frozenset[Voice] = frozenset()
) -> list[Joined]:
    """The groups with such voices given to the speaker they are; not those that a person named (`given`)."""
    wide = {n for n, group in enumerate(groups) if len({recording for (recording, _), _ in group}) > 1}
    out = [list(group) for group in groups]
    for n, group in enumerate(groups):
        voice = group[0][0]
        if n in wide or len(group) > 1 or voice in given:
            continue
        speaker = _speaker(voice, groups, wide, activities)
        if speaker is not None and not _at_once(voice, groups[speaker], activities):
            out[speaker].append((voice, "was heard by other cameras as this speaker"))
            out[n] = []
    return [group for group in out if group]


def _speaker(voice: Voice, groups: Sequence[Joined], wide: set[int], activities: Mapping[str, Activity]) -> int | None:
    """The joined speaker as whom other cameras heard most of what a voice says."""
    recording, name = voice
    own = activities[recording].voices[name]
    heard = {n: _elsewhere(groups[n], recording, activities, own) for n in wide}
    alone = np.sum(list(heard.values()), axis=0) == 1 if heard else own
    seconds = {n: float((own & alone & row).sum()) / RATE_HZ for n, row in heard.items()}
    total = sum(seconds.values())
    best = max(seconds, key=lambda k: seconds[k], default=None)
    return best if best is not None and total >= LEAST_HEARD and seconds[best] >= MOSTLY * total else None


def _elsewhere(group: Joined, recording: str, activities: Mapping[str, Activity], own: Bools) -> Bools:
    """When other recordings hear this speaker."""
    rows = [activities[other].voices[voice] for (other, voice), _ in group if other != recording]
    return np.any(rows, axis=0) if rows else np.zeros_like(own)


def _at_once(voice: Voice, group: Joined, activities: Mapping[str, Activity]) -> bool:
    """Whether the speaker's own voice on that recording speaks at the same time: then they are two."""
    recording, name = voice
    own = activities[recording].voices[name]
    for (other, other_name), _ in group:
        if other == recording:
            both = float((own & activities[recording].voices[other_name]).sum())
            if both > AT_ONCE * float(own.sum()) + RATE_HZ / 2:
                return True
    return False
