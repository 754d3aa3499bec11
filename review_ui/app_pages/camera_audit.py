"""The audit of camera use: were cameras on, seeing and hearing when they had to be? All of it in one component."""

from __future__ import annotations

import streamlit as st

from review_ui import player, stores


def show() -> None:
    """Draws the page, and goes on to the recording or incident that is clicked."""
    st.title("Camera audit", anchor=False)
    chosen = player.camera_audit(stores.opened().data_version(), stores.path().name)
    if chosen:
        st.query_params.from_dict({key: str(chosen[key]) for key in ("r", "c", "t") if key in chosen})
        st.rerun()
