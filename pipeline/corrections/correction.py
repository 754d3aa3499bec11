"""One correction by a person, as it is kept: append-only, with who made it and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pipeline.types import Role, Span


class CorrectionKind(StrEnum):
    """What a person changes about the transcript of a recording."""

    NAME = "name"
    """a voice is shown under another name"""
    ROLE = "role"
    """a voice belongs to an officer, a member of the public or the radio"""
    MERGE = "merge"
    """two voices are one person"""
    ASSIGN = "assign"
    """what is said in some stretches belongs to another voice, or to a new one"""
    TEXT = "text"
    """other words were said in a stretch"""


@dataclass(frozen=True)
class Correction:
    """A correction and where it holds.

    `anchor` are the stretches that are meant: those of the voice, or those that are assigned. `onto` are the stretches
    of the voice that they join (MERGE, ASSIGN to a voice that is there), empty for a new voice; for TEXT the turn whose
    words they are, since two may speak at once (empty in corrections of older stores).
    """

    recording: str
    kind: CorrectionKind
    anchor: tuple[Span, ...]
    who: str
    at_utc: datetime
    onto: tuple[Span, ...] = ()
    name: str = ""
    """the name to show (NAME), or of the new voice (ASSIGN); the words that were said (TEXT), none: nothing was"""
    role: Role | None = None
    said: str = ""
    """what was asked for, in words, for the list of corrections: "S2 is S1" """
    id: int = 0
    """given by the store; 0: not stored yet"""
