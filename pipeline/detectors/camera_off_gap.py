"""Stretches of an incident in which a camera that recorded before and after made no recording."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import ClassVar

from pipeline.detectors.heard_while_camera_off import utterance_rows, wearer_of
from pipeline.parts import LONGEST_FILE, ROLL_OVER, Camera, camera_of, is_longest
from pipeline.types import Finding, HeardTurn, IncidentEvidence, Member, Span, merged


@dataclass(frozen=True)
class CameraOffGap:
    """One finding per camera and gap, on the incident's clock.

    A camera that reaches its longest file goes on in a new one: files closer than `min_gap` are one recording. After a
    file that is as long as the camera makes any (4 h, or as long as another of its files, and 10 min or more)
    `roll_over` is allowed: clocks drift over such a file.
    """

    min_gap: float = 3.0
    """seconds; split files of one camera follow each other within a second or two, clocks are read to the second"""
    roll_over: float = ROLL_OVER
    """seconds after a longest file"""
    longest_file: float = LONGEST_FILE
    """seconds"""

    name: ClassVar[str] = "camera_off_gap"
    version: ClassVar[str] = "3"
    reads: ClassVar[tuple[str, ...]] = ()

    def __call__(self, incident: IncidentEvidence) -> Iterator[Finding]:
        cameras = {m.evidence.recording.id: camera_of(m.evidence.recording) for m in incident.members}
        for camera in sorted({c for c in cameras.values() if c is not None}, key=lambda c: c.name):
            own = [m for m in incident.members if cameras[m.evidence.recording.id] == camera]
            others = [m for m in incident.members if cameras[m.evidence.recording.id] != camera]
            for before, after in self._gaps(own):
                yield _finding(incident, camera, before, after, own, others)

    def _gaps(self, own: Sequence[Member]) -> Iterator[tuple[Member, Member]]:
        """Neighbouring recordings of one camera with nothing between them, overlapping copies joined."""
        ordered = sorted(own, key=lambda m: (m.span.start, m.span.end))
        furthest = ordered[0]
        for _, following in pairwise(ordered):
            others = [m.evidence.recording.duration for m in own if m is not furthest]
            longest = is_longest(furthest.evidence.recording.duration, others, self.longest_file)
            allowed = self.roll_over if longest else self.min_gap
            if following.span.start - furthest.span.end >= allowed:
                yield furthest, following
            furthest = max(furthest, following, key=lambda m: m.span.end)


def _finding(
    incident: IncidentEvidence, camera: Camera, before: Member, after: Member, own: Sequence[Member],
    others: Sequence[Member],
) -> Finding:  # fmt: skip
    device = camera.name
    gap = Span(before.span.end, after.span.start)
    seen = merged([Span(max(gap.start, m.span.start), min(gap.end, m.span.end)) for m in others if m.span.overlap(gap)])
    watched = sum(span.duration for span in seen)
    speech = _speech_heard(gap, others)
    of_wearer = _wearer_heard(incident, gap, own, others)
    start_utc = incident.incident.start_utc
    return Finding(
        subject=incident.incident.id,
        detector=CameraOffGap.name,
        label="camera_off_gap",
        start=gap.start,
        end=gap.end,
        score=0.95 if watched else 0.6,
        summary=_summary(device, gap, others, watched, speech) + _and_wearer(of_wearer),
        evidence={
            "device": device,
            "camera_told_by": camera.source,
            "recording_before": before.evidence.recording.id,
            "recording_after": after.evidence.recording.id,
            "start_utc": (start_utc + timedelta(seconds=gap.start)).isoformat() if start_utc else None,
            "end_utc": (start_utc + timedelta(seconds=gap.end)).isoformat() if start_utc else None,
            "seconds_seen_by_other_cameras": round(watched, 1),
            "seconds_of_speech_on_other_cameras": speech,
            "utterances_of_wearer_on_other_cameras": utterance_rows(incident, of_wearer),
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


def _wearer_heard(
    incident: IncidentEvidence, gap: Span, own: Sequence[Member], others: Sequence[Member]
) -> list[HeardTurn]:
    """What the voice taken for the camera's wearer said on other cameras during the gap."""
    wearer = wearer_of(incident, own)
    elsewhere = {m.evidence.recording.id for m in others}
    said = [t for t in incident.turns or () if wearer and t.voice == wearer.name and t.recording in elsewhere]
    return [t for t in said if gap.start <= t.start and t.end <= gap.end]


def _and_wearer(turns: Sequence[HeardTurn]) -> str:
    seconds = sum(t.span.duration for t in turns)
    return f"; the voice taken for its wearer's is heard there for {seconds:.0f} s" if turns else ""


def _summary(device: str, gap: Span, others: Sequence[Member], watched: float, speech: float | None) -> str:
    said = f"Camera {device} made no recording for {gap.duration:.0f} s"
    if not watched:
        return f"{said}; no other camera was recording then" if others else f"{said}; it is the only camera here"
    heard = f", with {speech:.0f} s of speech" if speech is not None else ""
    return f"{said} while another camera recorded {watched:.0f} s of it{heard}"
