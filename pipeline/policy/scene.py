"""What detectors of speech look at, the same for one recording and for all cameras of an incident."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from pipeline.policy.orders import Labels
from pipeline.types import Evidence, HeardTurn, IncidentEvidence, Member, Span, Turn

RAISED = 0.5
"""probability of a raised voice from which a moment counts as raised"""


@dataclass(frozen=True)
class Scene:
    """The turns of a recording, or of an incident with each utterance once, on one clock."""

    of: Evidence | IncidentEvidence
    turns: tuple[Turn, ...]
    labels: Labels | None
    """what a classifier makes of the turns; None: none looked"""
    overlaps: tuple[Span, ...] | None
    """two voices at once, as heard in the sound; None: not measured"""

    @property
    def subject(self) -> str:
        """Id of the recording or of the incident."""
        return self.of.recording.id if isinstance(self.of, Evidence) else self.of.incident.id

    def effort(self, turn: Turn, span: Span) -> NDArray[np.float32]:
        """Known probabilities of a raised voice over `span`, as the camera that the turn is from measured them."""
        if isinstance(self.of, IncidentEvidence):
            values = self.of.values("vocal_effort", cast(HeardTurn, turn), span)
        else:
            values = self.of.vocal_effort.at(span) if self.of.vocal_effort else np.empty(0, np.float32)
        return values[np.isfinite(values)]

    def raised(self, parts: Iterable[tuple[Turn, Span]]) -> float | None:
        """Share of these stretches that was said with a raised voice; None: nothing of them was measured."""
        values = [self.effort(turn, span) for turn, span in parts]
        known = np.concatenate(values) if values else np.empty(0, np.float32)
        return round(float(np.mean(known >= RAISED)), 2) if len(known) else None


def scene_of(evidence: Evidence | IncidentEvidence) -> Scene:
    """The scene of a recording or of an incident; of an incident with one camera an empty one: what that camera heard
    is looked at as a recording, and nothing is told twice."""
    if isinstance(evidence, Evidence):
        labels = None if evidence.line_labels is None else {row.turn: row.probabilities for row in evidence.line_labels}
        overlaps = None if evidence.overlaps is None else tuple(o.span for o in evidence.overlaps)
        return Scene(evidence, evidence.turns or (), labels, overlaps)
    turns = evidence.turns or () if len(evidence.members) > 1 else ()
    return Scene(evidence, turns, _labels(evidence, turns), evidence.overlaps())


def _labels(incident: IncidentEvidence, turns: Sequence[HeardTurn]) -> Labels | None:
    """What the classifier made of each turn on the recording that it was taken from."""
    known = {m.evidence.recording.id: _by_start(m) for m in incident.members if m.evidence.line_labels is not None}
    if not known:
        return None
    found = ((number, _nearest(known.get(turn.recording, ()), turn)) for number, turn in enumerate(turns))
    return {number: labels for number, labels in found if labels is not None}


def _by_start(member: Member) -> list[tuple[float, str, Mapping[str, float]]]:
    turns = member.evidence.turns or ()
    return [
        (member.on_incident(turns[row.turn].start), turns[row.turn].text, row.probabilities)
        for row in member.evidence.line_labels or ()
        if row.turn < len(turns)
    ]


def _nearest(rows: Sequence[tuple[float, str, Mapping[str, float]]], turn: Turn) -> Mapping[str, float] | None:
    same = [row for row in rows if row[1] == turn.text]
    return min(same, key=lambda row: abs(row[0] - turn.start))[2] if same else None
