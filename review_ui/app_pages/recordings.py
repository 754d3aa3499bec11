"""The list of recordings and incidents: the first page."""

from __future__ import annotations

import streamlit as st

from review_ui import player, stores, who
from review_ui.app_pages import first_steps


def show() -> None:
    """Draws the page, and goes on to the recording that is clicked."""
    store = stores.opened()
    if store.is_empty():
        first_steps.show(who.signed_in())
        return
    st.title("Recordings", anchor=False)
    if stores.brought_up():
        st.caption("This store was of an older version of the program and was brought up to date when it was opened.")
    chosen = player.library(key="library", version=store.data_version())
    _more()
    if chosen:
        st.query_params.from_dict({key: str(chosen[key]) for key in ("r", "c", "t", "f") if key in chosen})
        st.rerun()


def _more() -> None:
    """The way to further recordings, for whoever is alone at this machine."""
    person = who.signed_in()
    if person is None or person.account is not None:
        return
    with st.expander("Add recordings"):
        first_steps.folder_form()
