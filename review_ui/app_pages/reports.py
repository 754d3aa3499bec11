"""Techniques and reports: what people confirmed, of whom and when, and reports as files. All of it in one component."""

from __future__ import annotations

import streamlit as st

from review_ui import player, stores


def show() -> None:
    """Draws the page, and goes on to the moment or the incident that is clicked."""
    st.title("Techniques and reports", anchor=False)
    chosen = player.reports(stores.opened().data_version(), stores.path().name)
    if chosen:
        st.query_params.from_dict({key: str(chosen[key]) for key in ("r", "t", "f", "c") if key in chosen})
        st.rerun()
