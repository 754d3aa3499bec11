"""What orders want done, and which of them cannot be done together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.policy.language import Sentence, sentences, word_set
from pipeline.policy.pack import Found, Policy

_NEGATIONS = word_set("not stop quit no nobody never without")
NOT = "not to: "
"""Before an action that is forbidden."""


@dataclass(frozen=True)
class Clash:
    """Two things that cannot be done together, as the pack names them."""

    first: str
    second: str

    def __str__(self) -> str:
        return f"{self.first} / {self.second}"


def actions_of(policy: Policy, words: Iterable[str]) -> tuple[str, ...]:
    """What the words of one order want done, in the pack's names; a forbidden action has `NOT` before it."""
    found: dict[str, None] = {}
    for sentence in sentences(tuple(words)):
        for action, match in _in_sentence(policy, sentence):
            found[NOT + action if _forbidden(sentence, match) else action] = None
    return tuple(found)


def _in_sentence(policy: Policy, sentence: Sentence) -> Iterator[tuple[str, Found]]:
    """Every action with where it stands; of two that start at one word and exclude each other, the longer."""
    longest: dict[tuple[str, int], Found] = {}
    for action, patterns in policy.actions.items():
        for match in patterns.all(sentence):
            key = action, match.start
            if key not in longest or match.stop > longest[key].stop:
                longest[key] = match
    for (action, start), match in longest.items():
        rivals = (m for (other, at), m in longest.items() if at == start and cannot_both(policy, action, other))
        if all(m.stop <= match.stop for m in rivals):
            yield action, match


def _forbidden(sentence: Sentence, match: Found) -> bool:
    """Whether a negation stands before the action in its clause. A pattern that holds one says "not" itself."""
    if any(w in _NEGATIONS for w in sentence.words[match.start : match.stop]):
        return False
    at = match.start
    while at > 0 and not sentence.tokens[at].opens:
        at -= 1
        if sentence.words[at] in ("and", "then", "but", "now"):
            return False
        if sentence.words[at] in _NEGATIONS:
            return True
    return False


def clashes(policy: Policy, one: Iterable[str], two: Iterable[str]) -> tuple[Clash, ...]:
    """Every pair of an action of `one` and an action of `two` that cannot be done together."""
    return tuple(Clash(a, b) for a in one for b in two if cannot_both(policy, a, b))


def cannot_both(policy: Policy, one: str, two: str) -> bool:
    """Whether the pack says so, or one forbids the other."""
    if one.removeprefix(NOT) == two.removeprefix(NOT):
        return one != two
    if one.startswith(NOT) or two.startswith(NOT):
        return False
    return two in policy.clashes.get(one, ()) or one in policy.clashes.get(two, ())
