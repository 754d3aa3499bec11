"""Camera use of a store: its calls against its recordings, over a period, with what other cameras heard meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from pipeline.camera_use import (
    CallUse,
    RecordingFacts,
    UseEvidence,
    UseFinding,
    UseRules,
    assess_set_right,
    unused,
    worn,
)
from pipeline.camera_use.rules import lasting
from pipeline.errors import StoreError
from pipeline.policy import Policy
from pipeline.store import Store

Heard = Callable[[str, float, float], tuple[float, float | None, str] | None]
"""(recording, from, to) -> seconds of speech, when it first begins, its first words; None: no transcript."""
LONGEST_QUOTE = 80
"""characters"""


@dataclass(frozen=True)
class Assessed:
    """A period of a store. `outside`: recordings that begin in it and that no call or incident asked for."""

    uses: tuple[CallUse, ...]
    facts: tuple[RecordingFacts, ...]
    """of the period and a day round it, each with its officer"""
    outside: tuple[RecordingFacts, ...]


def camera_use(
    store: Store,
    policy: Policy,
    first: datetime | None = None,
    before: datetime | None = None,
    zone: tzinfo | None = None,
) -> tuple[CallUse, ...]:
    """One `CallUse` per officer and call (or incident without a dispatch record) from `first` until before `before`."""
    return assessed(store, policy, first, before, zone).uses


def assessed(
    store: Store,
    policy: Policy,
    first: datetime | None = None,
    before: datetime | None = None,
    zone: tzinfo | None = None,
) -> Assessed:
    """Camera use with the recordings that it rests on. `zone` is that of the texts; None: that of the pack."""
    inputs = store.camera_use_inputs(first, before, policy.camera.least_score)
    roster = store.roster()
    own = worn(inputs.facts, roster)
    uses, facts, _ = assess_set_right(inputs.calls, roster, own, UseRules.of(policy, zone), inputs.incidents)
    inside = tuple(use for use in uses if use.call is not None or _within(use.start_utc, first, before))
    outside = tuple(f for f in unused(uses, facts) if f.start_utc is None or _within(f.start_utc, first, before))
    return Assessed(tuple(with_speech(inside, store.speech_heard)), facts, outside)


def finding_of(uses: Iterable[CallUse], wanted: str) -> UseFinding:
    """A finding by id or its first letters. Raises StoreError."""
    found = {f.id: f for use in uses for f in use.findings if wanted and f.id.startswith(wanted)}
    if len(found) != 1:
        problem = f"{len(found)} findings match" if found else "nothing observed of camera use has this id"
        raise StoreError(f"{wanted}: {problem}; see: bwc camera-use list")
    return next(iter(found.values()))


def _within(moment: datetime | None, first: datetime | None, before: datetime | None) -> bool:
    if moment is None:
        return first is None and before is None
    return (first is None or moment >= first) and (before is None or moment < before)


def with_speech(uses: Iterable[CallUse], heard: Heard) -> Iterator[CallUse]:
    """The uses with what was said on other cameras, where these were named as evidence and have a transcript."""
    for use in uses:
        if any(e.kind == "other camera" for f in use.findings for e in f.evidence):
            yield replace(use, findings=tuple(_with_speech(f, heard) for f in use.findings))
        else:
            yield use


def _with_speech(finding: UseFinding, heard: Heard) -> UseFinding:
    evidence: list[UseEvidence] = []
    for one in finding.evidence:
        evidence.append(one)
        if one.kind == "other camera" and one.at is not None and one.until is not None:
            evidence += _speech(one.recording, one.at, one.until, heard)
    return replace(finding, evidence=tuple(evidence))


def _speech(recording: str, start: float, end: float, heard: Heard) -> Iterator[UseEvidence]:
    said = heard(recording, start, end)
    if said is None:
        yield UseEvidence("speech", "What was said there is not known: no transcript", recording, start, end)
        return
    seconds, first, words = said
    quoted = words if len(words) <= LONGEST_QUOTE else words[:LONGEST_QUOTE].rsplit(" ", 1)[0] + " ..."
    quote = f': "{quoted}"' if quoted else ""
    text = f"{lasting(seconds)} of speech there{quote}" if seconds else "No speech was heard there"
    yield UseEvidence("speech", text, recording, first if first is not None else start, end)
