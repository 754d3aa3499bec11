"""One incident as the player draws it: its cameras, and what they saw and heard together, on the incident's clock.

The shape is that of one recording (`review_ui.timeline`), so that the same lanes, list, card and transcript show it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipeline.corrections import Correction
from pipeline.incidents.findings import IncidentFinding, incident_findings
from pipeline.incidents.grouping import BY_HAND, NO_CLOCK
from pipeline.mutes_told import beside
from pipeline.policy.spoken import as_clock
from pipeline.rows import utc_text
from pipeline.store import Store
from pipeline.types import HeardTurn, IncidentEvidence, Member, Run, Span, StepState, Turn, merged, ms
from review_ui import curves, plain, provenance
from review_ui.flags import Flag, flags_of
from review_ui.joined import joined
from review_ui.server import media
from review_ui.speech import Voice, reworded_turns, told, turn_row
from review_ui.steps import detectors, reads_of
from review_ui.timeline import COPY_RATE_HZ, Placed, axis, finding_columns, gap_row, speech_columns, voice_lane

HEARD = frozenset(("speech", "words", "voices", "overlaps", "alpha_ratio", "pitch", "vocal_effort", "turns"))
"""Measurements of what is heard: a finding made from them can be of one event on two cameras."""
OF_ONE_CAMERA = (
    "muted_audio", "no_sound_track", "lens_covered", "frozen_picture", "recording_gap", "picture_blurred",
    "picture_damaged", "view_obstructed",
)  # fmt: skip
"""Detectors of what one camera did not see or hear: marked on that camera's own lane too."""


@dataclass(frozen=True)
class Scene:
    """An incident with what its pages are made of."""

    evidence: IncidentEvidence
    findings: tuple[IncidentFinding, ...]
    runs: Mapping[str, Mapping[str, Run]]
    """subject (the incident, a recording) -> step -> its latest run"""
    flags: tuple[Flag, ...]

    @property
    def placed(self) -> list[IncidentFinding]:
        """The findings whose place on the incident's clock is known."""
        return [found for found in self.findings if found.placed]


def scene(store: Store, wanted: str) -> Scene:
    """Everything that is stored of an incident, joined. Raises StoreError."""
    incident = store.incident(wanted)
    evidence = joined(incident, store)
    stored = store.findings(incident=incident.id)
    stored += [found for id, _, _ in incident.recordings for found in store.findings(recording=id)]
    found = incident_findings(evidence, stored, lambda detector: bool(HEARD & set(reads_of(detector))))
    subjects = (incident.id, *(id for id, _, _ in incident.recordings))
    runs = {subject: store.latest_runs(subject) for subject in subjects}
    recordings = [member.evidence.recording for member in evidence.members]
    return Scene(evidence, tuple(found), runs, tuple(flags_of(incident, recordings, store)))


def document(store: Store, of: Scene) -> dict[str, Any]:
    """All that is drawn, as JSON values."""
    incident, members = of.evidence.incident, of.evidence.members
    duration = ms(max((member.span.end for member in members), default=0.0))
    spoken = _voices(of.evidence)
    kinds = _kind_lanes(of)
    lanes = [_rate_lane(kinds), *(voice_lane(voice) for voice in spoken), *kinds]
    moments = [(flag.at, flag.at) for flag in of.flags]
    return {
        "recording": {
            "id": incident.id,
            "name": incident.name,
            "duration": duration,
            "start_utc": utc_text(incident.start_utc) if incident.start_utc else None,
            "clock": f"grouped by {incident.grouped_by}",
            "picture": True,
            "device": "",
            "frame_rate": COPY_RATE_HZ,
            "sound": False,
        },
        "incident": True,
        "axis": list(axis(duration, [*((f.span.start, f.span.end) for f in of.placed), *moments])),
        "lanes": lanes,
        "speech": speech_columns(spoken, first=1),
        "findings": _columns(of.placed),
        "beside": beside([found.stored for found in of.placed]),
        "not_analysed": [*_missing(store, members, lanes), *_not_run(of)],
        "cameras": _cameras(of.evidence),
        "flags": [{"at": flag.at, "title": flag.title, "text": flag.text} for flag in of.flags],
        "notes": list(_notes(of)),
        "draft": next(filter(None, map(provenance.draft, of.runs.values())), None),
    }


def order_curve(of: Scene) -> bytes:
    """Orders a minute on all cameras together, each order once; nothing where they were not looked for."""
    if _lane_of(_kind_lanes(of), curves.ORDERS)["state"] != "done":
        return curves.packed([])
    orders = [f.span for f in of.placed if f.stored.finding.detector == curves.ORDERS]
    whole = Span(0.0, ms(max((member.span.end for member in of.evidence.members), default=0.0)))
    return curves.packed([curves.of_orders(orders, whole)])


def reasons(of: Scene) -> dict[str, Any]:
    """Finding -> the figures and the rule behind it, and where else it was found."""
    out: dict[str, Any] = {}
    for found in of.placed:
        said = dict(found.stored.finding.evidence)
        if found.stored.recording is not None:
            member = of.evidence.member(found.stored.recording)
            if member.offset:
                said["clock"] = f"times here are of {_name(member)}, which began at {as_clock(member.offset)}"
        others = [_name(of.evidence.member(id)) for id in found.recordings if id != found.stored.recording]
        out[found.stored.id] = said | ({"also_found_on": others} if others else {})
    return out


def transcript(store: Store, of: Scene) -> dict[str, Any]:
    """The turns of all cameras, each utterance once; `measured` is false where no camera has a transcript.

    `at` and `until` are on the recording that a turn was taken from, `heard_as` is what that calls the voice: what a
    person puts right here is kept there.
    """
    turns = of.evidence.turns
    made = {member.evidence.recording.id: _reworded(member, store) for member in of.evidence.members}
    return {"measured": turns is not None, "turns": [_turn_row(turn, of, made[turn.recording]) for turn in turns or ()]}


def _turn_row(turn: HeardTurn, of: Scene, made: Sequence[tuple[Turn, Correction]]) -> dict[str, Any]:
    member = of.evidence.member(turn.recording)
    start, end = (ms(max(0.0, member.on_recording(time))) for time in (turn.start, turn.end))
    own = [c for t, c in made if t.voice == turn.heard_as and c.anchor[0].overlap(Span(start, max(start, end))) > 0]
    return turn_row(turn) | {
        "recording": turn.recording,
        "camera": member.evidence.recording.device or _name(member),
        "heard_as": turn.heard_as,
        "at": start,
        "until": end,
        "cameras": 1 + len(turn.also_heard_by),
        "corrected": told([replace(c, said=c.said.split(" s: ", 1)[-1]) for c in own]),  # without that clock's second
    }


def _reworded(member: Member, store: Store) -> list[tuple[Turn, Correction]]:
    """The turns of a recording whose words people put right, with each correction."""
    turns = member.evidence.turns or ()
    return [(turns[n], c) for n, c in reworded_turns(turns, store.corrections(member.evidence.recording.id))]


def _voices(evidence: IncidentEvidence) -> list[Voice]:
    """A lane for each speaker, joined across the cameras."""
    spans: dict[tuple[str, str], list[Span]] = {}
    for member in evidence.members:
        diarization = member.evidence.voices
        for said in diarization.turns if diarization else ():
            key = (member.evidence.recording.id, said.voice)
            spans.setdefault(key, []).append(Span(ms(member.on_incident(said.start)), ms(member.on_incident(said.end))))
    lanes = []
    for speaker in evidence.speakers:
        stretches = merged([span for voice in speaker.voices for span in spans.get(voice, ())])
        own = stretches or tuple(turn.span for turn in evidence.turns or () if turn.voice == speaker.name)
        lanes.append(Voice(speaker.name, plain.voice(speaker.name), speaker.role, speaker.reason, tuple(own)))
    return lanes


def _columns(found: Sequence[IncidentFinding]) -> dict[str, list[Any]]:
    columns = finding_columns([Placed(f.stored, ms(f.span.start), ms(f.span.end)) for f in found])
    verdicts = [f.verdict for f in found]
    return columns | {
        "who": [plain.voice(f.speaker) if f.speaker else "" for f in found],
        "recordings": [list(f.recordings) for f in found],
        "verdict": [v.verdict.value if v else None for v in verdicts],
        "reviewer": [v.reviewer if v else "" for v in verdicts],
        "note": [v.note if v else "" for v in verdicts],
        "at_utc": [utc_text(v.at_utc) if v else "" for v in verdicts],
    }


def _lane_of(kinds: Sequence[dict[str, Any]], detector: str) -> dict[str, Any]:
    return next(lane for lane in kinds if lane["key"] == f"kind:{detector}")


def _rate_lane(kinds: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The lane of orders a minute: it can say what the detector of orders could."""
    orders = _lane_of(kinds, curves.ORDERS)
    return curves.lane("rate", None) | {name: orders[name] for name in ("state", "reason")}


def _kind_lanes(of: Scene) -> list[dict[str, Any]]:
    """A lane for each detector; what one camera did not see or hear last: it stands on the camera's own lane too."""
    found = {f.stored.finding.detector for f in of.placed}
    names = sorted(plain.in_order({*detectors(), *found}), key=lambda name: name in OF_ONE_CAMERA)
    return [_kind_lane(name, of, name in found) for name in names]


def _kind_lane(name: str, of: Scene, found: bool) -> dict[str, Any]:
    runs = [run for run in (of_subject.get(name) for of_subject in of.runs.values()) if run is not None]
    done = found or any(run.state is StepState.DONE for run in runs)
    reason = "" if done else next((run.reason for run in runs if run.reason), "this was not looked for yet")
    kind = plain.kind(name)
    return {
        "key": f"kind:{name}",
        "group": "findings",
        "title": kind.title,
        "role": None,
        "about": kind.about,
        "state": "done" if done else "not analysed",
        "reason": reason,
        "reads": list(reads_of(name)),
        "of_camera": name in OF_ONE_CAMERA,
        "parts": plain.parts(name),
    }


def _not_run(of: Scene) -> Iterator[dict[str, Any]]:
    """Where a detector could say nothing of one recording although it ran on others."""
    incident = of.evidence.incident.id
    for name, kind in detectors().items():
        own = of.runs[incident].get(name)
        if kind == "incident" or (own is not None and own.state is StepState.DONE):
            continue
        for member in of.evidence.members:
            run = of.runs[member.evidence.recording.id].get(name)
            if run is not None and run.state is StepState.DONE:
                continue
            why = run.reason if run is not None else "not looked for yet"
            yield _gap(member, 0.0, member.evidence.recording.duration, "", why, _lanes_of(name))


def _lanes_of(detector: str) -> list[str]:
    return [f"kind:{detector}", *(["curve:rate"] if detector == curves.ORDERS else [])]


def _missing(store: Store, members: Iterable[Member], lanes: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    for member in members:
        for gap in store.not_analysed(member.evidence.recording.id):
            row = gap_row(gap, lanes)
            yield _gap(member, gap.start, gap.end, gap.what, gap.reason, row["lanes"])


def _gap(member: Member, start: float, end: float, what: str, reason: str, lanes: list[str]) -> dict[str, Any]:
    return {
        "start": ms(member.on_incident(start)),
        "end": ms(member.on_incident(end)),
        "what": what,
        "reason": f"{_name(member)}: {reason}",
        "lanes": lanes,
    }


def _cameras(evidence: IncidentEvidence) -> list[dict[str, Any]]:
    """The cameras with what each recorded, by the start of its first recording."""
    by_device: dict[str, list[Member]] = {}
    for member in evidence.members:
        recording = member.evidence.recording
        by_device.setdefault(recording.device or recording.path.name, []).append(member)
    worn = {speaker.wears: speaker.name for speaker in evidence.speakers if speaker.wears}
    return [
        {"device": device, "wearer": worn.get(device, ""), "recordings": [_row(evidence, m) for m in members]}
        for device, members in sorted(by_device.items(), key=lambda row: (row[1][0].offset, row[0]))
    ]


def _row(evidence: IncidentEvidence, member: Member) -> dict[str, Any]:
    recording = member.evidence.recording
    fit = next((fit for fit in evidence.incident.fits if fit.recording == recording.id), None)
    return {
        "recording": recording.id,
        "name": recording.path.name,
        "start": ms(member.offset),
        "end": ms(member.span.end),
        "duration": recording.duration,
        "drift_ppm": member.drift_ppm,
        "offset_source": member.offset_source,
        "by_hand": member.offset_source == BY_HAND,
        "placed": member.offset_source != NO_CLOCK,
        "remark": fit.remark if fit else "",
        "picture": recording.stream("video") is not None,
        "sound": recording.stream("audio") is not None,
        "media": media.available(recording.id),
    }


def _notes(of: Scene) -> Iterator[str]:
    """What this page cannot show, in words."""
    for member in of.evidence.members:
        if member.offset_source == NO_CLOCK:
            lost = sum(1 for f in of.findings if not f.placed and f.stored.recording == member.evidence.recording.id)
            yield (
                f"Nobody knows when {_name(member)} was recorded: it is laid at the start. Its {lost} findings are on"
                " its own page."
            )


def _name(member: Member) -> str:
    return member.evidence.recording.path.name
