"""The list of recordings and incidents: the first page."""

from __future__ import annotations

import streamlit as st

from review_ui import player, stores, who
from review_ui.app_pages import first_steps
from review_ui.server import rights


def show() -> None:
    """Draws the page, and goes on to the recording that is clicked."""
    store = stores.opened()
    if not store.recordings() and not store.files(failed_only=True):
        first_steps.show(who.signed_in())
        return
    st.title("Recordings", anchor=False)
    if stores.brought_up():
        st.caption("This store was of an older version of the program and was brought up to date when it was opened.")
    _checklists()
    chosen = player.library(key="library", version=store.data_version())
    _more()
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


def _more() -> None:
    """The way to further recordings, for whoever is alone at this machine."""
    person = who.signed_in()
    if person is None or person.account is not None:
        return
    with st.expander("Add recordings"):
        first_steps.folder_form()
