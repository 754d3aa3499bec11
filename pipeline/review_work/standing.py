"""What to look at first, kept between two looks at a store: after a change only what it touched is worked out anew.

A store of a year has 25,000 recordings and 100,000 findings; a verdict changes one of them. Each subject is known by a
number made of all that its place in the order rests on, so that nothing has to be told about what changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.review_work.priority import Priority, in_order
from pipeline.review_work.work import Subject, priorities, reviewed_as_one, subjects
from pipeline.store import Store

MANY = 500
"""Subjects that changed from which everything is worked out anew: one query is cheaper than as many."""


@dataclass(frozen=True)
class Standing:
    """The order of a store as it stood. `found`: by subject, the first to look at first."""

    subjects: Sequence[Subject]
    found: Mapping[str, Priority]
    places: int
    """of which recordings and incidents there are"""
    findings: Mapping[str, int]
    """subject -> of its findings, and which are answered"""


def standing(store: Store, before: Standing | None = None) -> Standing:
    """The order as the store stands now, the same with `before` (of this process) as without; only the models that a
    `first` finding names may be those of the look before."""
    places, findings = store.places_state(), store.findings_states()
    of = before.subjects if before is not None and before.places == places else subjects(store)
    changed = None if before is None else _changed(before, of, findings)
    if before is None or changed is None or len(changed) > MANY:
        return Standing(of, {p.subject: p for p in priorities(store, of)}, places, findings)
    if not changed and of is before.subjects:
        return before
    as_one = reviewed_as_one(of)
    anew = {p.subject: p for p in priorities(store, of, changed | {as_one[one] for one in changed if one in as_one})}
    found = {id: p for id, p in before.found.items() if id in as_one} | anew
    return Standing(of, {p.subject: p for p in in_order(list(found.values()))}, places, findings)


def _changed(before: Standing, of: Sequence[Subject], findings: Mapping[str, int]) -> set[str]:
    """Subjects whose findings, place or incident are not what they were."""
    out = {id for id in findings.keys() | before.findings.keys() if findings.get(id) != before.findings.get(id)}
    if of is before.subjects:
        return out
    was, now = ({one.id: one for one in some} for some in (before.subjects, of))
    with_was, with_now = reviewed_as_one(before.subjects), reviewed_as_one(of)
    return out | {id for id in now if now[id] != was.get(id) or with_now[id] != with_was.get(id)}
