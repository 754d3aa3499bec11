"""The book of an audit as the screen keeps it: calls are laid against recordings once, until what they rest on changes.

A state that a person sets comes on top of what was assessed, so that setting one does not wait for a new assessment.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Hashable
from datetime import date, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from pipeline.audit.book import Book
from pipeline.audit.gather import Assessed, assessed, book_of
from pipeline.audit.locks import Locked, locked
from pipeline.reports.make import zone_of
from pipeline.reports.period import Period
from review_ui import policies, stores
from review_ui.newest import Newest

_Made = TypeVar("_Made")


_ASSESSED, _BOOKS, _HELD, _MADE = Newest(3), Newest(3), Newest(3), Newest(24)
_NEAR = Newest(6)
"""days round single recordings: small, and beside the months of the audit page, which take seconds to count anew"""


def zone() -> ZoneInfo:
    """The agency's zone; UTC where the pack names none, which the page says."""
    return zone_of(policies.in_use(), None) or ZoneInfo("UTC")


def period(first: date | None, last: date | None) -> Period:
    """The period that is asked for; by default the whole month of the newest call, or recording, of the store."""
    where = zone()
    if first is None and last is None:
        first, last = month_of(newest_day(where))
    elif first is None and last is not None:
        first = last.replace(day=1)
    elif last is None and first is not None:
        last = month_of(first)[1]
    assert first is not None and last is not None
    return Period(first, last, where)


def month_of(day: date) -> tuple[date, date]:
    """First and last day of a month."""
    return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])


def newest_day(where: ZoneInfo) -> date:
    """The day of the newest call, else of the newest recording, else today."""
    store = stores.opened()
    moment = store.newest_call() or store.newest_recording()
    return (moment.astimezone(where) if moment else datetime.now(where)).date()


def newest_month() -> tuple[date, date] | None:
    """The month of the newest call; None: there is no call that states a time."""
    moment = stores.opened().newest_call()
    return month_of(moment.astimezone(zone()).date()) if moment else None


def book(asked: Period) -> Book:
    """The book of a period, with the states as they are now. Raises StoreError, ConfigError."""
    found = assessment(asked)
    return _BOOKS.get(_state(asked), lambda: book_of(found, stores.opened().latest_use_states()))


def near(asked: Period) -> Book:
    """The book of the few days round a recording. Raises StoreError, ConfigError."""
    store, pack = stores.opened(), policies.in_use()
    found = _NEAR.get(_rested_on(asked), lambda: assessed(store, pack, asked))
    return book_of(found, store.latest_use_states())


def held(asked: Period) -> Locked | None:
    """The newest lock of a period beside its live values; None: there is none."""
    shown = book(asked)
    return _HELD.get(_state(asked), lambda: locked(stores.opened(), shown))


def kept(asked: Period, what: Hashable, make: Callable[[], _Made]) -> _Made:
    """What is made of a book, until anything changes."""
    return _MADE.get((_state(asked), what), make)


def assessment(asked: Period) -> Assessed:
    """What was assessed of a period, before anybody's states. Raises StoreError, ConfigError."""
    store, pack = stores.opened(), policies.in_use()
    return _ASSESSED.get(_rested_on(asked), lambda: assessed(store, pack, asked))


def _rested_on(asked: Period) -> Hashable:
    """Changes with everything that an assessment rests on."""
    return (*stores.version()[:-1], stores.opened().assessment_version(), policies.in_use().stamp["sha256"], asked)


def _state(asked: Period) -> Hashable:
    """Changes with anything that a book shows."""
    return (_rested_on(asked), stores.version())
