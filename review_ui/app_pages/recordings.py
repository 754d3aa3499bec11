"""The list of recordings and incidents: the first page."""

from __future__ import annotations

import streamlit as st

from review_ui import player, stores, who
from review_ui.server import rights


def show() -> None:
    """Draws the page, and goes on to the recording that is clicked."""
    store = stores.opened()
    st.title("Recordings", anchor=False)
    if not store.recordings() and not store.files(failed_only=True):
        _first_steps()
        return
    _checklists()
    chosen = player.library(key="library", version=store.data_version())
    if chosen:
        st.query_params.from_dict({key: str(chosen[key]) for key in ("r", "c", "t", "f") if key in chosen})
        st.rerun()


def _checklists() -> None:
    """The way to sequence and checklist of an incident, or of a recording that belongs to none."""
    store, person = stores.opened(), who.signed_in()
    if person is None:
        return
    incidents = [i for i in store.incidents() if rights.hidden(person, store, i.id) is None]
    members = {recording for incident in incidents for recording, _, _ in incident.recordings}
    names = {incident.id: incident.name for incident in incidents}
    names |= {r.id: r.path.name for r in rights.seen_by(person, store, store.recordings()) if r.id not in members}
    asked = st.selectbox(
        "Sequence and checklist",
        list(names),
        index=None,
        format_func=lambda subject: names[subject],
        placeholder="Sequence and checklist of an incident …",
        label_visibility="collapsed",
    )
    if asked:
        st.query_params.from_dict({"c": asked})
        st.rerun()


def _first_steps() -> None:
    st.info("This store holds no recordings yet.")
    st.markdown("Put recordings in with one command, then load this page again:")
    st.code(f"bwc analyze FOLDER --store {stores.path().name}", language=None)
    st.markdown("Or try it on the sample recordings that come with the program:")
    st.code("bwc demo", language=None)
