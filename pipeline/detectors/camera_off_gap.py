"""Stretches of an incident in which a camera that recorded before and after made no recording."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import ClassVar

from pipeline.types import Finding, IncidentEvidence, Member, Span, merged


@dataclass(frozen=True)
class CameraOffGap:
    """One finding per camera and gap, on the incident's clock.

    A camera that reaches its longest file (4 h) goes on in a new one: files closer than `min_gap` are one recording.
    """

    min_gap: float = 3.0
    """seconds; split files of one camera follow each other within a second or two, clocks are read to the second"""

    name: ClassVar[str] = "camera_off_gap"
    version: ClassVar[str] = "1"
    reads: ClassVar[tuple[str, ...]] = ()

    def __call__(self, incident: IncidentEvidence) -> Iterator[Finding]:
        devices = sorted({m.evidence.recording.device for m in incident.members if m.evidence.recording.device})
        for device in devices:
            own = [m for m in incident.members if m.evidence.recording.device == device]
            others = [m for m in incident.members if m.evidence.recording.device != device]
            for before, after in _gaps(own, self.min_gap):
                yield _finding(incident, device, before, after, others)


def _gaps(own: Sequence[Member], min_gap: float) -> Iterator[tuple[Member, Member]]:
    """Neighbouring recordings of one camera with nothing between them, overlapping copies joined."""
    ordered = sorted(own, key=lambda m: (m.span.start, m.span.end))
    furthest = ordered[0]
    for _, following in pairwise(ordered):
        if following.span.start - furthest.span.end >= min_gap:
            yield furthest, following
        furthest = max(furthest, following, key=lambda m: m.span.end)


def _finding(
    incident: IncidentEvidence, device: str, before: Member, after: Member, others: Sequence[Member]
) -> Finding:
    gap = Span(before.span.end, after.span.start)
    seen = merged([Span(max(gap.start, m.span.start), min(gap.end, m.span.end)) for m in others if m.span.overlap(gap)])
    watched = sum(span.duration for span in seen)
    speech = _speech_heard(gap, others)
    start_utc = incident.incident.start_utc
    return Finding(
        subject=incident.incident.id,
        detector=CameraOffGap.name,
        label="camera_off_gap",
        start=gap.start,
        end=gap.end,
        score=0.95 if watched else 0.6,
        summary=_summary(device, gap, others, watched, speech),
        evidence={
            "device": device,
            "recording_before": before.evidence.recording.id,
            "recording_after": after.evidence.recording.id,
            "start_utc": (start_utc + timedelta(seconds=gap.start)).isoformat() if start_utc else None,
            "end_utc": (start_utc + timedelta(seconds=gap.end)).isoformat() if start_utc else None,
            "seconds_seen_by_other_cameras": round(watched, 1),
            "seconds_of_speech_on_other_cameras": speech,
            "offsets_from": sorted({before.offset_source, after.offset_source}),
            "why": "the camera recorded before and after; its clock says that nothing was recorded in between",
        },
    )


def _speech_heard(gap: Span, others: Sequence[Member]) -> float | None:
    """Seconds of speech that other cameras heard during the gap; None where speech was not measured."""
    measured = [m for m in others if m.evidence.speech is not None and m.span.overlap(gap)]
    if not measured:
        return None
    heard = [
        Span(m.offset + max(s.start, gap.start - m.offset), m.offset + min(s.end, gap.end - m.offset))
        for m in measured
        for s in m.evidence.speech or ()
        if s.start + m.offset < gap.end and s.end + m.offset > gap.start
    ]
    return round(sum(span.duration for span in merged(heard)), 1)


def _summary(device: str, gap: Span, others: Sequence[Member], watched: float, speech: float | None) -> str:
    said = f"Camera {device} made no recording for {gap.duration:.0f} s"
    if not watched:
        return f"{said}; no other camera was recording then" if others else f"{said}; it is the only camera here"
    heard = f", with {speech:.0f} s of speech" if speech is not None else ""
    return f"{said} while another camera recorded {watched:.0f} s of it{heard}"
