"""The person behind a page script's run. The gate lets the websocket in once; scripts ask again at every run."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from review_ui import stores
from review_ui.server.gate import Cookie
from review_ui.server.sessions import Identity, Sessions


@dataclass(frozen=True)
class Door:
    """Where sessions are kept, and the cookie that names them."""

    sessions: Sessions
    cookie: Cookie


_DOOR: dict[str, Door] = {}


def use(door: Door) -> None:
    """Sets the sessions of this process."""
    _DOOR["door"] = door


def door() -> Door:
    """The sessions of this process, once they are set."""
    return _DOOR["door"]


def signed_in() -> Identity | None:
    """The person at this page, None: the session has ended."""
    place = _DOOR.get("door")
    return place.sessions.who(st.context.cookies.get(place.cookie.name)) if place else None


def sign_out() -> None:
    """Ends the session of this page; the log keeps it."""
    place, person = door(), signed_in()
    token = st.context.cookies.get(place.cookie.name)
    if token and person:
        place.sessions.end(token)
        stores.opened().log(person.name, "sign_out", "review screen")
