"""The list of recordings and incidents: the first page."""

from __future__ import annotations

from typing import Any

import streamlit as st

from review_ui import player, stores


def show(review_page: Any) -> None:
    """Draws the page; a deep link to a recording (`?r=`) that arrives here goes on to its own page."""
    asked = st.query_params.to_dict()
    if "r" in asked:
        st.switch_page(review_page, query_params={key: asked[key] for key in ("r", "t", "f") if key in asked})
    recordings = stores.opened().recordings()
    failed = stores.opened().files(failed_only=True)
    st.title("Recordings")
    if not recordings and not failed:
        _first_steps()
        return
    chosen = player.library(key="library", version=stores.opened().data_version())
    if chosen:
        st.switch_page(review_page, query_params={key: str(value) for key, value in chosen.items()})


def _first_steps() -> None:
    st.info("This store holds no recordings yet.")
    st.markdown("Put recordings in with one command, then load this page again:")
    st.code(f"bwc analyze FOLDER --store {stores.path().name}", language=None)
    st.markdown("Or try it on the sample recordings that come with the program:")
    st.code("bwc demo", language=None)
