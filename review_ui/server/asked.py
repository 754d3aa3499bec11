"""What the pages of figures ask for in their addresses: days, a row to begin with; and how they are answered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from pipeline.errors import BwcError
from review_ui.server.answers import NO_STORE, refusal

FORMS = {"html": "text/html", "csv": "text/csv", "json": "application/json"}
"""What figures are exported as, with the media type of each"""


class Asked(BwcError):
    """A request that cannot be meant."""


def answered(make: Callable[[Request], Any]) -> Callable[[Request], Response]:
    """A GET route: what `make` gives as JSON, or the response that it gives; errors in one line."""

    def route(request: Request) -> Response:
        try:
            made = make(request)
        except Asked as error:
            return refusal(error, 400)
        except BwcError as error:
            return refusal(error, 409)
        return made if isinstance(made, Response) else JSONResponse(made, headers=NO_STORE)

    return route


def for_person(make: Callable[[Request, Any], Any]) -> Callable[[Request], Response]:
    """The same for what depends on who asks."""
    return answered(lambda request: make(request, request.scope["state"]["identity"]))


def days(query: QueryParams) -> tuple[date | None, date | None]:
    """The first and the last day that are asked for, None where the address says none. Raises Asked."""
    first, last = (_day(query.get(name, "")) for name in ("first", "last"))
    if first and last and last < first:
        raise Asked("the last day comes before the first")
    return first, last


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Asked(f"{text!r} is no day; write it as 2025-03-31") from error


def first_row(query: QueryParams) -> int:
    """The row that a list begins with."""
    start = query.get("from", "0")
    return int(start) if start.isdigit() else 0


def as_file(text: str, form: str, name: str) -> Response:
    """A text as a download."""
    headers = NO_STORE | {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    return Response(text.encode("utf-8", "backslashreplace"), media_type=FORMS[form], headers=headers)
