"""Settings: what the program is set to and why, and where those who manage it change the policy pack and accounts."""

from __future__ import annotations

import streamlit as st

from review_ui import player, stores, who
from review_ui.server.settings import manages


def show() -> None:
    """Draws the page. All of it is one component; what it changes goes over its own routes."""
    st.title("Settings", anchor=False)
    person = who.signed_in()
    player.settings(stores.opened().data_version(), stores.path().name, person is not None and manages(person))
