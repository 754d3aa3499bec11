"""The orders in a row of turns, whoever heard them: by rule, and by a classifier beside the rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pipeline.policy.actions import actions_of
from pipeline.policy.commands import CommandMatch, find_commands
from pipeline.policy.hails import Hail, hail
from pipeline.policy.language import sentences
from pipeline.policy.loops import repeated_texts, without_loops
from pipeline.policy.names import find_names
from pipeline.policy.pack import Policy
from pipeline.policy.spoken import span_of, weighed, words_of
from pipeline.types import Role, Span, Turn

CLEAR_SCORE = 0.9
VAGUE_SCORE = 0.75
"""Starting points of the score: on the written dialogues looked at, 9 of 10 findings were orders to the public."""
LOOSE_SHARE = 0.8
"""kept of the score where the words stand in the middle of a clause, or "guys" may be officers"""
WIDE_SHARE = 0.8
"""kept where only a verb and what it acts on say so"""
BY_EXAMPLE = "like the classifier's examples of orders"
"""The rule that is shown where no rule of the pack fired."""

OTHER_ACTS = (
    "command_to_peer", "medical_aid", "persuasion", "rights_advised", "listening", "reason_explained", "intervened",
    "force_eased", "slow_down", "warning_given", "force_threatened", "camera_off_announced", "resources_called",
    "distance_cover",
)  # fmt: skip
"""Labels of the classifier whose words look like orders to the public."""

Labels = Mapping[int, Mapping[str, float]]
"""Number of a turn -> what a classifier makes of it."""


@dataclass(frozen=True)
class Order:
    """What one officer ordered in one breath: matches close together, with the turn they are from."""

    policy: Policy
    turn: Turn
    matches: tuple[CommandMatch, ...]
    score: float
    layer: str = "rule"
    """"rule", "classifier" or "rule and classifier" """
    times: int = 1
    """how often the recogniser wrote the same utterance in a row; above 1 it may have looped"""
    number: int = -1
    """of the turn, in the row it is from"""

    @cached_property
    def span(self) -> Span:
        return span_of(self.turn, self.matches[0].first, self.matches[-1].last)

    @cached_property
    def words(self) -> tuple[str, ...]:
        return words_of(self.turn)[self.matches[0].first : self.matches[-1].last + 1]

    @property
    def text(self) -> str:
        return " ".join(self.words)

    @property
    def category(self) -> str:
        """What it is about: the first clear order in it, else the first."""
        return next((m for m in self.matches if m.clear), self.matches[0]).category

    @property
    def clear(self) -> bool:
        return any(m.clear for m in self.matches)

    @property
    def clause(self) -> str:
        return self.matches[0].clause

    @cached_property
    def hail(self) -> Hail:
        """Whom the utterance hails."""
        return hail(self.policy, words_of(self.turn))

    @cached_property
    def actions(self) -> tuple[str, ...]:
        """What it wants done, in the pack's names; each order of the breath with the words up to the next."""
        return tuple(dict.fromkeys(action for _, wanted in self.wanted for action in wanted))

    @cached_property
    def wanted(self) -> tuple[tuple[CommandMatch, tuple[str, ...]], ...]:
        """Each order of the breath with what it wants; where the pack has no name for any of it, with its own words."""
        named = tuple((match, actions_of(self.policy, words)) for match, words in self.parts)
        if any(actions for _, actions in named):
            return named
        return tuple((match, _own_action(match, words)) for match, words in self.parts)

    @property
    def parts(self) -> Iterator[tuple[CommandMatch, tuple[str, ...]]]:
        """Each order of the breath, with its words and a few after them, up to the next order."""
        words = words_of(self.turn)
        for k, match in enumerate(self.matches):
            ends = self.matches[k + 1].first if k + 1 < len(self.matches) else len(words)
            first = match.first - 1 if match.lead == "not" and match.first else match.first
            yield match, words[first : min(ends, match.last + 1 + _WORDS_AFTER)]


_WORDS_AFTER = 4
"""words after an order that may still say where or how: "drop it | out the window" """


def _own_action(match: CommandMatch, words: Sequence[str]) -> tuple[str, ...]:
    """Where the pack has no name for what is wanted: the order's own words, without words of address."""
    told = " ".join(w for s in sentences(words[: match.last - match.first + 1]) for w in s.words)
    return (f"{match.category}: {told}",) if told else ()


@dataclass(frozen=True)
class OrderFinder:
    """Looks in what officers say, and, with a lower score, in turns whose speaker is not known.

    Rules decide where they are clear. The classifier confirms what they leave open, adds what it is sure of, and
    speaks against a rule only where it finds an order very unlikely and something else likely ("sit down, let me see
    that cut"). The four probabilities were chosen on half of the situations of the exemplar bank, each scored by a
    classifier that had not seen its situation.
    """

    policy: Policy
    unknown_role_share: float = 0.6
    """kept of the score where the speaker's role is not known"""
    loop_share: float = 0.5
    """kept of the score where the recogniser wrote the same words many times over"""
    same_breath: float = 2.0
    """seconds: orders of one turn no further apart make one finding"""
    confirmed_from: float = 0.5
    """the classifier's probability at which it confirms what verb and object alone suggest"""
    by_example_from: float = 0.95
    """the probability at which it is believed where no rule fired"""
    doubted_below: float = 0.02
    """the probability below which a rule is given up, where something else explains the words"""
    explained_from: float = 0.3
    """the probability of another act of speech (`OTHER_ACTS`) that then explains the words"""

    def orders(self, turns: Sequence[Turn], labels: Labels | None = None) -> Iterator[Order]:
        """Every order in the turns, in their order. `labels`: what a classifier makes of each turn, by its number."""
        peers = _Named(self.policy, turns)
        times = repeated_texts([t.text for t in turns], self.policy.windows.loop_repeats)
        for number, turn in enumerate(turns):
            if turn.role not in (None, Role.OFFICER) or not turn.text:
                continue
            in_loop = times[number] > 1
            if in_loop and number and times.get(number - 1) == times[number] and turns[number - 1].text == turn.text:
                continue
            if turn.role is None and self._sounds_civilian(turn):
                continue
            said = labels[number] if labels and number in labels else None
            yield from (o for o in self._in_turn(turn, number, times[number], said) if not peers.hailed(o))

    def _in_turn(self, turn: Turn, number: int, times: int, labels: Mapping[str, float] | None) -> Iterator[Order]:
        words = words_of(turn)
        told = (labels or {}).get("command", 0.0)
        by_rule, likely = self._by_rule(words, labels), told >= self.confirmed_from
        if not by_rule and told < self.by_example_from:
            return
        layer = "rule and classifier" if by_rule and likely else "rule" if by_rule else "classifier"
        for breath in self._breaths(turn, by_rule or (_by_example(self.policy, words),)):
            score = self._score(turn, breath, times > 1)
            yield Order(
                self.policy, turn, breath, score if by_rule else round(min(score, told), 3), layer, times, number
            )

    def _by_rule(self, words: Sequence[str], labels: Mapping[str, float] | None) -> tuple[CommandMatch, ...]:
        """What rules found and the classifier, where it looked, does not explain as something else."""
        found = find_commands(self.policy, words, candidates=True)
        certain = tuple(m for m in found if m.supported)
        if labels is None:
            return certain
        told = labels.get("command", 0.0)
        if not certain:
            return found if told >= self.confirmed_from else ()
        other = max((labels.get(label, 0.0) for label in OTHER_ACTS), default=0.0)
        return () if told < self.doubted_below and other >= self.explained_from else certain

    def _sounds_civilian(self, turn: Turn) -> bool:
        """Whether the turn itself says what members of the public say ("get out of my yard")."""
        return any(self.policy.roles.civilian.any(s) for s in sentences(words_of(turn)))

    def _breaths(self, turn: Turn, matches: Sequence[CommandMatch]) -> Iterator[tuple[CommandMatch, ...]]:
        breath: list[CommandMatch] = []
        for match in matches:
            if breath and turn.words:
                pause = turn.words[match.first].start - turn.words[breath[-1].last].end
                if pause > self.same_breath:
                    yield tuple(breath)
                    breath = []
            breath.append(match)
        if breath:
            yield tuple(breath)

    def _score(self, turn: Turn, matches: Sequence[CommandMatch], in_loop: bool) -> float:
        score = max(weighed(_sure(m), turn, m.first, m.last) for m in matches)
        score *= self.loop_share if in_loop else 1.0
        return round(score * (1.0 if turn.role is Role.OFFICER else self.unknown_role_share), 3)


class _Named:
    """Who is known by name among the officers of these turns, and among the public. Asked where a name is hailed."""

    def __init__(self, policy: Policy, turns: Sequence[Turn]) -> None:
        self.policy, self.turns = policy, turns

    def hailed(self, order: Order) -> bool:
        """Whether the utterance hails somebody who said that he is an officer, or whom one called so."""
        name = order.hail.name
        return bool(name) and name in self.officers and name not in self.public

    @cached_property
    def officers(self) -> frozenset[str]:
        return self._given(Role.OFFICER, "officer_name_given")

    @cached_property
    def public(self) -> frozenset[str]:
        return self._given(Role.CIVILIAN, "name_given_by_person")

    def _given(self, role: Role, label: str) -> frozenset[str]:
        said = (t for t in self.turns if t.role is role and t.text)
        found = (m for t in said for m in find_names(self.policy, words_of(t)))
        return frozenset(part.lower() for m in found if m.label == label for part in m.name.split())


def _sure(match: CommandMatch) -> float:
    score = CLEAR_SCORE if match.clear else VAGUE_SCORE
    score *= LOOSE_SHARE if match.lead == "free" or match.for_peers_too else 1.0
    return score * (WIDE_SHARE if match.wide else 1.0)


def _by_example(policy: Policy, words: Sequence[str]) -> CommandMatch:
    """The whole utterance, where a classifier alone takes it for an order."""
    clause = next((rules.clause for rules in policy.commands.values()), "")
    return CommandMatch("other", BY_EXAMPLE, False, "", " ".join(words), 0, len(words) - 1, clause)


_GOES_ON = ("keep", "sigue", "siga")
""" "keep coming, keep coming" tells somebody who obeys to go on; it is no repetition."""


def times_ordered(order: Order) -> dict[str, int]:
    """How often one utterance orders each action; what a recogniser wrote many times in a row counts once."""
    kept, _ = without_loops(words_of(order.turn), order.policy.windows.loop_repeats)
    counts: dict[str, int] = {}
    for match, actions in order.wanted:
        if match.first in kept and not match.text.lower().startswith(_GOES_ON):
            for action in actions:
                counts[action] = counts.get(action, 0) + 1
    return counts
