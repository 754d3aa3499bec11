"""Values of a period, locked at its end: kept for good beside the live ones, with what changed since and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from pipeline.audit.book import Book
from pipeline.audit.case import GROUPINGS
from pipeline.audit.changes import Change, case_row, changes, counted
from pipeline.audit.figures import Figures
from pipeline.errors import BwcError
from pipeline.rows import utc_text
from pipeline.store import Store
from pipeline.store.audit import LockRow


@dataclass(frozen=True)
class Locked:
    """The locked values of a period beside the live ones."""

    row: LockRow
    book: Book
    changes: Sequence[Change]
    intact: bool
    """what was locked has the hash that it was locked with"""
    earlier: int
    """locks of the same period before this one"""

    @property
    def policy_changed(self) -> bool:
        """Whether the pack is another one than then."""
        return bool(self.row.policy.get("sha256") != self.book.policy.get("sha256"))

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """What it was counted from and is otherwise now: "policy", "recordings"... Takes a second for a large month."""
        hashes = self.book.input_hashes()
        return tuple(name for name, sha256 in hashes.items() if self.row.inputs.get(name) != sha256)

    @property
    def whole(self) -> Mapping[str, Any]:
        """The figures of all, as they were locked."""
        found: Mapping[str, Any] = self.row.figures["whole"]
        return found

    def group(self, grouping: str, group: str) -> Mapping[str, Any] | None:
        """The figures of a group, as they were locked; None: there was none such."""
        of: Mapping[str, Mapping[str, Any]] = self.row.figures.get(grouping, {})
        return of.get(group)

    @property
    def reasons(self) -> dict[str, int]:
        """Why cases stand otherwise than then -> how many."""
        return counted(self.changes)


def lock(store: Store, book: Book, who: str, reason: str = "", now: datetime | None = None) -> LockRow:
    """Locks the values of the book's period.

    Raises BwcError where the period has not ended, the book is narrowed down, nobody's name is given, or the period is
    locked already and no reason is given for doing it again.
    """
    if (now or datetime.now(UTC)) < book.period.end:
        raise BwcError(f"the period {book.period} has not ended; its values are locked after {book.period.last}")
    if book.wanted:
        raise BwcError("the values of a period are locked whole: leave the filters out")
    if not who.strip():
        raise BwcError("a lock needs the name of who sets it")
    earlier = locks_of(store, book)
    if earlier and not reason.strip():
        said = f"{earlier[-1].who}, {utc_text(earlier[-1].at_utc)}" if earlier[-1].at_utc else earlier[-1].who
        raise BwcError(f"{book.period} is locked already ({said}); to lock it again beside that, give --reason")
    store.add_lock(_row(book, who, reason.strip() if earlier else ""))
    return locks_of(store, book)[-1]


def locks_of(store: Store, book: Book) -> list[LockRow]:
    """The locks of exactly this period, oldest first."""
    return store.locks(book.period.first, book.period.last, book.period.zone.key)


def locked(store: Store, book: Book) -> Locked | None:
    """The newest lock of the book's period beside its live values. None: never locked, or the book is narrowed down."""
    rows = [] if book.wanted else locks_of(store, book)
    if not rows:
        return None
    newest = rows[-1]
    return Locked(newest, book, changes(newest.cases, book.cases), newest.digest() == newest.sha256, len(rows) - 1)


def _row(book: Book, who: str, reason: str) -> LockRow:
    figures: dict[str, Any] = {"whole": as_values(book.whole)}
    for grouping in GROUPINGS:
        figures[grouping] = {one.group: as_values(one) for one in book.by(grouping)}
    return LockRow(
        first_day=book.period.first,
        last_day=book.period.last,
        zone=book.period.zone.key,
        reason=reason,
        policy=dict(book.policy),
        inputs=book.input_hashes(),
        figures=figures,
        cases={case.key: case_row(case) for case in book.cases},
        who=who.strip(),
    )


def told(held: Locked) -> dict[str, Any]:
    """A lock beside the live values as JSON values: what was locked, by whom, and call by call what changed since."""
    row = held.row
    return {
        "number": row.number,
        "who": row.who,
        "at_utc": utc_text(row.at_utc) if row.at_utc else None,
        "reason": row.reason,
        "policy": dict(row.policy),
        "sha256": row.sha256,
        "intact": held.intact,
        "figures": dict(row.figures),
        "inputs_changed": list(held.inputs),
        "changes": [{"call": c.call, "officer": c.officer, "why": list(c.why)} for c in held.changes],
    }


def as_values(figures: Figures) -> dict[str, Any]:
    """Figures as JSON values."""
    return asdict(figures) | {"kinds": {kind.value: asdict(found) for kind, found in figures.kinds.items()}}
