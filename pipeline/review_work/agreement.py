"""Whether two people who looked at the same findings said the same: raw agreement and Cohen's kappa, with n.

Kappa (Cohen 1960) takes out the agreement that two people with these habits would reach by chance. It is None where
chance alone would agree always (both gave one and the same answer throughout), and means little for few findings.
Only pairs of which one verdict was given blind are counted: whoever saw the other's answer is no second opinion.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.store.review_kinds import Said
from pipeline.types import Verdict


@dataclass(frozen=True)
class Pair:
    """What two people said of one finding: who looked first, and who looked blind."""

    finding: str
    detector: str
    first: Said
    second: Said

    @property
    def agree(self) -> bool:
        return self.first.verdict is self.second.verdict


@dataclass(frozen=True)
class Agreement:
    """How two reviewers agree on the findings of a detector ("" for all)."""

    detector: str
    n: int
    agreed: int
    raw: float | None
    kappa: float | None


def pairs(said: Iterable[Said]) -> list[Pair]:
    """One pair for each finding that somebody judged and somebody else judged blind."""
    by_finding: dict[str, list[Said]] = {}
    for one in sorted(said, key=lambda s: s.number):
        by_finding.setdefault(one.finding, []).append(one)
    found = []
    for finding, all_said in sorted(by_finding.items()):
        blind = next((s for s in all_said if s.blind), None)
        other = next((s for s in all_said if blind and s.reviewer != blind.reviewer), None)
        if blind and other:
            found.append(Pair(finding, blind.detector, other, blind))
    return found


def agreements(of: Sequence[Pair]) -> list[Agreement]:
    """All pairs together, then each detector by name. Empty: nobody looked blind yet."""
    detectors = sorted({pair.detector for pair in of})
    told = [agreement(name, [p for p in of if p.detector == name]) for name in detectors]
    return [agreement("", of), *told] if of else []


def agreement(detector: str, of: Sequence[Pair]) -> Agreement:
    """Raw agreement and kappa of these pairs; both None where there are none."""
    n, agreed = len(of), sum(pair.agree for pair in of)
    if not n:
        return Agreement(detector, 0, 0, None, None)
    first, second = Counter(p.first.verdict for p in of), Counter(p.second.verdict for p in of)
    # in whole numbers: n * n of chance is where both always gave the same one answer
    chance = sum(first[v] * second[v] for v in Verdict)
    kappa = (agreed * n - chance) / (n * n - chance) if chance != n * n else None
    return Agreement(detector, n, agreed, agreed / n, kappa)
