"""Answers that several routes give."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

NO_STORE = {"Cache-Control": "private, no-store"}


def problem(reason: str, status: int) -> Response:
    """A refusal that the screen shows as it is."""
    return JSONResponse({"problem": reason}, status, headers=NO_STORE)
