"""All cameras of an incident together: who spoke, and what was said, each utterance once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pipeline.incidents.absorb import absorbed
from pipeline.incidents.activity import Activity, activity_of, frames_of, level_of
from pipeline.incidents.grouping import NO_CLOCK
from pipeline.incidents.speakers import JoinRules, Voice, VoiceLikeness, joined, named
from pipeline.incidents.utterances import floor_db, merged_turns, on_incident, quality_of
from pipeline.incidents.wearers import wearers
from pipeline.types import Evidence, HeardTurn, Incident, IncidentEvidence, IncidentSpeaker, Member, Span

LEAST_STRETCH = 2.0
"""seconds of sound that are compared around a short utterance"""
HEARD_ALIKE = 3.5
"""standard deviations from which two cameras hear the same in a stretch; chance gives 2 to 3"""


def incident_evidence(
    incident: Incident,
    evidence: Sequence[Evidence],
    given: frozenset[Voice] = frozenset(),
    voices_alike: VoiceLikeness | None = None,
) -> IncidentEvidence:
    """The evidence of an incident's recordings on its clock, with joined speakers and merged turns.

    `given`: voices (recording, name) that a person named. What a recording heard whose place on the clock nobody knows
    stays out of `turns`.
    """
    members = members_of(incident, evidence)
    placed = [m for m in members if m.offset_source != NO_CLOCK and m.evidence.turns is not None]
    if not placed:
        return IncidentEvidence(incident, members)
    cameras = _Cameras(incident, placed)
    speakers = cameras.speakers(JoinRules(cameras.in_earshot, given, voices_alike))
    return IncidentEvidence(incident, members, cameras.turns(speakers), tuple(speakers))


def members_of(incident: Incident, evidence: Sequence[Evidence]) -> tuple[Member, ...]:
    """The evidence of an incident's recordings, each at its place on the clock; nothing is joined."""
    by_id = {e.recording.id: e for e in evidence}
    return tuple(
        Member(by_id[recording], offset, source, incident.drift_ppm(recording))
        for recording, offset, source in incident.recordings
        if recording in by_id
    )


@dataclass(frozen=True, eq=False)
class _Cameras:
    """The members whose place is known and that have a transcript."""

    incident: Incident
    members: Sequence[Member]
    _onsets: dict[str, NDArray[np.float32]] = field(default_factory=dict)

    @cached_property
    def by_id(self) -> Mapping[str, Member]:
        return {m.evidence.recording.id: m for m in self.members}

    def speakers(self, rules: JoinRules) -> list[IncidentSpeaker]:
        frames = frames_of(self.members)
        activities = {m.evidence.recording.id: activity_of(m, frames) for m in self.members}
        groups = absorbed(joined(list(activities.values()), rules), activities, rules.given)
        speaking = [_together(group, activities, frames) for group in groups]
        levels = {id: level for id, m in self.by_id.items() if (level := level_of(m, frames)) is not None}
        names = {id: m.evidence.recording.device or m.evidence.recording.path.name for id, m in self.by_id.items()}
        files = {id: m.evidence.recording.path.stem for id, m in self.by_id.items()}
        turns = {id: m.evidence.turns or () for id, m in self.by_id.items()}
        return named(groups, turns, wearers(speaking, levels, names), self._first_word, files, rules.given)

    def turns(self, speakers: Sequence[IncidentSpeaker]) -> tuple[HeardTurn, ...]:
        names = {voice: s.name for s in speakers for voice in s.voices}
        roles = {s.name: (s.role, s.reason) for s in speakers}
        floors = {id: floor_db(m.evidence.level) for id, m in self.by_id.items()}
        turns = [turn for m in self.members for turn in on_incident(m, names) if turn.text]

        def quality(turn: HeardTurn) -> float:
            return quality_of(turn, self.by_id[turn.recording], floors[turn.recording])

        merged = merged_turns(turns, quality, self._heard_alike, speakers)
        return tuple(
            replace(t, role=roles[t.voice][0], role_reason=roles[t.voice][1]) if t.voice in roles else t for t in merged
        )

    def _first_word(self, voice: Voice) -> float:
        member = self.by_id[voice[0]]
        return min(
            (member.on_incident(t.start) for t in member.evidence.turns or () if t.voice == voice[1]), default=0.0
        )

    def in_earshot(self, one: str, two: str) -> bool:
        """Whether two recordings can have heard the same: not where their sounds were compared and do not match."""
        scores = {fit.recording: fit.score for fit in self.incident.fits}
        return all(scores[id] is not None for id in (one, two) if id in scores)

    def _heard_alike(self, one: str, two: str, span: Span) -> bool | None:
        if not self.in_earshot(one, two):
            return False
        a, b = self.by_id[one], self.by_id[two]
        if a.evidence.band_flux is None or b.evidence.band_flux is None:
            return None
        from pipeline.sync.likeness import likeness  # brings scipy, which a screen without such sounds need not hold

        wider = max(0.0, LEAST_STRETCH - span.duration) / 2
        start, frames = span.start - wider, round((span.duration + 2 * wider) * a.evidence.band_flux.rate_hz)
        found = likeness(self._centred(a), self._centred(b), _frame(a, start), _frame(b, start), frames)
        return None if found is None else found >= HEARD_ALIKE

    def _centred(self, member: Member) -> NDArray[np.float32]:
        id = member.evidence.recording.id
        if id not in self._onsets:
            from pipeline.sync.coarse import centred

            assert member.evidence.band_flux is not None
            self._onsets[id] = centred(member.evidence.band_flux)
        return self._onsets[id]


def _frame(member: Member, time: float) -> int:
    flux = member.evidence.band_flux
    assert flux is not None
    return round((member.on_recording(time) - flux.start) * flux.rate_hz)


def _together(group: Sequence[tuple[Voice, str]], activities: Mapping[str, Activity], frames: int) -> NDArray[np.bool_]:
    out = np.zeros(frames, bool)
    for (recording, voice), _ in group:
        out |= activities[recording].voices[voice]
    return out
