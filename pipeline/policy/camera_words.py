"""What an utterance says of the speaker's own camera, by the words of a pack: going off, back on, the end; and why."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from pipeline.policy.language import Sentence, Token, sentences, word_set
from pipeline.policy.pack import CameraWords, Found, PatternSet
from pipeline.policy.standing import is_near, is_order, of_oneself, why_not_said

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
    order: bool = False
    """said as an order: whose camera is meant is not known"""


@dataclass(frozen=True)
class Reason:
    """A reason as the pack names it, and the pattern that said so."""

    name: str
    rule: str


REASON_WITHIN = 30
"""words before and after a remark in which its reason may stand: a long utterance goes on to other things"""
_IS_AFTER = word_set(
    "off on going gone coming about being been recording rolling running muted paused dead dying now back still just"
    " gonna getting already out down silent activated deactivated stopped here at low"
)
_PHRASE_GOES_ON = word_set(
    "off down up out for while now real a because so and here since to until till per as real quick right then but due"
    " i we he she they my the"
)
"""What may follow "this" or "it" as an object; before any other word it belongs to a noun ("this conversation")."""
_OBJECTS = frozenset(("it", "this", "that"))
_NOUNS_TOO = word_set("stop end cut close mute pause")
_BEFORE_NOUN = word_set("the this that a an whole traffic bus your my his her next any short")


def find_remark(rules: CameraWords, words: Sequence[str], kinds: Collection[str]) -> CameraRemark | None:
    """The first words of one of these kinds that are said, not asked, denied, reported or of something else."""
    every = ((UNMUTED, rules.unmuted), (ANNOUNCE, rules.announce), (CLOSING, rules.closing))
    wanted = [(kind, patterns) for kind, patterns in every if kind in kinds]
    for sentence in sentences(words):
        for form in (sentence, opened(sentence)):
            against = _against(rules.unless, form)
            for kind, patterns in wanted:
                found = next(_said(patterns, against, form), None)
                if found is None and kind == ANNOUNCE:
                    found = _first_of_oneself(rules.own, against, form)
                if found is not None:
                    first, last = _sources(found, form)
                    text, order = " ".join(words[first : last + 1]), is_order(form, found.start)
                    return CameraRemark(kind, found.pattern.source, text, first, last, order)
    return None


def find_reason(rules: CameraWords, words: Sequence[str], near: CameraRemark | None = None) -> Reason | None:
    """The first reason of the pack, in its order, that the words give; with `near`, that the words beside it give."""
    first, last = (near.first - REASON_WITHIN, near.last + REASON_WITHIN) if near else (0, len(words))
    parts = [form for s in sentences(words) for form in (s, opened(s))]
    for name, patterns in rules.reasons.items():
        for form in parts:
            for hit in patterns.all(form):
                at = _sources(hit, form)
                if first <= at[0] and at[1] <= last:
                    return Reason(name, hit.pattern.source)
    return None


def opened(sentence: Sentence) -> Sentence:
    """The sentence with "camera's off" as "camera is off", "victim's request" as "victim request", "b w c" as "bwc"."""
    return Sentence(tuple(_letters_joined(list(_without_apostrophes(sentence.tokens)))), sentence.question)


def _without_apostrophes(tokens: Sequence[Token]) -> Iterator[Token]:
    for number, token in enumerate(tokens):
        if not token.text.endswith("'s") or len(token.text) < 4:
            yield token
            continue
        yield replace(token, text=token.text[:-2])
        if number + 1 < len(tokens) and tokens[number + 1].text in _IS_AFTER:
            yield replace(token, text="is", opens=False)


def _letters_joined(tokens: Sequence[Token]) -> Iterator[Token]:
    """Letters spelled one by one become one word; "a" and "i" alone are words."""
    for letters, group in groupby(tokens, lambda token: len(token.text) == 1 and token.text.isalpha()):
        run = list(group)
        while run and (not letters or run[0].text in ("a", "i")):
            yield run.pop(0)
        if run:
            yield replace(run[0], text="".join(t.text for t in run))


def _first_of_oneself(own: PatternSet, against: Sequence[tuple[int, int]], form: Sentence) -> Found | None:
    return next((hit for hit in _said(own, against, form) if of_oneself(form, hit.start)), None)


def _against(unless: PatternSet, sentence: Sentence) -> list[tuple[int, int]]:
    """Words of the utterance, first and last, that speak against a match near them."""
    return [_sources(hit, form) for form in (sentence, opened(sentence)) for hit in unless.all(form)]


def _said(patterns: PatternSet, against: Sequence[tuple[int, int]], sentence: Sentence) -> Iterator[Found]:
    for hit in patterns.all(sentence):
        own = _sources(hit, sentence)
        near = any(is_near(words, own) for words in against)
        if not near and not _belongs_to_a_noun(sentence, hit) and not why_not_said(sentence, hit.start, hit.stop):
            yield hit


def _belongs_to_a_noun(sentence: Sentence, hit: Found) -> bool:
    """ "This conversation", "a traffic stop": the words mean something else than they do alone."""
    if hit.start and sentence.words[hit.start] in _NOUNS_TOO and sentence.words[hit.start - 1] in _BEFORE_NOUN:
        return not sentence.tokens[hit.start].opens
    if sentence.words[hit.stop - 1] not in _OBJECTS or hit.stop >= len(sentence.words):
        return False
    return sentence.words[hit.stop] not in _PHRASE_GOES_ON and not sentence.tokens[hit.stop].opens


def _sources(hit: Found, sentence: Sentence) -> tuple[int, int]:
    """The first and the last word of the utterance that a match covers."""
    return sentence.tokens[hit.start].source, sentence.tokens[max(hit.start, hit.stop - 1)].source
