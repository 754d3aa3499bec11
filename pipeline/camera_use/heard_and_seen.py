"""Muted, not seeing, without a buffer: what the analysis of an officer's recordings shows of the required time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from pipeline.camera_use.asked import Asked
from pipeline.camera_use.on_and_off import of_mutes, said_before
from pipeline.camera_use.rules import lasting
from pipeline.camera_use.timeline import Piece, Taken, less, union
from pipeline.camera_use.types import Marked, RecordingFacts, UseEvidence, UseFinding, UseKind

LEAST = 0.5
"""seconds; what is left of a stretch at the edge of the required time and shorter is not told"""
BUFFER_SURE, NO_BUFFER_SURE = 0.9, 0.5
"""how far a short buffer is believed, and none at all: a cut export, or a buffer with sound, looks the same. Chosen."""

Known = Callable[[RecordingFacts], bool]
Of = Callable[[RecordingFacts], tuple[Marked, ...]]


def muted_of(facts: RecordingFacts) -> tuple[Marked, ...]:
    """Stretches without sound."""
    return facts.muted


def unseen_of(facts: RecordingFacts) -> tuple[Marked, ...]:
    """Stretches in which the camera did not see."""
    return facts.unseen


def without(taken: Sequence[Taken], piece: Piece, of: Of) -> list[Piece]:
    """Stretches that every recording of the officer running then lacks: what another one has is not lacking."""
    lacking = union(p.clipped(piece) for t in taken if of(t.facts) for p in t.on_clock(of(t.facts)))
    if not lacking:
        return []
    having = union(p for t in taken for p in less(t.piece, t.on_clock(of(t.facts))))
    return [part for p in lacking for part in less(p, having) if part.seconds > 0]


def seconds_without(taken: Sequence[Taken], pieces: Sequence[Piece], of: Of, known: Known) -> float | None:
    """Seconds of the required time without sound, or picture; None: on none of the recordings anybody looked."""
    if not any(known(t.facts) for t in taken):
        return None
    return round(sum(p.seconds for piece in pieces for p in without(taken, piece, of)), 3)


def silences(asked: Asked, taken: Sequence[Taken]) -> Iterator[UseFinding]:
    """Stretches without sound that the policy does not allow, or for which it asks a reason that was not found."""
    rules = asked.rules.camera
    for whole in without(taken, asked.piece, muted_of):
        own, marks = _marks(taken, whole, muted_of)
        remark = _not_allowed(asked, whole, own)
        if whole.seconds < LEAST or not remark:
            continue
        for piece in asked.told.fresh("muted", whole):
            if piece.seconds < LEAST:
                continue
            evidence = [UseEvidence("policy", remark), *_shown(piece, own, marks), *asked.seen_by_others(piece)]
            if rules.mute_allowed and whole.seconds > rules.longest_mute:
                evidence[1:1] = said_before(asked, own[:1], whole.start, whole.end)
            summary = f"No sound on the recording of officer {asked.officer} for {lasting(piece.seconds)}"
            yield _finding(asked, UseKind.MUTED, piece, summary, evidence, own, marks)


def _not_allowed(asked: Asked, whole: Piece, own: Sequence[Taken]) -> str:
    """What the policy says against a mute, "" nothing."""
    rules = asked.rules.camera
    if not rules.mute_allowed:
        return "The policy does not allow muting"
    if whole.seconds > rules.longest_mute:
        return f"The policy allows {lasting(rules.longest_mute)} at a time"
    if not rules.announce_before_stop or not own or not all(t.facts.words_known for t in own):
        return ""
    first, last = whole.start - rules.announce_within, whole.end + rules.announce_within
    said = any(first <= t.start + m.start <= last for t in own for m in of_mutes(t.facts.announced))
    return "" if said else "The policy asks that the reason is said; none was found in the words before or after"


def blindness(asked: Asked, taken: Sequence[Taken]) -> Iterator[UseFinding]:
    """Stretches in which the camera ran and did not see: covered, dark, frozen or obstructed."""
    for whole in without(taken, asked.piece, unseen_of):
        own, marks = _marks(taken, whole, unseen_of)
        for piece in asked.told.fresh("unseen", whole):
            if piece.seconds < LEAST:
                continue
            summary = f"The camera of officer {asked.officer} did not see for {lasting(piece.seconds)}"
            evidence = [*_shown(piece, own, marks), *asked.seen_by_others(piece)]
            yield _finding(asked, UseKind.NOT_SEEING, piece, summary, evidence, own, marks)


def buffers(asked: Asked, taken: Sequence[Taken]) -> Iterator[UseFinding]:
    """Recordings with a shorter pre-event buffer than the policy's, or none; one that goes on from another has none."""
    rules = asked.rules.camera
    if not rules.buffer or rules.buffer_has_sound:
        return
    for t in taken:
        if t.facts.buffer is None or t.facts.buffer >= rules.buffer - rules.buffer_short_by:
            continue
        goes_on = any(run.start < t.start for run in asked.own.covered(Piece(t.start - 0.01, t.start + 0.01)))
        if goes_on or not asked.told.first_time(t.facts.id):
            continue
        had = f"{t.facts.buffer:.0f} s" if t.facts.buffer else "none"
        summary = f"Pre-event buffer of officer {asked.officer}: {had}, {rules.buffer:.0f} s asked for"
        text = "Silence at the start of the recording, while the picture runs, is taken for the buffer"
        evidence = [UseEvidence("recording", text, t.facts.id, 0.0, t.facts.buffer)]
        missing = round(rules.buffer - t.facts.buffer, 3)
        at = Piece(t.start, t.start)
        sure = BUFFER_SURE if t.facts.buffer else NO_BUFFER_SURE
        yield asked.finding(UseKind.BUFFER_MISSING, at, sure, summary, evidence, [t], seconds=missing)


def _marks(taken: Sequence[Taken], piece: Piece, of: Of) -> tuple[list[Taken], list[Marked]]:
    """The recordings, and what was found on them, that a stretch rests on."""
    own, marks = [], []
    for t in taken:
        here = [m for m in of(t.facts) if t.start + m.start < piece.end and t.start + m.end > piece.start]
        if here:
            own.append(t)
            marks += here
    return own, marks


def _shown(piece: Piece, own: Sequence[Taken], marks: Sequence[Marked]) -> Iterator[UseEvidence]:
    said = "; ".join(dict.fromkeys(m.said or m.label for m in marks))
    for t in own:
        seen = t.piece.clipped(piece)
        if seen.seconds:
            yield UseEvidence("recording", said, t.facts.id, t.second(seen.start), t.second(seen.end))
    if any(m.confirmed for m in marks):
        yield UseEvidence("review", "A person confirmed this on the recording")


def _finding(
    asked: Asked, kind: UseKind, piece: Piece, summary: str, evidence: Sequence[UseEvidence],
    own: Sequence[Taken], marks: Sequence[Marked],
) -> UseFinding:  # fmt: skip
    confirmed = any(m.confirmed for m in marks)
    sure = 0.99 if confirmed else min((m.score for m in marks), default=0.5)
    return asked.finding(kind, piece, sure, summary, evidence, own, confirmed=confirmed)
