"""Find de-escalation techniques, and the events beside them, in one utterance by the rules of a pack.

A rule says which words count. What speaks against any of them stands here: words that somebody else is said to have
spoken, and a denial just before.
"""

from __future__ import annotations

import weakref
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pipeline.policy.grammar import ADVERBS, REPORTS
from pipeline.policy.language import EXPLETIVE_NOUNS, EXPLETIVES, Sentence, plain, sentences, word_set
from pipeline.policy.pack import PatternSet, Policy, TechniqueRules
from pipeline.policy.patterns import Pattern
from pipeline.policy.standing import is_near, is_order, why_not_said

EXPLETIVE = "expletive"
"""How a pattern writes any word of profanity: elsewhere these words are left out before matching."""

_TOLD = REPORTS - word_set("tell telling say saying ask asking asks hear heard posted writes like goes thought")
_DENIED = frozenset(("not", "never"))
_FIRST = frozenset(("i", "we"))


@dataclass(frozen=True)
class TechniqueMatch:
    """A label found by rule. `first` and `last` number the words of the utterance."""

    label: str
    rule: str
    """the pattern as the pack has it"""
    text: str
    first: int
    last: int


@dataclass(frozen=True)
class Line:
    """An utterance to be searched, with what was said just before it by somebody else."""

    words: Sequence[str]
    role: str | None
    before: Sequence[str] = ()
    labels: Collection[str] | None = None
    """only these labels; None: all"""


def find_techniques(policy: Policy, line: Line) -> tuple[TechniqueMatch, ...]:
    """The first match of each label, in the order of the pack. Roles the label does not belong to earn nothing.

    An utterance whose role is not known counts as an officer's.
    """
    index = _index(policy)
    wanted = [r for r in policy.techniques.values() if (line.role or "officer") in r.said_by]
    wanted = [r for r in wanted if line.labels is None or r.label in line.labels]
    if not wanted or not line.words:
        return ()
    parts = _parsed(line.words)
    heard = _Heard(line, parts, index.found(parts))
    out = (_first(policy, index, rules, heard) for rules in wanted if rules.label in heard.labels)
    return tuple(match for match in out if match is not None)


@dataclass(frozen=True)
class _Place:
    """Where a pattern stands in the pack: whose it is, and in which list."""

    label: str
    kind: str


@dataclass(frozen=True)
class _Hit:
    sentence: int
    start: int
    stop: int
    source: str


@dataclass(frozen=True)
class _Heard:
    line: Line
    parts: tuple[Sentence, ...]
    hits: Mapping[_Place, list[_Hit]]

    @cached_property
    def labels(self) -> frozenset[str]:
        """Labels of which any pattern was found."""
        return frozenset(place.label for place in self.hits)


class _Index:
    """All patterns of all labels, searched in one pass over the words."""

    def __init__(self, policy: Policy) -> None:
        self.places: dict[int, _Place] = {}
        patterns: list[Pattern] = []
        for rules in policy.techniques.values():
            for kind, found in _lists(rules):
                for pattern in found.patterns:
                    own = Pattern(pattern.source, pattern.regex, pattern.firsts)
                    self.places[id(own)] = _Place(rules.label, kind)
                    patterns.append(own)
        self.patterns = PatternSet(patterns)
        words = policy.words
        self.openers = frozenset(words["openers"]) | frozenset(words["vocatives"]) | ADVERBS
        self.tails = self.openers | frozenset(words.get("tails", ()))

    def found(self, parts: Sequence[Sentence]) -> dict[_Place, list[_Hit]]:
        out: dict[_Place, list[_Hit]] = {}
        for number, sentence in enumerate(parts):
            for hit in self.patterns.all(sentence):
                place = self.places[id(hit.pattern)]
                out.setdefault(place, []).append(_Hit(number, hit.start, hit.stop, hit.pattern.source))
        return out


def _lists(rules: TechniqueRules) -> Iterator[tuple[str, PatternSet]]:
    yield from (
        ("phrases", rules.phrases), ("starts", rules.starts), ("alone", rules.alone), ("answers", rules.answers),
        ("unless", rules.unless), ("unless_line", rules.unless_line),
    )  # fmt: skip


def _index(policy: Policy) -> _Index:
    found = _by_id.get(id(policy))
    if found is None or found[0]() is not policy:
        found = (weakref.ref(policy), _Index(policy))
        _by_id[id(policy)] = found
    return found[1]


_by_id: dict[int, tuple[weakref.ref[Policy], _Index]] = {}


def _parsed(words: Sequence[str]) -> tuple[Sentence, ...]:
    """Sentences with profanity kept, as the word that patterns write for it."""
    if not any(plain(w) in _PROFANE for w in words):
        return sentences(words)
    return sentences([_kept(words, k) for k in range(len(words))])


_PROFANE = EXPLETIVES | EXPLETIVE_NOUNS


def _kept(words: Sequence[str], at: int) -> str:
    word = plain(words[at])
    after_the = at > 0 and plain(words[at - 1]) == "the" and word in EXPLETIVE_NOUNS
    if word in EXPLETIVES or after_the:
        return words[at].lower().replace(word, EXPLETIVE) if word in words[at].lower() else EXPLETIVE
    return words[at]


def _first(policy: Policy, index: _Index, rules: TechniqueRules, heard: _Heard) -> TechniqueMatch | None:
    def hits(kind: str) -> list[_Hit]:
        return heard.hits.get(_Place(rules.label, kind), [])

    found = [*hits("phrases"), *(h for h in hits("starts") if _opens(index, heard.parts[h.sentence], h.start))]
    found += [h for h in hits("alone") if _alone(index, heard.parts[h.sentence], h)]
    answers = hits("answers")
    if answers and heard.line.before and any(rules.after.any(s) for s in sentences(heard.line.before)):
        found += answers
    if not found or hits("unless_line"):
        return None
    if not rules.to_peers and any(policy.addressee.peers.any(s) for s in heard.parts):
        return None
    against = hits("unless")
    for hit in sorted(found, key=lambda h: (h.sentence, h.start, -h.stop)):
        sentence = heard.parts[hit.sentence]
        asked = sentence.question and not rules.in_questions and not rules.said_now
        others = not rules.reported and not rules.said_now and _somebody_elses(sentence, hit.start)
        if not asked and not others and _stands(rules, sentence, hit, against, heard.line.role):
            return _match(rules.label, sentence, hit, heard.line.words)
    return None


def _stands(rules: TechniqueRules, sentence: Sentence, hit: _Hit, against: Sequence[_Hit], role: str | None) -> bool:
    """Whether nothing in the sentence speaks against a match: near it alone, where rules are of what is said now."""
    same = [h for h in against if h.sentence == hit.sentence]
    if not rules.said_now:
        return not same
    if role is None and is_order(sentence, hit.start):
        return False  # "turn that camera off": a member of the public may ask for it
    near = any(is_near((h.start, h.stop - 1), (hit.start, hit.stop - 1)) for h in same)
    return not near and not why_not_said(sentence, hit.start, hit.stop)


def may_be_said(policy: Policy, label: str, words: Sequence[str]) -> bool:
    """Whether a label that the classifier alone gives can be right: no word of `unless`, and not all that is about a
    recording is asked, denied or reported. True for labels whose rules do not look at that."""
    rules = policy.techniques.get(label)
    if rules is None or not rules.said_now:
        return True
    parts = sentences(words)
    if any(rules.unless.any(s) for s in parts):
        return False
    named = [(s, k) for s in parts for k, w in enumerate(s.words) if w.removesuffix("'s").startswith(_ABOUT_RECORDING)]
    return not named or any(not why_not_said(s, k, k + 1) for s, k in named)


_ABOUT_RECORDING = ("record", "film", "camera", "cam", "video", "bodycam", "audio", "tape", "turn", "mut", "shut")


def _opens(index: _Index, sentence: Sentence, start: int) -> bool:
    at = start
    while at > 0 and not sentence.tokens[at].opens:
        if sentence.words[at - 1] not in index.openers:
            return False
        at -= 1
    return True


def _alone(index: _Index, sentence: Sentence, hit: _Hit) -> bool:
    if not _opens(index, sentence, hit.start):
        return False
    own = sentence.words[hit.start : hit.stop]
    for k in range(hit.stop, len(sentence.words)):
        if sentence.tokens[k].opens:
            return True
        if sentence.words[k] not in index.tails and sentence.words[k] not in own:
            return False
    return True


def _somebody_elses(sentence: Sentence, start: int) -> bool:
    """A report shortly before ("he said ..."), unless the speaker repeats own words; or a denial just before."""
    words = sentence.words
    if start and words[start - 1] in _DENIED:
        return True
    near = range(max(0, start - 4), start)
    return any(words[k] in _TOLD and not _FIRST & set(words[max(0, k - 3) : k]) for k in near)


def _match(label: str, sentence: Sentence, hit: _Hit, words: Sequence[str]) -> TechniqueMatch:
    first, last = sentence.tokens[hit.start].source, sentence.tokens[hit.stop - 1].source
    return TechniqueMatch(label, hit.source, " ".join(words[first : last + 1]), first, last)
