"""What an utterance says of the speaker's own camera, by the words of a pack: going off, back on, the end; and why."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from pipeline.policy.language import Sentence, sentences
from pipeline.policy.pack import CameraWords, PatternSet

ANNOUNCE, UNMUTED, CLOSING = "announce", "unmuted", "closing"


@dataclass(frozen=True)
class CameraRemark:
    """Words about the camera. `first` and `last` number the words of the utterance."""

    kind: str
    """ANNOUNCE, UNMUTED or CLOSING"""
    rule: str
    """the pattern as the pack has it"""
    text: str
    first: int
    last: int


@dataclass(frozen=True)
class Reason:
    """A reason as the pack names it, and the pattern that said so."""

    name: str
    rule: str


def find_remark(rules: CameraWords, words: Sequence[str], kinds: Collection[str]) -> CameraRemark | None:
    """The first words of one of these kinds; a question, and a sentence with words of `unless`, is none."""
    wanted = [(k, s) for k, s in ((UNMUTED, rules.unmuted), (ANNOUNCE, rules.announce), (CLOSING, rules.closing))]
    for sentence in sentences(words):
        if sentence.question or rules.unless.any(sentence):
            continue
        for kind, patterns in wanted:
            if kind in kinds and (found := _first(patterns, sentence)) is not None:
                first, last, rule = found
                return CameraRemark(kind, rule, " ".join(words[first : last + 1]), first, last)
    return None


def find_reason(rules: CameraWords, words: Sequence[str]) -> Reason | None:
    """The first reason of the pack, in its order, that the words give."""
    parts = sentences(words)
    for name, patterns in rules.reasons.items():
        for sentence in parts:
            if (found := _first(patterns, sentence)) is not None:
                return Reason(name, found[2])
    return None


def _first(patterns: PatternSet, sentence: Sentence) -> tuple[int, int, str] | None:
    hit = next(patterns.all(sentence), None)
    if hit is None:
        return None
    return sentence.tokens[hit.start].source, sentence.tokens[max(hit.start, hit.stop - 1)].source, hit.pattern.source
