"""What changed since the values of a period were locked, and why: compared case by case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.audit.case import Case


@dataclass(frozen=True)
class Change:
    """One case that stands otherwise than when it was locked. `why`: in words, never empty."""

    key: str
    call: str
    officer: str
    why: tuple[str, ...]


def case_row(case: Case) -> dict[str, Any]:
    """A case as a lock keeps it: everything that figures are counted from."""
    use = case.use
    return {
        "call": use.key,
        "officer": use.officer,
        "groups": dict(case.groups),
        "start_utc": use.start_utc.isoformat() if use.start_utc else None,
        "left_out": use.left_out,
        "told": case.told,
        "required_s": use.required_s,
        "covered_s": use.covered_s,
        "muted_s": use.muted_s,
        "unseen_s": use.unseen_s,
        "heard": [case.hearing.known, case.hearing.unknown],
        "seen": [case.seeing.known, case.seeing.unknown],
        "buffers": list(case.buffers),
        "recordings": list(use.recordings),
        "findings": {
            finding.id: {
                "kind": finding.kind.value,
                "seconds": finding.seconds,
                "state": case.state(finding).value,
                "category": case.category(finding),
            }
            for finding in use.findings
        },
    }


def changes(before: Mapping[str, Mapping[str, Any]], now: Sequence[Case]) -> list[Change]:
    """Every case that is new, gone or otherwise, by key."""
    after = {case.key: case_row(case) for case in now}
    by = {finding: f" by {state.who}" for case in now for finding, state in case.states.items() if state.who}
    found = []
    for key in sorted({*before, *after}):
        why = tuple(_why(before.get(key), after.get(key), by))
        if why:
            row = after.get(key) or before[key]
            found.append(Change(key, row["call"], row["officer"], why))
    return found


def counted(found: Sequence[Change]) -> dict[str, int]:
    """Reason, without names and numbers of its own -> cases, the most frequent first."""
    reasons = Counter(reason for change in found for reason in {one.split(":")[0] for one in change.why})
    return dict(sorted(reasons.items(), key=lambda item: (-item[1], item[0])))


def _why(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, by: Mapping[str, str]) -> Iterator[str]:
    if before is None or after is None:
        yield "a call that was not there" if before is None else "a call that is no longer there"
        return
    yield from _recordings(before["recordings"], after["recordings"])
    if before["left_out"] != after["left_out"]:
        yield f"left out or not: {before['left_out'] or 'counted'}, now {after['left_out'] or 'counted'}"
    if before["groups"] != after["groups"]:
        yield "another unit, shift or call type"
    if before["required_s"] != after["required_s"]:
        yield f"required time: {before['required_s']:.0f} s, now {after['required_s']:.0f} s"
    if (before["heard"], before["seen"], before["buffers"]) != (after["heard"], after["seen"], after["buffers"]):
        yield "more or less of the recordings was analysed"
    yield from _findings(before["findings"], after["findings"], by)
    if _rest(before) != _rest(after):
        yield "time covered, without sound or without picture"


def _rest(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return row["covered_s"], row["muted_s"], row["unseen_s"], row["told"]


def _recordings(before: Sequence[str], after: Sequence[str]) -> Iterator[str]:
    if new := set(after) - set(before):
        yield f"new recordings: {len(new)}"
    if gone := set(before) - set(after):
        yield f"recordings that no longer count: {len(gone)}"


def _findings(
    before: Mapping[str, Mapping[str, Any]], after: Mapping[str, Mapping[str, Any]], by: Mapping[str, str]
) -> Iterator[str]:
    if set(before) - set(after):
        yield "observations that are no longer made"
    if set(after) - set(before):
        yield "new observations"
    for finding in sorted(set(before) & set(after)):
        old, new = before[finding], after[finding]
        if (old["state"], old["category"]) != (new["state"], new["category"]):
            yield f"states set: {new['kind'].replace('_', ' ')} is {new['state']}{by.get(finding, '')}"
        if (old["kind"], old["seconds"]) != (new["kind"], new["seconds"]):
            yield "observations of another length"
