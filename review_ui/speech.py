"""Who speaks when, as lanes: one per voice, from the best that was measured."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.corrections import Correction, CorrectionKind, place_of
from pipeline.rows import utc_text
from pipeline.store import Store
from pipeline.types import Diarization, Role, ScoredSpan, Span, Turn
from review_ui import plain

MOST_LANES = 10
"""Voices with a lane of their own; the quietest of a crowd share one more, overlaps in sub-rows."""

_ORDER = {Role.OFFICER: 0, Role.CIVILIAN: 1, None: 2, Role.RADIO: 3}


@dataclass(frozen=True)
class Voice:
    """A lane of speech."""

    key: str
    title: str
    role: Role | None
    reason: str
    spans: tuple[Span, ...]

    @property
    def seconds(self) -> float:
        return sum(span.duration for span in self.spans)


def voices(store: Store, recording: str) -> list[Voice]:
    """Lanes by role, then by how long the voice speaks. No speech stage ran: no lanes."""
    heard = store.evidence(store.recording(recording), ("voices", "speech", "turns"))
    turns: Sequence[Turn] = heard.turns or ()
    diarization: Diarization | None = heard.voices
    spans: dict[str | None, list[Span]] = defaultdict(list)
    if diarization is not None and diarization.turns:
        # the overlapping reading: in the exclusive one two voices never sound at once
        for said in diarization.turns:
            spans[said.voice].append(Span(said.start, said.end))
    elif turns:
        for turn in turns:
            spans[turn.voice].append(turn.span)
    else:
        return _untold(heard.speech)
    lanes = [_voice(name, tuple(stretches), turns) for name, stretches in spans.items()]
    lanes.sort(key=lambda lane: (_ORDER[lane.role], -lane.seconds, lane.key))
    return _at_most(lanes)


def _untold(speech: Sequence[ScoredSpan] | None) -> list[Voice]:
    if speech is None:
        return []
    spans = tuple(Span(stretch.start, stretch.end) for stretch in speech)
    return [Voice("speech", "Speech", None, "voices were not told apart", spans)]


def _voice(name: str | None, spans: tuple[Span, ...], turns: Sequence[Turn]) -> Voice:
    weight: dict[Role | None, float] = defaultdict(float)
    reason: dict[Role | None, str] = {}
    for turn in turns:
        if turn.voice == name:
            weight[turn.role] += turn.span.duration
            reason.setdefault(turn.role, turn.role_reason)
    role = max(weight, key=lambda r: weight[r]) if weight else None
    return Voice(name or "?", plain.voice(name), role, reason.get(role, ""), spans)


def _at_most(lanes: list[Voice]) -> list[Voice]:
    if len(lanes) <= MOST_LANES + 1:
        return lanes
    kept = sorted(lanes, key=lambda lane: -lane.seconds)[:MOST_LANES]
    rest = [lane for lane in lanes if lane not in kept]
    spans = tuple(sorted(span for lane in rest for span in lane.spans))
    together = Voice("rest", f"{len(rest)} more voices", None, "each speaks less than those above", spans)
    return [lane for lane in lanes if lane in kept] + [together]


def transcript(store: Store, recording: str) -> dict[str, Any]:
    """The turns as JSON values; `measured` is false where no transcript was ever made."""
    turns = store.evidence(store.recording(recording), ("turns",)).turns
    told = _told(reworded_turns(turns or (), store.corrections(recording)))
    rows = [turn_row(turn) | {"corrected": told.get(number, "")} for number, turn in enumerate(turns or ())]
    return {"measured": turns is not None, "turns": rows}


def reworded_turns(turns: Sequence[Turn], corrections: Sequence[Correction]) -> list[tuple[int, Correction]]:
    """The corrections of words that stand, each with the number of the turn that has them now."""
    made = [(place_of(c, turns), c) for c in corrections if c.kind is CorrectionKind.TEXT]
    return [(number, correction) for number, correction in made if number is not None]


def told(made: Sequence[Correction]) -> str:
    """Who put which words right, and when, in words."""
    return "; ".join(f"{c.who}, {utc_text(c.at_utc)[:16].replace('T', ' ')} UTC: {c.said}" for c in made)


def _told(made: Sequence[tuple[int, Correction]]) -> dict[int, str]:
    return {number: told([c for other, c in made if other == number]) for number, _ in made}


def turn_row(turn: Turn) -> dict[str, Any]:
    """A turn as JSON values."""
    return {
        "start": turn.start,
        "end": turn.end,
        "voice": turn.voice,
        "who": plain.voice(turn.voice),
        "role": turn.role.value if turn.role else None,
        "why": turn.role_reason,
        "text": turn.text,
        "words": [[word.text, word.start, word.end, word.confidence] for word in turn.words],
    }
