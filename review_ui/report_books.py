"""What reports are counted from, as the screen keeps it: read from the store once, until anything in it changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from pipeline.force import ForceReport
from pipeline.policy import Policy
from pipeline.reports.kept import Gathered, gather, positive_labels
from pipeline.reports.narrowing import Wanted, force_of, narrowed, roster_of
from pipeline.reports.period import Period
from pipeline.reports.records import GROUPS, Record, concerns, record_of_all, records, records_by_month
from pipeline.roster import Roster
from review_ui import audit_books, policies, stores
from review_ui.newest import Newest
from review_ui.server.rights import seen_by
from review_ui.server.sessions import Identity

GROUPINGS = {"officer": "Officer", "unit": "Unit", "precinct": "Precinct", "month": "Month"}
FILTERS = tuple(GROUPS)
_GATHERED = Newest(6)


@dataclass(frozen=True)
class Book:
    """A period's recordings as far as a person may see them, and as far as they are asked for."""

    policy: Policy
    every: Gathered
    """all that the person may see of the period"""
    roster: Roster
    """the assignments of the person's units"""
    force: Sequence[ForceReport]
    wanted: Wanted = field(default_factory=dict)

    @property
    def gathered(self) -> Gathered:
        return narrowed(self.every, self.wanted)

    def whole(self) -> Record:
        """The record of everything asked for."""
        return record_of_all(self.gathered, self.policy, self._force())

    def by(self, grouping: str, labels: Sequence[str] | None = None) -> list[Record]:
        """The record of each group. `labels`: techniques that are counted, None: all."""
        found, force = self.gathered, self._force()
        if grouping == "month":
            return records_by_month(found, self.policy, force, labels)
        return records(found, grouping, self.policy, roster_of(self.roster, self.wanted), force, labels)

    def labels(self) -> tuple[str, ...]:
        """The techniques that the policy looks for."""
        return positive_labels(self.policy)

    def _force(self) -> list[ForceReport]:
        return force_of(self.force, self.wanted, self.roster)


def book(identity: Identity, asked: Period, wanted: Wanted) -> Book:
    """The book of a period for a person. Raises StoreError, ConfigError."""
    store, policy = stores.opened(), policies.in_use()
    roster = _of_units(store.roster(), identity.units)
    state = (stores.version(), policy.sha256, identity.units, asked)

    def read() -> Gathered:
        only = {r.id for r in seen_by(identity, store, store.recordings())} if identity.units else None
        return gather(store, policy, roster, asked, only)

    force = store.force_reports(asked.start, asked.end)
    if identity.units:
        force = [r for r in force if any(concerns(r, "unit", unit, roster) for unit in identity.units)]
    return Book(policy, _GATHERED.get(state, read), roster, force, wanted)


def _of_units(roster: Roster, units: Sequence[str]) -> Roster:
    return Roster(a for a in roster.assignments if a.unit in units) if units else roster


def period(first: date | None, last: date | None) -> Period:
    """The period that is asked for; by default the three months that end with that of the newest recording."""
    where = audit_books.zone()
    if first is None and last is None:
        newest = stores.opened().newest_recording()
        last = audit_books.month_of((newest.astimezone(where) if newest else datetime.now(where)).date())[1]
        first = _months_before(last, 2)
    elif first is None and last is not None:
        first = last.replace(day=1)
    elif last is None and first is not None:
        last = audit_books.month_of(first)[1]
    assert first is not None and last is not None
    return Period(first, last, where)


def _months_before(day: date, months: int) -> date:
    """The first day of the month that lies so many before that of a day."""
    month = day.year * 12 + day.month - 1 - months
    return date(month // 12, month % 12 + 1, 1)
