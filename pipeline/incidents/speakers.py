"""Voices of different cameras that are one speaker, whose camera each wears, and what to call them.

Voices are joined within one incident only: where they speak at the same times on the common clock, where their sound
is alike (when a speaker model measured it), or where a person gave them the same name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.incidents.activity import RATE_HZ, Activity, Bools
from pipeline.incidents.wearers import Wearing
from pipeline.types import IncidentSpeaker, Role, Turn

LEAST_TOGETHER = 1.0
"""seconds that two voices must speak together, at least: one short word proves nothing"""
ALIKE = 0.35
"""agreement in time from which two voices are one: 1 is always together, 0 what chance gives (sample incident: same
speaker 0.5 to 0.9, others below 0.2)"""
SAME_NAME = 10.0
"""outweighs everything that is measured"""
PRINT_WEIGHT = 0.5
"""how much the likeness of two voices' sound counts beside their times"""
MOST_OF = 3.0
"""a role is taken where it has so many times the speech of any other role that cameras gave the same speaker"""
Voice = tuple[str, str]
"""(recording, its name for the voice)"""
Joined = list[tuple[Voice, str]]
"""The voices of one speaker, each with why it was joined"""
VoiceLikeness = Callable[[Voice, Voice], float | None]
"""How much alike two voices sound, above 0 for one speaker and below for two; None: not measured."""


@dataclass
class _Group:
    """Voices that are one speaker, as far as joined."""

    voices: list[Voice]
    active: Bools
    covered: Bools
    reasons: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class JoinRules:
    """What is known beside the times."""

    may_join: Callable[[str, str], bool]
    """whether two recordings can have heard the same people at once"""
    given: frozenset[Voice] = frozenset()
    """voices that a person named: the same name is one speaker, another name another"""
    likeness: VoiceLikeness | None = None


def joined(activities: Sequence[Activity], rules: JoinRules) -> list[Joined]:
    """Voices by speaker, each with the reason why it was joined. One voice of a recording to one speaker at most."""
    groups: list[_Group] = []
    for own in sorted(activities, key=lambda a: (-int(a.covered.sum()), a.recording)):
        _join_recording(groups, own, rules)
    return [list(zip(g.voices, g.reasons, strict=True)) for g in groups]


def _assigned(worth: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Rows and columns that go together so that their sum is largest, each once."""
    if not worth.size:
        return []
    from scipy.optimize import linear_sum_assignment  # 50 MB, which a screen without incidents need not hold

    return [(int(i), int(j)) for i, j in zip(*linear_sum_assignment(worth, maximize=True), strict=True)]


def _join_recording(groups: list[_Group], own: Activity, rules: JoinRules) -> None:
    names = list(own.voices)
    worth = np.zeros((len(groups), len(names)))
    for i, group in enumerate(groups):
        for j, name in enumerate(names):
            worth[i, j] = _worth(group, own, name, rules)
    taken: set[int] = set()
    for i, j in _assigned(worth):
        if worth[i, j] >= ALIKE:
            same_name = worth[i, j] >= SAME_NAME
            why = (
                "was given the same name by a person" if same_name else f"speaks at the same times ({worth[i, j]:.2f})"
            )
            _add(groups[i], own, names[j], why)
            taken.add(int(j))
    for j, name in enumerate(names):
        if j not in taken:
            group = _Group([], np.zeros_like(own.covered), np.zeros_like(own.covered))
            _add(group, own, name, "")
            groups.append(group)


def _add(group: _Group, own: Activity, name: str, reason: str) -> None:
    group.voices.append((own.recording, name))
    group.reasons.append(reason)
    group.active = group.active | own.voices[name]
    group.covered = group.covered | own.covered


def _worth(group: _Group, own: Activity, name: str, rules: JoinRules) -> float:
    """How much speaks for a voice being this speaker; what people named alike or unlike decides."""
    named_by_people = {voice for voice in group.voices if voice in rules.given}
    if named_by_people and (own.recording, name) in rules.given:
        return SAME_NAME if any(voice == name for _, voice in named_by_people) else -SAME_NAME
    in_earshot = any(rules.may_join(recording, own.recording) for recording, _ in group.voices)
    together = agreement(group.active, own.voices[name], group.covered & own.covered) if in_earshot else 0.0
    if rules.likeness is None:
        return together
    measured = [s for v in group.voices if (s := rules.likeness(v, (own.recording, name))) is not None]
    return together + (PRINT_WEIGHT * float(np.mean(measured)) if measured else 0.0)


def agreement(one: Bools, two: Bools, covered: Bools) -> float:
    """How much two voices speak at the same times: 1 always, 0 as chance would have it, below 0 less than that."""
    total = float(covered.sum())
    a, b = float((one & covered).sum()), float((two & covered).sum())
    both = float((one & two & covered).sum())
    if both < LEAST_TOGETHER * RATE_HZ or not total:
        return 0.0
    chance, most = a * b / total, float(np.sqrt(a * b))
    return (both - chance) / (most - chance) if most > chance else 0.0


# names and roles


def named(
    groups: Sequence[Joined],
    turns: Mapping[str, Sequence[Turn]],
    wearing: Sequence[Wearing | None],
    first_word: Callable[[Voice], float],
    files: Mapping[str, str],
    given: frozenset[Voice] = frozenset(),
) -> list[IncidentSpeaker]:
    """Speakers with roles and names, numbered by their first word. `turns` and `files` by recording, `wearing` by
    group."""
    order = sorted(range(len(groups)), key=lambda n: (min(first_word(v) for v, _ in groups[n]), groups[n][0][0]))
    counts: dict[str, int] = {}
    speakers: list[IncidentSpeaker] = []
    radios = 0
    for n in order:
        voices = tuple(voice for voice, _ in groups[n])
        role, reason = _role(voices, turns, wearing[n])
        kind = role.value if role else "voice"
        counts[kind] = counts.get(kind, 0) + 1
        radios += role is Role.RADIO
        names = [voice for recording, voice in voices if (recording, voice) in given]
        name = names[0] if names else f"{kind} {counts[kind]}"
        own = wearing[n]
        why = [f"{voice} of {files[recording]} {why}" for (recording, voice), why in groups[n] if why]
        speakers.append(
            IncidentSpeaker(
                name=name,
                role=role,
                voices=voices,
                loudest_on=own.recording if own else None,
                wears=own.camera if own and role in (Role.OFFICER, None) else None,
                reason="; ".join([*why, reason] if reason else why),
            )
        )
    return [replace(s, name="radio") if radios == 1 and s.name == "radio 1" else s for s in speakers]


def _role(
    voices: Sequence[Voice], turns: Mapping[str, Sequence[Turn]], wearing: Wearing | None
) -> tuple[Role | None, str]:
    """The role that the cameras agree on; who wears a camera is an officer unless what is said tells otherwise."""
    seconds: dict[Role, float] = {}
    reasons: dict[Role, str] = {}
    for recording, voice in voices:
        for turn in turns.get(recording, ()):
            if turn.voice == voice and turn.role is not None:
                seconds[turn.role] = seconds.get(turn.role, 0.0) + turn.span.duration
                reasons.setdefault(turn.role, turn.role_reason)
                if turn.role_reason.startswith("set by"):
                    return turn.role, turn.role_reason
    worn = f"loudest on {wearing.camera} ({wearing.ahead_db:.0f} dB over the next), so its wearer" if wearing else ""
    if not seconds:
        return (Role.OFFICER, f"officer: {worn}") if wearing else (None, "no camera tells the role")
    ranked = sorted(seconds, key=lambda r: -seconds[r])
    rest = sum(seconds[r] for r in ranked[1:])
    if wearing and Role.OFFICER in seconds:
        return Role.OFFICER, f"{reasons[Role.OFFICER]}; {worn}"
    if rest and seconds[ranked[0]] < MOST_OF * rest:
        return None, "the cameras do not agree on the role: " + "; ".join(reasons[r] for r in ranked)
    if wearing and ranked[0] is not Role.OFFICER:
        return None, f"{reasons[ranked[0]]}; but {worn}"
    return ranked[0], reasons[ranked[0]]
