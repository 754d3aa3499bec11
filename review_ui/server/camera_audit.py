"""The audit of camera use as data: figures, lists, one call, exports; and what a person writes: states and draws."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pipeline.audit import sampling
from pipeline.audit.book import Book
from pipeline.audit.case import GROUPINGS
from pipeline.audit.gather import names_of
from pipeline.audit.locks import Locked, told
from pipeline.audit.rows import TABLES, document
from pipeline.audit.sample import GROUPINGS as DRAWN_BY
from pipeline.audit.sample import Sample
from pipeline.audit.texts import stamped
from pipeline.audit.view import html
from pipeline.camera_use import State, UseFinding, UseState
from pipeline.errors import BwcError
from pipeline.exports.findings import as_csv
from pipeline.rows import utc_text
from review_ui import audit_books, audit_call, audit_pages, policies, stores
from review_ui.audit_pages import CHANGED, FILTERS, LISTS, Narrowing, Wanted
from review_ui.server.answers import refusal
from review_ui.server.asked import FORMS, Asked, answered, as_file, days, first_row
from review_ui.server.sessions import Identity
from review_ui.server.writes import NO_STORE, problem, taken

LONGEST_REASON = 2000
"""letters of a reason"""


def _book(query: QueryParams) -> Book:
    first, last = days(query)
    return audit_books.book(audit_books.period(first, last))


def _narrowing(query: QueryParams) -> Narrowing:
    return Narrowing({name: query[name] for name in FILTERS if query.get(name)})


def _grouping(query: QueryParams) -> str:
    asked = query.get("by", "officer")
    if asked not in GROUPINGS:
        raise Asked(f"figures are by {', '.join(GROUPINGS)}")
    return asked


def _held(book: Book, narrowing: Narrowing) -> Locked | None:
    return None if narrowing.groups else audit_books.held(book.period)


def _overview(request: Request) -> Response:
    """The figures."""
    query = request.query_params
    book, narrowing, grouping = _book(query), _narrowing(query), _grouping(query)

    def make() -> bytes:
        held, policy = _held(book, narrowing), policies.in_use()
        said = audit_pages.overview(book, narrowing, grouping, held, policy, audit_books.newest_month())
        return JSONResponse(said).body

    body = audit_books.kept(book.period, ("overview", grouping, tuple(sorted(narrowing.groups.items()))), make)
    return Response(body, media_type="application/json", headers=NO_STORE)


def _calls(request: Request) -> dict[str, Any]:
    """The calls of a list of a group."""
    query = request.query_params
    book, grouping = _book(query), _grouping(query)
    wanted = _wanted(query, book)
    cases = _narrowing(query).of(book).cases
    if "group" in query:
        cases = [case for case in cases if case.groups[grouping] == query["group"]]
    return audit_pages.calls(cases, wanted, book, first_row(query), query.get("at", ""))


def _wanted(query: QueryParams, book: Book) -> Wanted:
    """The list of calls that is asked for. Raises Asked."""
    among = query.get("list", "")
    if among and among not in (*LISTS, CHANGED):
        raise Asked(f"lists are {', '.join((*LISTS, CHANGED))}")
    held = audit_books.held(book.period) if among == CHANGED else None
    changed = {change.key: change.why for change in held.changes} if held else {}
    return Wanted(among, query.get("kind", ""), query.get("state", ""), changed)


def _call(request: Request) -> Any:
    """One call."""
    book = _book(request.query_params)
    case = next((one for one in book.cases if one.key == request.query_params.get("key")), None)
    if case is None:
        return problem("no such call in this period", 404)
    return audit_call.document(book, case, stores.opened().use_states(), policies.in_use())


def _export(request: Request) -> Response:
    """The audit as a file: as it is narrowed down, of the group and list that are looked at. It is noted in the log."""
    query = request.query_params
    form, rows = query.get("form", "html"), query.get("rows", "figures")
    if form not in FORMS or rows not in TABLES:
        raise Asked(f"exports are {', '.join(FORMS)}; rows are {', '.join(TABLES)}")
    book, narrowing, grouping = _book(query), _narrowing(query), _grouping(query)
    wanted, shown = _wanted(query, book), narrowing.of(book)
    if "group" in query:
        shown = Narrowing({grouping: query["group"]}).of(shown)
    shown = wanted.of(shown)
    held = None if shown.wanted else audit_books.held(book.period)
    if form == "html":
        text = html(shown, grouping, held)
    elif form == "csv":
        text = as_csv([row for row in TABLES[rows](shown, grouping) if rows != "observations" or _fits(row, wanted)])
    else:
        extra = {"locked": told(held) if held else None}
        text = json.dumps(document(shown, grouping, extra), ensure_ascii=False, sort_keys=True, default=str)
    name = f"camera-use-{book.period.first}-{book.period.last}" + (f"-{rows}" if form == "csv" else "")
    detail = {"form": form, "by": grouping, "narrowed_to": list(shown.wanted)}
    who = request.scope["state"]["identity"].name
    stores.opened().log(who, "audit.export", f"{book.period.first} {book.period.last}", detail)
    return as_file(text, form, name)


def _fits(observation: Mapping[str, Any], wanted: Wanted) -> bool:
    """Whether an observation is of the kind and in the state that are asked for: a call of the list can have others."""
    return wanted.kind in ("", observation["kind"]) and wanted.state in ("", observation["state"])


def _samples(_: Request) -> dict[str, Any]:
    """Every draw, newest first, with the recordings that it gave."""
    store = stores.opened()
    names, people = {one.id: one.path.name for one in store.recordings()}, names_of(store.roster())
    return {"samples": [_sample(one, names, people) for one in reversed(sampling.samples(store))]}


def _sample(one: Sample, names: Mapping[str, str], people: Mapping[str, str]) -> dict[str, Any]:
    return {
        "number": one.number,
        "first": str(one.period.first),
        "last": str(one.period.last),
        "by": one.grouping,
        "each": one.each,
        "seed": one.seed,
        "who": one.who,
        "at_utc": utc_text(one.at_utc),
        "at": stamped(one.at_utc, one.period.zone),
        "zone": one.period.zone.key,
        "method": one.method,
        "groups": [
            {
                "group": group,
                "title": f"{people[group]} ({group})" if one.grouping == "officer" and people.get(group) else group,
                "of": len(one.population.get(group, ())),
                "recordings": [{"id": recording, "name": names.get(recording, recording[:12])} for recording in drawn],
            }
            for group, drawn in sorted(one.drawn.items())
        ],
    }


def _kept_sample(request: Request) -> tuple[Sample, Book]:
    kept = sampling.kept_sample(stores.opened(), request.path_params["number"])
    return kept, audit_books.book(kept.period)


def _check(request: Request) -> dict[str, Any]:
    """Draws a kept sample again from what it was drawn from, and says what the store has otherwise now."""
    kept, book = _kept_sample(request)
    roster = audit_books.assessment(kept.period).roster
    found = sampling.checked(kept, sampling.population(book, roster, kept.grouping))
    return {"number": kept.number, "alike": found.alike, "added": found.added, "gone": found.gone}


def _sample_file(request: Request) -> Response:
    """The recordings of a draw as a table, in the order in which they were drawn."""
    kept, book = _kept_sample(request)
    stores.opened().log(request.scope["state"]["identity"].name, "audit.export", f"sample {kept.number}", {})
    return as_file(as_csv(sampling.sample_rows(kept, book)), "csv", f"sample-{kept.number}")


async def state(request: Request) -> Response:
    """Keeps what a person says of a finding. Body: first, last, key, finding, state, reason, category; and `seen`,
    the number of states that the person had before them: another one since is told, not written over."""
    return await taken(request, _keep_state)


@dataclass(frozen=True)
class _Said:
    """What a person wants to say of a finding."""

    query: QueryParams
    key: str
    finding: str
    state: UseState
    reason: str
    category: str
    seen: object

    @classmethod
    def read(cls, body: bytes) -> _Said:
        """Raises Asked for what cannot be meant."""
        try:
            said = json.loads(body)
            query = QueryParams({name: str(said.get(name, "")) for name in ("first", "last")})
            reason, category = str(said.get("reason", "")).strip(), str(said.get("category", ""))
            made = cls(query, str(said["key"]), str(said["finding"]), UseState(said["state"]), reason, category,
                       said.get("seen"))  # fmt: skip
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Asked(f"a state is one of: {', '.join(UseState)}, on one finding of one call") from error
        if len(reason) > LONGEST_REASON:
            raise Asked(f"a reason has at most {LONGEST_REASON} letters")
        if category and category not in policies.in_use().camera.justifications:
            raise Asked("the policy pack has no such category of justification")
        return made


def _keep_state(body: bytes, reviewer: Identity) -> Response:
    try:
        said = _Said.read(body)
    except Asked as error:
        return refusal(error, 400)
    try:
        finding = _finding(_book(said.query), said.key, said.finding)
        if finding is None:
            return problem("this is no longer observed of the call: load the list again", 404)
        if (newer := _said_since(said.finding, said.seen)) is not None:
            return problem(f"{newer.who} said meanwhile: {newer.state.value}; load it again and keep yours then", 409)
        readable = said.reason.encode("utf-8", "replace").decode()
        stores.opened().set_use_state(finding, said.state, reviewer.name, readable, said.category)
    except BwcError as error:
        return refusal(error, 409)
    return JSONResponse({"finding": said.finding, "state": said.state.value}, headers=NO_STORE)


def _said_since(finding: str, seen: object) -> State | None:
    """What somebody said of a finding after the `seen` states that the person had before them; None: nothing."""
    kept = stores.opened().use_states(finding)
    return kept[-1] if isinstance(seen, int) and len(kept) > seen else None


def _finding(book: Book, key: str, wanted: str) -> UseFinding | None:
    return next((f for case in book.cases if case.key == key for f in case.use.findings if f.id == wanted), None)


async def sample(request: Request) -> Response:
    """Draws a sample. Body: first, last, by, each, seed ("" for one that nobody chose)."""
    return await taken(request, _keep_sample)


def _keep_sample(body: bytes, reviewer: Identity) -> Response:
    try:
        said = json.loads(body)
        by, each, seed = str(said["by"]), int(said["each"]), str(said.get("seed", ""))[:200]
        query = QueryParams({name: str(said.get(name, "")) for name in ("first", "last")})
    except (ValueError, KeyError, TypeError):
        return problem(f"a draw says by {' or '.join(DRAWN_BY)}, and how many of each", 400)
    try:
        book = _book(query)
        roster = audit_books.assessment(book.period).roster
        drawn = sampling.sample(stores.opened(), book, roster, by, each, reviewer.name, seed)
    except BwcError as error:
        return refusal(error, 409)
    names = {one.id: one.path.rsplit("/", 1)[-1] for one in book.facts.values()}
    return JSONResponse(_sample(drawn, names, book.names), headers=NO_STORE)


ROUTES = (
    Route("/bwc/audit", answered(_overview), methods=["GET"]),
    Route("/bwc/audit/calls", answered(_calls), methods=["GET"]),
    Route("/bwc/audit/call", answered(_call), methods=["GET"]),
    Route("/bwc/audit/export", answered(_export), methods=["GET"]),
    Route("/bwc/audit/samples", answered(_samples), methods=["GET"]),
    Route("/bwc/audit/samples/{number:int}/check", answered(_check), methods=["GET"]),
    Route("/bwc/audit/samples/{number:int}/file", answered(_sample_file), methods=["GET"]),
    Route("/bwc/audit/state", state, methods=["POST"]),
    Route("/bwc/audit/sample", sample, methods=["POST"]),
)
