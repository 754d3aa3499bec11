"""What every finding that rests on a policy pack has in common: the pack it is from, and a clause that asks for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pipeline.policy.pack import Policy
from pipeline.types import Finding


def stamped(findings: Iterable[Finding], policy: Policy | None) -> Iterator[Finding]:
    """Findings with the pack's name, version and hash; those that no clause asks for are left out.

    None: the detector follows no policy, its findings pass as they are.
    """
    for finding in findings:
        if policy is None:
            yield finding
        elif policy.looks_for(finding.label, str(finding.evidence.get("clause", ""))):
            yield replace(finding, evidence={**finding.evidence, "policy": policy.stamp})
