"""Making corrections: from what a person asks for, to a correction with its anchor. Each raises CorrectionError."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pipeline.corrections.correction import Correction, CorrectionKind
from pipeline.errors import CorrectionError
from pipeline.types import Role, Span, Turn, Word, ms

LONGEST_NAME = 80
"""characters of a name to show"""
LONGEST_TEXT = 2000
"""characters of the words of one correction"""
PLACE = 0.01
"""seconds within which a time from a page means a time of the transcript; pages round to milliseconds"""


@dataclass(frozen=True)
class Speaker:
    """A voice of a recording, as it stands with all corrections."""

    voice: str
    role: Role | None
    role_reason: str
    seconds: float
    """seconds of speech"""
    turns: int
    first: float
    """when it is first heard"""
    sample: str
    """its longest turn's words, to know it by"""


def speakers_of(turns: Sequence[Turn]) -> list[Speaker]:
    """The voices in order of first being heard. Turns without a voice are left out."""
    voices = list(dict.fromkeys(t.voice for t in turns if t.voice is not None))
    return [_speaker(voice, [t for t in turns if t.voice == voice]) for voice in voices]


def _speaker(voice: str, turns: Sequence[Turn]) -> Speaker:
    longest = max(turns, key=lambda t: len(t.text))
    seconds = ms(sum(t.span.duration for t in turns))
    first = turns[0]
    return Speaker(voice, first.role, first.role_reason, seconds, len(turns), first.start, longest.text)


def rename(recording: str, turns: Sequence[Turn], voice: str, name: str, who: str) -> Correction:
    """Shows a voice under another name. Only a person ever attaches a name of the roster."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise CorrectionError(f"a name has 1 to {LONGEST_NAME} characters")
    if any(t.voice == name for t in turns):
        raise CorrectionError(f"{name!r} is another voice's name here; if both are one person, merge them")
    anchor = _stretches(turns, voice)
    return _made(recording, CorrectionKind.NAME, anchor, who, f"{voice} is called {name}", name=name)


def set_role(recording: str, turns: Sequence[Turn], voice: str, role: Role, who: str) -> Correction:
    """Says whose voice it is: an officer's, a member of the public's, the radio's."""
    anchor = _stretches(turns, voice)
    return _made(recording, CorrectionKind.ROLE, anchor, who, f"{voice} is {role.value}", role=role)


def merge(recording: str, turns: Sequence[Turn], voice: str, into: str, who: str) -> Correction:
    """Says that two voices are one person; the first takes the name and the role of the second."""
    if voice == into:
        raise CorrectionError(f"{voice!r} cannot be merged with itself")
    anchor, onto = _stretches(turns, voice), _stretches(turns, into)
    return _made(recording, CorrectionKind.MERGE, anchor, who, f"{voice} and {into} are one: {into}", onto=onto)


def assign(recording: str, turns: Sequence[Turn], spans: Sequence[Span], voice: str, who: str) -> Correction:
    """Gives what is said in some stretches to a voice; a voice that is not there becomes a new one."""
    if not any(t.span.overlap(span) > 0 for t in turns for span in spans):
        raise CorrectionError("nobody speaks there: give a stretch in which somebody does")
    here = any(t.voice == voice for t in turns)
    onto = _stretches(turns, voice) if here else ()
    where = ", ".join(f"{s.start:.1f}-{s.end:.1f} s" for s in spans[:3]) + (" and more" if len(spans) > 3 else "")
    said = f"{where} is said by {voice}"
    return _made(recording, CorrectionKind.ASSIGN, tuple(spans), who, said, onto=onto, name=voice)


def split(recording: str, turns: Sequence[Turn], voice: str, at: float, new: str, who: str) -> Correction:
    """Says that a voice is somebody else from a moment on; `new` names that voice."""
    stretches = _stretches(turns, voice)
    spans = [Span(max(at, s.start), s.end) for s in stretches if s.end > at]
    if not spans or not any(s.start < at for s in stretches):
        raise CorrectionError(f"{voice!r} does not speak both before and after {at:.1f} s: nothing to split there")
    if any(t.voice == new for t in turns):
        raise CorrectionError(f"{new!r} is another voice's name here; choose a new one")
    return assign(recording, turns, spans, new, who)


def reword(
    recording: str, turns: Sequence[Turn], span: Span, said: str, who: str, *, turn: Turn | None = None
) -> Correction:
    """Says which words were said in a stretch; no words: nothing was said there. `turn`: whose words they are, where
    several speak at once; the one that speaks there most."""
    said = " ".join(said.split())
    if len(said) > LONGEST_TEXT:
        raise CorrectionError(f"a correction has at most {LONGEST_TEXT} characters; correct one line at a time")
    touched = [t for t in turns if t.span.overlap(span) > 0]
    if not touched:
        raise CorrectionError("nobody speaks there: give a stretch in which somebody does")
    turn = turn or max(touched, key=lambda t: t.span.overlap(span))
    heard = [w.text.strip() for w in turn.words if span.start <= (w.start + w.end) / 2 < span.end]
    before = " ".join(heard) if turn.words else turn.text
    if before == said:
        raise CorrectionError("these are the words that stand there already")
    told = (
        f"{span.start:.1f} s: {_short(before)!r} was {_short(said)!r}"
        if said
        else (f"{span.start:.1f} s: {_short(before)!r} was not said")
    )
    return _made(recording, CorrectionKind.TEXT, (span,), who, told, name=said, onto=(turn.span,))


def reword_turn(recording: str, turns: Sequence[Turn], start: float, text: str, who: str) -> Correction:
    """The same for the whole turn that starts there: of its words only those that differ are replaced."""
    turn = min(turns, key=lambda t: abs(t.start - start), default=None)
    if turn is None or abs(turn.start - start) > PLACE:
        raise CorrectionError("no turn starts there any more: load the page again")
    return _differing(recording, turns, turn, turn.words, text, who)


def reword_part(
    recording: str, turns: Sequence[Turn], span: Span, voice: str | None, text: str, who: str
) -> Correction:
    """The same for what one voice says in a stretch: a turn of it, or the part of one that an incident's page shows."""
    own = [t for t in turns if t.voice == voice and t.span.overlap(span) > 0]
    if not own:
        raise CorrectionError("this voice does not speak there any more: load the page again")
    turn = max(own, key=lambda t: t.span.overlap(span))
    words = [w for w in turn.words if span.start - PLACE <= (w.start + w.end) / 2 < span.end + PLACE]
    return _differing(recording, turns, turn, words, text, who)


def _differing(
    recording: str, turns: Sequence[Turn], turn: Turn, words: Sequence[Word], text: str, who: str
) -> Correction:
    """Some words of a turn become those of a text; only those that differ are replaced."""
    old, new = [w.text.strip() for w in words], text.split()
    if not old:
        return reword(recording, turns, turn.span, text, who, turn=turn)
    first = _alike(old, new)
    last = _alike(old[first:][::-1], new[first:][::-1])
    if first + last >= len(old):  # words were only added: one that stands beside them gives them their place
        first, last = (first - 1, last) if first else (first, max(0, last - 1))
    replaced = words[first : len(old) - last]
    span = Span(replaced[0].start, max(replaced[-1].end, replaced[0].start + 0.001))
    return reword(recording, turns, span, " ".join(new[first : len(new) - last]), who, turn=turn)


def _alike(one: Sequence[str], two: Sequence[str]) -> int:
    """How many words at the beginning are the same."""
    return next((n for n, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"


def _stretches(turns: Sequence[Turn], voice: str) -> tuple[Span, ...]:
    found = tuple(t.span for t in turns if t.voice == voice)
    if not found:
        voices = ", ".join(dict.fromkeys(t.voice for t in turns if t.voice)) or "none"
        raise CorrectionError(f"no voice {voice!r} here; there are: {voices}")
    return found


def _made(
    recording: str, kind: CorrectionKind, anchor: tuple[Span, ...], who: str, said: str, **more: object
) -> Correction:
    if not who.strip():
        raise CorrectionError("say who makes the correction")
    return Correction(recording, kind, anchor, who.strip(), datetime.now(UTC), said=said, **more)  # type: ignore[arg-type]
