"""Words about the camera, bound to what it then did: before a mute, just after one, or before the recording ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from pipeline.errors import NotMeasurable
from pipeline.policy import Policy
from pipeline.policy.camera_words import ANNOUNCE, CLOSING, UNMUTED, CameraRemark, Reason, find_reason, find_remark
from pipeline.policy.spoken import certainty_of, quoted, span_of, weighed, words_of
from pipeline.silence import SilenceRules, silences
from pipeline.types import Evidence, Finding, Role, Span, Turn

RULE_SCORE, CLASSIFIER_SCORE = 0.85, 0.6
"""where the pack's words said so, and where the classifier did and a reason was given"""
CLASSIFIER_LABEL = "camera_off_announced"


@dataclass(frozen=True)
class _Moment:
    """Where words can be bound to: a mute, or the end of the recording."""

    kind: str
    """"mute" or "end" """
    span: Span


@dataclass(frozen=True)
class MuteReasonSpoken:
    """At most one finding for each mute and for the recording's end. Labels: `mute_reason_spoken` (a reason of the pack
    was given), `mute_announced` (it was said, without a reason).

    Words of officers, and with less score of voices without a role. Says nothing of a mute without words: they may not
    have been heard. Where mutes cannot be told, only the end counts.
    """

    policy: Policy
    after: float = 30.0
    """seconds after a mute in which its reason may be given"""
    end_within: float = 60.0
    """seconds before the end of the recording in which closing words count"""
    unknown_role_share: float = 0.6
    """kept of the score where the speaker's role is not known"""
    least_mute: float = 2.0
    """seconds"""

    name: ClassVar[str] = "mute_reason_spoken"
    version: ClassVar[str] = "1"
    reads: ClassVar[tuple[str, ...]] = ("turns",)

    def __call__(self, evidence: Evidence) -> Iterator[Finding]:
        turns = [t for t in evidence.turns or () if t.text]
        likely = {line.turn: line.probabilities for line in evidence.line_labels or ()}
        numbers = {id(t): n for n, t in enumerate(evidence.turns or ())}
        taken: set[int] = set()
        for moment in self._moments(evidence):
            near = [t for t in self._near(turns, moment, evidence) if id(t) not in taken]
            found = [f for t in near if (f := self._said(t, moment, likely.get(numbers[id(t)], {}))) is not None]
            if found:
                turn, remark, reason, layer = max(found, key=lambda f: (f[2] is not None, -_distance(f[0], moment)))
                taken.add(id(turn))
                yield self._finding(evidence, moment, turn, remark, reason, layer)

    def _moments(self, evidence: Evidence) -> list[_Moment]:
        """Mutes in order, then the end: of the recording, or of its sound where that ends first."""
        whole = evidence.recording.span
        try:
            found = silences(evidence, SilenceRules(min_duration=self.least_mute))
        except NotMeasurable:
            found = []
        mutes = [_Moment("mute", s.span) for s in found if not s.begins() and not s.ends(whole.end)]
        at = next((s.span.start for s in found if s.ends(whole.end) and not s.begins()), whole.end)
        return [*mutes, _Moment("end", Span(at, whole.end))]

    def _near(self, turns: Sequence[Turn], moment: _Moment, evidence: Evidence) -> list[Turn]:
        """Turns of officers and of unknown voices that are near enough to be about the moment."""
        before = self.policy.camera.announce_within if moment.kind == "mute" else self.end_within
        own = [t for t in turns if t.role in (Role.OFFICER, None)]
        close = [t for t in own if moment.span.start - before <= t.end and t.start <= moment.span.start]
        if moment.kind == "end":
            return close
        return close + [t for t in own if moment.span.end <= t.start <= moment.span.end + self.after]

    def _said(
        self, turn: Turn, moment: _Moment, likely: Mapping[str, float]
    ) -> tuple[Turn, CameraRemark, Reason | None, str] | None:
        rules, words = self.policy.camera_words, words_of(turn)
        kinds = (ANNOUNCE, CLOSING) if moment.kind == "end" else (ANNOUNCE,)
        if moment.kind == "mute" and turn.start >= moment.span.end:
            kinds = (UNMUTED, ANNOUNCE)
        remark, reason = find_remark(rules, words, kinds), find_reason(rules, words)
        if remark is not None:
            return turn, remark, reason, "rule"
        probable = likely.get(CLASSIFIER_LABEL, 0.0) >= self.policy.bar(CLASSIFIER_LABEL).threshold
        if probable and reason is not None and turn.role is Role.OFFICER:
            whole = CameraRemark(kinds[0], "like lines that the classifier learned from", turn.text, 0, len(words) - 1)
            return turn, whole, reason, "classifier"
        return None

    def _finding(
        self, evidence: Evidence, moment: _Moment, turn: Turn, remark: CameraRemark, reason: Reason | None, layer: str
    ) -> Finding:
        span = span_of(turn, remark.first, remark.last)
        score = weighed(RULE_SCORE if layer == "rule" else CLASSIFIER_SCORE, turn, remark.first, remark.last)
        return Finding(
            subject=evidence.recording.id,
            detector=self.name,
            label="mute_reason_spoken" if reason else "mute_announced",
            start=span.start,
            end=span.end,
            score=round(score * (1.0 if turn.role else self.unknown_role_share), 3),
            summary=_summary(turn, moment, remark, reason),
            speaker=turn.voice,
            role=turn.role,
            text=turn.text,
            evidence={
                "bound_to": moment.kind,
                "bound_start": moment.span.start,
                "bound_end": moment.span.end,
                "seconds_apart": round(_distance(turn, moment), 1),
                "reason": reason.name if reason else None,
                "reason_named_by_policy": bool(reason and reason.name in self.policy.camera.mute_reasons),
                "rule": remark.rule,
                "rule_of_reason": reason.rule if reason else None,
                "layer": layer,
                "certainty": certainty_of(turn, remark.first, remark.last),
            },
        )


def _distance(turn: Turn, moment: _Moment) -> float:
    """Seconds between an utterance and the mute or end that it is bound to."""
    return max(0.0, moment.span.start - turn.end, turn.start - moment.span.end)


def _summary(turn: Turn, moment: _Moment, remark: CameraRemark, reason: Reason | None) -> str:
    who = "Officer" if turn.role is Role.OFFICER else "Somebody whose role is not known"
    after = moment.kind == "mute" and turn.start >= moment.span.end
    where = "just after a mute" if after else "before a mute" if moment.kind == "mute" else "before the recording ends"
    why = f"a reason ({reason.name})" if reason else "that it goes off, without a reason that is known"
    return f"{who} says {why} {where}: {quoted([turn.text])}"
