"""What to look at first, kept between two looks at a store: after a change only what it touched is worked out anew.

A store of a year has 25,000 recordings and 100,000 findings; a verdict changes one of them. Findings and answers only
ever come with new rows of tables that lose none, so those rows tell what changed; recordings and incidents are compared
once a count says that some were written to.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from pipeline.review_work.priority import Priority, in_order, place
from pipeline.review_work.work import Subject, priorities_of, reviewed_as_one, subjects
from pipeline.store import Store
from pipeline.store.findings import Marks

MANY = 2000
"""Subjects that changed from which everything is worked out anew: the one is then no dearer than the other."""


@dataclass(frozen=True)
class Standing:
    """The order of a store as it stood."""

    subjects: Mapping[str, Subject]
    """by id: all that there is"""
    as_one: Mapping[str, str]
    """recording or incident -> the incident that it is reviewed with, else itself"""
    found: Mapping[str, Priority]
    """by subject, the first to look at first"""
    marks: Marks
    """the state of the store that it was made of"""

    def waiting(self) -> list[Priority]:
        """What is reviewed as one and has findings without an answer, the first to look at first."""
        return [p for id, p in self.found.items() if p.to_review and self.as_one[id] == id]


def standing(store: Store, before: Standing | None = None) -> Standing:
    """The order as the store stands now, the same with `before` (of this store) as without."""
    marks = store.marks()  # first: what is written while the rest is read is found again the next time
    if before is not None and before.marks == marks:
        return before
    if before is not None and before.marks.places == marks.places:
        there_is, as_one = before.subjects, before.as_one
    else:
        listed = subjects(store)
        there_is, as_one = {one.id: one for one in listed}, reviewed_as_one(listed)
    changed = None if before is None else _changed(store, before, there_is, as_one, marks)
    if before is None or changed is None or len(changed) > MANY:
        order = in_order(priorities_of(store, there_is, as_one))
    else:
        order = _put(before.found, priorities_of(store, there_is, as_one, changed), there_is)
    return Standing(there_is, as_one, {p.subject: p for p in order}, marks)


def _changed(
    store: Store, before: Standing, there_is: Mapping[str, Subject], as_one: Mapping[str, str], marks: Marks
) -> set[str] | None:
    """What is to be worked out anew of what there is; None: it cannot be told, since rows are gone."""
    if any(now < was for now, was in zip(marks, before.marks, strict=True)):
        return None
    own = store.subjects_touched(before.marks)
    if there_is is not before.subjects:
        own |= {id for id, one in there_is.items() if one != before.subjects.get(id)}
        own |= {id for id, whole in as_one.items() if whole != before.as_one.get(id)}
    wholes = {of[id] for of in (as_one, before.as_one) for id in own if id in of}
    return {id for id in own | wholes if id in there_is}


def _put(before: Mapping[str, Priority], anew: list[Priority], there_is: Collection[str]) -> list[Priority]:
    """The order with those that were worked out anew in their places, and without what is there no more."""
    instead = {p.subject for p in anew}
    order = [p for id, p in before.items() if id in there_is and id not in instead]
    for one in anew:
        insort(order, one, key=place)
    return order
