"""An account of the review screen: who it is, what the person may do, and whose footage may be seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Duty(StrEnum):
    """What an account is for. Everybody may look; what may be changed follows from it."""

    REVIEWER = "reviewer"
    AUDITOR = "auditor"
    TRAINER = "trainer"
    ADMIN = "admin"


class Act(StrEnum):
    """What an account may be asked to do."""

    REVIEW = "review"
    """verdicts, corrections of the transcript, answers to the checklist"""
    AUDIT = "audit"
    """states of camera use, samples and locks of the audit"""
    EXPORT = "export"
    """clips, reels and covered copies"""
    READ_LOG = "read the log"
    MANAGE = "manage"
    """the agency's policy pack, and accounts"""


ALLOWED: Mapping[Duty, frozenset[Act]] = {
    Duty.REVIEWER: frozenset({Act.REVIEW, Act.EXPORT}),
    Duty.AUDITOR: frozenset({Act.AUDIT, Act.READ_LOG}),
    Duty.TRAINER: frozenset({Act.EXPORT}),
    Duty.ADMIN: frozenset(Act),
}


@dataclass(frozen=True)
class Account:
    """One account. `units` as the roster names them; () for all of the agency."""

    name: str
    duty: Duty
    full_name: str = ""
    units: tuple[str, ...] = ()
    disabled: bool = False
    sessions_from: datetime | None = None
    """sessions that were opened earlier are over: the password was changed, or somebody ended them"""

    def may(self, act: Act) -> bool:
        """Whether this account's duty covers it."""
        return not self.disabled and act in ALLOWED[self.duty]
