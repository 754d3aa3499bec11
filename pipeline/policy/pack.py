"""What a policy pack holds once it is read: clauses, patterns by purpose, name rules, time windows, hotwords."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.policy.language import Sentence
from pipeline.policy.patterns import Pattern

COMMAND_CATEGORIES = (
    "hands", "ground", "stop", "come", "back", "weapon", "out_of_car", "identify", "quiet", "other",
)  # fmt: skip
"""What an order is about. A pack fills them; it cannot invent one, since screens and reports name them."""


@dataclass(frozen=True)
class Found:
    """A pattern found in a sentence at tokens [start, stop)."""

    pattern: Pattern
    start: int
    stop: int
    match: re.Match[str] = field(repr=False, compare=False)


class PatternSet:
    """Patterns searched together: only those that can start with the word at hand are tried."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self.patterns = tuple(patterns)
        index: dict[str, list[Pattern]] = {}
        for pattern in self.patterns:
            for first in pattern.firsts:
                index.setdefault(first, []).append(pattern)
        self._index = {word: tuple(found) for word, found in index.items()}

    def at(self, sentence: Sentence, start: int) -> Iterator[Found]:
        """The patterns that match from token `start` on."""
        for pattern in self._index.get(sentence.words[start], ()):
            match = pattern.regex.match(sentence.text, sentence.offsets[start])
            if match:
                yield Found(pattern, start, sentence.token_at(match.end()), match)

    def all(self, sentence: Sentence) -> Iterator[Found]:
        """Every match, in order of its first word."""
        for start in range(len(sentence.words)):
            yield from self.at(sentence, start)

    def any(self, sentence: Sentence) -> bool:
        return next(self.all(sentence), None) is not None

    def __len__(self) -> int:
        return len(self.patterns)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PatternSet) and self.patterns == other.patterns

    def __hash__(self) -> int:
        return hash(self.patterns)

    def __repr__(self) -> str:
        return f"PatternSet({len(self)} patterns)"


@dataclass(frozen=True)
class CommandRules:
    """One category of orders.

    `phrases` are orders wherever they stand, `imperatives` only where a clause starts or after words such as
    "I need you to", `alone` only as a whole clause. `vague` are phrases that do not say what to do ("calm down").
    """

    category: str
    clause: str
    phrases: PatternSet
    imperatives: PatternSet
    alone: PatternSet
    vague: PatternSet


@dataclass(frozen=True)
class AddresseeRules:
    """Cues that an order is not for a member of the public."""

    peers: PatternSet
    """said to another officer, to a medic, or over the radio"""
    medical: PatternSet
    """examining or first aid: "let me see your hands" is care then, not an order"""
    person: PatternSet
    """ways to speak to a member of the public"""


@dataclass(frozen=True)
class NameRules:
    """Patterns of names given and asked for. Each `@name` in one is the name that was heard."""

    clause: str
    officer_gives: PatternSet
    asks: PatternSet
    asks_alone: PatternSet
    """ask only as a whole clause ("and you are?")"""
    person_gives: PatternSet
    answers: PatternSet
    """what may stand before a name that answers the question for it"""
    third_person: PatternSet
    """a name of somebody or something else"""
    titles: frozenset[str]
    not_names: frozenset[str]
    agencies: frozenset[str]


@dataclass(frozen=True)
class RoleRules:
    """What officers, members of the public and the radio say."""

    officer: PatternSet
    civilian: PatternSet
    radio: PatternSet


@dataclass(frozen=True)
class Windows:
    """Times in seconds, and the loop count."""

    pair_within: float = 5.0
    """an officer's order this soon after the end of another officer's belongs to the same episode"""
    reply_within: float = 10.0
    """a name said this soon after it was asked for is the answer"""
    contact_gap: float = 15.0
    """officer and civilian turns no further apart than this are in contact"""
    contact_without_name: float = 60.0
    """contact at least this long with no name given or asked is pointed out"""
    loop_repeats: int = 6
    """the same words this many times in a row count once: a recogniser may have looped"""


@dataclass(frozen=True)
class Policy:
    """A policy pack. `sha256` is of the pack and of all it extends: two packs with the same one say the same."""

    name: str
    version: str
    title: str
    sha256: str
    clauses: Mapping[str, str] = field(repr=False)
    """clause id -> what it asks for, in words"""
    commands: Mapping[str, CommandRules] = field(repr=False)
    """category -> rules"""
    addressee: AddresseeRules = field(repr=False)
    names: NameRules = field(repr=False)
    roles: RoleRules = field(repr=False)
    words: Mapping[str, tuple[str, ...]] = field(repr=False)
    """the named word lists"""
    windows: Windows = Windows()
    hotwords: tuple[str, ...] = ()
    """words that a recogniser should expect"""
    source: str = field(default="", compare=False)
    """the file it was read from, for messages"""

    def clause_text(self, clause: str) -> str:
        return self.clauses.get(clause, "")
