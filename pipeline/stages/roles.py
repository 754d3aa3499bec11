"""Tell officers, members of the public and the radio apart, voice by voice, with the reasons in words.

Kinds of evidence, added up: what a voice says (orders, titles, radio talk; answers and pleas), whom it answers, how
near it is (the wearer speaks a few hand widths from the microphone), and the narrow band of a radio. Other evidence
can be added from outside, as what other cameras of an incident heard. A voice about which nothing tells stays without a
role.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from pipeline.policy import Policy, find_commands, find_names
from pipeline.policy.language import Sentence, sentences
from pipeline.policy.names import ASKED, GIVEN_BY_OFFICER, GIVEN_BY_PERSON, find_answer
from pipeline.policy.pack import PatternSet
from pipeline.policy.spoken import words_of
from pipeline.types import Curve, Role, Turn, VoiceSound, VoiceTurn

NEAR_DB = 6.0
"""a voice this far above the next one is taken for the wearer's: twice the distance takes 6 dB off (inverse square)"""
LEAST_SPEECH = 5.0
"""seconds of speech from which a voice's level counts"""
ENOUGH = 1.5
"""weight by which one role must lead the next"""
POLICE_ORDERS = frozenset(("hands", "ground", "stop", "identify", "out_of_car"))
"""orders that few but officers give; "go away" and "put that down" are said by anybody"""
ANSWERED_WITHIN = 4.0
"""seconds: who speaks next after an order, and gives none, is taken for whom it was given to"""
AHEAD_DB = 6.0
"""by how much the wearer's level and the fall of it after syllables must lead together; the wearers of the sample
recordings lead by 8 to 12 dB, voices of other people there by no more than 5"""
NARROW_LOW_DB, NARROW_HIGH_DB = 12.0, 8.0
"""by how much less a radio has below 300 Hz (than the median of the other voices) and above 3.9 kHz (than the widest);
the radio of the sample recordings has 25 dB less below and 11 to 50 dB less above"""
WEARER = "the wearer"
"""stands in the reason of the voice that is taken for the wearer's"""
MOST_OF_A_KIND = 3
"""a cue that is heard more often than this says no more"""


@dataclass(frozen=True)
class Cue:
    """One kind of evidence for a role, with how much it weighs and what was heard."""

    role: Role
    weight: float
    reason: str


def tell_roles(
    turns: Sequence[Turn],
    policy: Policy,
    exclusive: Sequence[VoiceTurn] = (),
    level: Curve | None = None,
    sounds: Sequence[VoiceSound] | None = None,
    more: Mapping[str, Sequence[Cue]] | None = None,
) -> tuple[Turn, ...]:
    """The same turns, each with the role of its voice and the reason. Roles that are there already stay.

    `more`: evidence from elsewhere, by voice. Without `sounds` the level curve alone tells who is near.
    """
    cues: dict[str, list[Cue]] = {}
    if all(t.role is not None for t in turns):
        return tuple(turns)
    for voice in sorted({t.voice for t in turns if t.voice is not None and t.role is None}):
        cues[voice] = spoken_cues([t for t in turns if t.voice == voice], policy)
        cues[voice] += (more or {}).get(voice, ())
    near = nearest_voice(exclusive, level) if sounds is None else None
    for voice, cue in (*exchange_cues(turns, policy), *([near] if near else sound_cues(sounds or ()))):
        if voice in cues:
            cues[voice].append(cue)
    found = {voice: decide(own) for voice, own in cues.items()}
    return tuple(_with_role(t, found) for t in turns)


def speaker_names(turns: Sequence[Turn]) -> dict[str, str]:
    """What to call each voice of a recording: "wearer", "officer 2", "civilian 1", "radio", "voice 3"; else as named.

    Numbered by first word; the wearer is officer 1 and is called so by nobody.
    """
    order = sorted(
        {t.voice: t for t in sorted(turns, key=lambda t: -t.start) if t.voice}.values(), key=lambda t: t.start
    )
    worn = {t.voice for t in order if t.role is Role.OFFICER and WEARER in t.role_reason}
    counts = Counter[str]({Role.OFFICER.value: len(worn)})
    names: dict[str, str] = {}
    for turn in order:
        kind = turn.role.value if turn.role else "voice"
        counts[kind] += turn.voice not in worn
        names[turn.voice or ""] = "wearer" if turn.voice in worn else f"{kind} {counts[kind]}"
    only = counts[Role.RADIO.value] == 1
    return {voice: "radio" if only and name == "radio 1" else name for voice, name in names.items()}


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


def exchange_cues(turns: Sequence[Turn], policy: Policy) -> Iterator[tuple[str, Cue]]:
    """Who answers: a voice that speaks next after police orders and gives none, or says its name when asked for it."""
    order = sorted((t for t in turns if t.text), key=lambda t: t.start)
    given = [_police_orders(t, policy) for t in order]
    answers, named = Counter[str](), Counter[str]()
    for n, (before, after) in enumerate(pairwise(order)):
        if before.voice in (None, after.voice) or after.voice is None or after.start - before.end > ANSWERED_WITHIN:
            continue
        answers[after.voice] += bool(given[n]) and not given[n + 1] and not _among_officers(after, policy)
        asked = any(m.label == ASKED for m in find_names(policy, words_of(before)))
        named[after.voice] += asked and find_answer(policy, words_of(after), GIVEN_BY_PERSON) is not None
    for voice, count in answers.items():
        if count:
            yield (
                voice,
                Cue(Role.CIVILIAN, 0.6 * min(count, MOST_OF_A_KIND), f"civilian: answered orders{_times(count)}"),
            )
    for voice, count in named.items():
        if count:
            yield voice, Cue(Role.CIVILIAN, 1.5, f"civilian: gave a name when asked for it{_times(count)}")


def _police_orders(turn: Turn, policy: Policy) -> list[str]:
    return [m.text for m in find_commands(policy, words_of(turn)) if m.clear]


def _among_officers(turn: Turn, policy: Policy) -> bool:
    parts = list(sentences(words_of(turn)))
    return any(policy.addressee.peers.any(s) or policy.roles.radio.any(s) or policy.roles.officer.any(s) for s in parts)


def _times(count: int) -> str:
    return f" ({count} times)" if count > 1 else ""


def sound_cues(sounds: Sequence[VoiceSound]) -> Iterator[tuple[str, Cue]]:
    """A radio by its narrow band, and the wearer among the other voices by level and by how dry the voice is."""
    radios = [s for s in sounds if _narrow(s, [o for o in sounds if o is not s])]
    for sound in radios:
        yield sound.voice, Cue(Role.RADIO, 2.0, f"radio: narrow band ({sound.low_db:.0f} dB below 250 Hz)")
    people = [s for s in sounds if s not in radios]
    wearer = max(people, key=lambda s: s.level_db + s.fall_db, default=None)
    others = [s for s in people if s is not wearer]
    if wearer is None or not others:
        return
    louder = wearer.level_db - max(s.level_db for s in others)
    drier = wearer.fall_db - max(s.fall_db for s in others)
    if min(louder, drier) >= 0 and louder + drier >= AHEAD_DB:
        figures = f"{louder:.0f} dB louder and {drier:.0f} dB drier than any other voice"
        yield wearer.voice, Cue(Role.OFFICER, 2.0, f"officer: nearest to the microphone, so {WEARER} ({figures})")


def _narrow(sound: VoiceSound, others: Sequence[VoiceSound]) -> bool:
    """Against the other voices: where the whole track is narrow, nobody stands out."""
    if not others:
        return False
    low = float(np.median([o.low_db for o in others])) - sound.low_db
    high = max(o.high_db for o in others) - sound.high_db
    return low >= NARROW_LOW_DB and high >= NARROW_HIGH_DB


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
    reason = f"officer: nearest to the microphone, so {WEARER} ({ahead:.0f} dB above the next voice)"
    return ranked[0][0], Cue(Role.OFFICER, 2.0, reason)
