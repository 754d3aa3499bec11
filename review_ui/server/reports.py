"""Techniques and reports as data: the record of what is asked for, what was heard, and reports as files."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipeline.reports.document import document
from pipeline.reports.incident import make_incident
from pipeline.reports.kept import ADVERSE
from pipeline.reports.make import make_public, records_made
from review_ui import audit_books, policies, report_books, report_pages, stores
from review_ui.report_books import FILTERS, GROUPINGS, Book
from review_ui.server.answers import problem
from review_ui.server.asked import FORMS, Asked, as_file, days, first_row, for_person
from review_ui.server.exports import PAGE_HEADERS
from review_ui.server.rights import seen_by
from review_ui.server.sessions import Identity

EARLIEST, LATEST = 1970, 2100
"""years of a public report, as the command line takes them"""


def _book(query: QueryParams, identity: Identity) -> Book:
    first, last = days(query)
    wanted = {name: query[name] for name in FILTERS if query.get(name)}
    return report_books.book(identity, report_books.period(first, last), wanted)


def _grouping(query: QueryParams) -> str:
    asked = query.get("by", "officer")
    if asked not in GROUPINGS:
        raise Asked(f"records are by {', '.join(GROUPINGS)}")
    return asked


def _overview(request: Request, identity: Identity) -> Any:
    """The record of what is asked for."""
    query = request.query_params
    return report_pages.overview(_book(query, identity), _grouping(query), query.get("label", ""), identity)


def _heard(request: Request, identity: Identity) -> Any:
    """What was heard of one label."""
    query = request.query_params
    book, label = _book(query, identity), query.get("label", "")
    if label not in book.labels() and label not in ADVERSE:
        raise Asked("the policy pack looks for no such technique")
    return report_pages.heard(book, label, query.get("state") != "waiting", first_row(query))


def _export(request: Request, identity: Identity) -> Response:
    """The records as a file, as they are narrowed down; the export is noted in the log before anything is sent."""
    query = request.query_params
    form = query.get("form", "html")
    if form not in FORMS:
        raise Asked(f"exports are {', '.join(FORMS)}")
    book, grouping = _book(query, identity), _grouping(query)
    found = [book.whole(), *book.by(grouping)]
    if form == "json":
        said = document(found, grouping, book.gathered, book.policy, book.wanted)
        text = json.dumps(said, ensure_ascii=False, indent=1)
    else:
        made = records_made(found, grouping, book.gathered, book.policy, len(book.roster))
        text = made.html if form == "html" else made.csv
    period = book.every.period
    subject = ", ".join(book.wanted.values()) or "all"
    _log(identity, grouping, subject, form, f"{period.first} to {period.last}")
    return as_file(text, form, f"records-by-{grouping}-{period.first}-{period.last}")


def _incident(request: Request, identity: Identity) -> Response:
    """The report of one incident, or of one recording."""
    store, wanted = stores.opened(), request.path_params["subject"]
    incident = next((i for i in store.incidents() if i.id == wanted), None)
    recordings = (
        [store.recording_of(r) for r, _, _ in incident.recordings] if incident else [store.recording_of(wanted)]
    )
    known = [one for one in recordings if one is not None]
    if not known or len(seen_by(identity, store, known)) < len(known):
        return problem("not found", 404)
    made, subject = make_incident(store, policies.in_use(), wanted, audit_books.zone())
    _log(identity, "incident", subject, "html", "")
    return _page(made.html)


def _public(request: Request, identity: Identity) -> Response:
    """The public report of a year, with small counts withheld."""
    year, form = request.path_params["year"], request.query_params.get("form", "html")
    if not EARLIEST <= year <= LATEST or form not in ("html", "csv"):
        raise Asked("a public report is of a year, as html or csv")
    made = make_public(stores.opened(), policies.in_use(), year, audit_books.zone())
    _log(identity, "public", str(year), form, "")
    return _page(made.html) if form == "html" else as_file(made.csv, "csv", f"public-report-{year}")


def _log(identity: Identity, kind: str, subject: str, form: str, period: str) -> None:
    detail = {"form": form, "period": period, "at": datetime.now(UTC).isoformat(timespec="seconds")}
    stores.opened().log(identity.name, f"report.{kind}", subject, {k: v for k, v in detail.items() if v})


def _page(html: str) -> Response:
    """A report in a tab of its own, where it can run nothing and ask for nothing."""
    return Response(html.encode("utf-8", "backslashreplace"), media_type=FORMS["html"], headers=PAGE_HEADERS)


ROUTES = (
    Route("/bwc/reports", for_person(_overview), methods=["GET"]),
    Route("/bwc/reports/heard", for_person(_heard), methods=["GET"]),
    Route("/bwc/reports/export", for_person(_export), methods=["GET"]),
    Route("/bwc/reports/incident/{subject}", for_person(_incident), methods=["GET"]),
    Route("/bwc/public-report/{year:int}", for_person(_public), methods=["GET"]),
)
