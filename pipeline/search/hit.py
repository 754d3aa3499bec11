"""What a search gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.types import Role


@dataclass(frozen=True)
class Hit:
    """A turn or a finding in which something was found."""

    kind: str
    """"turn" or "finding" """
    subject: str
    """a recording, or an incident"""
    start: float
    end: float
    parts: Sequence[tuple[str, bool]]
    """the text in pieces, and which of them are what was looked for"""
    role: Role | None = None
    label: str = ""
    """of a finding"""
    finding: str = ""
    """id of the finding"""
    corrected: bool = False
    """a person has changed this turn since: it is shown as it was measured"""


@dataclass(frozen=True)
class Hits:
    """The hits that were asked for, and how many there are in all."""

    hits: Sequence[Hit]
    count: int
    more: bool
    """True: there are more than `count`; the newest are shown first, not the best"""


@dataclass(frozen=True)
class SavedSearch:
    """A search that somebody wanted to find again."""

    id: int
    name: str
    text: str
    who: str
    at_utc: datetime
