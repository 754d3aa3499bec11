"""One recording: player, lanes, transcript, findings, and what stands behind them, all in one component."""

from __future__ import annotations

import math

import streamlit as st

from pipeline.errors import StoreError
from review_ui import player, state_pages, states, stores

PLACES = ("r", "c", "t", "a", "first", "last", "list", "key")
"""what a page of recordings leads to: a recording or an incident at a second, a call of the camera audit"""


def show() -> None:
    """Draws the page of the recording that `?r=` names."""
    asked = st.query_params.to_dict()
    try:
        recording = stores.opened().recording(asked.get("r", ""))
    except StoreError as error:
        if states.is_of_the_store(error):
            raise
        state_pages.not_here(state_pages.NO_RECORDING)
        return
    runs = stores.opened().latest_runs(recording.id)
    missing = stores.opened().not_analysed(recording.id)
    going = player.review(recording, runs, missing, start=seconds(asked.get("t")), finding=asked.get("f", ""))
    if going is not None:
        st.query_params.from_dict({key: str(going[key]) for key in PLACES if key in going})
        st.rerun()


def seconds(text: str | None) -> float | None:
    """The time of a deep link, None where it is none."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) else None
