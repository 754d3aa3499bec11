"""Tell officers, members of the public and the radio apart, voice by voice, with the reasons in words.

Kinds of evidence, added up: what a voice says (orders, titles, radio talk; answers and pleas), and how near it is: the
wearer speaks a few hand widths from the microphone. A voice about which nothing tells stays without a role.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from pipeline.policy import Policy, find_commands, find_names
from pipeline.policy.language import Sentence, sentences
from pipeline.policy.names import GIVEN_BY_OFFICER
from pipeline.policy.pack import PatternSet
from pipeline.policy.spoken import words_of
from pipeline.types import Curve, Role, Turn, VoiceTurn

NEAR_DB = 6.0
"""a voice this far above the next one is taken for the wearer's: twice the distance takes 6 dB off (inverse square)"""
LEAST_SPEECH = 5.0
"""seconds of speech from which a voice's level counts"""
ENOUGH = 1.5
"""weight by which one role must lead the next"""
POLICE_ORDERS = frozenset(("hands", "ground", "stop", "identify", "out_of_car"))
"""orders that few but officers give; "go away" and "put that down" are said by anybody"""
MOST_OF_A_KIND = 3
"""a cue that is heard more often than this says no more"""


@dataclass(frozen=True)
class Cue:
    """One kind of evidence for a role, with how much it weighs and what was heard."""

    role: Role
    weight: float
    reason: str


def tell_roles(
    turns: Sequence[Turn], policy: Policy, exclusive: Sequence[VoiceTurn] = (), level: Curve | None = None
) -> tuple[Turn, ...]:
    """The same turns, each with the role of its voice and the reason. Roles that are there already stay."""
    voices = sorted({t.voice for t in turns if t.voice is not None and t.role is None})
    near = nearest_voice(exclusive, level)
    found: dict[str, tuple[Role | None, str]] = {}
    for voice in voices:
        own = [t for t in turns if t.voice == voice]
        cues = spoken_cues(own, policy) + ([near[1]] if near and near[0] == voice else [])
        found[voice] = decide(cues)
    return tuple(_with_role(t, found) for t in turns)


def _with_role(turn: Turn, found: Mapping[str, tuple[Role | None, str]]) -> Turn:
    if turn.role is not None:
        return turn if turn.role_reason else replace(turn, role_reason="as imported")
    if turn.voice is None:
        return replace(turn, role_reason="voices were not told apart")
    role, reason = found[turn.voice]
    return replace(turn, role=role, role_reason=reason)


def decide(cues: Sequence[Cue]) -> tuple[Role | None, str]:
    """The role with clearly the most weight, and why; None where nothing tells, or the evidence is divided."""
    weights = Counter[Role]()
    for cue in cues:
        weights[cue.role] += cue.weight  # type: ignore[assignment]  # Counter counts floats as well
    ranked = weights.most_common()
    if not ranked:
        return None, "nothing said tells the role"
    reasons = "; ".join(cue.reason for cue in cues)
    if ranked[0][1] - (ranked[1][1] if len(ranked) > 1 else 0.0) < ENOUGH:
        return None, f"not enough to tell the role, or divided: {reasons}"
    role = ranked[0][0]
    return role, "; ".join(cue.reason for cue in cues if cue.role is role)


def spoken_cues(turns: Sequence[Turn], policy: Policy) -> list[Cue]:
    """What a voice says that officers, members of the public or the radio say."""
    parts = [s for t in turns for s in sentences(words_of(t))]
    out: list[Cue] = []
    on_air = any(policy.roles.radio.any(s) for s in parts)
    orders = [m for t in turns for m in find_commands(policy, words_of(t)) if m.clear]
    telling = [m.text for m in orders if m.category in POLICE_ORDERS]
    others = [m.text for m in orders if m.category not in POLICE_ORDERS]
    names = [m.text for t in turns for m in find_names(policy, words_of(t)) if m.label == GIVEN_BY_OFFICER and m.title]
    for heard, weight, verb in (
        (telling, 1.0, "gave orders"),
        (others, 0.6, "gave orders"),
        (names, 3.0, "gave a name with a title:"),
        ([] if on_air else _heard(parts, policy.addressee.peers), 0.7, "spoke as to officers:"),
    ):
        if heard:
            out.append(_cue(Role.OFFICER, weight, verb, heard))
    for role, patterns, weight in (
        (Role.OFFICER, policy.roles.officer, 1.5),
        (Role.CIVILIAN, policy.roles.civilian, 1.5),
        (Role.RADIO, policy.roles.radio, 1.2),
    ):
        heard = _heard(parts, patterns)
        if heard:
            out.append(_cue(role, weight, "said", heard))
    return out


def _heard(parts: Sequence[Sentence], patterns: PatternSet) -> list[str]:
    """Matches that do not overlap, as words."""
    out: list[str] = []
    for sentence in parts:
        stop = 0
        for found in patterns.all(sentence):
            if found.start >= stop:
                stop = found.stop
                out.append(" ".join(sentence.words[found.start : stop]))
    return out


def _cue(role: Role, weight: float, verb: str, heard: Sequence[str]) -> Cue:
    examples = ", ".join(f'"{text}"' for text in list(dict.fromkeys(heard))[:2])
    count = f" ({len(heard)} times)" if len(heard) > 1 else ""
    return Cue(role, weight * min(len(heard), MOST_OF_A_KIND), f"{role.value}: {verb} {examples}{count}")


def nearest_voice(exclusive: Sequence[VoiceTurn], level: Curve | None) -> tuple[str, Cue] | None:
    """The voice that stands out as the nearest to the microphone, if one does."""
    if level is None:
        return None
    medians: dict[str, float] = {}
    for voice in {t.voice for t in exclusive}:
        own = [t.span for t in exclusive if t.voice == voice]
        values = np.concatenate([level.at(span) for span in own])
        values = values[np.isfinite(values)]
        if len(values) and sum(span.duration for span in own) >= LEAST_SPEECH:
            medians[voice] = float(np.median(values))
    ranked = sorted(medians.items(), key=lambda item: -item[1])
    if len(ranked) < 2 or ranked[0][1] - ranked[1][1] < NEAR_DB:
        return None
    ahead = ranked[0][1] - ranked[1][1]
    reason = f"officer: nearest to the microphone, so the wearer ({ahead:.0f} dB above the next voice)"
    return ranked[0][0], Cue(Role.OFFICER, 2.0, reason)
