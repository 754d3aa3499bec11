"""Draws put into queues: what is reviewed as one, in which order, and the assignments that a draw makes."""

from __future__ import annotations

import os.path
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.audit.case import NOT_STATED
from pipeline.errors import BwcError
from pipeline.reports.period import Period
from pipeline.review_work.draws import BY_PRIORITY, by_event, by_wearer, drawn
from pipeline.review_work.priority import Priority, in_order, priority
from pipeline.rows import utc
from pipeline.store import Assignment, Draw, Store
from pipeline.store.findings import Observed


@dataclass(frozen=True)
class Subject:
    """A recording, or an incident with its recordings. Seconds."""

    id: str
    name: str
    incident: bool
    recordings: tuple[str, ...]
    placed: tuple[tuple[str, float, float], ...]
    """recording, start and end on the clock of the subject"""
    start_utc: datetime | None

    @property
    def duration(self) -> float:
        """Seconds of all cameras together: what there is to watch."""
        return sum(end - start for _, start, end in self.placed)

    def plays(self, moment: float) -> tuple[str, float]:
        """Which recording shows a moment of the subject's clock, and where on it; the first one if none does."""
        for recording, start, end in self.placed:
            if start <= moment <= end:
                return recording, moment - start
        recording, start, end = self.placed[0]
        return recording, min(max(0.0, moment - start), end - start)


@dataclass(frozen=True)
class Order:
    """What a person asks to be drawn, and for whom."""

    grouping: str
    each: int
    period: Period | None = None
    labels: tuple[str, ...] = ()
    """by event type: which; (): every label that was found"""
    reviewer: str = ""
    due_utc: datetime | None = None
    blind: bool = False
    seed: str | None = None


def subjects(store: Store) -> list[Subject]:
    """Every recording, and every incident of more than one recording."""
    places = store.places()
    lengths = {recording: duration for recording, _, duration, _ in places.recordings}
    found = [
        # a Path for each would take as long as all the rest of it
        Subject(one, os.path.basename(path), False, (one,), ((one, 0.0, duration),), utc(start))  # noqa: PTH119
        for one, path, duration, start in places.recordings
    ]
    members: dict[str, list[tuple[str, float, float]]] = {}
    for incident, one, at in places.members:
        if one in lengths:
            members.setdefault(incident, []).append((one, at, at + lengths[one]))
    for incident, name, start in places.incidents:
        placed = tuple(members.get(incident, ()))
        if len(placed) > 1:
            found.append(Subject(incident, name, True, tuple(one for one, _, _ in placed), placed, utc(start)))
    return found


def reviewed_as_one(of: Sequence[Subject]) -> dict[str, str]:
    """Recording or incident -> the incident that it is reviewed with, else itself."""
    found = {one.id: one.id for one in of}
    for one in of:
        if one.incident:
            found |= dict.fromkeys(one.recordings, one.id)
    return found


def priorities(store: Store, of: Sequence[Subject] | None = None) -> list[Priority]:
    """Incidents, and recordings that belong to none, the first to look at first; recordings of incidents on their own
    too, since a draw by officer names recordings. `of`: all that there is, where it is known already."""
    of = subjects(store) if of is None else of
    return in_order(priorities_of(store, {one.id: one for one in of}, reviewed_as_one(of)))


def priorities_of(
    store: Store, there_is: Mapping[str, Subject], as_one: Mapping[str, str], wanted: Collection[str] | None = None
) -> list[Priority]:
    """The same of what is wanted alone, in no order. `there_is`: by id; `as_one`: as `reviewed_as_one` tells it."""
    ids = there_is.keys() if wanted is None else wanted
    parts = {id: _parts(there_is[id], as_one) for id in ids}
    read = None if wanted is None else {one for of in parts.values() for one in of}
    by_subject: dict[str, list[Observed]] = {}
    for observed in store.observed(read):
        by_subject.setdefault(observed.subject, []).append(observed)
    return [_priority(there_is[id], [f for one in of for f in by_subject.get(one, ())]) for id, of in parts.items()]


def _parts(one: Subject, as_one: Mapping[str, str]) -> tuple[str, ...]:
    """The subject itself, and the recordings that are reviewed with it."""
    return (one.id, *(r for r in one.recordings if as_one[r] == one.id)) if one.incident else (one.id,)


def _priority(one: Subject, found: Sequence[Observed]) -> Priority:
    return priority(one.id, found, {r: start for r, start, _ in one.placed} if one.incident and found else None)


def draw_work(
    store: Store, order: Order, who: str, only: Collection[str] | None = None
) -> tuple[Draw, list[Assignment]]:
    """Draws, keeps the draw, and puts what was drawn into the queue. `only`: subjects that may be drawn.

    Raises BwcError where nothing can be drawn from, StoreError for a blind review of nobody.
    """
    if order.blind and not order.reviewer:
        raise BwcError("a blind review needs the name of its reviewer: verdicts are hidden from that person")
    of = [one for one in subjects(store) if only is None or one.id in only]
    draw = _by_priority(store, order, of) if order.grouping == "priority" else _by_chance(store, order, of)
    number = store.add_draw(draw, who)
    kept = store.draws(number)[0]
    told = {p.subject: p for p in priorities(store)}
    assigned = []
    for group, subject in _each(kept):
        kind = order.grouping if order.grouping in ("event type", "priority") else "random"
        reasons = _reasons(kept, group, told.get(subject))
        made = Assignment(subject, kind, reasons, order.reviewer, order.due_utc, order.blind, number)
        assigned.append(store.assignment(store.assign(made, who)))
    return kept, assigned


def _by_chance(store: Store, order: Order, of: Sequence[Subject]) -> Draw:
    period = str(order.period) if order.period else ""
    if order.grouping == "event type":
        wholes = reviewed_as_one(of)
        found = store.observed()
        labels = order.labels or tuple(sorted({f.label for f in found}))
        population = by_event(found, wholes, labels)
    else:
        may = {one.id for one in of}
        recordings = [r for r in store.recordings() if r.id in may]
        population = by_wearer(recordings, store.roster(), order.grouping, order.period)
    return drawn(order.grouping, population, order.each, period, order.seed)


def _by_priority(store: Store, order: Order, of: Sequence[Subject]) -> Draw:
    waiting = [p.subject for p in unassigned(store, {one.id for one in of})]
    if order.each < 1:
        raise BwcError("at least one is taken")
    if not waiting:
        raise BwcError("nothing is waiting: everything that has findings to review is in somebody's queue already")
    return Draw("priority", "", order.each, "", BY_PRIORITY, {"": tuple(waiting)}, {"": tuple(waiting[: order.each])})


def _each(draw: Draw) -> Iterator[tuple[str, str]]:
    """What was drawn, each once: what two groups drew stands under the first of them."""
    seen = set()
    for group in sorted(draw.drawn):
        for subject in draw.drawn[group]:
            if subject not in seen:
                seen.add(subject)
                yield group, subject


def _reasons(draw: Draw, group: str, told: Priority | None) -> tuple[str, ...]:
    observed = told.reasons if told else ()
    if draw.grouping == "priority":
        return observed
    of = len(draw.population[group])
    by = group.replace("_", " ") if draw.grouping == "event type" else f"{draw.grouping} {group}"
    if group == NOT_STATED:
        by = f"recordings whose {draw.grouping} is not stated"
    return (f"drawn by chance: {min(draw.each, of)} of {of}, {by}; draw {draw.number}, seed {draw.seed}", *observed)


def names_of(store: Store) -> dict[str, str]:
    """Recording or incident -> its name."""
    return {one.id: one.name for one in subjects(store)}


def subject_of(store: Store, wanted: str) -> Subject:
    """A recording or incident by id, its first letters, or name. Raises StoreError."""
    known = {one.id: one for one in subjects(store)}
    found = known.get(wanted) or next((one for one in known.values() if one.incident and one.name == wanted), None)
    return found or known[store.recording(wanted).id]


def unassigned(store: Store, only: Collection[str] | None = None) -> list[Priority]:
    """What has findings to review and is in nobody's queue, the first to look at first."""
    of = [one for one in subjects(store) if only is None or one.id in only]
    wholes, members = set(reviewed_as_one(of).values()), {one.id: set(one.recordings) for one in of}
    has = {a.subject for a in store.assignments(open_only=True)}
    waiting = [p for p in priorities(store) if p.subject in wholes and p.to_review]
    return [p for p in waiting if p.subject not in has and not members[p.subject] <= has]
