"""What a search gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.types import Role


@dataclass(frozen=True)
class PutRightBy:
    """What people changed about a turn since it was measured."""

    who: tuple[str, ...]
    at_utc: datetime
    """of the newest change"""
    what: tuple[str, ...]
    """"words", "speaker", "role": what differs from what was measured; none where it is the same again"""
    heard: Sequence[tuple[str, bool]] = ()
    """the words as they were measured, and which of them are what was looked for; none where they stand as they were"""


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
    put_right: PutRightBy | None = None
    """a person has changed this turn: text, role and speaker are as they stand now, also where its measured words were
    what was found; no text is left where nothing was said"""
    speaker: str | None = None
    """of a turn"""


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
