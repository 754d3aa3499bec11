"""Corrections laid over a transcript: the same evidence with the voices and roles that people say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.corrections.correction import Correction, CorrectionKind
from pipeline.corrections.words import reworded
from pipeline.types import Diarization, Evidence, LineLabels, Role, Span, Turn, VoiceTurn, Word, merged

LEAST_SHARE = 0.5
"""share of an anchor's speech that one voice must hold to be the voice that was meant"""


@dataclass(frozen=True)
class Corrected:
    """Evidence as people corrected it, and the corrections that find their place no more, with the reason."""

    evidence: Evidence
    lost: tuple[tuple[Correction, str], ...] = ()


def apply_corrections(evidence: Evidence, corrections: Sequence[Correction]) -> Corrected:
    """The evidence with the corrections laid over it, in their order.

    A correction whose voice cannot be told any more (its speech is spread over several voices now) is not applied but
    returned with the reason: it is never guessed.
    """
    if evidence.turns is None:
        return Corrected(evidence, tuple((c, "there is no transcript") for c in corrections))
    turns, voices, lost = _corrected(evidence.turns, evidence.voices, corrections)
    reworded = any(c.kind is CorrectionKind.TEXT for c in corrections)
    labels = _renumbered(evidence.line_labels, evidence.turns, turns, reworded)
    return Corrected(replace(evidence, turns=turns, voices=voices, line_labels=labels), lost)


def _renumbered(
    labels: tuple[LineLabels, ...] | None, before: Sequence[Turn], after: Sequence[Turn], reworded: bool
) -> tuple[LineLabels, ...] | None:
    """The labels by the numbers that their turns have now; a turn that was cut or reworded has none: rules look at
    it, until its line is labelled again."""
    if labels is None or (len(before) == len(after) and not reworded):  # a cut only ever adds turns
        return labels
    places = {(turn.start, turn.end, turn.text): number for number, turn in enumerate(after)}
    whole = ((places.get((t.start, t.end, t.text)), row) for row in labels for t in (before[row.turn],))
    return tuple(replace(row, turn=number) for number, row in whole if number is not None)


def correct_turns(turns: Sequence[Turn], corrections: Sequence[Correction]) -> tuple[Turn, ...]:
    """The turns alone with the corrections laid over them."""
    return _corrected(tuple(turns), None, corrections)[0]


def _corrected(
    turns: tuple[Turn, ...], voices: Diarization | None, corrections: Sequence[Correction]
) -> tuple[tuple[Turn, ...], Diarization | None, tuple[tuple[Correction, str], ...]]:
    lost: list[tuple[Correction, str]] = []
    for correction in corrections:
        if correction.kind is CorrectionKind.TEXT:
            other = reworded(turns, correction)
            if other is None:
                lost.append((correction, "nothing is said there any more"))
            else:
                turns = other
            continue
        change = _meant(correction, turns)
        if isinstance(change, str):
            lost.append((correction, change))
            continue
        turns = change.turns(turns)
        voices = change.voices(voices)
    return turns, voices, tuple(lost)


@dataclass(frozen=True)
class _Change:
    """What a correction means for the voices as they are now."""

    is_meant: Callable[[str | None, Span], bool] | None
    """whether a whole turn of that voice is meant; None: only what lies in `inside`"""
    inside: tuple[Span, ...]
    voice: str | None
    """the voice from now on, None: as before"""
    role: Role | None
    reason: str
    """why that role; empty: role and reason as before"""

    def turns(self, turns: Sequence[Turn]) -> tuple[Turn, ...]:
        return tuple(part for turn in turns for part in self._turn(turn))

    def _turn(self, turn: Turn) -> list[Turn]:
        if self.is_meant is not None:
            return [self._changed(turn)] if self.is_meant(turn.voice, turn.span) else [turn]
        return [self._changed(part) if meant else part for part, meant in _cut(turn, self.inside)]

    def _changed(self, turn: Turn) -> Turn:
        voice = turn.voice if self.voice is None else self.voice
        if not self.reason:
            return replace(turn, voice=voice)
        return replace(turn, voice=voice, role=self.role, role_reason=self.reason)

    def voices(self, voices: Diarization | None) -> Diarization | None:
        if voices is None or self.voice is None:
            return voices
        return replace(voices, turns=self._spoken(voices.turns), exclusive=self._spoken(voices.exclusive))

    def _spoken(self, turns: Iterable[VoiceTurn]) -> tuple[VoiceTurn, ...]:
        assert self.voice is not None
        out: list[VoiceTurn] = []
        for turn in turns:
            if self.is_meant is not None:
                out.append(replace(turn, voice=self.voice) if self.is_meant(turn.voice, turn.span) else turn)
            else:
                out += [
                    VoiceTurn(self.voice if meant else turn.voice, span.start, span.end)
                    for span, meant in _pieces(turn.span, self.inside)
                ]
        return tuple(out)


def _meant(correction: Correction, turns: Sequence[Turn]) -> _Change | str:
    """What the correction changes, or why it cannot be placed."""
    if correction.kind is CorrectionKind.ASSIGN:
        return _assigned(correction, turns)
    voice = voice_at(turns, correction.anchor)
    if voice is None:
        return "the voice it speaks of is not there any more"

    def of_voice(other: str | None, _: Span) -> bool:
        return other == voice

    if correction.kind is CorrectionKind.NAME:
        return _Change(of_voice, (), correction.name, None, "")
    if correction.kind is CorrectionKind.ROLE:
        return _Change(of_voice, (), None, correction.role, f"set by {correction.who}")
    into = voice_at(turns, correction.onto)
    if into is None:
        return "the voice that it was joined to is not there any more"
    role, reason = _role_of(turns, into)
    return _Change(of_voice, (), into, role, reason)


def _assigned(correction: Correction, turns: Sequence[Turn]) -> _Change | str:
    if not correction.onto:
        return _Change(None, correction.anchor, correction.name, None, f"a voice of its own, says {correction.who}")
    into = voice_at(turns, correction.onto)
    if into is None:
        return "the voice that it was given to is not there any more"
    role, reason = _role_of(turns, into)
    return _Change(None, correction.anchor, into, role, reason)


def _role_of(turns: Sequence[Turn], voice: str) -> tuple[Role | None, str]:
    found = next(t for t in turns if t.voice == voice)
    return found.role, found.role_reason or "role not told"


def voice_at(turns: Iterable[Turn], anchor: Sequence[Span]) -> str | None:
    """The voice that holds at least half of the speech in those stretches, None: none does."""
    held: Counter[str | None] = Counter()
    spans = merged(anchor)
    for turn in turns:
        held[turn.voice] += sum(turn.span.overlap(span) for span in spans)  # type: ignore[assignment]  # seconds
    voice, seconds = max(held.items(), key=lambda item: item[1], default=(None, 0.0))
    return voice if seconds > 0 and seconds >= LEAST_SHARE * sum(held.values()) else None


def _cut(turn: Turn, inside: Sequence[Span]) -> list[tuple[Turn, bool]]:
    """The turn in parts, each wholly inside or outside the stretches; words decide, by their middle."""
    if not turn.words:
        covered = sum(turn.span.overlap(span) for span in inside)
        return [(turn, covered > turn.span.duration / 2)]
    parts: list[tuple[list[Word], bool]] = []
    for word in turn.words:
        middle = (word.start + word.end) / 2
        meant = any(span.start <= middle < span.end for span in inside)
        if not parts or parts[-1][1] != meant:
            parts.append(([], meant))
        parts[-1][0].append(word)
    if len(parts) == 1:
        return [(turn, parts[0][1])]
    return [(_part(turn, words, first=i == 0, last=i == len(parts) - 1), m) for i, (words, m) in enumerate(parts)]


def _part(turn: Turn, words: Sequence[Word], *, first: bool, last: bool) -> Turn:
    start = turn.start if first else words[0].start
    end = turn.end if last else max(start, words[-1].end)
    text = " ".join(word.text.strip() for word in words)
    return replace(turn, start=start, end=max(start, end), text=text, words=tuple(words))


def _pieces(span: Span, inside: Sequence[Span]) -> list[tuple[Span, bool]]:
    """The stretch cut where the others begin and end, with whether each piece lies inside one."""
    edges = sorted({span.start, span.end, *(e for s in inside for e in (s.start, s.end) if span.start < e < span.end)})
    pieces = [Span(a, b) for a, b in pairwise(edges)] or [span]
    return [(p, any(p.overlap(s) > 0 for s in inside)) for p in pieces]
