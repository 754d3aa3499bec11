"""What a chart of an incident, or of one recording, is drawn from: who talked how much, how many orders a minute, how
loud, and with how much vocal effort, over time. Numbers only; nothing is judged here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.policy import Policy
from pipeline.policy.command_rate import command_rate, per_minute
from pipeline.policy.orders import OrderFinder
from pipeline.policy.scene import scene_of
from pipeline.types import Curve, Evidence, IncidentEvidence, Member, Role, Span, merged

RATE_HZ = 1.0
"""Points of the curves a second."""
FLOOR = 10.0
"""Percentile of a camera's level that counts as its floor: what is heard while nobody speaks."""
LEAST_SCORE = 0.3
"""Orders less sure than this are not counted, as in multi_officer_commands."""
SILENCE_DB = -100.0
"""Below it there is no sound at all (digital silence is -120): it says nothing about the floor."""

_ORDER = {Role.OFFICER: 0, Role.CIVILIAN: 1, Role.RADIO: 2, None: 3}


@dataclass(frozen=True)
class TalkTime:
    """How long one speaker talked."""

    speaker: str
    """ "" where voices were not told apart"""
    role: Role | None
    seconds: float


@dataclass(frozen=True)
class Chart:
    """The figures of a chart. A curve, or the overlap, is None where nothing of it was measured."""

    subject: str
    span: Span
    talk: tuple[TalkTime, ...]
    """officers first, then by how long"""
    overlap: float | None
    """seconds in which two voices sounded at once"""
    orders: int
    orders_per_minute: float
    """over the time from the first order to the last"""
    command_rate: Curve | None
    loudness: Curve | None
    """dB of the loudest camera over its own floor"""
    effort: Curve | None
    """the highest probability of a raised voice that any camera measured, 0 to 1"""

    def talk_by_role(self) -> dict[str, float]:
        """Seconds by "officer", "civilian", "radio" and "not known"."""
        out: dict[str, float] = {}
        for one in self.talk:
            role = one.role.value if one.role else "not known"
            out[role] = round(out.get(role, 0.0) + one.seconds, 1)
        return out


def chart_of(evidence: Evidence | IncidentEvidence, policy: Policy) -> Chart:
    """The chart of a recording, or of an incident with each utterance counted once."""
    members = evidence.members if isinstance(evidence, IncidentEvidence) else (Member(evidence, 0.0, ""),)
    turns = evidence.turns
    if isinstance(evidence, IncidentEvidence) and turns is None and len(members) == 1:
        turns = members[0].evidence.turns
    whole = Span(min(m.span.start for m in members), max(m.span.end for m in members))
    heard = scene_of(evidence) if len(members) > 1 or isinstance(evidence, Evidence) else scene_of(members[0].evidence)
    spans = [o.span for o in OrderFinder(policy).orders(heard.turns, heard.labels) if o.score >= LEAST_SCORE]
    over = Span(min(s.start for s in spans), max(s.end for s in spans)) if spans else whole
    return Chart(
        subject=heard.subject,
        span=whole,
        talk=_talk(turns or ()),
        overlap=None if heard.overlaps is None else round(sum(s.duration for s in merged(heard.overlaps)), 1),
        orders=len(spans),
        orders_per_minute=per_minute(spans, over) if spans else 0.0,
        command_rate=None if turns is None else command_rate(spans, whole),
        loudness=_highest(members, whole, _over_floor, "dB over the floor"),
        effort=_highest(members, whole, _effort, "probability of a raised voice"),
    )


def _talk(turns: Sequence[Any]) -> tuple[TalkTime, ...]:
    spans: dict[tuple[str, Role | None], list[Span]] = {}
    for turn in turns:
        if turn.text:
            spans.setdefault((turn.voice or "", turn.role), []).append(turn.span)
    talk = [
        TalkTime(speaker, role, round(sum(s.duration for s in merged(said)), 1))
        for (speaker, role), said in spans.items()
    ]
    return tuple(sorted(talk, key=lambda t: (_ORDER[t.role], -t.seconds, t.speaker)))


def _highest(
    members: Sequence[Member], whole: Span, measured: Callable[[Evidence], Curve | None], unit: str
) -> Curve | None:
    """For every second of the incident the highest value on any camera, NaN where none measured one."""
    points = max(1, int(np.ceil(whole.duration * RATE_HZ)))
    rows = [_by_second(m, curve, whole, points) for m in members if (curve := measured(m.evidence)) is not None]
    if not rows:
        return None
    values = np.full(points, np.nan, np.float32)
    for row in rows:
        values = np.fmax(values, row)
    return Curve(RATE_HZ, whole.start, values, unit)


def _by_second(member: Member, curve: Curve, whole: Span, points: int) -> NDArray[np.float32]:
    """The highest value within each second of the incident's clock."""
    times = member.offset + curve.times() * (1 + member.drift_ppm * 1e-6)
    places = np.floor((times - whole.start) * RATE_HZ).astype(np.int64)
    known = np.isfinite(curve.values) & (places >= 0) & (places < points)
    row = np.full(points, -np.inf, np.float32)
    np.maximum.at(row, places[known], curve.values[known])
    return np.where(np.isfinite(row), row, np.nan).astype(np.float32)


def _over_floor(evidence: Evidence) -> Curve | None:
    level = evidence.level
    if level is None:
        return None
    heard = level.values[level.values > SILENCE_DB]
    if not len(heard):
        return None
    values = np.where(level.values > SILENCE_DB, level.values - np.percentile(heard, FLOOR), np.nan)
    return Curve(level.rate_hz, level.start, np.maximum(values, 0).astype(np.float32), "dB")


def _effort(evidence: Evidence) -> Curve | None:
    return evidence.vocal_effort


def chart_row(chart: Chart) -> dict[str, Any]:
    """The chart as JSON values; a point that was not measured is null."""
    return {
        "subject": chart.subject,
        "start": chart.span.start,
        "end": chart.span.end,
        "talk": [
            {"speaker": t.speaker, "role": t.role.value if t.role else None, "seconds": t.seconds} for t in chart.talk
        ],
        "talk_by_role": chart.talk_by_role(),
        "overlap_seconds": chart.overlap,
        "orders": chart.orders,
        "orders_per_minute": chart.orders_per_minute,
        "command_rate": _points(chart.command_rate),
        "loudness": _points(chart.loudness),
        "effort": _points(chart.effort),
    }


def _points(curve: Curve | None) -> dict[str, Any] | None:
    if curve is None:
        return None
    values = [round(float(v), 3) if np.isfinite(v) else None for v in curve.values]
    return {"unit": curve.unit, "rate_hz": curve.rate_hz, "start": curve.start, "values": values}
