"""What a changed pack does to what was found: how much goes by the pack, what would come and go, and doing it again."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from pipeline.config import Settings
from pipeline.detectors import DETECTORS, INCIDENT_DETECTORS
from pipeline.errors import NotMeasurable
from pipeline.policy import Policy
from pipeline.policy.stamp import stamped
from pipeline.store import Store
from pipeline.types import Evidence, Finding, Recording, StepState

TRIED_FOR = 8.0
"""seconds that a trial may take: it answers somebody who waits"""
MOST_EXAMPLES = 6
"""findings that are quoted of those that come, and of those that go"""
BY_PACK = frozenset(d.name for d in (*DETECTORS, *INCIDENT_DETECTORS) if any(f.name == "policy" for f in fields(d)))
"""Detectors that go by the policy pack."""


@dataclass(frozen=True)
class Standing:
    """What rests on a pack."""

    recordings: int
    """that detectors of the pack looked at"""
    by_this: int
    """of these, by the pack that is asked about"""
    findings: int
    """that go by some pack, and are looked for again with another one"""
    with_verdict: int
    """of these, with a person's verdict; verdicts stay with what is found again"""
    others: Mapping[str, int]
    """other packs -> recordings that were looked at with them last"""


@dataclass(frozen=True)
class Moved:
    """A finding that comes or goes."""

    recording: str
    file: str
    finding: Finding
    verdict: bool
    """a person gave one"""


@dataclass(frozen=True)
class Trial:
    """What two packs find on the same recordings, measured by looking."""

    tried: int
    of: int
    seconds: float
    comes: Mapping[str, int]
    """label -> findings that only the second pack makes"""
    goes: Mapping[str, int]
    stays: int
    examples_coming: Sequence[Moved]
    examples_going: Sequence[Moved]
    verdicts_going: int


def standing(store: Store, sha256: str) -> Standing:
    """How much of a store goes by the pack with this hash, and how much by others."""
    packs: dict[str, str] = {}
    for recording in store.recordings():
        runs = store.latest_runs(recording.id)
        said = [r.settings.get("policy") for name, r in runs.items() if name in BY_PACK and r.state is StepState.DONE]
        stamps = [one for one in said if isinstance(one, Mapping)]
        if stamps:
            old = next((one for one in stamps if one.get("sha256") != sha256), None)
            packs[recording.id] = "" if old is None else _named(old)
    found = [f for f in store.findings() if f.finding.detector in BY_PACK]
    others = Counter(pack for pack in packs.values() if pack)
    return Standing(
        recordings=len(packs),
        by_this=sum(not pack for pack in packs.values()),
        findings=len(found),
        with_verdict=sum(f.verdict is not None for f in found),
        others=dict(others.most_common()),
    )


def _named(stamp: Mapping[str, Any]) -> str:
    return f"{stamp.get('name')} {stamp.get('version')} (sha256 {str(stamp.get('sha256'))[:12]})"


def tried(store: Store, settings: Settings, before: Policy, after: Policy, seconds: float = TRIED_FOR) -> Trial:
    """Looks at recordings with both packs, the newest first, for so long; findings of incidents are left out."""
    from pipeline.assemble import assemble_detectors  # brings every model: the screen loads it when it is asked

    detectors = [d for d in assemble_detectors(settings, before).detectors if d.name in BY_PACK]
    everything = sorted(store.recordings(), key=lambda r: (r.start_utc is not None, r.start_utc, r.id), reverse=True)
    judged = {f.id for f in store.findings() if f.verdict is not None}
    started = time.monotonic()
    comes: list[Moved] = []
    goes: list[Moved] = []
    count = stays = 0
    for recording in everything:
        if count and time.monotonic() - started > seconds:
            break
        evidence = store.evidence(recording)
        old, new = (_found(evidence, detectors, policy) for policy in (before, after))
        comes += [_moved(recording, new[i], judged) for i in new.keys() - old.keys()]
        goes += [_moved(recording, old[i], judged) for i in old.keys() - new.keys()]
        stays += len(old.keys() & new.keys())
        count += 1
    return Trial(
        tried=count,
        of=len(everything),
        seconds=time.monotonic() - started,
        comes=_by_label(comes),
        goes=_by_label(goes),
        stays=stays,
        examples_coming=_examples(comes),
        examples_going=_examples(goes),
        verdicts_going=sum(one.verdict for one in goes),
    )


def _found(evidence: Evidence, detectors: Sequence[Any], policy: Policy) -> dict[str, Finding]:
    """What detectors say with this pack, by id."""
    out: dict[str, Finding] = {}
    for detector in detectors:
        if any(getattr(evidence, name) is None for name in detector.reads):
            continue
        try:
            for finding in stamped(replace(detector, policy=policy)(evidence), policy):
                out[finding.id] = finding
        except NotMeasurable:
            continue
    return out


def _moved(recording: Recording, finding: Finding, judged: set[str]) -> Moved:
    return Moved(recording.id, recording.path.name, finding, finding.id in judged)


def _by_label(moved: Sequence[Moved]) -> dict[str, int]:
    return dict(Counter(one.finding.label for one in moved).most_common())


def _examples(moved: Sequence[Moved]) -> list[Moved]:
    return sorted(moved, key=lambda one: (not one.verdict, one.file, one.finding.start))[:MOST_EXAMPLES]


def redo(store: Store, settings: Settings) -> Iterator[Recording]:
    """Runs the detectors of every recording again with the pack in force, one after the other; nothing is measured
    anew, verdicts stay. What is up to date is not run."""
    from pipeline.assemble import assemble_detectors
    from pipeline.run import detect_again

    plan = assemble_detectors(settings)
    for recording in store.recordings():
        detect_again(recording, store, plan)
        yield recording
