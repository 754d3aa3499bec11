"""Runs what looks at all cameras of an incident: one clock by their sound, then the incident detectors.

What is up to date is not run again: offsets stay as they are until a recording joins, its clock or its sound changes.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from pipeline import incidents
from pipeline.camera_use.who import Who
from pipeline.corrections import CorrectionKind
from pipeline.errors import NotMeasurable, StoreError
from pipeline.parts import parts_placed
from pipeline.policy import load_policy
from pipeline.policy.stamp import stamped
from pipeline.provenance import fingerprint
from pipeline.started import Started, one_line, up_to_date
from pipeline.store import Store
from pipeline.types import Finding, Incident, IncidentDetector, IncidentEvidence, Recording, StepState

if TYPE_CHECKING:
    from pipeline.assemble import Plan

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class OneClock:
    """The step that lays an incident's recordings on one clock. `tolerance` in seconds."""

    tolerance: float

    name: ClassVar[str] = "one_clock"
    version: ClassVar[str] = "2"
    reads: ClassVar[tuple[str, ...]] = ("band_flux",)

    def __call__(self, incident: Incident, recordings: Sequence[Recording], store: Store) -> Incident:
        """The incident with offsets and drifts as the sound says. Raises NotMeasurable where no two have sound."""
        measured = {r.id: store.measurements(r.id, self.reads) for r in recordings}
        prints = {id: found["band_flux"] for id, found in measured.items() if found}
        if len(prints) < 2:
            raise NotMeasurable("fewer than two recordings with sound")
        # whoever only reads incidents opens no media and compares no sound: the screen stays small
        from pipeline.incidents.clocks import on_one_clock
        from pipeline.incidents.listen import listening

        with listening(recordings, prints) as heard:
            return on_one_clock(incident, heard, self.tolerance)


def analyse_incidents(store: Store, plan: Plan, by_hand: Incident | None = None) -> list[Incident]:
    """Groups the recordings, lays each group on one clock and looks at it as a whole, where anything changed."""
    earlier = store.incidents()
    kept = [i for i in earlier if by_hand is None or i.id != by_hand.id] + ([by_hand] if by_hand else [])
    return _looked_at(kept, earlier, store, plan)


def group_by_hand(store: Store, plan: Plan, name: str, recordings: Sequence[Recording], who: str) -> Incident:
    """Recordings that a person says are of one incident, from then on: a new one, or more for one that is there.

    They leave the other incidents. Kept in the activity log. Raises StoreError for a name that several incidents have.
    """
    earlier = store.incidents()
    named = [i for i in earlier if i.name == name] or [i for i in earlier if len(name) >= 8 and i.id.startswith(name)]
    there = store.incident(name) if len(named) > 1 else named[0] if named else None
    members = incidents.with_more(there, _members(there, store) if there else [], recordings, name)
    ids = {r.id for r in recordings}
    store.log_grouping(who, incidents.Grouping(True, members.name, tuple(r for r, _, _ in members.recordings)))
    kept = [incidents.without(i, ids) for i in earlier if i.id != members.id]
    found = _looked_at([*(i for i in kept if i.recordings), members], earlier, store, plan)
    return next(i for i in found if i.id == members.id)


def ungroup_by_hand(store: Store, plan: Plan, wanted: str, recordings: Sequence[Recording], who: str) -> list[Incident]:
    """Takes recordings out of an incident; without any, the incident apart. It stays so in every later analysis.

    Returns the incidents as they are then. Raises StoreError for a recording that is not in it.
    """
    earlier, there = store.incidents(), store.incident(wanted)
    own = {r for r, _, _ in there.recordings}
    for recording in recordings:
        if recording.id not in own:
            raise StoreError(f"{recording.path.name} is not in {there.name}; see: bwc incidents")
    out = {r.id for r in recordings} or own
    store.log_grouping(who, incidents.Grouping(False, there.name, tuple(sorted(out)), tuple(sorted(own - out))))
    kept = [incidents.without(i, out) if i.id == there.id else i for i in earlier]
    return _looked_at([i for i in kept if i.recordings], earlier, store, plan)


def place_by_hand(store: Store, plan: Plan, wanted: str, recording: str, by: float | None, who: str) -> Incident:
    """Moves a recording on its incident's clock by seconds, later where positive; None: back to where it was measured.

    It stays so in every later analysis. The incident is looked at again, since what was heard together may differ.
    Raises StoreError for a recording that is not in it, and where nobody moved what is to be moved back.
    """
    there = store.incident(wanted)
    said = (
        incidents.moved_back(there, recording, store.placings(there.id))
        if by is None
        else incidents.moved(there, recording, by)
    )
    found = incidents.put(there, said)
    store.place(who, said, found)
    detect_in_incident(found, store, plan)
    return found


def _looked_at(kept: Sequence[Incident], earlier: Sequence[Incident], store: Store, plan: Plan) -> list[Incident]:
    recordings = store.recordings()
    known = replace(_dispatched(recordings, store, plan), earlier=kept)
    grouped = incidents.group(recordings, plan.settings.incidents, known=known)
    stored = {incident.id: incident for incident in earlier}
    measured = [_on_one_clock(incident, stored.get(incident.id), store, plan) for incident in grouped]
    found = [incidents.placed(incident, store.placings(incident.id)) for incident in measured]
    store.save_incidents(found)
    for incident in found:
        detect_in_incident(incident, store, plan)
    return found


def _dispatched(recordings: Sequence[Recording], store: Store, plan: Plan) -> incidents.Known:
    """What people and the dispatch record say of which recordings belong together."""
    apart = incidents.kept_apart(store.groupings())
    starts = [r.start_utc for r in recordings if r.start_utc is not None]
    calls = store.calls(min(starts) - ROUND_CALLS, max(starts) + ROUND_CALLS) if starts else []
    if not calls:
        return incidents.Known(apart=apart)
    roster = store.roster()
    who = Who(roster, load_policy(plan.settings.policy).dispatch.unit_at_most)
    return incidents.Known((), incidents.grouped_calls(calls, who), incidents.wearers_of(recordings, roster), apart)


ROUND_CALLS = timedelta(days=1)
"""before the first recording and after the last in which calls are looked for: a call lasts hours, not days"""


def incident_evidence(incident: Incident, store: Store) -> IncidentEvidence:
    """The evidence of all cameras of a stored incident, with what they heard together."""
    members = _members(incident, store)
    given = frozenset((r.id, c.name) for r in members for c in store.corrections(r.id) if c.kind is CorrectionKind.NAME)
    return incidents.incident_evidence(incident, [store.evidence(recording) for recording in members], given)


def detect_in_incident(incident: Incident, store: Store, plan: Plan) -> None:
    """Runs the incident detectors whose evidence changed."""
    known = store.latest_runs(incident.id)
    inputs = list(_inputs(incident, store))
    stale = [d for d in plan.incident_detectors if not up_to_date(known.get(d.name), fingerprint(d, inputs))]
    if stale:
        evidence = incident_evidence(incident, store)
        for detector in stale:
            _run_detector(detector, fingerprint(detector, inputs), evidence, store)


def _on_one_clock(incident: Incident, stored: Incident | None, store: Store, plan: Plan) -> Incident:
    """As the sound says, or as it said before where nothing changed; as the clocks say where it cannot say."""
    settings = plan.settings.incidents
    if not settings.sound or len(incident.recordings) < 2:
        return incident
    step, recordings = OneClock(settings.clock_tolerance), parts_placed(_members(incident, store))
    print_ = fingerprint(step, _sound_inputs(recordings, store))
    if stored is not None and up_to_date(store.latest_runs(incident.id).get(step.name), print_):
        return replace(incident, start_utc=stored.start_utc, recordings=stored.recordings, fits=stored.fits)
    started = Started(step, incident.id, print_)
    state, reason, found = StepState.DONE, "", incident
    try:
        found = step(incident, recordings, store)
    except NotMeasurable as error:
        state, reason = StepState.NOT_MEASURED, str(error)
    except Exception as error:
        state, reason = StepState.FAILED, one_line(error)
        log.debug("the cameras of %s could not be laid on one clock", incident.name, exc_info=True)
    store.save_run(started.ended(state, reason))
    return found


def _sound_inputs(recordings: Iterable[Recording], store: Store) -> list[str]:
    """What the clocks and the prints of the sound are: in another order it is the same incident."""
    runs = {r.id: store.latest_runs(r.id).get("band_flux") for r in recordings}
    return [f"{r.id} {r.start_utc} {run.fingerprint if (run := runs[r.id]) else None}" for r in recordings]


def _inputs(incident: Incident, store: Store) -> Iterable[str]:
    for recording, offset, source in incident.recordings:
        yield f"{recording} {offset:.3f} {source} {incident.drift_ppm(recording):.2f}"
        yield from (run.fingerprint for run in store.latest_runs(recording).values())
        yield from (f"correction {correction.id}" for correction in store.corrections(recording))


def _members(incident: Incident, store: Store) -> list[Recording]:
    return [store.recording(recording) for recording, _, _ in incident.recordings]


def _measured(evidence: IncidentEvidence, name: str) -> bool:
    """Whether the incident as a whole, or one of its cameras, has this measurement."""
    here = (getattr(each, name, None) for each in (evidence, *(m.evidence for m in evidence.members)))
    return any(found is not None for found in here)


def _run_detector(detector: IncidentDetector, print_: str, evidence: IncidentEvidence, store: Store) -> None:
    started = Started(detector, evidence.incident.id, print_)
    state, reason = StepState.DONE, ""
    findings: list[Finding] = []
    try:
        for name in detector.reads:
            if not _measured(evidence, name):
                raise NotMeasurable(f"{name} not measured on any camera")
        findings = list(stamped(detector(evidence), getattr(detector, "policy", None)))
    except NotMeasurable as error:
        state, reason = StepState.NOT_MEASURED, str(error)
    except Exception as error:
        state, reason = StepState.FAILED, one_line(error)
        log.debug("%s failed on %s", detector.name, evidence.incident.name, exc_info=True)
    store.replace_findings(started.ended(state, reason), findings, of_incident=True)
