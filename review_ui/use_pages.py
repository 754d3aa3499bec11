"""Camera use on the page of a recording or an incident: the calls that asked for it, each as the audit shows it.

Only the days round the recordings are laid against calls, so that a page of one recording does not wait for a month.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from typing import Any

from pipeline.audit.book import NO_CALL, NO_CLOCK, Book
from pipeline.audit.case import Case
from pipeline.audit.figures import STATES
from pipeline.camera_use import State
from pipeline.policy import Policy
from pipeline.reports.period import Period
from pipeline.types import Recording
from review_ui import audit_books, audit_call

EARLIER = timedelta(days=1)
"""before the first recording in which a call may have begun that still asks for it"""
SAME_CALL = timedelta(days=1)
"""officers under one number further apart than this are at two calls: some systems count anew every day"""


def period_of(recordings: Iterable[Recording]) -> Period | None:
    """The days of the agency in which calls began that can ask for these; None: no clock says when they were made."""
    known = [(one.start_utc, one.start_utc + timedelta(seconds=one.duration)) for one in recordings if one.start_utc]
    if not known:
        return None
    zone = audit_books.zone()
    first, last = min(start for start, _ in known) - EARLIER, max(end for _, end in known)
    return Period(first.astimezone(zone).date(), last.astimezone(zone).date(), zone)


def nothing(why: str) -> dict[str, Any]:
    """What is said where nothing can be laid against a call."""
    return {"calls": [], "why_none": why, "states": [], "justifications": [], "may_state": False}


def document(
    book: Book, recordings: Collection[str], states: Sequence[State], policy: Policy, incident: str = ""
) -> dict[str, Any]:
    """Every officer at every call that one of the recordings counts for. With `incident` also those who were sent to
    the same calls and made no recording, whom no camera can show."""
    found = cases_of(book, recordings, incident)
    return {
        "period": {"first": str(book.period.first), "last": str(book.period.last), "zone": book.period.zone.key},
        "states": [state.value for state in STATES],
        "justifications": list(policy.camera.justifications),
        "calls": [audit_call.document(book, case, states, policy) | _month(case, book) for case in found],
        "why_none": "" if found else _why_none(book, recordings),
    }


def cases_of(book: Book, recordings: Collection[str], incident: str = "") -> list[Case]:
    """The calls of the recordings, by officer within each call."""
    wanted = set(recordings)
    own = [case for case in book.cases if wanted & set(case.use.recordings)]
    if incident:
        there = {case.key for case in own}
        own += [case for case in book.cases if case.key not in there and _belongs(case, own, incident)]
    return sorted(own, key=lambda case: (case.use.key, case.name.casefold(), case.key))


def _belongs(case: Case, own: Sequence[Case], incident: str) -> bool:
    return case.use.incident == incident or any(_same_call(case, one) for one in own)


def _same_call(one: Case, other: Case) -> bool:
    a, b = one.use, other.use
    if a.call is None or b.call is None or (a.key, a.call.system) != (b.key, b.call.system):
        return False
    return a.start_utc is None or b.start_utc is None or abs(a.start_utc - b.start_utc) < SAME_CALL


def _month(case: Case, book: Book) -> dict[str, Any]:
    """The month of the audit that the call is in."""
    start = case.use.start_utc
    first, last = audit_books.month_of(start.astimezone(book.period.zone).date() if start else book.period.last)
    return {"audit": {"first": str(first), "last": str(last)}}


def _why_none(book: Book, recordings: Collection[str]) -> str:
    """Why the recordings count for no call."""
    if not any(case.use.call for case in book.cases):
        return (
            f"No dispatch record from {book.period.first} to {book.period.last} is in this store, so that nothing says"
            " when a camera had to be on."
        )
    reasons = sorted({one.reason for one in book.loose if one.facts.id in recordings} or {NO_CALL})
    return "No call asks for this: " + "; ".join(reasons) + "."


def within(said: dict[str, Any], units: Collection[str], seen: Collection[str]) -> dict[str, Any]:
    """What a person sees who is bound to some units: calls of these, and of other cameras those whose recordings that
    person may see (`seen`). How much is left away is told."""
    calls = [_bounded(call, seen) for call in said["calls"] if call["unit"] in units]
    gone = len(said["calls"]) - len(calls)
    why = said["why_none"] or ("" if calls else "What is here is of units that your account is not for.")
    return said | {"calls": calls, "why_none": why, "other_units": gone}


def _bounded(call: dict[str, Any], seen: Collection[str]) -> dict[str, Any]:
    def shown(recordings: Iterable[dict[str, Any]]) -> bool:
        return all(one["id"] in seen for one in recordings)

    findings = [
        one | {"evidence": [part for part in one["evidence"] if not part["recording"] or part["recording"] in seen]}
        for one in call["findings"]
    ]
    left = sum(len(one["evidence"]) for one in call["findings"]) - sum(len(one["evidence"]) for one in findings)
    notes = [*call["notes"], *([f"{left} more that speak for this are of other units' cameras"] if left else [])]
    cameras = [one for one in call["cameras"] if one["own"] or shown(one["recordings"])]
    return call | {"findings": findings, "notes": notes, "cameras": cameras}


def without_clock() -> dict[str, Any]:
    """For recordings of which nothing says when they were made."""
    return nothing(f"No call asks for this: {NO_CLOCK}.")
