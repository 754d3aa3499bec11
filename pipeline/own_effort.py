"""The vocal effort of each turn, where others may speak at the same time.

Where two speak at once the measured effort is that of the louder one. So a turn is judged by its moments alone, if
there are enough of them; if not, by what it adds to the others: two at once sound raised if either is, and one who is
known to be raised from his own moments explains it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.types import Curve, Evidence, Span, VoiceTurn, merged

Values = NDArray[np.float32]

SURE = 0.99
"""no measured probability counts for more: the rule was never right more often"""


@dataclass(frozen=True, eq=False)
class TurnEffort:
    """One turn and the probability, at the effort's own rate, that its voice is raised."""

    voice: str | None
    """None where voices were not told apart"""
    span: Span
    values: Values
    """as many as `effort.at(span)`; NaN where nothing is known of this voice"""
    own: bool = True
    """whether it was heard by itself for long enough; else `values` are what it likely adds to the others"""


def roughly_told_apart(evidence: Evidence) -> bool:
    """Whether voices come from a draft of a diarizer: such a one takes a person's shouting for somebody else."""
    diarizer = evidence.backends.get("diarize")
    return diarizer is not None and diarizer.draft and evidence.voices is not None and bool(evidence.voices.exclusive)


def turn_efforts(evidence: Evidence, effort: Curve, least_alone: float, share: float) -> tuple[TurnEffort, ...]:
    """Each turn in order of time; without voices, each stretch of speech.

    `least_alone`: seconds measured without anybody else from which only those count. `share` (0 to 1): of speech that
    is raised, where nothing else is known.
    """
    if evidence.voices is None or not evidence.voices.exclusive:
        spans = merged([s.span for s in evidence.speech or ()])
        return tuple(TurnEffort(None, span, effort.at(span)) for span in spans)
    turns = sorted(evidence.voices.turns or evidence.voices.exclusive, key=lambda t: (t.start, t.end))
    both = _several(evidence, effort)
    alone = [_alone(effort, turn, both, least_alone) for turn in turns]
    return tuple(
        TurnEffort(turn.voice, turn.span, own, True)
        if own is not None
        else TurnEffort(turn.voice, turn.span, _rest(effort, turn, both, turns, alone, share), False)
        for turn, own in zip(turns, alone, strict=True)
    )


def of_voice(effort: Curve, turns: Sequence[TurnEffort]) -> Curve:
    """The effort of one voice along the recording: NaN outside its turns, the higher one where two of them meet."""
    values = np.full(len(effort.values), np.nan, np.float32)
    for turn in turns:
        at = within(effort, turn.span)
        values[at] = np.fmax(values[at], turn.values)
    return replace(effort, values=values)


def _several(evidence: Evidence, effort: Curve) -> NDArray[np.bool_]:
    """Moments at which two or more voices are known to speak."""
    shared = evidence.overlaps
    if shared is None and evidence.voices is not None:
        shared = evidence.voices.overlaps
    out = np.zeros(len(effort.values), bool)
    for span in shared or ():
        out[within(effort, span.span)] = True
    return out


def within(curve: Curve, span: Span) -> slice:
    """Where `curve.at(span)` lies in the values."""
    first = max(0, math.ceil((span.start - curve.start) * curve.rate_hz - 1e-6))
    return slice(first, first + len(curve.at(span)))


def _alone(effort: Curve, turn: VoiceTurn, both: NDArray[np.bool_], least: float) -> Values | None:
    """The turn's values without shared moments; None where too little is left. No shared moment: as they are."""
    here = within(effort, turn.span)
    values = np.where(both[here], np.float32(np.nan), effort.values[here])
    if both[here].any() and np.isfinite(values).sum() < max(1.0, least * effort.rate_hz):
        return None
    return values


def _rest(
    effort: Curve,
    turn: VoiceTurn,
    both: NDArray[np.bool_],
    turns: Sequence[VoiceTurn],
    alone: Sequence[Values | None],
    share: float,
) -> Values:
    """The turn's values, in shared moments by Bayes' rule: two at once sound as the one who is raised."""
    here = within(effort, turn.span)
    values = effort.values[here].copy()
    shared = both[here] & np.isfinite(values)
    nobody, known = np.ones(len(effort.values)), np.zeros(len(effort.values), bool)
    for other, own in zip(turns, alone, strict=True):
        if other.voice != turn.voice and other.start < turn.end and turn.start < other.end:
            at = within(effort, other.span)
            nobody[at] *= 1 - (share if own is None or not np.isfinite(own).any() else float(np.nanmean(own)))
            known[at] = True
    other_raised = np.where(known, 1 - nobody, share)[here][shared]  # nobody known there: somebody of whom nothing is
    sure = np.clip(values[shared].astype(np.float64), 1 - SURE, SURE)
    odds = sure / (1 - sure) * (1 - share) / share
    up = share * odds
    down = (1 - share) * (other_raised * odds + 1 - other_raised)
    values[shared] = up / (up + down)
    return values
