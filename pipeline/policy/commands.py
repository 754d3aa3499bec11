"""Find orders to a member of the public in what an officer said.

Told apart from the same words as a report, a question, a denial, a permission, a condition ("do that and we will..."),
an order to another officer, and first aid. Each match says which rule fired and which words it stands on.
"""

from __future__ import annotations

import re
import weakref
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.policy.grammar import Blocked, Grammar, Lead
from pipeline.policy.language import Sentence, sentences, word_set
from pipeline.policy.pack import CommandRules, Found, PatternSet, Policy
from pipeline.policy.patterns import Pattern

_CONSEQUENCE = re.compile(
    r"(?:\S+ ){0,9}?and (?:then )?(?:i|we|you|he|she|they|it|(?:your|my|the) \S+|nobody|everybody|this|that)"
    r" (?:will|can|could|would|am going to|are going to|is going to|get|gets|might|may|will not|do not|does not"
    r"|am \S+ing|are (?:the|done|out|home|good|free|fine|on your way)|is|turns|becomes|goes|go home|ends|leaves|walks)"
    r" (?!be right)"
    r"|(?:\S+ ){0,14}?and (?:then )?(?:the|your|my|his|her|this|that|somebody|someone) (?:\S+ ){1,3}?"
    r"(?:will|can|gets|goes)"
    r"|(?:\S+ ){0,14}?and you are (?!going|to|under|not)"
)
"""What follows a pretended order: "set it down and we can get you home" promises or threatens, it does not order."""
_CONDITION = re.compile(
    r"(?:\S+ ){0,14}?(?:(?:you|i|we|he|she|they|nobody) (?:will|can|could|would|go|get|gets)"
    r"|you are (?:going to|getting|in)|i take)"
)
"""What follows "you come up off that couch": a warning."""
_INDIRECT = (("let", "us"), ("can", "i"), ("could", "i"), ("may", "i"), ("can", "we"))
_UNIT = re.compile(r"\d+(?:-\d+)+$|\d{3,5}$")
"""Call signs and street numbers: an utterance with one is radio talk."""
_THIRD = frozenset(("him", "his", "he"))
_THIRD_FEMALE = frozenset(("her",))
_AWAY_FROM = word_set("from to near by with at behind between alone around toward towards leave leaving")
_INDEFINITE = frozenset(("suspect", "offender", "subject"))
_WIDE_LEADS = frozenset(("start", "after_order", "need", "told", "request", "not"))
_LONGEST_BARE = 8
"""words of the longest clause that orders without a verb"""
_ABOUT_ORDER = ("weapon", "identify", "out_of_car", "hands", "ground", "quiet", "come", "back", "stop")
"""which category is asked first whether a wide match is about it"""


@dataclass(frozen=True)
class CommandMatch:
    """An order: its category, the rule of the pack that fired, how it was introduced, and the words it stands on."""

    category: str
    rule: str
    """the pattern as the pack has it"""
    clear: bool
    """says directly what to do; false for vague phrases, requests and suggestions"""
    lead: str
    text: str
    """the words as they were written"""
    first: int
    last: int
    """numbers of the first and last word of the source"""
    clause: str
    wide: bool = False
    """found by verb and object, not by a phrase of the pack"""
    supported: bool = True
    """false: only verb and object say so; nothing shows that a member of the public is meant"""
    for_peers_too: bool = False
    """said to "guys" or the like: whether to officers or to the public cannot be told"""


@dataclass(frozen=True)
class _Rule:
    category: str
    clause: str
    place: str
    clear: bool


REMEMBERED = 120_000
"""Utterances whose orders are kept: several detectors look for them one after the other; a long shift has 20,000."""


class _Index:
    """All patterns of all categories, searched at once; each pattern leads back to its rules."""

    def __init__(self, policy: Policy) -> None:
        self.told: dict[tuple[str, ...], tuple[CommandMatch, ...]] = {}
        self.rules: dict[int, _Rule] = {}
        patterns: list[Pattern] = []
        for rules in policy.commands.values():
            for place, found in _places(rules):
                for pattern in found.patterns:
                    own = replace(pattern)
                    self.rules[id(own)] = _Rule(rules.category, rules.clause, place, place != "vague")
                    patterns.append(own)
        self.patterns = PatternSet(patterns)
        words = policy.words
        self.openers = frozenset(words["openers"]) | frozenset(words["vocatives"])
        self.tails = self.openers | frozenset(words.get("tails", ()))
        self.grammar = Grammar(self.openers)
        self.unsure_group = frozenset(words.get("groups", ()))
        self.finite = frozenset(words.get("finite", ()))
        self.idioms, self.person = policy.addressee.idioms, policy.addressee.person
        self.vocatives = frozenset(words["vocatives"]) - self.unsure_group - {"partner"}
        self.about = {c: policy.commands[c].about for c in _ABOUT_ORDER if c in policy.commands}

    def is_wide(self, found: Found) -> bool:
        return self.rules[id(found.pattern)].place in ("wide", "bare")


def _places(rules: CommandRules) -> Iterator[tuple[str, PatternSet]]:
    yield from (
        ("phrase", rules.phrases), ("imperative", rules.imperatives), ("alone", rules.alone), ("vague", rules.vague),
        ("wide", rules.wide), ("bare", rules.bare),
    )  # fmt: skip


def find_commands(policy: Policy, words: Sequence[str], *, candidates: bool = False) -> tuple[CommandMatch, ...]:
    """Orders to the public in one utterance, given word by word as written. Assumes that an officer says it.

    `candidates` adds what may as well be said to another officer: verb and object alone, in an utterance in which
    nothing shows who is meant.
    """
    index = _index(policy)
    key = tuple(words)
    found = index.told.get(key)
    if found is None:
        if len(index.told) >= REMEMBERED:
            index.told.clear()
        found = index.told[key] = _all_commands(policy, words)
    if candidates:
        return found
    return tuple(m for m in found if m.supported)


def _all_commands(policy: Policy, words: Sequence[str]) -> tuple[CommandMatch, ...]:
    index = _index(policy)
    parts = sentences(words)
    peers = [_for_peers(policy, s) or _hails_officer(policy, s) for s in parts]
    persons = [policy.addressee.person.any(s) for s in parts]
    medical = [policy.addressee.medical.any(s) for s in parts]
    out: list[CommandMatch] = []
    for number, sentence in enumerate(parts):
        beside = peers[max(0, number - 1) : number] + peers[number + 1 : number + 2]
        if peers[number] or (any(beside) and not persons[number]):
            continue
        care = any(medical[max(0, number - 1) : number + 2])
        found = [m for m in _in_sentence(index, sentence, words) if not care or m.category == "weapon"]
        out += [replace(m, supported=False) for m in found] if _about_third(policy, sentence) else found
    return tuple(out)


_ELSE = frozenset(("or", "if", "when", "unless", "before", "because"))


def _for_peers(policy: Policy, sentence: Sentence) -> bool:
    """Whether a cue says so that does not belong to a consequence ("... or you get the dog")."""
    return any(not f.start or sentence.words[f.start - 1] not in _ELSE for f in policy.addressee.peers.all(sentence))


_THIRD_PERSON = frozenset(("he", "she", "him", "her", "his"))


def _about_third(policy: Policy, sentence: Sentence) -> bool:
    """Whether the sentence speaks of somebody ("she is calm, take that off") and hails no member of the public."""
    words = sentence.words
    if not any(w in _THIRD_PERSON and not (k and words[k - 1] in _AWAY_FROM) for k, w in enumerate(words)):
        return False  # "get away from him" speaks of no one either
    hailed = set(policy.words["vocatives"]) | {"you", "your", "me", "my"}
    return not (policy.addressee.person.any(sentence) or any(w in hailed for w in sentence.words))


def _hails_officer(policy: Policy, sentence: Sentence) -> bool:
    """ "Officer Dunn, step over here": a title and a name, then a comma. An own name would have an agency with it."""
    words, titles = sentence.words, policy.names.titles
    start = 1 if words[0] in policy.words["openers"] else 0
    if any(_UNIT.match(w) for w in words) or _partner_first(sentence, start):
        return True
    for stop in (start + 1, start + 2):
        if stop < len(words) and words[start] in titles and sentence.tokens[stop].opens:
            return not any(w in ("police", "department", "sheriff's", "patrol") for w in words)
    return False


def _index(policy: Policy) -> _Index:
    found = _by_id.get(id(policy))
    if found is None or found[0]() is not policy:
        found = (weakref.ref(policy), _Index(policy))
        _by_id[id(policy)] = found
    return found[1]


_by_id: dict[int, tuple[weakref.ref[Policy], _Index]] = {}
"""Indexes by identity of the pack: hashing a pack's tables on every call would cost more than the search."""


def _partner_first(sentence: Sentence, start: int) -> bool:
    return (
        sentence.words[start : start + 1] == ("partner",)
        and start + 1 < len(sentence.words)
        and (sentence.tokens[start + 1].opens)
    )


def _in_sentence(index: _Index, sentence: Sentence, words: Sequence[str]) -> Iterator[CommandMatch]:
    at, last_end = 0, None
    while at < len(sentence.words):
        found, lead = _best_at(index, sentence, at, last_end)
        if found is None:
            at += 1
        elif isinstance(lead, Lead):
            at = last_end = found.stop
            yield _match(index, sentence, words, found, lead)
        else:
            at = found.stop  # no part of what is no order is one


def _best_at(
    index: _Index, sentence: Sentence, at: int, last_end: int | None
) -> tuple[Found | None, Lead | Blocked | None]:
    """The longest match that starts here, with what introduces it or what speaks against it."""
    matches = sorted(index.patterns.at(sentence, at), key=lambda f: (index.is_wide(f), -f.stop))
    if not matches:
        return None, None
    verdict = index.grammar.lead(sentence, at, last_end)
    if isinstance(verdict, Blocked):
        return (None, None) if index.is_wide(matches[0]) else (matches[0], verdict)
    idiom = max(index.idioms.at(sentence, at), key=lambda f: f.stop, default=None)
    for found in matches:
        if idiom is not None and (index.is_wide(found) or found.stop <= idiom.stop):
            continue
        if _fits(index, sentence, found, verdict) and _for_the_public(sentence, found, verdict):
            return found, verdict
    return None, None


def _fits(index: _Index, sentence: Sentence, found: Found, lead: Lead) -> bool:
    place = index.rules[id(found.pattern)].place
    if place == "imperative":
        return lead.kind != "free"
    if place == "alone":
        return lead.kind in ("start", "after_order") and _clause_ends(index, sentence, found)
    if place == "wide":
        return lead.kind in _WIDE_LEADS
    if place == "bare":
        return lead.kind in ("start", "after_order") and not sentence.question and _no_verb(index, sentence, found)
    return True


_SUBORDINATE = frozenset(("so", "where", "before", "or", "until", "till", "while", "and", "for", "please"))
"""Where another clause begins, which may state what it likes: "hood off so I can see you"."""


def _no_verb(index: _Index, sentence: Sentence, found: Found) -> bool:
    """Whether the clause from here on is short and states nothing."""
    rest = sentence.words[found.start : _clause_end(sentence, found)]
    rest = rest[: next((k for k, w in enumerate(rest) if w in _SUBORDINATE), len(rest))]
    return len(rest) <= _LONGEST_BARE and not any(w in index.finite for w in rest)


def _clause_end(sentence: Sentence, found: Found) -> int:
    stop = found.stop
    while stop < len(sentence.words) and not sentence.tokens[stop].opens:
        stop += 1
    return stop


def _clause_ends(index: _Index, sentence: Sentence, found: Found) -> bool:
    """Whether nothing but words of address follows in the clause (or the same words again)."""
    own = sentence.words[found.start : found.stop]
    for k in range(found.stop, len(sentence.words)):
        if sentence.tokens[k].opens:
            return True
        if sentence.words[k] not in index.tails and sentence.words[k] not in own:
            return False
    return True


def _for_the_public(sentence: Sentence, found: Found, lead: Lead) -> bool:
    words = sentence.words
    for k in range(found.start, min(found.stop + 2, len(words))):
        if k >= found.stop and sentence.tokens[k].opens:
            break
        third = words[k] in _THIRD or (words[k] in _THIRD_FEMALE and k < found.stop) or words[k] in _INDEFINITE
        if third and not (k > 0 and words[k - 1] in _AWAY_FROM):
            return False
    if lead.kind in ("start", "you", "after_order", "free"):
        rest = sentence.text[sentence.offsets[found.stop] :]
        if _CONSEQUENCE.match(rest) or (lead.kind == "you" and _CONDITION.match(rest)):
            return False
    return not (sentence.question and lead.kind == "free")


_YOURS = frozenset(
    ("please", "kindly", "your", "yourself", "yourselves", "you", "yo", "both", "them", "those", "me", "us", "my")
)


def _supported(index: _Index, sentence: Sentence, found: Found, lead: Lead) -> bool:
    """Whether a wide match shows that it is said to the person: "your", "for me", "sir", "I need you to", a ban."""
    rule = index.rules[id(found.pattern)]
    if not index.is_wide(found) or rule.category != "other" or lead.kind in ("need", "told", "request", "not"):
        return True
    if rule.place == "bare":
        return sentence.words[found.start] not in ("on", "in", "inside")
    clause = sentence.words[found.start : _clause_end(sentence, found)]
    return (
        any(w in _YOURS for w in clause)
        or index.person.any(sentence)
        or any(w in index.vocatives for w in sentence.words)
    )


def _category(index: _Index, sentence: Sentence, found: Found) -> str:
    """Of a wide match: what its words are about; of any other: the category that its rule stands in."""
    rule = index.rules[id(found.pattern)]
    if rule.place not in ("wide", "bare") or rule.category != "other":
        return rule.category
    stop = min(_clause_end(sentence, found), found.start + _LONGEST_BARE)
    for category, cues in index.about.items():
        if any(f.stop <= stop for k in range(found.start, stop) for f in cues.at(sentence, k)):
            return category
    return rule.category


def _match(index: _Index, sentence: Sentence, words: Sequence[str], found: Found, lead: Lead) -> CommandMatch:
    rule = index.rules[id(found.pattern)]
    first = sentence.tokens[found.start].source
    last = sentence.tokens[found.stop - 1].source
    category = "stop" if lead.kind == "not" else _category(index, sentence, found)
    return CommandMatch(
        category=category,
        rule=("do not + " if lead.kind == "not" else "") + found.pattern.source,
        clear=rule.clear and lead.direct and sentence.words[found.start : found.start + 2] not in _INDIRECT,
        lead=lead.kind,
        text=" ".join(words[first : last + 1]),
        first=first,
        last=last,
        clause=rule.clause,
        wide=index.is_wide(found),
        supported=_supported(index, sentence, found, lead),
        for_peers_too=any(w in index.unsure_group for w in sentence.words),
    )
