"""The list of recordings and incidents: the first page."""

from __future__ import annotations

import streamlit as st

from review_ui import player, stores


def show() -> None:
    """Draws the page, and goes on to the recording that is clicked."""
    store = stores.opened()
    st.title("Recordings", anchor=False)
    if not store.recordings() and not store.files(failed_only=True):
        _first_steps()
        return
    chosen = player.library(key="library", version=store.data_version())
    if chosen:
        st.query_params.from_dict({key: str(chosen[key]) for key in ("r", "t", "f") if key in chosen})
        st.rerun()


def _first_steps() -> None:
    st.info("This store holds no recordings yet.")
    st.markdown("Put recordings in with one command, then load this page again:")
    st.code(f"bwc analyze FOLDER --store {stores.path().name}", language=None)
    st.markdown("Or try it on the sample recordings that come with the program:")
    st.code("bwc demo", language=None)
