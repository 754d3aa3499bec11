"""What was said during a clip, in short lines on the clip's own clock: who by role, and nothing that is covered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.types import Span, Turn, Word

LONGEST_LETTERS = 80
"""letters of one caption: two lines of about 40 (common practice of subtitling)"""
LONGEST, SHORTEST = 6.0, 0.8
"""seconds that one caption is shown"""
NEIGHBOUR = 0.25
"""share of a word that the room around a covered neighbour may reach into; covered words lie within their room whole"""
HIDDEN = "[…]"
DRAFT = "draft captions, written by a recogniser of low accuracy"


@dataclass(frozen=True)
class Line:
    """One caption."""

    start: float
    """seconds since the clip began"""
    end: float
    who: str
    text: str

    @property
    def whole(self) -> str:
        return f"{self.who}: {self.text}" if self.who else self.text


def lines_of(
    turns: Iterable[Turn], span: Span, scale: float, hidden: Sequence[Span], *, names: bool
) -> tuple[Line, ...]:
    """The captions of a stretch of a recording. Words within `hidden` are left out.

    `scale`: seconds of the recording to a second of the clip. Without `names` speakers are called by their role.
    """
    out: list[Line] = []
    for turn in turns:
        if turn.text and turn.span.overlap(span) > 0:
            out += _lines(turn, span, scale, hidden, _speaker(turn, names))
    return tuple(sorted(out, key=lambda line: (line.start, line.end)))


def _lines(turn: Turn, span: Span, scale: float, hidden: Sequence[Span], who: str) -> Iterator[Line]:
    hidden = _untold(turn, hidden)
    for words in _grouped(_words(turn)):
        within = [w for w in words if w.end > span.start and w.start < span.end]
        if not within:
            continue
        texts: list[str] = []
        for word in within:
            if not _is_hidden(word, hidden):
                texts.append(word.text)
            elif not texts or texts[-1] != HIDDEN:
                texts.append(HIDDEN)
        start = max(0.0, within[0].start - span.start) / scale
        end = min(max(within[-1].end - span.start, start * scale + SHORTEST), span.duration) / scale
        yield Line(round(start, 3), round(max(end, start), 3), who, " ".join(texts))


def _untold(turn: Turn, hidden: Sequence[Span]) -> Sequence[Span]:
    """What is hidden of a turn: all of it where something is, and the transcript does not say when its words come."""
    touched = [h for h in hidden if h.overlap(turn.span) > 0]
    return [turn.span] if touched and not turn.words else touched


def _is_hidden(word: Word, hidden: Sequence[Span]) -> bool:
    """Whether a stretch that is covered holds more of the word than the room that is left around a covered one."""
    within = max((min(word.end, h.end) - max(word.start, h.start) for h in hidden), default=0.0)
    return within > NEIGHBOUR * (word.end - word.start)


def _words(turn: Turn) -> list[Word]:
    """The words with their times; where the transcript has none, spread evenly over the turn."""
    if turn.words:
        return list(turn.words)
    texts = turn.text.split()
    each = turn.span.duration / max(1, len(texts))
    return [Word(t, turn.start + n * each, turn.start + (n + 1) * each) for n, t in enumerate(texts)]


def _grouped(words: Sequence[Word]) -> Iterator[list[Word]]:
    group: list[Word] = []
    for word in words:
        letters = sum(len(w.text) + 1 for w in group) + len(word.text)
        if group and (letters > LONGEST_LETTERS or word.end - group[0].start > LONGEST or _ends(group[-1], word)):
            yield group
            group = []
        group.append(word)
    if group:
        yield group


def _ends(last: Word, following: Word) -> bool:
    """Whether a caption ends here: a sentence is over, or nobody speaks for a while."""
    return following.start - last.end > 1.5 or (
        last.text.endswith((".", "?", "!")) and following.start - last.end > 0.3
    )


def _speaker(turn: Turn, names: bool) -> str:
    role = turn.role.value if turn.role else "speaker"
    return f"{turn.voice} ({role})" if names and turn.voice else role
