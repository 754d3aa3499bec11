"""Search over all transcripts and findings."""

from __future__ import annotations

import streamlit as st

from review_ui import player


def show() -> None:
    """Draws the page of `?s=`, and goes on to the hit that is opened."""
    st.title("Search", anchor=False)
    chosen = player.search(st.query_params.get("s", ""))
    if chosen:
        st.query_params.from_dict({key: str(chosen[key]) for key in ("r", "t", "f", "c") if key in chosen})
        st.rerun()
