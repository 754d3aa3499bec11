"""The nouns of camera use: calls, what is known of recordings, and what is observed of the two together.

Moments are aware datetimes in UTC. Seconds on a recording are on its own clock. Nothing here judges anybody: a
`UseFinding` is an observation with what speaks for it, and a `State` is what a person says of it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from pipeline.types import ClockSource


class UseKind(StrEnum):
    """What can be observed of a camera at a call."""

    NO_RECORDING = "no_recording"
    LATE_START = "late_start"
    EARLY_STOP = "early_stop"
    GAP = "gap"
    MUTED = "muted"
    NOT_SEEING = "not_seeing"
    BUFFER_MISSING = "buffer_missing"


@dataclass(frozen=True, slots=True)
class UtcSpan:
    """A half-open stretch of time, [start, end)."""

    start: datetime
    end: datetime

    @property
    def seconds(self) -> float:
        return max(0.0, round((self.end - self.start).total_seconds(), 3))


@dataclass(frozen=True, slots=True)
class Call:
    """One officer or unit at one call, as the dispatch system says; its clock is not yet set right.

    `officer` and `unit` are texts as the export has them, "" where it says nothing. A time is None where it says none.
    """

    number: str
    officer: str = ""
    unit: str = ""
    call_type: str = ""
    disposition: str = ""
    dispatched: datetime | None = None
    en_route: datetime | None = None
    on_scene: datetime | None = None
    cleared: datetime | None = None
    system: str = ""
    """the dispatch system, where an agency has several"""
    source: str = ""
    """name of the file it was read from"""
    row: int = 0
    """its row there; the header is row 1"""
    remark: str = ""
    """what had to be assumed: "01:30 comes twice in that night, taken as the first" """

    @property
    def times(self) -> tuple[datetime | None, datetime | None, datetime | None, datetime | None]:
        return self.dispatched, self.en_route, self.on_scene, self.cleared

    @property
    def first(self) -> datetime | None:
        """The earliest time that it states in the order of things; None: it states none."""
        return next((t for t in self.times if t is not None), None)


@dataclass(frozen=True, slots=True)
class Marked:
    """A stretch of a recording that a detector found, in seconds on the recording."""

    start: float
    end: float
    label: str
    score: float
    finding: str = ""
    """id of the finding"""
    confirmed: bool = False
    """a person confirmed it; dismissed findings are not here at all"""
    said: str = ""
    """the finding's summary, or the words"""
    of_end: bool = False
    """words of the recording's end, not of a mute before it"""


@dataclass(frozen=True, slots=True)
class RecordingFacts:
    """What is known of one recording, as far as camera use goes.

    `looked` names the detectors that ended well on it: without "muted_audio" in it, no mute in `muted` means nothing.
    """

    id: str
    camera: str
    """make, model and serial, or the serial; "" where the recording does not say"""
    start_utc: datetime | None
    end_utc: datetime | None
    """None with `start_utc`: no clock is known"""
    clock: ClockSource | None = None
    officer: str = ""
    """the roster's number of who wore the camera; "" not known"""
    duration: float = 0.0
    buffer: float | None = None
    """seconds of silent pre-event buffer; 0.0: measured and none; None: not measured, or it cannot be told"""
    muted: tuple[Marked, ...] = ()
    unseen: tuple[Marked, ...] = ()
    """covered, dark, frozen or obstructed"""
    gaps: tuple[Marked, ...] = ()
    """inside the file: its presentation times jump"""
    announced: tuple[Marked, ...] = ()
    """words that say why the camera or its sound is about to be off"""
    clock_doubts: tuple[Marked, ...] = ()
    """what was found against its clock: two sources disagree, a jump"""
    looked: frozenset[str] = frozenset()
    path: str = ""
    """where the file was last seen; "" not known"""

    @property
    def hearing_known(self) -> bool:
        """Whether anybody looked for mutes."""
        return "muted_audio" in self.looked or bool(self.muted)

    @property
    def seeing_known(self) -> bool:
        """Whether anybody looked at the picture."""
        return not self.looked.isdisjoint(PICTURE_DETECTORS)

    @property
    def words_known(self) -> bool:
        return not self.looked.isdisjoint(WORD_DETECTORS)


PICTURE_DETECTORS = ("lens_covered", "frozen_picture", "picture_obstructed")
"""Detectors whose findings say that the camera does not see; one that was never run is one that did not look."""
WORD_DETECTORS = ("techniques", "mute_reason_spoken")
"""Detectors that look for a reason that is said before a camera, or its sound, goes off."""


@dataclass(frozen=True, slots=True)
class IncidentFacts:
    """An incident of the store: recordings that belong together, whoever dispatched them."""

    id: str
    name: str
    recordings: tuple[str, ...]
    places: Mapping[str, datetime] = field(default_factory=dict)
    """when a recording begins on the incident's clock, for those that sound, or a person, placed there"""


@dataclass(frozen=True, slots=True)
class UseEvidence:
    """One thing that speaks for a finding, or says how far to trust it."""

    kind: str
    """"dispatch", "recording", "other camera", "speech", "announced", "clock", "roster", "review" or "policy" """
    text: str
    recording: str = ""
    """a recording to look at, "" none"""
    at: float | None = None
    """the second of it to go to"""
    until: float | None = None
    """the second up to which it shows what is meant; None: a moment"""


@dataclass(frozen=True, slots=True)
class UseFinding:
    """An observation about one officer's camera at one call or incident. Nothing is wrong by itself."""

    kind: UseKind
    officer: str
    call: str
    """the call's number, or the id of an incident where there is no dispatch record"""
    start_utc: datetime
    end_utc: datetime
    seconds: float
    sure: float
    """0 to 1: how sure it is that it was so, never how bad it is"""
    summary: str
    evidence: tuple[UseEvidence, ...] = ()
    recordings: tuple[str, ...] = ()
    """this officer's recordings that it is about"""
    system: str = ""
    confirmed: bool = False
    """a person confirmed the finding on the recording that it rests on"""

    @property
    def id(self) -> str:
        """A hash of what it says, so that a state which a person set survives a new assessment."""
        span = [f"{t:%Y%m%dT%H%M%S}" for t in (self.start_utc, self.end_utc)]
        # a missing recording is the same however long the call is said to have been
        where = [f"{self.start_utc:%Y%m%d}"] if self.kind is UseKind.NO_RECORDING else span
        said = json.dumps([self.kind.value, self.officer, self.system, self.call, *where])
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    @property
    def said(self) -> dict[str, Any]:
        """What is kept of it beside a state: findings are worked out anew, states stay."""
        return {
            "kind": self.kind.value,
            "officer": self.officer,
            "call": self.call,
            "start_utc": self.start_utc.isoformat(timespec="seconds"),
            "end_utc": self.end_utc.isoformat(timespec="seconds"),
            "seconds": self.seconds,
            "summary": self.summary,
        }


@dataclass(frozen=True, slots=True)
class CallUse:
    """One officer at one call (or at an incident without a dispatch record): when the camera had to be on, and was."""

    call: Call | None
    """as dispatch says; None: an incident without a dispatch record"""
    incident: str
    """id of the incident, "" for a call"""
    officer: str
    """the roster's number; as dispatch writes it where the roster does not know it"""
    unit: str
    """of the roster at that time, else as dispatch writes it"""
    required: tuple[UtcSpan, ...] = ()
    """when the camera had to be on, the dispatch clock set right; () where left out"""
    left_out: str = ""
    """why the policy does not ask for a recording here, or why that cannot be told; "" it counts"""
    recordings: tuple[str, ...] = ()
    """of this officer, overlapping `required` (where left out: the call), by start"""
    required_s: float = 0.0
    covered_s: float = 0.0
    muted_s: float | None = None
    """of the covered time; None: none of it was analysed"""
    unseen_s: float | None = None
    findings: tuple[UseFinding, ...] = ()
    notes: tuple[str, ...] = ()
    """what was assumed or could not be told: "the end of contact is not in the dispatch record..." """

    @property
    def counts(self) -> bool:
        return not self.left_out

    @property
    def key(self) -> str:
        """The call's number, or the incident's id."""
        return self.call.number if self.call else self.incident

    @property
    def start_utc(self) -> datetime | None:
        """When it began, for periods: the required time, else the call's first time."""
        return self.required[0].start if self.required else self.call.first if self.call else None


class UseState(StrEnum):
    """What a person says of a finding. Nobody has looked: TO_LOOK_AT."""

    TO_LOOK_AT = "to look at"
    JUSTIFIED = "justified"
    CONFIRMED = "confirmed"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True, slots=True)
class State:
    """A state that a person set. Append-only: the newest counts, the older ones stay."""

    finding: str
    state: UseState
    reason: str
    category: str
    """of the pack's justifications, "" none"""
    who: str
    at_utc: datetime
    said: Mapping[str, Any] = field(default_factory=dict)
    """what the finding said when the state was set (`UseFinding.said`)"""


@dataclass(frozen=True)
class UseInputs:
    """Everything that an assessment reads, as the store gives it."""

    calls: Sequence[Call]
    facts: Sequence[RecordingFacts]
    incidents: Sequence[IncidentFacts] = ()
