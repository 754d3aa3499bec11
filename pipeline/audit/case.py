"""What an audit counts: one officer at one call (or incident), by what it is grouped, with what people said of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from pipeline.audit.shifts import Shift, shift_of
from pipeline.camera_use import CallUse, RecordingFacts, State, UseFinding, UseState, UtcSpan
from pipeline.rows import utc_text

NOT_STATED = "not stated"
"""How a group is called whose cases do not say what they are grouped by."""
GROUPINGS: Mapping[str, str] = {
    "officer": "Officer", "unit": "Unit", "shift": "Shift", "call-type": "Call type", "month": "Month",
}  # fmt: skip
"""What cases can be grouped by -> how a table is headed."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds of the required time in which a camera ran and somebody looked for this; and in which nobody did."""

    known: float = 0.0
    unknown: float = 0.0


@dataclass(frozen=True, slots=True)
class Case:
    """One officer at one call. `groups`: grouping -> the group that it belongs to, one each."""

    use: CallUse
    groups: Mapping[str, str]
    name: str = ""
    """the officer's name on the roster"""
    states: Mapping[str, State] = field(default_factory=dict)
    """finding -> what a person said of it last"""
    hearing: Measured = Measured()
    seeing: Measured = Measured()
    buffers: tuple[int, int] = (0, 0)
    """recordings whose silent buffer was measured, and recordings for which nobody can say"""

    @property
    def key(self) -> str:
        """What names it: the call and when dispatch says that it began, and the officer, or the unit where a row
        names nobody. Numbers of calls begin anew in some systems, so that they do not do alone."""
        call = self.use.call
        began = utc_text(call.first) if call and call.first else ""
        return "|".join((self.use.key, self.use.officer or self.use.unit, began, call.system if call else ""))

    @property
    def told(self) -> bool:
        """Whether it can be told if there is a recording: there is one, or it is known to be missing."""
        return bool(self.use.recordings) or any(f.kind.value == "no_recording" for f in self.use.findings)

    @property
    def left_out(self) -> str:
        """Why it does not count, without the names and numbers of this one, so that calls can be counted by it."""
        call = self.use.call
        own = {self.use.officer, self.use.unit, *((call.officer, call.unit, call.number) if call else ())} - {""}
        reason = self.use.left_out
        for text in sorted(own, key=lambda one: (-len(one), one)):
            reason = _without(reason, text)
        return re.sub(r"\d+", "…", reason)

    def said(self, finding: UseFinding) -> State | None:
        """What a person said of a finding last; None: nothing."""
        # a finding's id is worked out anew whenever it is asked for, which takes longer than all the rest here
        return self.states.get(finding.id) if self.states else None

    def state(self, finding: UseFinding) -> UseState:
        said = self.said(finding)
        return said.state if said else UseState.TO_LOOK_AT

    def category(self, finding: UseFinding) -> str:
        said = self.said(finding)
        return said.category if said else ""


def _without(reason: str, text: str) -> str:
    """A reason with "…" wherever this text stands as a word of its own. A pattern for each case would take longer than
    all the rest of an audit."""
    out, start, at = "", 0, reason.find(text)
    while at >= 0:
        end = at + len(text)
        alone = not (at and _in_word(reason[at - 1])) and not (end < len(reason) and _in_word(reason[end]))
        if alone:
            out, start = out + reason[start:at] + "…", end
        at = reason.find(text, end if alone else at + 1)
    return out + reason[start:]


def _in_word(letter: str) -> bool:
    return letter.isalnum() or letter == "_"


@dataclass(frozen=True)
class Grouper:
    """Says which groups a case belongs to."""

    zone: ZoneInfo
    shifts: Sequence[Shift]

    def groups(self, use: CallUse) -> dict[str, str]:
        """Grouping -> group, for every grouping there is."""
        start = use.start_utc.astimezone(self.zone) if use.start_utc else None
        return {
            "officer": use.officer or NOT_STATED,
            "unit": use.unit or NOT_STATED,
            "shift": shift_of(start, self.shifts) if start and self.shifts else NOT_STATED,
            "call-type": (use.call.call_type if use.call else "no dispatch record") or NOT_STATED,
            "month": f"{start:%Y-%m}" if start else NOT_STATED,
        }


def cases(
    uses: Iterable[CallUse],
    facts: Mapping[str, RecordingFacts],
    states: Mapping[str, State],
    names: Mapping[str, str],
    grouper: Grouper,
) -> list[Case]:
    """The cases of an audit, in an order that does not depend on that of `uses`.

    `states`: finding -> the newest state; `names`: officer's number -> name; `facts`: recording -> what is known of it.
    """
    made = [_case(use, facts, states, names, grouper) for use in uses]
    far = datetime.max.replace(tzinfo=grouper.zone)
    return sorted(made, key=lambda case: (case.use.start_utc or far, case.key))


def _case(
    use: CallUse,
    facts: Mapping[str, RecordingFacts],
    states: Mapping[str, State],
    names: Mapping[str, str],
    grouper: Grouper,
) -> Case:
    known = [facts[recording] for recording in use.recordings if recording in facts]
    ids = [finding.id for finding in use.findings] if states else []
    said = {finding: states[finding] for finding in ids if finding in states}
    asked = use.required if use.counts else ()
    return Case(
        use=use,
        groups=grouper.groups(use),
        name=names.get(use.officer, ""),
        states=said,
        hearing=_measured(asked, known, [one for one in known if one.hearing_known]),
        seeing=_measured(asked, known, [one for one in known if one.seeing_known]),
        buffers=(sum(one.buffer is not None for one in known), sum(one.buffer is None for one in known)),
    )


def _measured(asked: Sequence[UtcSpan], every: Sequence[RecordingFacts], looked: Sequence[RecordingFacts]) -> Measured:
    if not asked or not every:
        return Measured()
    known = covered(asked, looked)
    return Measured(known, round(max(0.0, covered(asked, every) - known), 3))


def covered(asked: Sequence[UtcSpan], recordings: Iterable[RecordingFacts]) -> float:
    """Seconds of what was asked for in which one of the recordings ran, each second once."""
    ran = sorted((one.start_utc, one.end_utc) for one in recordings if one.start_utc and one.end_utc)
    seconds = 0.0
    for span in asked:
        at = span.start
        for start, end in ran:
            first, last = max(start, at), min(end, span.end)
            if last > first:
                seconds += (last - first).total_seconds()
                at = last
    return round(seconds, 3)
