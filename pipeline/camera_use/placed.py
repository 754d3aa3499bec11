"""Where recordings of one incident lie beside each other, by their sound or by hand, whatever their clocks say.

A camera's clock may be minutes off. Beside other cameras that heard the same it then lies where the sound puts it. A
dispatch record shares no sound with anybody: for its calls such a clock is only doubted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from pipeline.camera_use.rules import UseRules, lasting
from pipeline.camera_use.timeline import Timeline
from pipeline.camera_use.types import IncidentFacts, Marked, RecordingFacts

BY_CALLS = "clock_and_calls"
"""label of a doubt: the recording was placed where calls are"""


def on_incident_clock(incident: IncidentFacts, facts: Mapping[str, RecordingFacts]) -> dict[str, RecordingFacts]:
    """The recordings of an incident that have a clock, each where it lies on the incident's."""
    found = (facts[recording] for recording in incident.recordings if recording in facts)
    return {one.id: _moved(one, incident) for one in found if one.start_utc is not None}


def moved(timeline: Timeline, here: Mapping[str, RecordingFacts], join: float) -> Timeline:
    """An officer's recordings, with those of an incident where they lie on its clock."""
    if all(here.get(taken.facts.id, taken.facts) == taken.facts for taken in timeline.taken):
        return timeline
    return Timeline((here.get(taken.facts.id, taken.facts) for taken in timeline.taken), join)


def doubted(
    facts: Sequence[RecordingFacts], incidents: Iterable[IncidentFacts], rules: UseRules
) -> list[RecordingFacts]:
    """The facts with a doubt about each clock that other cameras' sound contradicts by more than it may be off."""
    known = {one.id: one for one in facts}
    doubts: dict[str, Marked] = {}
    for incident in incidents:
        doubts |= _doubts(incident, known, rules)
    return [replace(f, clock_doubts=(*f.clock_doubts, doubts[f.id])) if f.id in doubts else f for f in facts]


def _doubts(incident: IncidentFacts, known: Mapping[str, RecordingFacts], rules: UseRules) -> dict[str, Marked]:
    there = [known[r] for r in incident.places if r in known and known[r].start_utc is not None]
    off = {one.id: _late(one, incident) for one in there}
    wrong = [one for one in there if abs(off[one.id]) > rules.camera.off_by(one.clock)]
    if not wrong:
        return {}
    cameras = {one.camera or one.id for one in there}
    worst = max(abs(off[one.id]) for one in wrong)
    # of two cameras nobody can tell whose clock it is; of more, most agree
    of = there if len(cameras) < 3 else wrong
    said = "the clocks of the two cameras" if of is there else "this clock and those of the others"
    text = f"By what cameras of {incident.name} heard together, {said} differ by {lasting(worst)}"
    return {one.id: Marked(0.0, one.duration, "clock_and_sound", 1.0, said=text) for one in of}


def _moved(one: RecordingFacts, incident: IncidentFacts) -> RecordingFacts:
    if one.id not in incident.places or one.start_utc is None or one.end_utc is None:
        return one
    start = incident.places[one.id]
    return replace(one, start_utc=start, end_utc=start + (one.end_utc - one.start_utc))


def _late(one: RecordingFacts, incident: IncidentFacts) -> float:
    assert one.start_utc is not None
    return (incident.places[one.id] - one.start_utc) / timedelta(seconds=1)
