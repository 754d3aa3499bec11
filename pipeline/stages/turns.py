"""Who said what: words given to voices, cut into turns, with the role of each voice as far as can be told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from pipeline.errors import NotMeasurable
from pipeline.policy import Policy
from pipeline.policy.loops import without_loops
from pipeline.stages.roles import tell_roles
from pipeline.types import Evidence, Progress, Turn, VoiceTurn, Word

ENDS = (".", "!", "?")


@dataclass(frozen=True)
class Turns:
    """Words are required; voices, the level and the sound of voices are used where they were measured."""

    policy: Policy
    pause: float = 0.8
    """seconds of silence that end a turn"""
    longest: float = 20.0
    """seconds from which a turn ends at the next sentence end or short pause, so that it can be read and found"""
    nearest_voice: float = 0.3
    """seconds: a word that no voice covers goes to a voice this near"""

    name: ClassVar[str] = "turns"
    version: ClassVar[str] = "2"
    reads: ClassVar[tuple[str, ...]] = ("words",)
    also_reads: ClassVar[tuple[str, ...]] = ("voices", "level", "voice_sounds")
    writes: ClassVar[tuple[str, ...]] = ("turns",)

    def __call__(self, evidence: Evidence, progress: Progress) -> Evidence:
        if evidence.words is None:
            raise NotMeasurable("words not measured")
        words = sorted(evidence.words, key=lambda w: (w.start, w.end))
        exclusive = evidence.voices.exclusive if evidence.voices else ()
        voices = give_voices(words, exclusive, self.nearest_voice)
        turns = tuple(self._turn(group, voice) for group, voice in self._groups(words, voices))
        turns = tell_roles(turns, self.policy, exclusive, evidence.level, evidence.voice_sounds)
        progress(1.0)
        return replace(evidence, turns=turns)

    def _groups(
        self, words: Sequence[Word], voices: Sequence[str | None]
    ) -> Iterator[tuple[tuple[Word, ...], str | None]]:
        start = 0
        for i in range(1, len(words) + 1):
            if i == len(words) or voices[i] != voices[start] or self._ends(words[start], words[i - 1], words[i]):
                yield tuple(words[start:i]), voices[start]
                start = i

    def _ends(self, first: Word, before: Word, after: Word) -> bool:
        pause = after.start - before.end
        long = before.end - first.start >= self.longest
        return pause > self.pause or (long and (pause >= self.pause / 4 or before.text.endswith(ENDS)))

    def _turn(self, words: tuple[Word, ...], voice: str | None) -> Turn:
        """A turn; a loop of the recogniser is written once with its count, and its repeats carry no words."""
        start, end = words[0].start, max(w.end for w in words)
        kept, times = without_loops([w.text for w in words], self.policy.windows.loop_repeats)
        said = tuple(words[i] for i in kept)
        text = " ".join(w.text for w in said)
        if times > 1:
            text += f" [the same words up to {times} times in a row]"
        return Turn(start, max(start, end), voice, None, text, said)


def give_voices(words: Sequence[Word], exclusive: Sequence[VoiceTurn], nearest: float) -> list[str | None]:
    """The voice of each word (sorted by start): the one that covers most of it, else one within `nearest` seconds."""
    turns = sorted(exclusive, key=lambda t: t.start)
    out: list[str | None] = []
    first = 0
    for word in words:
        while first < len(turns) and turns[first].end < word.start - nearest:
            first += 1
        out.append(_voice_of(word, turns, first, nearest))
    return out


def _voice_of(word: Word, turns: Sequence[VoiceTurn], first: int, nearest: float) -> str | None:
    best, voice = -nearest - 1e-9, None
    for k in range(first, len(turns)):
        if turns[k].start > word.end + nearest:
            break
        covered = min(turns[k].end, word.end) - max(turns[k].start, word.start)  # negative: seconds apart
        if covered > best:
            best, voice = covered, turns[k].voice
    return voice
