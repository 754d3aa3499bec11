"""Find names said and asked for: "I'm Officer ...", "what's your name?", "call me ...".

Names are found by what stands around them, since a recogniser may drop capitals. Where a text has capitals, a name
without one is not a name.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.policy.grammar import REPORTS
from pipeline.policy.language import Sentence, Token, sentences, word_set
from pipeline.policy.pack import Found, NameRules, PatternSet, Policy

GIVEN_BY_OFFICER, ASKED, GIVEN_BY_PERSON = "officer_name_given", "name_asked", "name_given_by_person"

_BLOCKED_BEFORE = word_set(
    "if when said says not like thinks think because whether told until unless can could will would to"
    " know wish his her"
)
_AFTER_TITLE_NOT = word_set("will is was can could told said has had would and should does did might who wants")
_AFTER_ASKING = frozenset(("please", "again", "first", "for"))
_LONGEST_ANSWER = 4
"""Words of a bare answer such as "Calvin Reed, sir"."""


@dataclass(frozen=True)
class NameMatch:
    """A name said or asked for. `first` and `last` number the words of the source."""

    label: str
    name: str
    title: str
    agency: str
    text: str
    rule: str
    first: int
    last: int
    sure: float
    """how telling the wording is, 0 to 1, before voice and recogniser are weighed"""
    probability: float | None = None
    """what a classifier gives it, where it alone found it"""


def find_names(policy: Policy, words: Sequence[str]) -> tuple[NameMatch, ...]:
    """Everything about names in one utterance, whoever says it: the caller knows the role."""
    kept = _told.get(id(policy))
    if kept is None or kept[0]() is not policy:
        kept = _told[id(policy)] = (weakref.ref(policy), {})
    key = tuple(words)
    if key not in kept[1]:
        if len(kept[1]) >= REMEMBERED:
            kept[1].clear()
        kept[1][key] = _find_names(policy, words)
    return kept[1][key]


_told: dict[int, tuple[weakref.ref[Policy], dict[tuple[str, ...], tuple[NameMatch, ...]]]] = {}
"""What was found by pack, since several detectors look at the same utterances one after the other."""
REMEMBERED = 120_000
"""utterances; a long shift has 20,000"""


def _find_names(policy: Policy, words: Sequence[str]) -> tuple[NameMatch, ...]:
    rules = policy.names
    parts = sentences(words)
    cased = _cased(parts)
    out: list[NameMatch] = []
    for sentence in parts:
        out += _asked(policy, sentence, words)
        if not policy.addressee.peers.any(sentence):
            out += _given(rules, rules.officer_gives, GIVEN_BY_OFFICER, sentence, words, cased)
        out += _given(rules, rules.person_gives, GIVEN_BY_PERSON, sentence, words, cased)
    return tuple(out)


def find_answer(policy: Policy, words: Sequence[str], label: str) -> NameMatch | None:
    """A bare name ("Calvin. Calvin Reed."), for an utterance that follows the question for it."""
    rules = policy.names
    parts = sentences(words)
    cased = _cased(parts)
    for sentence in parts[:2]:
        found = _bare(rules, sentence, words, cased, label)
        if found is not None:
            return found
    return None


def find_unheard_answer(words: Sequence[str], label: str) -> NameMatch | None:
    """ "My name is ..." in answer to the question, with words after it that a recogniser did not hear as a name."""
    for sentence in sentences(words):
        at = sentence.text.find("my name is ")
        if at not in sentence.offsets or len(sentence.words) < (start := sentence.token_at(at)) + 4:
            continue
        if sentence.words[start + 3] not in ("not", "on", "none", "in"):
            return _match(label, sentence, words, start, start + 4, "my name is ... (name not recognised)", 0.5)
    return None


def _cased(parts: Sequence[Sentence]) -> bool:
    """Whether the recogniser writes capitals (the first word of a text tells)."""
    return any(t.capital for s in parts for t in s.tokens)


def _asked(policy: Policy, sentence: Sentence, words: Sequence[str]) -> Iterator[NameMatch]:
    rules = policy.names
    whole = [f for f in rules.asks_alone.all(sentence) if _is_clause(policy, sentence, f)]
    for found in [*rules.asks.all(sentence), *whole]:
        if any(other.start < found.stop and found.start < other.stop for other in rules.third_person.all(sentence)):
            continue
        if not _reported(sentence, found.start, 2):
            yield _match(ASKED, sentence, words, found.start, found.stop, found.pattern.source, 0.9)
            return


def _is_clause(policy: Policy, sentence: Sentence, found: Found) -> bool:
    address = frozenset(policy.words["vocatives"]) | frozenset(policy.words["openers"])
    tokens = sentence.tokens
    before = found.start - 1
    while before >= 0 and tokens[before].text in address and not tokens[before + 1].opens:
        before -= 1
    if not (before < 0 or tokens[before + 1].opens):
        return False
    after = found.stop
    while after < len(tokens) and not tokens[after].opens:
        if tokens[after].text not in policy.words["vocatives"] and tokens[after].text not in _AFTER_ASKING:
            return False
        after += 1
    return True


def _reported(sentence: Sentence, start: int, within: int) -> bool:
    return any(w in REPORTS - {"tell", "say", "ask"} for w in sentence.words[max(0, start - within) : start])


def _given(
    rules: NameRules, patterns: PatternSet, label: str, sentence: Sentence, words: Sequence[str], cased: bool
) -> Iterator[NameMatch]:
    taken = 0
    for found in patterns.all(sentence):
        if found.start < taken or _reported(sentence, found.start, 4) or _is_blocked(rules, sentence, found):
            continue
        first = sentence.token_at(found.match.start("name"))
        name = _name_tokens(rules, sentence, first, cased)
        if not name:
            continue
        title = next((w for w in sentence.words[found.start : first] if w in rules.titles), "")
        bare = not title and sentence.words[found.start : first] in (("i", "am"), ("call", "me"))
        sure = 0.9 if not bare else 0.8 if cased else 0.6
        taken = first + len(name)
        yield _match(
            label, sentence, words, found.start, max(taken, first + 1), found.pattern.source, sure,
            _written(words, name), title, _agency(rules, sentence, taken, words),
        )  # fmt: skip


def _is_blocked(rules: NameRules, sentence: Sentence, found: Found) -> bool:
    opens = sentence.tokens[found.start].opens
    before = sentence.words[found.start - 1] if found.start else ""
    if sentence.words[found.start] in rules.titles:
        return not (opens or found.start == 0)
    if sentence.words[found.start] == "call" and before in ("you", "they", "i", "please"):
        return "you can call" not in sentence.text
    return before in _BLOCKED_BEFORE and not opens


def _name_tokens(rules: NameRules, sentence: Sentence, first: int, cased: bool) -> list[Token]:
    """One or two tokens that may be a name; [] where the first cannot be one."""
    out: list[Token] = []
    for k in range(first, min(first + 2, len(sentence.tokens))):
        token = sentence.tokens[k]
        if (out and token.opens) or not _may_be_name(rules, token, cased):
            break
        if out and not cased and k + 1 < len(sentence.tokens):
            break  # in plain lower case a second word is part of the name only where the sentence ends with it
        out.append(token)
    return out


def _may_be_name(rules: NameRules, token: Token, cased: bool) -> bool:
    text = token.text
    if len(text) < 2 or text in rules.not_names or text in rules.titles or not text[0].isalpha():
        return False
    if cased:
        return token.capital
    verb = (len(text) > 4 and text.endswith("ing")) or (len(text) > 5 and text.endswith(("ed", "ly")))
    return not verb  # doing and parked are none; King, Creed and Kelly are names


def _bare(rules: NameRules, sentence: Sentence, words: Sequence[str], cased: bool, label: str) -> NameMatch | None:
    start = max((f.stop for f in rules.answers.at(sentence, 0)), default=0)
    title = ""
    while start < len(sentence.words) and sentence.words[start] in rules.titles | {"mr", "mrs", "ms", "miss"}:
        title, start = sentence.words[start], start + 1
    if start >= len(sentence.words):
        return None
    name = _name_tokens(rules, sentence, start, cased)
    rest = sentence.words[start + len(name) :]
    short = len(sentence.words) - start <= _LONGEST_ANSWER or (title and rest[:1] and rest[0] not in _AFTER_TITLE_NOT)
    if not name or not (short or sentence.tokens[min(start + len(name), len(sentence.tokens) - 1)].opens):
        return None
    if rest and rest[0] in _AFTER_TITLE_NOT:
        return None
    kept = title if title in rules.titles else ""
    stop = start + len(name)
    return _match(
        label, sentence, words, 0, stop, "an answer to the question for the name", 0.8, _written(words, name), kept
    )


def _agency(rules: NameRules, sentence: Sentence, start: int, words: Sequence[str]) -> str:
    """ "with the ... police department", as heard after the name."""
    rest = sentence.text[sentence.offsets[start] :]
    best = max((a for a in rules.agencies if f" {a} " in f" {rest}"), key=len, default="")
    if not best:
        return ""
    stop = start + rest[: rest.index(best) + len(best)].count(" ") + 1
    while start < stop - 1 and sentence.words[start] in ("with", "the", "from", "of", "i", "am", "a", "here", "and"):
        start += 1
    return " ".join(words[sentence.tokens[start].source : sentence.tokens[stop - 1].source + 1]).strip(".,!?;:")


def _written(words: Sequence[str], name: Sequence[Token]) -> str:
    return " ".join(words[t.source].strip(".,!?;:\"'") for t in name)


def _match(
    label: str, sentence: Sentence, words: Sequence[str], start: int, stop: int, rule: str, sure: float,
    name: str = "", title: str = "", agency: str = "",
) -> NameMatch:  # fmt: skip
    first, last = sentence.tokens[start].source, sentence.tokens[stop - 1].source
    text = " ".join(words[first : last + 1])
    return NameMatch(label, name, title, agency, text, rule, first, last, sure)
