"""One recording as the player draws it: lanes, speech, findings and what was not analysed, on the recording's clock.

Rows go out as columns (one list per field): 20,000 findings are then a third of the size and quick to read in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.mutes_told import beside
from pipeline.rows import StoredFinding, utc_text
from pipeline.store import Store
from pipeline.types import Incident, NotAnalysed, Recording, Run, Span, StepState, ms
from review_ui import curves, plain
from review_ui.speech import Voice, voices
from review_ui.steps import detectors, reads_of

OUTSIDE_SHARE = 0.3
"""How much of the time axis, as a share of the recording, may show what lies before its start or after its end."""
OUTSIDE_LEAST = 30.0
"""Seconds of axis that an event outside the recording gets at least."""
SAME_MOMENT = 1.0
"""Seconds by which a recording's finding and its incident's may lie apart and still be one event."""
COPY_RATE_HZ = 15.0
"""Pictures a second of the review copy, so that a step is one picture; pipeline.media makes it so."""

AFFECTED: Mapping[str, frozenset[str]] = {
    "sound": frozenset(("level", "peak", "tones", "speech", "words", "voices", "overlaps", "alpha_ratio", "pitch"))
    | frozenset(("vocal_effort", "turns")),
    "picture": frozenset(("picture", "brightness", "motion", "clock")),
    "speech": frozenset(("speech", "words", "voices", "overlaps", "vocal_effort", "turns")),
    "words": frozenset(("words", "turns")),
    "voices": frozenset(("voices", "turns")),
    "overlaps": frozenset(("overlaps",)),
}
"""What was not analysed -> the measurements that miss it, and so the lanes to hatch. Others stand for themselves."""


@dataclass(frozen=True)
class Camera:
    """Another recording of the same incident, on this recording's clock."""

    recording: Recording
    start: float
    offset_source: str
    incident: Incident
    zero: float
    """of the incident's clock, on this recording's"""


@dataclass(frozen=True)
class Placed:
    """A finding on the recording's clock, also one that an incident made on its own."""

    item: StoredFinding
    start: float
    end: float


def placed_findings(store: Store, recording: str) -> list[Placed]:
    """The findings of a recording and of its incidents, by time; what both tell stands once, as the recording's."""
    own = [Placed(item, item.finding.start, item.finding.end) for item in store.findings(recording=recording)]
    told = _Told(own)
    of_incidents = []
    for incident in incidents_of(store, recording):
        zero = _offset(incident, recording)
        for item in store.findings(incident=incident.id):
            placed = Placed(item, ms(item.finding.start - zero), ms(item.finding.end - zero))
            if not told.already(placed):
                of_incidents.append(placed)
    return sorted([*own, *of_incidents], key=lambda one: (one.start, one.end, one.item.id))


class _Told:
    """What a recording tells by itself: an incident's finding of the same kind and time is the same once more."""

    def __init__(self, own: Sequence[Placed]) -> None:
        self._spans: dict[tuple[str, str], list[Placed]] = {}
        for one in own:
            self._spans.setdefault((one.item.finding.detector, one.item.finding.label), []).append(one)

    def already(self, placed: Placed) -> bool:
        same = self._spans.get((placed.item.finding.detector, placed.item.finding.label), ())
        return any(one.start < placed.end + SAME_MOMENT and placed.start < one.end + SAME_MOMENT for one in same)


def document(store: Store, recording: Recording, placed: Sequence[Placed]) -> dict[str, Any]:
    """All that the player draws, as JSON values."""
    runs = store.latest_runs(recording.id)
    incident_runs = [store.latest_runs(incident.id) for incident in incidents_of(store, recording.id)]
    spoken = voices(store, recording.id)
    lanes = curves.lanes(runs, sound=recording.stream("audio") is not None)
    voiced = len(lanes)
    lanes += [voice_lane(voice) for voice in spoken]
    lanes += _kind_lanes(runs, incident_runs, {one.item.finding.detector for one in placed})
    return {
        "recording": _recording(recording),
        "axis": list(axis(recording.duration, [(one.start, one.end) for one in placed])),
        "lanes": lanes,
        "speech": speech_columns(spoken, first=voiced),
        "effort": curves.effort(runs),
        "findings": finding_columns(placed),
        "beside": beside([one.item for one in placed]),
        "not_analysed": [gap_row(gap, lanes) for gap in store.not_analysed(recording.id)],
        "cameras": [_camera(camera) for camera in other_cameras(store, recording.id)],
    }


def order_spans(placed: Sequence[Placed]) -> list[Span]:
    """The orders found, on the recording's clock: what their rate is counted from."""
    return [Span(one.start, one.end) for one in placed if one.item.finding.detector == curves.ORDERS]


def reasons(placed: Sequence[Placed]) -> dict[str, Any]:
    """Finding -> the figures and the rule behind it. Fetched after the first picture: it is the larger half."""
    return {one.item.id: dict(one.item.finding.evidence) for one in placed}


def incidents_of(store: Store, recording: str) -> list[Incident]:
    """The incidents that a recording belongs to."""
    return [i for i in store.incidents() if any(member == recording for member, _, _ in i.recordings)]


def other_cameras(store: Store, recording: str) -> list[Camera]:
    """The other recordings of the same incidents, by start."""
    found = []
    for incident in incidents_of(store, recording):
        own = _offset(incident, recording)
        for member, offset, source in incident.recordings:
            if member != recording:
                found.append(Camera(store.recording(member), ms(offset - own), source, incident, -own))
    return sorted(found, key=lambda camera: camera.start)


def axis(duration: float, spans: Iterable[tuple[float, float]]) -> tuple[float, float]:
    """The stretch of time to draw: the recording, and a little of what lies outside it if anything does."""
    room = max(OUTSIDE_LEAST, duration * OUTSIDE_SHARE)
    listed = list(spans)
    first = min((start for start, _ in listed), default=0.0)
    last = max((end for _, end in listed), default=duration)
    return ms(min(0.0, max(first, -room))), ms(max(duration, min(last, duration + room)))


def _offset(incident: Incident, recording: str) -> float:
    return next(offset for member, offset, _ in incident.recordings if member == recording)


def _recording(recording: Recording) -> dict[str, Any]:
    return {
        "id": recording.id,
        "name": recording.path.name,
        "duration": recording.duration,
        "start_utc": utc_text(recording.start_utc) if recording.start_utc else None,
        "clock": plain.CLOCKS[recording.clock_source],
        "picture": recording.stream("video") is not None,
        "device": recording.device or "",
        "frame_rate": COPY_RATE_HZ,
        "sound": recording.stream("audio") is not None,
    }


def voice_lane(voice: Voice) -> dict[str, Any]:
    """The lane of one voice, as JSON values."""
    return {
        "key": f"voice:{voice.key}",
        "group": "speech",
        "title": voice.title,
        "role": voice.role.value if voice.role else None,
        "about": voice.reason,
        "state": "done",
        "reason": "",
        "reads": ["speech", "voices"],
    }


def _kind_lanes(
    runs: Mapping[str, Run], incident_runs: Sequence[Mapping[str, Run]], found: set[str]
) -> list[dict[str, Any]]:
    names = plain.in_order({*detectors(), *found})
    return [_kind_lane(name, runs, incident_runs, name in found) for name in names]


def _kind_lane(
    name: str, runs: Mapping[str, Run], incident_runs: Sequence[Mapping[str, Run]], found: bool
) -> dict[str, Any]:
    run = runs.get(name) or next((of[name] for of in incident_runs if name in of), None)
    state, reason = _state(run, found, alone=not incident_runs and detectors().get(name) == "incident")
    kind = plain.kind(name)
    return {
        "key": f"kind:{name}",
        "group": "findings",
        "title": kind.title,
        "role": None,
        "about": kind.about,
        "state": state,
        "reason": reason,
        "reads": list(reads_of(name)),
        "parts": plain.parts(name),
    }


def _state(run: Run | None, found: bool, *, alone: bool) -> tuple[str, str]:
    if run is None:
        why = "the recording belongs to no incident" if alone else "this was not looked for yet"
        return ("done", "") if found else ("not analysed", why)
    if run.state is StepState.DONE:
        return "done", ""
    return "not analysed", run.reason or "the step stopped with an error"


def speech_columns(spoken: Sequence[Voice], *, first: int) -> dict[str, list[Any]]:
    """Who speaks when: lane, start and end of every stretch, as columns. `first` is the number of the first lane."""
    rows = [(index, span) for index, voice in enumerate(spoken, first) for span in voice.spans]
    return {
        "lane": [index for index, _ in rows],
        "start": [span.start for _, span in rows],
        "end": [span.end for _, span in rows],
    }


def finding_columns(placed: Sequence[Placed]) -> dict[str, list[Any]]:
    """The findings as columns, one list per field."""
    said = [one.item.finding for one in placed]
    verdicts = [one.item.verdict for one in placed]
    return {
        "id": [one.item.id for one in placed],
        "kind": [finding.detector for finding in said],
        "label": [finding.label for finding in said],
        "start": [one.start for one in placed],
        "end": [one.end for one in placed],
        "score": [None if finding.score is None else round(finding.score, 3) for finding in said],
        "summary": [finding.summary for finding in said],
        "who": [plain.voice(finding.speaker) if finding.speaker else "" for finding in said],
        "role": [finding.role.value if finding.role else None for finding in said],
        "text": [finding.text for finding in said],
        "draft": [one.item.draft for one in placed],
        "verdict": [verdict.verdict.value if verdict else None for verdict in verdicts],
        "reviewer": [verdict.reviewer if verdict else "" for verdict in verdicts],
        "note": [verdict.note if verdict else "" for verdict in verdicts],
        "at_utc": [utc_text(verdict.at_utc) if verdict else "" for verdict in verdicts],
    }


def gap_row(gap: NotAnalysed, lanes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A stretch that was not analysed, with the lanes that it leaves open."""
    missing = AFFECTED.get(gap.what, frozenset((gap.what,)))
    return {
        "start": gap.start,
        "end": gap.end,
        "what": gap.what,
        "reason": gap.reason,
        "lanes": [lane["key"] for lane in lanes if missing & set(lane["reads"])],
    }


def _camera(camera: Camera) -> dict[str, Any]:
    return {
        "recording": camera.recording.id,
        "name": camera.recording.path.name,
        "device": camera.recording.device or "",
        "start": camera.start,
        "end": ms(camera.start + camera.recording.duration),
        "offset_source": camera.offset_source,
        "incident": camera.incident.name,
        "incident_id": camera.incident.id,
        "zero": camera.zero,
    }
