"""One transcript of many cameras: what several heard stands once, as the camera that heard it best wrote it down."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

import numpy as np

from pipeline.incidents.activity import SILENT_DB
from pipeline.types import Curve, HeardTurn, IncidentSpeaker, Member, Span, Turn, Word, ms

LEAST_SHARED = 0.25
"""seconds that two turns must have in common to be compared"""
SAME_WORDS = 0.6
"""likeness of letters from which two turns say the same, whoever is said to speak; unlike sentences reach 0.45"""
SAME_WORDS_ELSEWHERE = 0.75
"""the same where the cameras do not hear the same just then"""
PERHAPS_SAME = 0.4
"""likeness from which they do where one of the voices is known to one camera only: recognisers fail far away"""
MOST_LETTERS = 1500
"""letters of a shared stretch that are compared: more than a minute and a half of fast speech"""
AROUND = 0.3
"""seconds around a turn in which another camera's words belong to it: recognisers draw edges differently"""
REST_WORDS, REST_SECONDS = 3, 0.6
"""what one camera heard beyond the other's turn stands by itself from so many words and seconds"""
DB_PER_CERTAINTY = 50.0
"""dB over the floor that weigh as much as a whole step of certainty, from 0 to 1"""
NO_CERTAINTY = 0.5
MOST_OVER_FLOOR_DB = 40.0

HeardAlike = Callable[[str, str, Span], bool | None]
"""Whether two recordings hear the same in a stretch of the incident; None: cannot be told."""


@dataclass
class _Kept:
    """A turn that stands, and who else heard it."""

    turn: HeardTurn
    quality: float
    others: list[HeardTurn]


def on_incident(member: Member, speakers: Mapping[tuple[str, str], str]) -> list[HeardTurn]:
    """A member's turns on the incident's clock, with the incident's names for the speakers."""
    return [_moved(turn, member, speakers) for turn in member.evidence.turns or ()]


def _moved(turn: Turn, member: Member, speakers: Mapping[tuple[str, str], str]) -> HeardTurn:
    recording = member.evidence.recording.id
    words = tuple(Word(w.text, at(member, w.start), at(member, w.end), w.confidence) for w in turn.words)
    return HeardTurn(
        start=at(member, turn.start),
        end=at(member, turn.end),
        voice=speakers.get((recording, turn.voice)) if turn.voice else None,
        role=turn.role,
        text=turn.text,
        words=words,
        role_reason=turn.role_reason,
        recording=recording,
        heard_as=turn.voice,
    )


def at(member: Member, time: float) -> float:
    """A member's time on the incident's clock, to the millisecond."""
    return ms(member.on_incident(time))


def merged_turns(
    turns: Iterable[HeardTurn],
    quality: Callable[[HeardTurn], float],
    heard_alike: HeardAlike,
    speakers: Sequence[IncidentSpeaker],
) -> tuple[HeardTurn, ...]:
    """Every utterance once. The best heard go first; of the others only what those did not hear is kept."""
    joined = {s.name: len({recording for recording, _ in s.voices}) for s in speakers}
    ranked = sorted(((quality(t), t) for t in turns), key=lambda q: (-q[0], q[1].start, q[1].recording))
    kept: list[_Kept] = []
    starts: list[tuple[float, int]] = []
    longest = max((t.end - t.start for _, t in ranked), default=0.0)
    for value, turn in ranked:
        first = bisect_left(starts, (turn.start - longest, -1))
        last = bisect_left(starts, (turn.end, len(kept)))
        rivals = [kept[n] for _, n in starts[first:last] if kept[n].turn.recording != turn.recording]
        same = [k for k in rivals if same_utterance(k.turn, turn, heard_alike, joined)]
        for rest in _beyond(turn, [k.turn for k in same]):
            starts.insert(bisect_left(starts, (rest.start, len(kept))), (rest.start, len(kept)))
            kept.append(_Kept(rest, value, []))
        for other in same:
            other.others.append(turn)
    out = [_with_others(k, joined) for k in kept]
    return tuple(sorted(out, key=lambda t: (t.start, t.end, t.recording)))


def same_utterance(one: HeardTurn, two: HeardTurn, heard_alike: HeardAlike, joined: Mapping[str, int]) -> bool:
    """Whether two turns of different cameras are one utterance, by time, words, speaker and sound."""
    shared = Span(max(one.start, two.start), max(one.start, two.start, min(one.end, two.end)))
    if shared.duration < min(LEAST_SHARED, one.span.duration / 2, two.span.duration / 2):
        return False
    alike = likeness_of_words(one, two, shared)
    if alike >= SAME_WORDS_ELSEWHERE:
        return True
    if heard_alike(one.recording, two.recording, shared) is False:
        return False
    if alike >= SAME_WORDS:
        return True
    if one.voice is not None and one.voice == two.voice:
        return True  # one person says one thing at a time
    alone = any(t.voice is None or joined.get(t.voice, 1) == 1 for t in (one, two))
    return alone and alike >= PERHAPS_SAME


def likeness_of_words(one: HeardTurn, two: HeardTurn, shared: Span) -> float:
    """0 to 1: how far the letters of both agree over the stretch that they share. Word boundaries do not count."""
    a, b = (letters(_said_in(turn, shared)) for turn in (one, two))
    if not a or not b:
        return 0.0
    # the comparison takes the product of both lengths: 10,000 letters without a gap took 17 s
    return SequenceMatcher(None, a[:MOST_LETTERS], b[:MOST_LETTERS], autojunk=False).ratio()


def _said_in(turn: HeardTurn, span: Span) -> str:
    inside = [w.text for w in turn.words if w.end > span.start - AROUND and w.start < span.end + AROUND]
    return " ".join(inside) if turn.words else turn.text


def letters(text: str) -> str:
    """Letters and digits alone, in small."""
    return re.sub(r"[\W_]+", "", text.lower())


def _beyond(turn: HeardTurn, same: Sequence[HeardTurn]) -> list[HeardTurn]:
    """What of a turn the same utterances on other cameras do not cover: all of it, parts, or nothing."""
    if not same:
        return [turn]
    if not turn.words:
        covered = sum(turn.span.overlap(s.span) for s in same)
        return [] if covered >= turn.span.duration / 2 else [turn]
    runs: list[list[Word]] = [[]]
    for word in turn.words:
        middle = (word.start + word.end) / 2
        if any(s.start - AROUND <= middle <= s.end + AROUND for s in same):
            runs.append([])
        else:
            runs[-1].append(word)
    long = [r for r in runs if len(r) >= REST_WORDS and r[-1].end - r[0].start >= REST_SECONDS]
    return [
        replace(turn, start=r[0].start, end=r[-1].end, words=tuple(r), text=" ".join(w.text for w in r)) for r in long
    ]


def _with_others(kept: _Kept, joined: Mapping[str, int]) -> HeardTurn:
    """The turn with the cameras that also heard it. A voice that one camera alone knows gives way to a joined one."""
    turn = kept.turn
    if turn.voice is None or joined.get(turn.voice, 1) == 1:
        better = [o for o in kept.others if o.voice is not None and joined.get(o.voice, 1) > 1]
        if better:
            most = max(better, key=lambda o: o.span.overlap(turn.span))
            turn = replace(turn, voice=most.voice)
    also = sorted({o.recording for o in kept.others})
    return replace(turn, also_heard_by=tuple(also))


# how well a camera heard something


def floor_db(level: Curve | None) -> float | None:
    """What the camera hears when nobody speaks: the tenth percentile of its level."""
    if level is None:
        return None
    values = level.values[np.isfinite(level.values) & (level.values > SILENT_DB)]
    return float(np.percentile(values, 10)) if len(values) else None


def quality_of(turn: HeardTurn, member: Member, floor: float | None) -> float:
    """How well a turn was heard: the recogniser's certainty, and the level over the camera's floor."""
    certainty = turn.confidence if turn.confidence is not None else NO_CERTAINTY
    if floor is None or member.evidence.level is None:
        return certainty
    own = Span(max(0.0, member.on_recording(turn.start)), max(0.0, member.on_recording(turn.end)))
    values = member.evidence.level.at(own)
    values = values[np.isfinite(values)]
    over = float(np.clip(np.median(values) - floor, 0.0, MOST_OVER_FLOOR_DB)) if len(values) else 0.0
    return certainty + over / DB_PER_CERTAINTY
