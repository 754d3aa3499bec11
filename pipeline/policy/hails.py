"""Whom an utterance hails: "sir", "ma'am", "driver", "you in the red", a name. Tells two addressees apart, no more."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.policy.language import Sentence, sentences, word_set
from pipeline.policy.pack import Policy

_MALE = word_set("sir mister mr man bro brother bruh buddy bud dude guy son boy fella pal papa grandpa senor uncle")
_FEMALE = word_set("ma'am miss mrs ms lady girl sweetheart honey mama grandma senora auntie sister")
_SEATS = word_set("driver passenger")
_GROUP = word_set("folks everybody everyone guys people ladies gentlemen")
_DETERMINERS = word_set("the a an my your his her their our this that some any every no another")
_DESCRIBED = re.compile(r"\b(?:you|man|guy|lady|sir|kid) (?:in|with|by|at|holding|wearing) (?:the|that) (\S+) ")


@dataclass(frozen=True)
class Hail:
    """What an utterance says of its addressee; "" where it says nothing. `words` are those it rests on."""

    gender: str = ""
    """"male" or "female" """
    seat: str = ""
    """"driver" or "passenger" """
    described: str = ""
    """"red" of "you in the red shirt" """
    name: str = ""
    group: bool = False
    """said to several at once"""
    words: tuple[str, ...] = ()

    @property
    def rule(self) -> str:
        """In words, for a reviewer: what tells who is meant."""
        return "hails " + ", ".join(self.words) if self.words else "hails nobody"


def hail(policy: Policy, words: Sequence[str]) -> Hail:
    """Whom the words of one utterance hail. The first hail of each kind counts."""
    found: dict[str, str] = {}
    seen: list[str] = []
    for sentence in sentences(words):
        for kind, value, text in _hails(policy, sentence):
            if kind not in found:
                found[kind] = value
                seen.append(text)
    return Hail(
        found.get("gender", ""), found.get("seat", ""), found.get("described", ""), found.get("name", ""),
        "group" in found, tuple(seen),
    )  # fmt: skip


def _hails(policy: Policy, sentence: Sentence) -> list[tuple[str, str, str]]:
    out: list[tuple[str, str, str]] = []
    described = _DESCRIBED.search(sentence.text)
    if described:
        out.append(("described", described[1], described.group().strip()))
    for k, token in enumerate(sentence.tokens):
        before = sentence.words[k - 1] if k else ""
        if before in _DETERMINERS:
            continue
        for kind, value, known in _KINDS:
            if token.text in known:
                out.append((kind, value or token.text, token.text))
    name = _vocative_name(policy, sentence)
    return [*out, ("name", name, name)] if name else out


_KINDS = (("gender", "male", _MALE), ("gender", "female", _FEMALE), ("seat", "", _SEATS), ("group", "yes", _GROUP))


def _vocative_name(policy: Policy, sentence: Sentence) -> str:
    """A capital word alone between commas at either end of a sentence, that is no word a pack knows."""
    tokens = sentence.tokens
    known = policy.names.not_names | policy.names.titles | {w for key in _ADDRESS for w in policy.words.get(key, ())}
    for k, after in ((0, 1), (1, 2), (len(tokens) - 1, len(tokens))):
        if not 0 <= k < len(tokens) or len(tokens) < 2 or not (tokens[k].opens and tokens[k].capital):
            continue
        text = tokens[k].text
        closed = after >= len(tokens) or tokens[after].opens
        if closed and text not in known and text.isalpha() and len(text) > 2 and not _is_order_word(policy, text):
            return text
    return ""


_ADDRESS = ("openers", "vocatives", "tails", "move_verbs", "act_verbs", "hands", "weapon", "body", "papers")


def _is_order_word(policy: Policy, text: str) -> bool:
    return any(text in p.firsts for rules in policy.commands.values() for p in rules.alone.patterns)


def may_be_the_same(one: Hail, two: Hail) -> bool:
    """Whether two utterances can be said to one person: false only where their hails exclude each other."""
    pairs: Mapping[str, tuple[str, str]] = {
        "gender": (one.gender, two.gender),
        "seat": (one.seat, two.seat),
        "described": (one.described, two.described),
        "name": (one.name, two.name),
    }
    if one.group != two.group and any(a or b for a, b in pairs.values()):
        return False  # several are hailed, and one of them alone
    return not any(a and b and a != b for a, b in pairs.values())
