"""What is looked at first, and why: the reasons are observations, the number only puts them in order.

The number is no figure about a person and is kept nowhere. Weights are a choice of this project, not a measurement:
what several officers do at once and what force is spoken of comes before a single order; a camera that is off comes
by its length; how sure a detector is counts with it, so that weak findings do not push strong ones down the list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum

from pipeline.store.findings import Observed

WEIGHTS: Mapping[str, float] = {
    "force_announced": 6.0,
    "force_threatened": 5.0,
    "conflicting_commands": 5.0,
    "multi_officer_commands": 4.0,
    "camera_off_gap": 4.0,
    "heard_while_camera_off": 4.0,
    "muted": 3.0,
    "lens_covered": 3.0,
    "disrespect": 3.0,
    "inability_cue": 3.0,
    "repeated_command": 2.0,
    "shouted_command": 2.0,
    "no_name_shared": 1.5,
    "unanswered_question": 1.0,
    "raised_voice": 0.5,
    "intervened": 3.0,
    "force_eased": 2.0,
}
"""label -> weight of one finding"""
OTHERS = 0.2
MOST_COUNTED = 3
"""Findings of one label that count: the fortieth order says little that the third did not."""
GAP_PART = 30.0
"""Seconds of a camera that is off which weigh as much as one more finding."""
REASONS_SHOWN = 4
SAME_MOMENT = 2.0
"""Seconds that two cameras of an incident may differ about one moment: their clocks agree to about a second."""

WORDS: Mapping[str, tuple[str, str]] = {
    "multi_officer_commands": ("several officers command at once", "several officers command at once {n} times"),
    "conflicting_commands": ("commands that conflict", "commands that conflict {n} times"),
    "force_announced": ("force is announced", "force is announced {n} times"),
    "force_threatened": ("force is spoken of as a warning", "force is spoken of as a warning {n} times"),
    "shouted_command": ("a shouted command", "{n} shouted commands"),
    "raised_voice": ("a raised voice", "{n} stretches of raised voices"),
    "repeated_command": ("a command repeated", "commands repeated {n} times"),
    "heard_while_camera_off": (
        "an officer is heard while the own camera is off", "an officer is heard {n} times while the own camera is off",
    ),
    "no_name_shared": ("contact without a name", "contact without a name {n} times"),
    "command": ("a spoken command", "{n} spoken commands"),
    "pre_event_buffer": ("a pre-event buffer without sound", "{n} pre-event buffers without sound"),
    "intervened": ("an officer steps in", "an officer steps in {n} times"),
}  # fmt: skip
LASTING: Mapping[str, str] = {
    "camera_off_gap": "camera off",
    "muted": "no sound",
    "lens_covered": "picture dark or covered",
    "dark_picture": "picture dark",
    "frozen": "picture stands still",
}
"""labels that are told by how long they last"""


@dataclass(frozen=True)
class Priority:
    """How early something is looked at. `first`: the finding to begin with."""

    subject: str
    order: float
    reasons: tuple[str, ...]
    to_review: int
    findings: int
    first: Observed | None


def priority(subject: str, found: Sequence[Observed], starts: Mapping[str, float] | None = None) -> Priority:
    """How early a recording or incident is looked at, from its findings, in whatever order they come.

    `starts`: recording -> its start on the incident's clock, in seconds. What several cameras tell of one moment is
    one observation; each of their findings still waits for its own answer.
    """
    waiting = [f for f in found if not f.answered]
    by_label: dict[str, list[Observed]] = {}
    for one in _once(waiting, starts or {}):
        by_label.setdefault(one.label, []).append(one)
    weights = {label: _weight(label, of) for label, of in by_label.items()}
    ordered = sorted(by_label, key=lambda label: (-WEIGHTS.get(label, OTHERS), -weights[label], label))
    reasons = [_said(label, by_label[label]) for label in ordered[:REASONS_SHOWN]]
    more = sum(len(by_label[label]) for label in ordered[REASONS_SHOWN:])
    if more:
        reasons.append(f"{more} other finding{'s' if more > 1 else ''}")
    first = min(by_label[ordered[0]], key=_earliest) if ordered else None
    # fsum: whatever the order in which they come, to the last digit
    return Priority(subject, round(fsum(weights.values()), 3), tuple(reasons), len(waiting), len(found), first)


def place(one: Priority) -> tuple[float, str]:
    """What the order goes by: by number, then by id."""
    return -one.order, one.subject


def in_order(of: Sequence[Priority]) -> list[Priority]:
    """What is looked at first, first; the same whatever the order of input."""
    return sorted(of, key=place)


def _once(found: Sequence[Observed], starts: Mapping[str, float]) -> Sequence[Observed]:
    """Of findings of one label that lie at one time on the incident's clock, but come from different cameras: one."""
    if len({one.subject for one in found}) < 2:
        return found  # of one camera each counts
    kept: list[Observed] = []
    last: dict[str, list[tuple[float, str]]] = {}

    def begins(one: Observed) -> float:
        return one.start + (starts.get(one.recording, 0.0) if one.recording else 0.0)

    for begin, subject, _, one in sorted((begins(f), f.subject, f.id, f) for f in found):
        told = last.setdefault(one.label, [])
        if any(begin < end + SAME_MOMENT and of != subject for end, of in told):
            continue
        told[:] = [(end, of) for end, of in told if end + SAME_MOMENT > begin]
        told.append((begin + one.end - one.start, subject))
        kept.append(one)
    return kept


def _earliest(one: Observed) -> tuple[float, str]:
    return one.start, one.id


def _weight(label: str, of: Sequence[Observed]) -> float:
    surest = sorted((f.score for f in of), reverse=True)[:MOST_COUNTED]
    lasting = _seconds(of) / GAP_PART if label in LASTING else 0.0
    return WEIGHTS.get(label, OTHERS) * (fsum(surest) + min(lasting, float(MOST_COUNTED)))


def _seconds(of: Sequence[Observed]) -> float:
    return fsum(f.end - f.start for f in of)


def _said(label: str, of: Sequence[Observed]) -> str:
    if label in LASTING:
        return f"{LASTING[label]} {_seconds(of):.0f} s"
    plain = label.replace("_", " ")
    one, more = WORDS.get(label, (plain, f"{plain}, {{n}} times"))
    return one if len(of) == 1 else more.format(n=len(of))
