"""Words about the camera, bound to what it then did: before a mute, just after one, or before the recording ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from pipeline.beside_mutes import END, MUTE, Moment, Piece, moments_of, on_its_side, pieces_beside, seconds_apart
from pipeline.policy import Policy
from pipeline.policy.camera_words import ANNOUNCE, CLOSING, UNMUTED, CameraRemark, Reason, find_reason, find_remark
from pipeline.policy.language import sentences
from pipeline.policy.spoken import as_clock, certainty_of, quoted, span_of, weighed, words_of
from pipeline.policy.techniques import may_be_said
from pipeline.types import Evidence, Finding, Role, Turn

RULE_SCORE, CLASSIFIER_SCORE = 0.85, 0.6
"""where the pack's words said so, and where the classifier did and a reason was given"""
CLASSIFIER_LABEL = "camera_off_announced"


@dataclass(frozen=True)
class _Said:
    """Words bound to a moment."""

    piece: Piece
    remark: CameraRemark
    reason: Reason | None
    layer: str
    apart: float
    """seconds between the remark and the moment"""
    beside: Turn | None = None
    """the turn beside it, of the same voice, that gives the reason"""


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
    beside_within: float = 6.0
    """seconds between a remark and the same voice's turn beside it that may give the reason"""

    name: ClassVar[str] = "mute_reason_spoken"
    version: ClassVar[str] = "2"
    reads: ClassVar[tuple[str, ...]] = ("turns",)

    def __call__(self, evidence: Evidence) -> Iterator[Finding]:
        likely = {line.turn: line.probabilities for line in evidence.line_labels or ()}
        moments = moments_of(evidence, self.least_mute)
        said = [list(self._all_said(moment, evidence, likely)) for moment in moments]
        taken: set[tuple[int, float]] = set()
        chosen: dict[int, _Said] = {}
        # what is said of a mute to come belongs to that, before it is taken for the last one
        for fits in (True, False):
            for number, found in enumerate(said):
                free = [f for f in found if _key(f) not in taken and _fits(f) is fits]
                if number not in chosen and free:
                    chosen[number] = max(free, key=lambda f: (f.reason is not None, -f.apart))
                    taken.add(_key(chosen[number]))
        for number, moment in enumerate(moments):
            if number in chosen:
                yield self._finding(evidence, moment, chosen[number])

    def _all_said(
        self, moment: Moment, evidence: Evidence, likely: Mapping[int, Mapping[str, float]]
    ) -> Iterator[_Said]:
        turns = evidence.turns or ()
        for piece in pieces_beside(turns, moment, self._before(moment), self.after):
            if self._sounds_civilian(piece.whole):
                continue
            said = self._said(piece, moment, likely.get(piece.number, {}))
            if said is None or not self._in_reach(said, moment):
                continue
            yield said if said.reason else self._with_reason_beside(said, turns, moment)

    def _sounds_civilian(self, turn: Turn) -> bool:
        """Whether a voice without a role speaks as a member of the public does."""
        parts = sentences(words_of(turn)) if turn.role is None else ()
        return any(self.policy.roles.civilian.any(s) for s in parts)

    def _said(self, piece: Piece, moment: Moment, likely: Mapping[str, float]) -> _Said | None:
        rules, words = self.policy.camera_words, words_of(piece.turn)
        kinds = (ANNOUNCE, CLOSING) if moment.kind == END else (ANNOUNCE,)
        if piece.after:
            kinds = (UNMUTED, ANNOUNCE)
        remark = find_remark(rules, words, kinds)
        if remark is not None and piece.turn.role is None and remark.order:
            return None  # "turn that camera off": a member of the public may ask for it
        if remark is not None:
            reason = find_reason(rules, words, remark)
            return _Said(piece, remark, reason, "rule", seconds_apart(piece, remark.first, remark.last, moment))
        probable = likely.get(CLASSIFIER_LABEL, 0.0) >= self.policy.bar(CLASSIFIER_LABEL).threshold
        probable = probable and may_be_said(self.policy, CLASSIFIER_LABEL, words)
        reason = find_reason(rules, words) if probable and piece.turn.role is Role.OFFICER else None
        if reason is None:
            return None
        text = piece.turn.text
        whole = CameraRemark(kinds[0], "like lines that the classifier learned from", text, 0, len(words) - 1)
        return _Said(piece, whole, reason, "classifier", seconds_apart(piece, whole.first, whole.last, moment))

    def _in_reach(self, said: _Said, moment: Moment) -> bool:
        """A long turn may begin, or end, far from the moment that it reaches."""
        return said.apart <= (self.after if said.piece.after else self._before(moment))

    def _before(self, moment: Moment) -> float:
        return self.policy.camera.announce_within if moment.kind == MUTE else self.end_within

    def _with_reason_beside(self, said: _Said, turns: Sequence[Turn], moment: Moment) -> _Said:
        """ "Going mute." "Supervisor call.": the reason may stand in the same voice's turn just before or after."""
        own = said.piece
        for number in (own.number - 1, own.number + 1):
            turn = turns[number] if 0 <= number < len(turns) else None
            if turn is None or turn.voice != own.whole.voice or turn.role != own.whole.role:
                continue
            near = max(turn.start - own.turn.end, own.turn.start - turn.end) <= self.beside_within
            if not near or not on_its_side(turn, own, moment):
                continue
            reason = find_reason(self.policy.camera_words, words_of(turn))
            if reason is not None:
                return replace(said, reason=reason, beside=turn)
        return said

    def _finding(self, evidence: Evidence, moment: Moment, said: _Said) -> Finding:
        turn, remark, reason = said.piece.turn, said.remark, said.reason
        span = span_of(turn, remark.first, remark.last)
        score = weighed(RULE_SCORE if said.layer == "rule" else CLASSIFIER_SCORE, turn, remark.first, remark.last)
        return Finding(
            subject=evidence.recording.id,
            detector=self.name,
            label="mute_reason_spoken" if reason else "mute_announced",
            start=span.start,
            end=span.end,
            score=round(score * (1.0 if turn.role else self.unknown_role_share), 3),
            summary=_summary(moment, said),
            speaker=turn.voice,
            role=turn.role,
            text=turn.text,
            evidence={
                "bound_to": moment.kind,
                "bound_start": moment.span.start,
                "bound_end": moment.span.end,
                "side": "after" if said.piece.after else "before",
                "seconds_apart": round(said.apart, 1),
                "reason": reason.name if reason else None,
                "reason_said_in": said.beside.text if said.beside else None,
                "reason_named_by_policy": bool(reason and reason.name in self.policy.camera.mute_reasons),
                "rule": remark.rule,
                "rule_of_reason": reason.rule if reason else None,
                "layer": said.layer,
                "certainty": certainty_of(turn, remark.first, remark.last),
            },
        )


def _key(said: _Said) -> tuple[int, float]:
    """Which words of which turn: they count once."""
    return said.piece.number, span_of(said.piece.turn, said.remark.first, said.remark.last).start


def _fits(said: _Said) -> bool:
    """Whether the words are of what is on their side: to come before it, over after it."""
    return (said.remark.kind == UNMUTED) is said.piece.after


def _summary(moment: Moment, said: _Said) -> str:
    who = "Officer" if said.piece.turn.role is Role.OFFICER else "Somebody whose role is not known"
    side = "just after" if said.piece.after else "before"
    where = f"{side} a mute at {as_clock(round(moment.span.start))} for {moment.span.duration:.0f} s"
    if moment.kind == END:
        where = "before the recording ends"
    off = "was off" if said.piece.after else "goes off"
    why = f"a reason ({said.reason.name})" if said.reason else f"that it {off}, without a reason that is known"
    texts = [said.piece.turn.text, *([said.beside.text] if said.beside else [])]
    return f"{who} says {why} {where}: {quoted(texts)}"
