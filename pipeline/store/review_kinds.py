"""What review work consists of, as the store keeps it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.types import Verdict

GROUPINGS = ("officer", "unit", "event type", "priority")
KINDS = ("random", "event type", "priority", "asked")
WATCHED = "recording.watched"
"""Action in the activity log: a person says that they watched a whole recording, findings or not."""
WATCHED_SHARE = 0.98
"""Share of a recording that one person must have played for it to count as watched: players stop a frame or a
second before the end. A choice, not a measurement."""


@dataclass(frozen=True)
class Draw:
    """A choice of what is reviewed, as it is kept. Group -> subjects (recordings, or incidents)."""

    grouping: str
    period: str
    each: int
    seed: str
    """ "" where nothing was drawn by chance"""
    method: str
    population: Mapping[str, tuple[str, ...]]
    drawn: Mapping[str, tuple[str, ...]]
    who: str = ""
    number: int = 0
    at_utc: datetime | None = None


@dataclass(frozen=True)
class Assignment:
    """A recording or an incident that somebody is to review, as it stands now."""

    subject: str
    kind: str
    reasons: tuple[str, ...]
    """observations: why it is in the queue"""
    reviewer: str = ""
    """ "": anybody"""
    due_utc: datetime | None = None
    blind: bool = False
    """the reviewer sees no verdict of others until it is done"""
    draw: int | None = None
    who: str = ""
    state: str = "open"
    note: str = ""
    number: int = 0
    at_utc: datetime | None = None
    changed_utc: datetime | None = None

    @property
    def open(self) -> bool:
        return self.state == "open"

    def is_for(self, person: str) -> bool:
        return self.reviewer in ("", person)

    def overdue(self, moment: datetime) -> bool:
        return self.open and self.due_utc is not None and self.due_utc < moment


@dataclass(frozen=True)
class SignOff:
    """A review that a person signed: what stood there then, and its hash."""

    subject: str
    sha256: str
    content: Mapping[str, object]
    note: str
    who: str
    number: int
    at_utc: datetime
    intact: bool
    """what is kept has the hash that it was signed with"""


@dataclass(frozen=True)
class Said:
    """The verdict of one person on one finding that counts: the newest, not taken back."""

    finding: str
    detector: str
    reviewer: str
    verdict: Verdict
    blind: bool
    """given without sight of what others said"""
    number: int
    """in the order in which verdicts were given"""


def queue_order(assignments: Sequence[Assignment]) -> list[Assignment]:
    """What is due first; what has no date last, in the order in which it was assigned."""
    return sorted(assignments, key=lambda a: (a.due_utc is None, a.due_utc or a.at_utc, a.number))
