"""An officer's voice on another camera before that officer's own camera begins, or after it ends.

From the footage alone, without a dispatch record. Whose camera a voice wears is told by level and by voices that speak
at the same times (`pipeline.incidents`): neither is certain, so the utterances stand in the evidence to be listened to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from pipeline.parts import camera_of
from pipeline.policy.spoken import as_clock, shortened
from pipeline.types import Finding, HeardTurn, IncidentEvidence, IncidentSpeaker, Member, Role, Span

MOST_SHOWN = 20
"""utterances listed in the evidence; all are counted"""


@dataclass(frozen=True)
class HeardWhileCameraOff:
    """At most one finding for each camera and side. Labels: `heard_before_camera_on`, `heard_after_camera_off`.

    Where it is known who wears the camera, it is that voice that was heard. Where it is not, an officer's voice counts
    that is not the wearer of any camera that ran then, if only one camera can be meant; this is said, and less sure.
    """

    least_speech: float = 1.0
    """seconds of that voice in all; a shorter word proves nothing"""
    least_words: int = 3
    margin: float = 1.0
    """seconds before the camera's start (after its end) that do not count: edges of words, and of the button"""
    margin_by_clock: float = 10.0
    """the same where the camera lies on the incident's clock by its own clock alone, which can be seconds off"""

    name: ClassVar[str] = "heard_while_camera_off"
    version: ClassVar[str] = "1"
    reads: ClassVar[tuple[str, ...]] = ("turns",)

    def __call__(self, incident: IncidentEvidence) -> Iterator[Finding]:
        cameras = own_files(incident)
        worn = {c: s for c, own in cameras.items() if (s := wearer_of(incident, own)) is not None}
        for camera, own in cameras.items():
            if any(not _placed(m) for m in own):
                continue
            for side in ("before", "after"):
                heard = self._heard(incident, camera, cameras, worn, side)
                if heard is not None:
                    yield self._finding(incident, camera, own, side, *heard)

    def _heard(
        self, incident: IncidentEvidence, camera: str, cameras: Mapping[str, Sequence[Member]],
        worn: Mapping[str, IncidentSpeaker], side: str,
    ) -> tuple[list[HeardTurn], IncidentSpeaker, bool] | None:  # fmt: skip
        """Utterances on other cameras, whose they are, and whether that is known to be the wearer."""
        wearer = worn.get(camera)
        if wearer is not None:
            turns = self._outside(incident, cameras[camera], wearer, side)
            return (turns, wearer, True) if turns else None
        found = []
        for speaker in incident.speakers:
            if speaker.role is Role.OFFICER and not speaker.wears:
                turns = self._outside(incident, cameras[camera], speaker, side)
                turns = [t for t in turns if self._can_only_be(camera, t, cameras, worn)]
                if self._enough(turns):
                    found.append((turns, speaker, False))
        return found[0] if len(found) == 1 else None

    def _outside(
        self, incident: IncidentEvidence, own: Sequence[Member], speaker: IncidentSpeaker, side: str
    ) -> list[HeardTurn]:
        """What a speaker says clear of the camera's recordings, on one side; [] where it is too little."""
        start, end = _edge(own, "before"), _edge(own, "after")
        margin = self.margin if all(_by_sound(m) for m in own) else self.margin_by_clock
        turns = [t for t in incident.turns or () if t.voice == speaker.name and _placed(incident.member(t.recording))]
        if side == "before":
            turns = [t for t in turns if t.end <= start - margin]
        else:
            turns = [t for t in turns if t.start >= end + margin]
        return turns if self._enough(turns) else []

    def _enough(self, turns: Sequence[HeardTurn]) -> bool:
        words = sum(len(t.text.split()) for t in turns)
        return sum(t.span.duration for t in turns) >= self.least_speech and words >= self.least_words

    def _can_only_be(
        self, camera: str, turn: HeardTurn, cameras: Mapping[str, Sequence[Member]], worn: Mapping[str, IncidentSpeaker]
    ) -> bool:
        """Whether every camera that ran then has a known wearer, and no other camera that did not is without one."""
        running = {name for name, files in cameras.items() if any(m.span.overlap(turn.span) for m in files)}
        off = set(cameras) - running
        return all(name in worn for name in running) and {name for name in off if name not in worn} == {camera}

    def _finding(
        self, incident: IncidentEvidence, camera: str, own: Sequence[Member], side: str, turns: Sequence[HeardTurn],
        speaker: IncidentSpeaker, is_wearer: bool,
    ) -> Finding:  # fmt: skip
        edge = _edge(own, side)
        span = Span(turns[0].start, edge) if side == "before" else Span(edge, turns[-1].end)
        seconds = round(sum(t.span.duration for t in turns), 1)
        by_sound = all(_by_sound(m) for m in own)
        return Finding(
            subject=incident.incident.id,
            detector=self.name,
            label="heard_before_camera_on" if side == "before" else "heard_after_camera_off",
            start=span.start,
            end=span.end,
            score=_score(is_wearer, by_sound, seconds),
            summary=_summary(camera, side, span, seconds, len(turns), is_wearer),
            speaker=speaker.name,
            role=speaker.role,
            text=" / ".join(t.text for t in turns[:MOST_SHOWN]),
            evidence={
                "device": camera,
                "wearer_known": is_wearer,
                "seconds_outside": span.duration,
                "seconds_heard": seconds,
                "utterances": utterance_rows(incident, turns),
                "why_this_voice": speaker.reason,
                "camera_placed_by": sorted({m.offset_source for m in own}),
                "why": _WHY if is_wearer else _WHY_NOT_KNOWN,
            },
        )


def own_files(incident: IncidentEvidence) -> dict[str, list[Member]]:
    """The recordings of each camera by its name; those of which nothing tells the camera under the file's name."""
    out: dict[str, list[Member]] = {}
    for member in incident.members:
        camera = camera_of(member.evidence.recording)
        out.setdefault(camera.name if camera else member.evidence.recording.path.name, []).append(member)
    return out


def wearer_of(incident: IncidentEvidence, own: Sequence[Member]) -> IncidentSpeaker | None:
    """Who is taken to wear the camera of these recordings (`IncidentSpeaker.wears` names its device, else a file)."""
    names = {m.evidence.recording.device or m.evidence.recording.path.name for m in own}
    return next((s for s in incident.speakers if s.wears in names), None)


def utterance_rows(incident: IncidentEvidence, turns: Sequence[HeardTurn]) -> list[dict[str, Any]]:
    """Utterances as the evidence of a finding lists them: when on the incident's clock, on which file, what."""
    return [
        {
            "start": t.start,
            "end": t.end,
            "file": incident.member(t.recording).evidence.recording.path.name,
            "at": round(incident.member(t.recording).on_recording(t.start), 3),
            "text": shortened(t.text),
        }
        for t in turns[:MOST_SHOWN]
    ]


def _edge(own: Sequence[Member], side: str) -> float:
    return min(m.span.start for m in own) if side == "before" else max(m.span.end for m in own)


def _placed(member: Member) -> bool:
    return not member.offset_source.startswith("no clock")


def _by_sound(member: Member) -> bool:
    return "sound" in member.offset_source


def _score(is_wearer: bool, by_sound: bool, seconds: float) -> float:
    """How sure: the voice first, then the clock, then how much was heard. Not calibrated: `results/heard_off.md`."""
    return round((0.75 if is_wearer else 0.4) * (1.0 if by_sound else 0.7) + min(0.1, seconds / 50), 3)


_WHY = "the voice taken for the wearer's was heard by another camera while this one made no recording of the incident"
_WHY_NOT_KNOWN = (
    "an officer who wears none of the cameras that ran then was heard, and only this camera's wearer is not known; it "
    "can be somebody whose camera is not part of the incident"
)


def _summary(camera: str, side: str, span: Span, seconds: float, count: int, is_wearer: bool) -> str:
    who = f"The wearer of {camera}" if is_wearer else f"An officer, perhaps the wearer of {camera},"
    times = "once" if count == 1 else f"{count} times"
    where = "before its first recording here begins" if side == "before" else "after its last recording here ends"
    at = "from" if side == "before" else "up to"
    heard = f"is heard {times} ({seconds:.0f} s) on another camera, {at} {as_clock(span.duration)} {where}"
    return f"{who} {heard}" if is_wearer else f"{who} {heard}; whose voice it is, is not known"
