"""What the store holds about recordings of a period, as records count it: hours, contact, what people looked at."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.detectors.name_sharing import contact_spans
from pipeline.policy import Policy
from pipeline.policy.pack import DETECTOR_LABELS
from pipeline.reports.period import Period
from pipeline.roster import Assignment, Roster
from pipeline.rows import StoredFinding
from pipeline.scene import Heard, counts, once_for_all_cameras
from pipeline.sequence import title_of
from pipeline.store import Store
from pipeline.table_file import plain_name
from pipeline.types import Incident, Recording, Role, Span, StepState, Turn, Verdict, complement, merged

ADVERSE = frozenset({
    "disrespect", "force_threatened", "force_announced", "raised_voice", "shouted_command", "multi_officer_commands",
    "conflicting_commands", "repeated_command", "no_name_shared", "unanswered_question",
})  # fmt: skip
"""Labels that count nowhere unless a person confirmed both what was said and that the speaker is right."""
OF_OTHERS = frozenset({"noncompliance_cue", "name_given_by_person", "command", "command_to_peer"})
"""Labels that say nothing of how an officer spoke: not counted."""
NOT_LOOKED_FOR = "techniques were not looked for yet"
TECHNIQUES_OF_DETECTORS = ("officer_name_given", "name_asked")


@dataclass(frozen=True)
class Kept:
    """One recording of the period. Times in seconds."""

    recording: Recording
    start: datetime
    assignment: Assignment | None
    """who wore the camera; None: the roster does not say"""
    event: str
    """the incident that it is part of, else itself"""
    offset: float
    """its start on the clock of the event"""
    analysed: float
    """in which words were looked at for techniques"""
    missing: Mapping[str, float]
    """why they were not in the rest -> seconds; a second can have several reasons"""
    draft: bool
    """its words are those of a draft recogniser, of low accuracy"""
    contact: tuple[Span, ...]
    """on the clock of the event"""
    findings: int
    looked_at: int
    """findings with a verdict of a person"""
    watched: bool
    """one person played it, or said to have watched all of it"""

    @property
    def reviewed(self) -> bool:
        """Every finding has a verdict, or a person watched all of it. Without findings only the
        latter counts: nobody has to have looked for there to be none."""
        return self.watched or 0 < self.findings == self.looked_at


@dataclass(frozen=True)
class Utterance:
    """A technique, or an adverse observation, that was heard: once for all cameras."""

    label: str
    title: str
    month: str
    event: str
    recordings: frozenset[str]
    confirmed: bool
    text: str
    file: str
    at: float
    """seconds on the clock of `file`"""
    recording: str
    """of `file`"""
    finding: str
    """there"""
    spoken_by: Assignment | None = None
    """the officer of the roster whom a person named as the speaker"""

    @property
    def adverse(self) -> bool:
        return self.label in ADVERSE


@dataclass(frozen=True)
class Gathered:
    """Everything that the records of a period are counted from."""

    period: Period
    recordings: tuple[Kept, ...]
    utterances: tuple[Utterance, ...]
    without_clock: int
    """recordings of the store that no clock places in any period"""


def positive_labels(policy: Policy) -> tuple[str, ...]:
    """De-escalation techniques that the pack looks for, its own labels among them."""
    named = [label for label in policy.techniques if label not in ADVERSE | OF_OTHERS | set(DETECTOR_LABELS)]
    return tuple(label for label in (*TECHNIQUES_OF_DETECTORS, *named) if policy.looks_for(label))


def gather(
    store: Store, policy: Policy, roster: Roster, period: Period, only: Collection[str] | None = None
) -> Gathered:
    """Reads what the store holds of recordings that start in the period. `only`: of these alone, None: of all."""
    events = {member: (incident, offset) for incident in store.incidents() for member, offset, _ in incident.recordings}
    found: dict[str, list[StoredFinding]] = {}
    for stored in store.findings():
        if stored.recording:
            found.setdefault(stored.recording, []).append(stored)
    watched, speakers = store.watched_wholly(), store.speakers_confirmed()
    everything = [r for r in store.recordings() if only is None or r.id in only]
    kept, spoken = [], []
    for recording in everything:
        if recording.start_utc is None or not period.holds(recording.start_utc):
            continue
        findings = found.get(recording.id, [])
        one = _kept(store, policy, roster, recording, events, findings, recording.id in watched)
        kept.append(one)
        spoken += _spoken(store, policy, roster, one, findings, speakers)
    utterances = _once(spoken, policy, period)
    return Gathered(period, tuple(kept), tuple(utterances), sum(r.start_utc is None for r in everything))


def _kept(
    store: Store, policy: Policy, roster: Roster, recording: Recording,
    events: Mapping[str, tuple[Incident, float]], findings: Sequence[StoredFinding], watched: bool,
) -> Kept:  # fmt: skip
    assert recording.start_utc is not None
    turns = store.turns(recording.id) if store.measurements(recording.id, ("turns",)) else None
    incident, offset = events.get(recording.id, (None, 0.0))
    analysed, missing = _analysed(store, recording, turns)
    contact = contact_spans(turns or (), policy.windows.contact_gap)
    return Kept(
        recording=recording,
        start=recording.start_utc,
        assignment=roster.wearer(recording.device, recording.start_utc),
        event=incident.id if incident else recording.id,
        offset=offset,
        analysed=analysed,
        missing=missing,
        draft=_draft(store, recording),
        contact=tuple(Span(c.start + offset, c.end + offset) for c in contact),
        findings=len(findings),
        looked_at=sum(f.verdict is not None for f in findings),
        watched=watched,
    )


def _analysed(store: Store, recording: Recording, turns: Sequence[Turn] | None) -> tuple[float, dict[str, float]]:
    """Seconds in which words were looked at for techniques, and seconds in which not, by the reason.

    Those of the transcript, less what it says was not heard. A transcript alone, before its detectors ran, is not
    analysed.
    """
    run = store.latest_runs(recording.id).get("techniques")
    senses = ("words", "turns", "speech", *(("sound",) if recording.streams else ()))
    gaps = [gap for gap in store.not_analysed(recording.id) if gap.what in senses]
    if turns is None or run is None or run.state is not StepState.DONE:
        reason = next((gap.reason for gap in gaps), "") or (run.reason if run else "") or NOT_LOOKED_FOR
        return 0.0, {reason: recording.duration}
    missing: dict[str, list[Span]] = {}
    for gap in gaps:
        missing.setdefault(gap.reason, []).append(gap.span)
    analysed = sum(span.duration for span in complement([gap.span for gap in gaps], recording.span))
    return analysed, {why: sum(span.duration for span in merged(spans)) for why, spans in missing.items()}


def _draft(store: Store, recording: Recording) -> bool:
    run = store.latest_runs(recording.id).get("transcribe")
    return run is not None and run.state is StepState.DONE and run.backend is not None and run.backend.draft


@dataclass(frozen=True)
class _Spoken:
    """A finding that may count, with where it was heard."""

    stored: StoredFinding
    kept: Kept
    spoken_by: Assignment | None
    speaker_right: bool
    """a person said so with the verdict"""

    @property
    def confirmed(self) -> bool:
        """By a person: of what is adverse, both what was said and who said it."""
        verdict, adverse = self.stored.verdict, self.stored.finding.label in ADVERSE
        return verdict is not None and verdict.verdict is Verdict.CONFIRMED and (self.speaker_right or not adverse)


def _spoken(
    store: Store, policy: Policy, roster: Roster, kept: Kept, findings: Sequence[StoredFinding], speakers: set[str]
) -> list[_Spoken]:
    wanted = {*positive_labels(policy), *ADVERSE}
    heard = [f for f in findings if f.finding.label in wanted and f.finding.role in (Role.OFFICER, None)]
    named = {c.name for c in store.corrections(kept.recording.id) if c.name} if heard else set()
    titles = policy.words.get("titles", ())
    return [
        _Spoken(f, kept, _named_officer(f, named, kept, roster, titles), f.id in speakers) for f in heard if counts(f)
    ]


def _named_officer(
    stored: StoredFinding, named: set[str], kept: Kept, roster: Roster, titles: Sequence[str]
) -> Assignment | None:
    """The officer of the roster whose name or number a person gave to the voice; a transcript's own names do not do."""
    speaker = stored.finding.speaker
    if not speaker or speaker not in named:
        return None
    words = plain_name(speaker).split()
    bare = " ".join(words[1:]) if words and words[0] in {plain_name(t) for t in titles} else ""
    moment = kept.start + timedelta(seconds=stored.finding.start)
    return next((a for called in (speaker, bare) if called for a in roster.called(called, moment)), None)


def _once(spoken: Sequence[_Spoken], policy: Policy, period: Period) -> Iterable[Utterance]:
    by_event: dict[str, list[_Spoken]] = {}
    for one in spoken:
        by_event.setdefault(one.kept.event, []).append(one)
    for group in by_event.values():
        by_id = {one.stored.id: one for one in group}
        for heard in once_for_all_cameras(_heard(one) for one in group):
            yield _utterance([by_id[i] for i in heard.ids], policy, period)


def _heard(one: _Spoken) -> Heard:
    finding = one.stored.finding
    start = finding.start + one.kept.offset
    return Heard(
        ids=(one.stored.id,),
        label=finding.label,
        start=start,
        end=finding.end + one.kept.offset,
        speaker=finding.speaker,
        role=finding.role,
        text=finding.text,
        recording=one.kept.recording.id,
        at=finding.start,
        source=one.kept.recording.id,
    )


def _utterance(same: Sequence[_Spoken], policy: Policy, period: Period) -> Utterance:
    confirmed = [s for s in same if s.confirmed]
    first = (confirmed or same)[0]
    finding = first.stored.finding
    return Utterance(
        label=finding.label,
        title=title_of(finding.label, policy),
        month=period.month(first.kept.start),
        event=first.kept.event,
        recordings=frozenset(s.kept.recording.id for s in same),
        confirmed=bool(confirmed),
        text=finding.text,
        file=first.kept.recording.path.name,
        at=finding.start,
        recording=first.kept.recording.id,
        finding=first.stored.id,
        spoken_by=next((s.spoken_by for s in same if s.spoken_by), None),
    )
