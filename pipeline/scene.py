"""Everything that was found about one incident, or one recording, on one clock: what sequence and checklist read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.detectors import DETECTORS
from pipeline.detectors.name_sharing import contact_spans
from pipeline.incidents import members_of
from pipeline.policy import Policy
from pipeline.policy.language import plain
from pipeline.policy.questions import questions
from pipeline.rows import StoredFinding
from pipeline.store import Store
from pipeline.types import (
    Evidence,
    Incident,
    Member,
    NotAnalysed,
    Recording,
    Role,
    Span,
    StepState,
    Turn,
    Verdict,
    complement,
    merged,
)

SURE_ENOUGH = 0.4
"""Findings below it are left out unless a person confirmed them: half of what a rule alone is given (0.85)."""
SURE_ALONE = 0.6
"""What the classifier alone says is left out below this probability, unless a person confirmed it: of such labels on
situations held apart, two in three were right below 0.5 and nine in ten above; a checklist asks for more."""
SAME_WORDS = 2.0
"""Seconds: the same label on two cameras no further apart is one utterance; clocks agree to about a second."""
SPOKEN_STEPS = ("techniques", "name_sharing", "spoken_command", "multi_officer_commands")


@dataclass(frozen=True)
class Heard:
    """A finding on the clock of the incident. `ids`: the finding, and the same one on other cameras."""

    ids: tuple[str, ...]
    label: str
    start: float
    end: float
    speaker: str | None
    role: Role | None
    text: str
    recording: str
    at: float
    """seconds on the recording's own clock, where it can be played"""
    summary: str = ""
    source: str = ""
    """the recording, or the incident, whose finding it is"""


@dataclass(frozen=True)
class Scene:
    """What is known of an incident or a recording."""

    subject: str
    name: str
    span: Span
    heard: tuple[Heard, ...]
    """in order of time"""
    contact: Span | None
    """from the first order or exchange between officers and others to the last; None: none was heard"""
    analysed: tuple[Span, ...]
    """where the words of at least one camera were looked at"""
    unlooked: Mapping[str, str]
    """detector -> why it did not look, on any camera"""
    questions: tuple[tuple[float, str, float | None], ...] = ()
    """questions of the person: start, text, seconds until an officer spoke (None: none did)"""

    def not_analysed(self, within: Span) -> float:
        """Seconds of `within` in which no camera's words were looked at."""
        return round(sum(s.duration for s in complement(self.analysed, within)), 1)

    def of(self, *labels: str) -> tuple[Heard, ...]:
        return tuple(h for h in self.heard if h.label in labels)


def scene_of_incident(store: Store, incident: Incident, policy: Policy) -> Scene:
    """Findings of all recordings of the incident, and its own, on the incident's clock."""
    recordings = [store.recording(recording) for recording, _, _ in incident.recordings]
    members = members_of(incident, [store.evidence(r, ("turns",)) for r in recordings])
    own = [_heard(f, 0.0, Member(members[0].evidence, 0.0, "")) for f in store.findings(incident=incident.id)]
    return _scene(store, incident.id, incident.name, members, policy, own)


def scene_of_recording(store: Store, recording: Recording, policy: Policy) -> Scene:
    """Findings of one recording on its own clock."""
    members = [Member(store.evidence(recording, ("turns",)), 0.0, "")]
    return _scene(store, recording.id, recording.path.name, members, policy, [])


def _scene(
    store: Store, subject: str, name: str, members: Sequence[Member], policy: Policy, own: Iterable[Heard]
) -> Scene:
    heard = list(own)
    for member in members:
        found = store.findings(recording=member.evidence.recording.id)
        heard += [_heard(f, member.on_incident(f.finding.start), member) for f in found if counts(f)]
    contacts = [
        Span(member.on_incident(c.start), member.on_incident(c.end))
        for member in members
        for c in contact_spans(_heard_here(member), policy.windows.contact_gap)
    ]
    # an order nobody answers in words is contact too
    contacts += [Span(h.start, h.end) for h in heard if h.label == "command"]
    contact = Span(min(c.start for c in contacts), max(c.end for c in contacts)) if contacts else None
    whole = Span(min(m.span.start for m in members), max(m.span.end for m in members))
    return Scene(
        subject=subject,
        name=name,
        span=whole,
        heard=once_for_all_cameras(heard),
        contact=contact,
        analysed=merged([span for member in members for span in _looked_at(member)]),
        unlooked=_unlooked(store, [m.evidence for m in members]),
        questions=_questions(members),
    )


def _heard_here(member: Member) -> list[Turn]:
    return [t for t in member.evidence.turns or () if t.text and t.role is not Role.RADIO]


def counts(stored: StoredFinding) -> bool:
    """Whether a finding is sure enough to be shown and counted: people's verdicts first, then its score."""
    verdict = stored.verdict.verdict if stored.verdict else None
    if verdict is Verdict.DISMISSED:
        return False
    if verdict is Verdict.CONFIRMED:
        return True
    evidence = stored.finding.evidence
    alone = evidence.get("layer") == "classifier" and float(evidence.get("probability") or 0.0) < SURE_ALONE
    return stored.finding.score >= SURE_ENOUGH and not alone


def _heard(stored: StoredFinding, start: float, member: Member) -> Heard:
    finding = stored.finding
    begin = start if stored.recording else finding.start
    recording = stored.recording or member.evidence.recording.id
    return Heard(
        ids=(stored.id,),
        label=finding.label,
        start=round(begin, 3),
        end=round(begin + finding.end - finding.start, 3),
        speaker=finding.speaker,
        role=finding.role,
        text=finding.text,
        recording=recording,
        at=finding.start if stored.recording else max(0.0, round(member.on_recording(finding.start), 3)),
        summary=finding.summary,
        source=finding.subject,
    )


def once_for_all_cameras(heard: Iterable[Heard]) -> tuple[Heard, ...]:
    """What several cameras recorded, or was found again over all of them, counts once: the earliest, with the others'
    findings beside it."""
    out: list[Heard] = []
    places: dict[str, list[int]] = {}
    for one in sorted(heard, key=lambda h: (h.start, h.end, h.label)):
        of_label = places.setdefault(one.label, [])
        twin = _twin(one, out, of_label)
        if twin is None:
            of_label.append(len(out))
            out.append(one)
        else:
            out[twin] = replace(out[twin], ids=(*out[twin].ids, *one.ids))
    return tuple(out)


def _twin(one: Heard, out: Sequence[Heard], of_label: Sequence[int]) -> int | None:
    """The place of the latest that is the same. They stand by their start: before the first too early all are."""
    for place in reversed(of_label):
        if one.start - out[place].start > SAME_WORDS:
            return None
        if _same(out[place], one):
            return place
    return None


def _same(first: Heard, second: Heard) -> bool:
    """Of one label and one time: whether two sources say the same."""
    if first.source == second.source:
        return False
    words, others = (_words(h.text) for h in (first, second))
    # recognisers of two cameras seldom write the same: a third of the words in common, or no words at all
    return not (words or others) or 3 * len(words & others) >= min(len(words), len(others))


def _words(text: str) -> set[str]:
    return {plain(w) for w in text.split()}


def _looked_at(member: Member) -> tuple[Span, ...]:
    evidence = member.evidence
    if evidence.turns is None:
        return ()
    # a transcript without media says "no sound" of the whole of it, and has its words all the same
    senses = ("words", "turns", "speech", *(("sound",) if evidence.recording.streams else ()))
    gaps = [_placed(member, gap) for gap in evidence.not_analysed if gap.what in senses]
    return complement(gaps, member.span)


def _placed(member: Member, gap: NotAnalysed) -> Span:
    return Span(member.on_incident(gap.start), member.on_incident(gap.end))


def _unlooked(store: Store, evidence: Sequence[Evidence]) -> dict[str, str]:
    out: dict[str, str] = {}
    runs = [store.latest_runs(e.recording.id) for e in evidence]
    for detector in (d.name for d in DETECTORS):
        states = [r[detector] for r in runs if detector in r]
        if not any(s.state is StepState.DONE for s in states):
            out[detector] = states[0].reason if states else "not run"
    return out


def _questions(members: Sequence[Member]) -> tuple[tuple[float, str, float | None], ...]:
    out: list[tuple[float, str, float | None]] = []
    for member in members:
        for asked in questions(member.evidence.turns or ()):
            start = round(member.on_incident(asked.turn.start), 3)
            if not any(abs(start - other[0]) <= SAME_WORDS for other in out):
                out.append((start, asked.turn.text, asked.seconds))
    return tuple(sorted(out, key=lambda q: q[0]))
