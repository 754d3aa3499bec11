"""A list looked up in the store: which files, which stretches, which words stand on the cards and below the picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pipeline.errors import SourceMissing
from pipeline.exports.transcript import is_draft
from pipeline.policy import Policy
from pipeline.policy.values import zone_named
from pipeline.redaction.plan import Plan, read_plan
from pipeline.redaction.spoken import named_spans
from pipeline.reels.captions import Line, lines_of
from pipeline.reels.reel import Clip, Reel, ReelError, plan_file
from pipeline.roster import Roster
from pipeline.sequence import title_of
from pipeline.store import Store
from pipeline.types import Evidence, Incident, Member, Recording, Span

if TYPE_CHECKING:
    from pipeline.media.probe import Probed

PAD = 5.0
"""seconds shown before and after a finding"""


@dataclass(frozen=True)
class Angle:
    """One camera of a clip."""

    recording: Recording
    probed: Probed
    span: Span
    """of this recording"""
    scale: float
    """seconds of this recording to a second of the clip: clocks drift"""
    plan: Plan

    def time(self, since: float) -> float:
        """The moment of the recording that is shown so many seconds after the clip began."""
        return self.span.start + since * self.scale


@dataclass(frozen=True)
class Scene:
    """One clip, ready to be shown."""

    number: int
    clip: Clip
    angles: tuple[Angle, ...]
    title: str
    card: tuple[str, ...]
    """lines below the title: date, unit, names where they are chosen"""
    clause: str
    """number, title and text; empty: none"""
    lines: tuple[Line, ...]
    """what was said, on the clip's clock"""
    draft: bool

    @property
    def duration(self) -> float:
        return self.clip.span.duration

    @property
    def heard(self) -> Angle:
        """The camera whose sound is heard."""
        return self.angles[-1] if self.clip.sound == "second" else self.angles[0]


def cast(reel: Reel, store: Store, policy: Policy, folder: Path) -> tuple[Scene, ...]:
    """Every clip looked up. Raises ReelError or another BwcError that says which clip and why."""
    if not reel.clips:
        raise ReelError("the list has no clips")
    roster, incidents = store.roster(), store.incidents()
    zone = zone_named(policy.records.zone) if policy.records.zone else None
    out = []
    for number, clip in enumerate(reel.clips, 1):
        try:
            out.append(_scene(number, reel, filled(clip, store), store, policy, folder, roster, incidents, zone))
        except ReelError as error:
            raise ReelError(f"clip {number}: {error}") from error
    return tuple(out)


def filled(clip: Clip, store: Store) -> Clip:
    """The clip with what its finding says where the list leaves it out. Raises StoreError, ReelError."""
    if not clip.finding:
        return clip
    stored = store.finding(clip.finding)
    finding = stored.finding
    span, recording = finding.span, stored.recording
    if recording is None:
        incident = store.incident(str(stored.incident))
        recording, span = _camera_of(incident, span, store)
    known = store.recording(clip.recording or recording)
    given = clip.end > clip.start
    start = clip.start if given else max(0.0, span.start - PAD)
    end = clip.end if given else min(known.duration, span.end + PAD)
    return replace(clip, recording=known.id, start=start, end=end, label=clip.label or finding.label)


def _camera_of(incident: Incident, span: Span, store: Store) -> tuple[str, Span]:
    """The camera of an incident that covers most of a stretch, and the stretch on its clock."""
    best: tuple[float, str, Span] | None = None
    for id, offset, source in incident.recordings:
        recording = store.recording(id)
        member = Member(Evidence(recording), offset, source, incident.drift_ppm(id))
        own = Span(max(0.0, member.on_recording(span.start)), max(0.0, member.on_recording(span.end)))
        held = own.overlap(recording.span)
        if best is None or held > best[0]:
            best = (held, id, own)
    if best is None or best[0] <= 0:
        raise ReelError("no recording of its incident covers this finding")
    return best[1], best[2]


def _scene(
    number: int, reel: Reel, clip: Clip, store: Store, policy: Policy, folder: Path, roster: Roster,
    incidents: Sequence[Incident], zone: ZoneInfo | None,
) -> Scene:  # fmt: skip
    recording = store.recording(clip.recording)
    if min(clip.end, recording.duration) <= clip.start:
        raise ReelError(f"{recording.path.name} is {recording.duration:.1f} s long: nothing is there")
    span = Span(clip.start, min(clip.end, recording.duration))
    clip = replace(clip, end=span.end)
    plan = _plan(folder, clip.redaction, recording)
    angles = [Angle(recording, _probed(recording), span, 1.0, plan)]
    if clip.beside:
        angles.append(_beside(clip, recording, span, store, folder, incidents))
    if clip.sound == "second" and len(angles) < 2:
        raise ReelError('sound = "second" needs a recording beside')
    heard = angles[-1] if clip.sound == "second" else angles[0]
    evidence = store.evidence(heard.recording, ("turns",))
    covered = heard.plan.sound
    if not reel.names:
        covered = (*covered, *named_spans(evidence.turns or (), policy, [a.name for a in roster.assignments]))
    title = clip.title or (title_of(clip.label, policy).capitalize() if clip.label else f"Clip {number}")
    lines = lines_of(evidence.turns or (), heard.span, heard.scale, [s.span for s in covered], names=reel.names)
    card = _card(recording, span, roster, zone, reel.names)
    return Scene(number, clip, tuple(angles), title, card, _clause(clip, policy), lines, is_draft(evidence))


def _beside(
    clip: Clip, recording: Recording, span: Span, store: Store, folder: Path, incidents: Sequence[Incident]
) -> Angle:
    """The other camera in step: by the incident's clock, drift included."""
    other = store.recording(clip.beside)
    for incident in incidents:
        places = {id: (offset, source) for id, offset, source in incident.recordings}
        if recording.id in places and other.id in places and recording.id != other.id:
            one, two = (
                Member(Evidence(r), places[r.id][0], places[r.id][1], incident.drift_ppm(r.id))
                for r in (recording, other)
            )
            start = two.on_recording(one.on_incident(span.start))
            end = two.on_recording(one.on_incident(span.end))
            if end <= 0 or start >= other.duration:
                raise ReelError(f"{other.path.name} was not recording at that time")
            return Angle(
                other, _probed(other), Span(start, end), (end - start) / span.duration,
                _plan(folder, clip.beside_redaction, other),
            )  # fmt: skip
    raise ReelError(f"{other.path.name} belongs to no incident with {recording.path.name}: their clocks are not known")


def _probed(recording: Recording) -> Probed:
    if not recording.streams:
        raise ReelError(f"{recording.path.name} is a transcript without media")
    if not recording.path.exists():
        raise SourceMissing(f"{recording.path}: the source is not there; bring it back, then try again")
    from pipeline.media.probe import probe  # loads the decoders; a list alone needs none

    return probe(recording.path, recording.id)


def _plan(folder: Path, name: str, recording: Recording) -> Plan:
    if not name:
        return Plan()
    plan = read_plan(plan_file(folder, name))
    if plan.recording and not recording.id.startswith(plan.recording):
        raise ReelError(f"{name} was drawn for another recording than {recording.path.name}")
    return plan


def _clause(clip: Clip, policy: Policy) -> str:
    wanted = clip.clause or next(
        (c.id for c in policy.clauses.values() if clip.label and clip.label in c.labels and c.enabled), ""
    )
    if not wanted:
        return ""
    clause = policy.clauses.get(wanted)
    if clause is None:
        raise ReelError(f"the policy has no clause {wanted!r}")
    return " ".join(part for part in (clause.id, clause.title + ":", clause.text) if part.strip(":"))


def _card(recording: Recording, span: Span, roster: Roster, zone: ZoneInfo | None, names: bool) -> tuple[str, ...]:
    """Date, unit, and the officer's name where names are chosen."""
    lines = []
    moment = recording.start_utc
    if moment is not None:
        local = moment.astimezone(zone) if zone else moment
        lines.append(f"{local:%Y-%m-%d}" + ("" if zone else " (UTC)"))
    worn = roster.wearer(recording.device, moment)
    if worn is not None:
        lines += [part for part in (worn.unit, worn.name if names else "") if part]
    return tuple(lines)
