"""The report of one incident, or of one recording, for a supervisor: what was heard, in order, and how sure it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from markupsafe import Markup

from pipeline.chart import chart_of, chart_svg
from pipeline.errors import StoreError
from pipeline.exports.transcript import remark
from pipeline.incidents import incident_evidence
from pipeline.policy import Policy
from pipeline.reports import charts
from pipeline.reports.kept import ADVERSE
from pipeline.reports.make import Made, linked
from pipeline.reports.page import page
from pipeline.review_answers import LookedUp, looked_up
from pipeline.scene import Heard, scene_of_incident, scene_of_recording
from pipeline.sequence import FORCE, title_of
from pipeline.store import Store
from pipeline.types import HeardTurn, Incident, IncidentEvidence, Recording, Span, Verdict, merged

AROUND = 30.0
"""seconds of words before and after each order by several officers, raised voice or mention of force"""
MOST_TURNS = 150
SHOWN_AROUND = (*FORCE, "multi_officer_commands", "conflicting_commands", "raised_voice", "disrespect")
_SAID = {Verdict.CONFIRMED: "confirmed", Verdict.UNSURE: "unsure", Verdict.DISMISSED: "dismissed"}


@dataclass(frozen=True)
class Line:
    """A finding as the report lists it."""

    heard: Heard
    title: str
    score: float
    looked_at: str
    """"confirmed by kim", or "not yet looked at" """
    file: str
    cameras: int
    waits: bool
    """an observation that counts only when a person confirms it, and none has"""


def make_incident(store: Store, policy: Policy, name: str, zone: ZoneInfo) -> tuple[Made, str]:
    """The page, and the id of what it is about. Raises StoreError where there is no such incident or recording."""
    incident, found = _looked_up(store, policy, name)
    recordings = {id: store.recording(id) for id, _, _ in incident.recordings}
    evidence = incident_evidence(incident, [store.evidence(r) for r in recordings.values()])
    turns = evidence.turns or ()
    excerpt = _excerpt(turns, found)
    reports = store.force_reports()
    by_number = {r.number: r for r in reports}
    links = [(by_number[link.report], link) for link in linked(store, reports, policy) if link.subject == incident.id]
    values = {
        "incident": incident, "found": found, "start": _local(incident, zone), "zone": zone.key,
        "members": [(recordings[m.evidence.recording.id], m, remark(m.evidence)) for m in evidence.members],
        "gaps": _gaps(evidence), "lines": _lines(store, found, recordings, policy),
        "excerpt": excerpt, "turns": len(turns), "links": links,
        "chart": Markup(chart_svg(chart_of(evidence, policy), incident.name)),
        "strip": charts.strip(found.course.marks, found.scene.span), "lanes": charts.LANES,
        "ticks": charts.ticks(found.scene.span),
    }  # fmt: skip
    return Made(page("incident.html", values)), incident.id


def _looked_up(store: Store, policy: Policy, name: str) -> tuple[Incident, LookedUp]:
    matches = [i for i in store.incidents() if i.name == name or i.id.startswith(name)]
    if len(matches) == 1:
        return matches[0], looked_up(store, scene_of_incident(store, matches[0], policy), policy)
    if matches:
        raise StoreError(f"{name}: {len(matches)} incidents match; give more of its id")
    try:
        recording = store.recording(name)
    except StoreError as error:
        known = ", ".join(repr(i.name) for i in store.incidents()[:5]) or "none"
        raise StoreError(f"{name}: no such incident or recording; incidents: {known}") from error
    alone = Incident(recording.id, recording.path.name, recording.start_utc,
                     ((recording.id, 0.0, "its own clock"),), "single")  # fmt: skip
    return alone, looked_up(store, scene_of_recording(store, recording, policy), policy)


def _local(incident: Incident, zone: ZoneInfo) -> str:
    if incident.start_utc is None:
        return "unknown: no clock of the recordings tells"
    return f"{incident.start_utc.astimezone(zone):%Y-%m-%d %H:%M:%S} ({zone.key})"


def _gaps(evidence: IncidentEvidence) -> list[tuple[str, str, str, float]]:
    """File, what was not analysed, why, seconds."""
    out: dict[tuple[str, str, str], float] = {}
    for member in evidence.members:
        for gap in member.evidence.not_analysed:
            key = (member.evidence.recording.path.name, gap.what, gap.reason)
            out[key] = out.get(key, 0.0) + gap.span.duration
    return [(*key, seconds) for key, seconds in sorted(out.items())]


def _lines(store: Store, found: LookedUp, recordings: dict[str, Recording], policy: Policy) -> list[Line]:
    subject = found.scene.subject
    stored = {f.id: f for f in store.findings(incident=subject)}
    for recording in recordings:
        stored |= {f.id: f for f in store.findings(recording=recording)}
    out, speakers = [], store.speakers_confirmed()
    for heard in found.scene.heard:
        same = [stored[id] for id in heard.ids if id in stored]
        verdicts = [f.verdict for f in same if f.verdict]
        confirmed = next((v for v in verdicts if v.verdict is Verdict.CONFIRMED), None)
        last = confirmed or (verdicts[0] if verdicts else None)
        out.append(
            Line(
                heard=heard,
                title=title_of(heard.label, policy),
                score=max((f.finding.score for f in same), default=0.0),
                looked_at=f"{_SAID[last.verdict]} by {last.reviewer}" if last else "not yet looked at",
                file=recordings[heard.recording].path.name,
                cameras=len(heard.ids),
                waits=heard.label in ADVERSE and not speakers & {f.id for f in same},
            )
        )
    return out


def _excerpt(turns: Sequence[HeardTurn], found: LookedUp) -> list[tuple[HeardTurn, bool]]:
    """Turns around what is worth reading first, else from the first; True: something was left out before it."""
    spoken = [t for t in turns if t.text]
    around = merged([Span(h.start, h.end) for h in found.scene.of(*SHOWN_AROUND)])
    wanted = [t for t in spoken if any(s.touches(t.span, AROUND) for s in around)] if around else spoken
    chosen = wanted[:MOST_TURNS]
    place = {id(t): n for n, t in enumerate(spoken)}
    out, before = [], -1
    for turn in chosen:
        out.append((turn, place[id(turn)] != before + 1))
        before = place[id(turn)]
    return out
