"""The inbox: what is to be reviewed, by whom, by when, and why. All of it in one component."""

from __future__ import annotations

import streamlit as st

from review_ui import player, stores


def show() -> None:
    """Draws the page, and goes on to the recording that is opened."""
    st.title("Inbox", anchor=False)
    chosen = player.inbox(stores.opened().data_version())
    if chosen is not None:
        st.query_params.from_dict({key: str(chosen[key]) for key in ("r", "t", "f", "c") if key in chosen})
        st.rerun()
