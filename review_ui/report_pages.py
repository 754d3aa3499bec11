"""What the reports page shows, as JSON values: the record of what is asked for, of each group, and what was heard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pipeline.reports.document import NOTES, record_row
from pipeline.reports.kept import Kept, Utterance
from pipeline.reports.narrowing import group_of
from pipeline.reports.records import UNASSIGNED
from pipeline.sequence import title_of
from review_ui import audit_books, stores
from review_ui.report_books import FILTERS, GROUPINGS, Book
from review_ui.server.sessions import Identity

MOST_HEARD = 200
"""utterances of a list that are sent at once"""
MOST_EVENTS = 300
"""incidents and recordings that a report can be made of from the page"""


def overview(book: Book, grouping: str, label: str, person: Identity) -> dict[str, Any]:
    """The record of what is asked for, and of each group of it with the technique that is chosen."""
    every, found, whole = book.every, book.gathered, book.whole()
    chosen = [label] if label in book.labels() else []
    return {
        "period": {"first": str(every.period.first), "last": str(every.period.last), "zone": every.period.zone.key},
        "zone_named": bool(book.policy.records.zone),
        "by": grouping,
        "groupings": list(GROUPINGS.items()),
        "filters": {name: _options(book, name) for name in FILTERS},
        "narrowed": {name: [group, _title(book, name, group)] for name, group in book.wanted.items()},
        "label": label,
        "labels": [[one, title_of(one, book.policy)] for one in book.labels()],
        "clauses": _clauses(book),
        "policy": book.policy.stamp,
        "goals": {"reviewed": book.policy.camera.goal_reviewed, "techniques": dict(book.policy.goals)},
        "whole": record_row(whole),
        "other": _other(book),
        "waiting": None if book.wanted else _waiting(every.utterances),
        "examples": _heard(book, reversed(whole.examples)),
        "groups": [record_row(one) for one in book.by(grouping, chosen)],
        "events": _events(found.recordings),
        "units": list(person.units),
        "roster": len(book.roster),
        "without_clock": every.without_clock,
        "in_period": len(every.recordings),
        "newest": _newest(),
        "years": [] if person.units else _years(),
        "notes": list(NOTES),
    }


def heard(book: Book, label: str, confirmed: bool, start: int) -> dict[str, Any]:
    """The utterances of a label, newest last: those that a person confirmed, or those that wait for one.

    What speaks against somebody is listed only where it counts: label and speaker confirmed.
    """
    gathered = book.gathered
    found = [u for u in gathered.utterances if u.label == label and u.confirmed == confirmed and _counts(u)]
    found.sort(key=lambda u: (u.month, u.event, u.at))
    reviewed = {k.event for k in gathered.recordings if k.reviewed}
    return {
        "label": label,
        "title": title_of(label, book.policy),
        "confirmed": confirmed,
        "total": len(found),
        "counted": sum(confirmed and (one.adverse or one.event in reviewed) for one in found),
        "rows": _heard(book, found[start : start + MOST_HEARD]),
    }


def _counts(one: Utterance) -> bool:
    return not one.adverse or (one.confirmed and one.spoken_by is not None)


def _heard(book: Book, utterances: Iterable[Utterance]) -> list[dict[str, Any]]:
    kept = {k.recording.id: k for k in book.every.recordings}
    names = _event_names()
    return [_row(one, kept[one.recording], names, book.every.period.zone) for one in utterances]


def _row(one: Utterance, kept: Kept, names: Mapping[str, str], zone: ZoneInfo) -> dict[str, Any]:
    worn = kept.assignment
    return {
        "finding": one.finding,
        "recording": one.recording,
        "file": one.file,
        "at": one.at,
        "when": f"{(kept.start + timedelta(seconds=one.at)).astimezone(zone):%Y-%m-%d %H:%M:%S}",
        "text": one.text,
        "title": one.title,
        "label": one.label,
        "confirmed": one.confirmed,
        "spoken_by": _named(one.spoken_by.officer, one.spoken_by.name) if one.spoken_by else None,
        "worn_by": _named(worn.officer, worn.name) if worn else None,
        "cameras": len(one.recordings),
        "event": names.get(kept.event, one.file),
        "incident": kept.event if kept.event in names else None,
    }


def _named(officer: str, name: str) -> str:
    return f"{name} ({officer})" if name else officer


def _event_names() -> dict[str, str]:
    """What the incidents of the store are called."""
    return {i.id: i.name for i in stores.opened().incidents()}


def _other(book: Book) -> list[list[Any]]:
    """Label, title and number of what else a person confirmed, speaker and all."""
    counted = Counter((u.label, u.title) for u in book.gathered.utterances if u.adverse and _counts(u))
    return [[label, title, number] for (label, title), number in sorted(counted.items())]


def _waiting(utterances: Iterable[Utterance]) -> int:
    """What could speak against somebody and counts for nobody: of all that the person sees, never of some officer."""
    return sum(u.adverse and not _counts(u) for u in utterances)


def _clauses(book: Book) -> dict[str, list[list[str]]]:
    """label -> the clauses that ask for it, with their titles."""
    clauses = [c for c in book.policy.clauses.values() if c.enabled]
    return {label: [[c.id, c.title] for c in clauses if label in c.labels] for label in book.labels()}


def _options(book: Book, name: str) -> list[list[str]]:
    named = {a.officer: _named(a.officer, a.name) for a in book.roster.assignments} if name == "officer" else {}
    found = {group_of(k, name) for k in book.every.recordings}
    options = [[group, named.get(group, group)] for group in found if group != UNASSIGNED]
    options.sort(key=lambda one: one[1].casefold())
    return options + ([[UNASSIGNED, UNASSIGNED]] if UNASSIGNED in found else [])


def _title(book: Book, name: str, group: str) -> str:
    return next((title for value, title in _options(book, name) if value == group), group)


def _events(recordings: Iterable[Kept]) -> list[dict[str, str]]:
    """Incidents, and recordings that belong to none, newest first: what a report of one can be made of."""
    names = _event_names()
    found: dict[str, Mapping[str, str]] = {}
    for kept in sorted(recordings, key=lambda k: k.start, reverse=True):
        found.setdefault(kept.event, {"id": kept.event, "name": names.get(kept.event, kept.recording.path.name)})
    return [dict(one) for one in list(found.values())[:MOST_EVENTS]]


def _newest() -> dict[str, str] | None:
    moment = stores.opened().newest_recording()
    if moment is None:
        return None
    first, last = audit_books.month_of(moment.astimezone(audit_books.zone()).date())
    return {"first": str(first), "last": str(last)}


def _years() -> list[int]:
    """Years that recordings begin in, newest first: what a public report can be made of."""
    zone = audit_books.zone()
    years = {r.start_utc.astimezone(zone).year for r in stores.opened().recordings() if r.start_utc}
    return sorted(years, reverse=True)
