"""The states of the screen as pages: shown in place of what cannot be shown, and gone by themselves when it can."""

from __future__ import annotations

import logging
import sqlite3
from datetime import datetime

import streamlit as st

from pipeline.errors import NotAStore, StoreDamaged, StoreError, StoreMissing, StoreTooNew
from review_ui import states, stores

log = logging.getLogger(__name__)

AGAIN_AFTER = 4.0
"""Seconds between two looks whether the store can be read again."""

ENDED = states.State(
    "This session has ended",
    "It was ended here or elsewhere, or nothing was done for a long time. What you answered is kept.",
    ("Load the page again to go on.",),
    "",
)
NOT_FOR_YOU = states.State(
    "Nothing to see here",
    "There is no such page, or it is not for your account.",
    ("Go on from the bar above.", "If you need this for your work, ask whoever manages the accounts."),
    "",
)

NO_RECORDING = states.State(
    "This recording is not in the store",
    "The link is from another store, or it was cut short.",
    ("Look for it among all recordings, or by what was said in it on the search page.",),
    "",
)
NO_INCIDENT = states.State(
    "This incident is not in the store",
    "The link is from another store, or its recordings were grouped anew since: an incident that loses or gains a"
    " recording may get another address.",
    ("Look for it among all recordings: those of one incident stand together.",),
    "",
)


def show(state: states.State, place: str = "") -> None:
    """Draws a state; `place` is the file that it is about."""
    colours = states.DARK if st.context.theme.type == "dark" else states.LIGHT
    st.html(f"<style>.bwc-state {{ {colours} }}{states.STYLE}</style>")
    st.html(states.fragment(state, place))


def not_here(state: states.State) -> None:
    """Draws that there is no such thing in the store, with the way to the list."""
    show(state)
    if st.button("All recordings", icon=":material/arrow_back:"):
        st.query_params.clear()
        st.rerun()


def trouble(error: Exception) -> None:
    """Draws what is the matter with the store, and looks again by itself."""
    found = states.as_store_error(error, stores.path())
    log.warning("the store cannot be shown: %s", found)
    if states.is_of_the_store(found):
        stores.open_again()
    show(states.of(found), str(stores.path()))
    _look_again(type(found).__name__, _print())


def fault(error: Exception) -> bool:
    """Draws what a page says after an exception that nobody expected; True: Streamlit need not show its own."""
    if isinstance(error, StoreError | sqlite3.Error):
        trouble(error)
        return True
    log.error("a page could not be shown", exc_info=error)
    show(states.UNEXPECTED, f"{datetime.now():%Y-%m-%d %H:%M:%S}")
    return True


@st.fragment(run_every=AGAIN_AFTER)
def _look_again(kind: str, was: tuple[float, ...] | None) -> None:
    """Shows the page again when the store may be readable: once it opens, or once the file is another one."""
    if kind in _UNTIL_CHANGED and _print() == was:
        return
    try:
        stores.opened().data_version()
    except (StoreError, sqlite3.Error) as error:
        if type(states.as_store_error(error, stores.path())).__name__ == kind:
            return
    st.rerun(scope="app")


_UNTIL_CHANGED = {one.__name__ for one in (NotAStore, StoreDamaged, StoreTooNew, StoreMissing)}


def _print() -> tuple[float, ...] | None:
    """What tells one state of the file from another; None: it is not there."""
    try:
        facts = stores.path().stat()
    except OSError:
        return None
    return facts.st_ino, facts.st_size, facts.st_mtime
