"""A mute, or an early end of the sound, with the words that were said of it: which findings belong together.

That words are bound to a mute is a program's observation: whether the reason was so is for people to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pipeline.policy.spoken import quoted
from pipeline.rows import StoredFinding
from pipeline.types import Role, Verdict

OFF = frozenset(("muted", "sound_ends_early"))
"""labels of `muted_audio` that words can be said of"""
SAID = "mute_reason_spoken"
SAME_WITHIN = 1.0
"""seconds; what a silence measures may move a little from one version of its rules to the next"""


def said_of(findings: Iterable[StoredFinding]) -> dict[str, str]:
    """Finding of a mute -> finding of the words that are bound to it, of one recording; dismissed words are none."""
    listed = list(findings)
    words = [f for f in listed if f.finding.detector == SAID and not _dismissed(f)]
    out = {}
    for mute in listed:
        if mute.finding.detector == "muted_audio" and mute.finding.label in OFF:
            own = next((w for w in words if w.recording == mute.recording and _bound(w, mute)), None)
            if own is not None:
                out[mute.id] = own.id
    return out


def beside(findings: Sequence[StoredFinding]) -> dict[str, list[str]]:
    """Finding -> the findings that a reviewer wants beside it, both ways: the mute's words, and the words' mute."""
    out: dict[str, list[str]] = {}
    for mute, words in said_of(findings).items():
        out.setdefault(mute, []).append(words)
        out.setdefault(words, []).append(mute)
    return out


def told(mute: StoredFinding, words: StoredFinding) -> str:
    """The words of a mute in a sentence: `3 s before, officer says a reason (battery): "..."`."""
    finding, facts = words.finding, words.finding.evidence
    side = "after" if facts.get("side") == "after" else "before"
    who = "officer" if finding.role is Role.OFFICER else "somebody whose role is not known"
    reason = facts.get("reason")
    why = f"a reason ({reason})" if reason else "no reason that is known, but that it is off"
    apart = float(facts.get("seconds_apart") or 0.0)
    texts = [finding.text or "", *([str(facts["reason_said_in"])] if facts.get("reason_said_in") else [])]
    return f"{apart:.0f} s {side}, {who} says {why}: {quoted(texts)}"


def sentences_of(findings: Sequence[StoredFinding]) -> Mapping[str, str]:
    """Finding of a mute -> the sentence about its words."""
    by_id = {f.id: f for f in findings}
    return {mute: told(by_id[mute], by_id[words]) for mute, words in said_of(findings).items()}


def _dismissed(stored: StoredFinding) -> bool:
    return stored.verdict is not None and stored.verdict.verdict is Verdict.DISMISSED


def _bound(words: StoredFinding, mute: StoredFinding) -> bool:
    facts = words.finding.evidence
    start, end = float(facts.get("bound_start", -1.0)), float(facts.get("bound_end", -1.0))
    return abs(start - mute.finding.start) <= SAME_WITHIN and abs(end - mute.finding.end) <= SAME_WITHIN
