"""Stretches of contact in which, with several officers there, one of them does the talking to the person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from pipeline.policy import Policy
from pipeline.policy.language import sentences
from pipeline.policy.scene import Scene, scene_of
from pipeline.policy.spoken import words_of
from pipeline.types import Evidence, Finding, IncidentEvidence, Role, Span, Turn


@dataclass(frozen=True)
class OneVoice:
    """Contact of at least `one_voice_least` seconds (policy pack, 60 s) with one officer giving most of the talk.

    Talk to another officer or over the radio, as far as the words show it, is left out. Other officers must have been
    heard in the recording: of one officer alone there is nothing to point out.
    """

    policy: Policy
    share: float = 0.9
    """of the officers' seconds of talk to the person, by one voice"""
    least_talk: float = 10.0
    """seconds of it: a stretch of silence has no voice"""

    name: ClassVar[str] = "one_voice"
    version: ClassVar[str] = "1"
    reads: ClassVar[tuple[str, ...]] = ("turns",)

    def __call__(self, evidence: Evidence | IncidentEvidence) -> Iterator[Finding]:
        scene = scene_of(evidence)
        officers = {t.voice for t in scene.turns if t.role is Role.OFFICER and t.voice}
        if len(officers) < 2:
            return
        for contact in contacts(scene.turns, self.policy.windows.contact_gap):
            yield from self._in_contact(scene, [t for t in contact if not self._to_peers(t)], len(officers))

    def _to_peers(self, turn: Turn) -> bool:
        if turn.role is not Role.OFFICER:
            return turn.role is not Role.CIVILIAN
        return any(self.policy.addressee.peers.any(s) for s in sentences(words_of(turn)))

    def _in_contact(self, scene: Scene, turns: Sequence[Turn], officers: int) -> Iterator[Finding]:
        """The longest stretches that one voice leads, one after the other."""
        at = 0
        while at < len(turns):
            stop = self._led_until(turns, at)
            if stop is None:
                at += 1
            else:
                yield self._finding(scene, turns[at:stop], officers)
                at = stop

    def _led_until(self, turns: Sequence[Turn], start: int) -> int | None:
        """The end of the longest stretch from `start` on in which one officer has the share; None: there is none."""
        talk: dict[str, float] = defaultdict(float)
        found = None
        if turns[start].role is not Role.OFFICER or not turns[start].voice:
            return None
        for k in range(start, len(turns)):
            turn = turns[k]
            if turn.role is Role.OFFICER:
                talk[turn.voice or "not told apart"] += turn.end - turn.start
            long = turn.end - turns[start].start >= self.policy.windows.one_voice_least
            whole = sum(talk.values())
            led = whole >= self.least_talk and max(talk.values()) >= self.share * whole
            if long and led:
                found = k + 1
            elif turn.end - turns[start].start > _LOOK * self.policy.windows.one_voice_least:
                break  # what is lost by then is not won back
        return found

    def _finding(self, scene: Scene, turns: Sequence[Turn], officers: int) -> Finding:
        talk: dict[str, float] = defaultdict(float)
        for turn in turns:
            if turn.role is Role.OFFICER:
                talk[turn.voice or "not told apart"] += turn.end - turn.start
        leader = max(talk, key=lambda voice: talk[voice])
        span = Span(turns[0].start, max(t.end for t in turns))
        share = talk[leader] / sum(talk.values())
        minutes = span.duration / 60
        return Finding(
            subject=scene.subject,
            detector=self.name,
            label="one_voice",
            start=span.start,
            end=span.end,
            score=round(share * min(1.0, sum(talk.values()) / (3 * self.least_talk)), 3),
            summary=f"One officer gives {100 * share:.0f} % of the officers' talk with the person for"
            f" {minutes:.1f} min; {officers} officers were heard in all",
            speaker=leader,
            role=Role.OFFICER,
            evidence={
                "clause": "1.2-one-voice",
                "leading_voice": leader,
                "share": round(share, 3),
                "seconds_by_voice": {voice: round(seconds, 1) for voice, seconds in talk.items()},
                "officers_heard": officers,
                "least": self.policy.windows.one_voice_least,
            },
        )


_LOOK = 3
"""times the least stretch after which a stretch that nobody leads is given up"""


def contacts(turns: Sequence[Turn], gap: float) -> list[list[Turn]]:
    """Runs of turns, each no more than `gap` seconds after the one before, with an officer and a civilian in each."""
    runs: list[list[Turn]] = []
    end = 0.0
    for turn in sorted(turns, key=lambda t: (t.start, t.end)):
        if runs and turn.start <= end + gap:
            runs[-1].append(turn)
            end = max(end, turn.end)
        else:
            runs.append([turn])
            end = turn.end
    return [run for run in runs if {Role.OFFICER, Role.CIVILIAN} <= {t.role for t in run}]
