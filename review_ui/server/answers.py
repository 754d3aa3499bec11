"""Answers that several routes give."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from pipeline.errors import StoreError
from review_ui import states

NO_STORE = {"Cache-Control": "private, no-store"}


def problem(reason: str, status: int) -> Response:
    """A refusal that the screen shows as it is."""
    return JSONResponse({"problem": reason}, status, headers=NO_STORE)


def refusal(error: Exception, status: int) -> Response:
    """A refusal for what was raised: `status` for what was asked wrongly, 503 where the store itself is at fault."""
    if isinstance(error, StoreError) and states.is_of_the_store(error):
        return problem(states.of(error).line, 503)
    return problem(str(error), status)
