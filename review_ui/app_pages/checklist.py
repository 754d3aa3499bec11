"""One incident, or one recording: what came before what, and the clauses of the policy with the reviewer's answers."""

from __future__ import annotations

from html import escape

import streamlit as st

from pipeline.checklist import Item
from pipeline.config import load_settings
from pipeline.errors import ConfigError, StoreError
from pipeline.policy import load_policy
from pipeline.policy.spoken import as_clock
from pipeline.review_answers import LookedUp, give_answer, looked_up
from pipeline.scene import scene_of_incident, scene_of_recording
from pipeline.store.answers import ANSWERS
from review_ui import stores, strip, who

_COLOURS = {"found": "green", "not found": "gray", "not analysed": "orange", "needs a person": "blue"}
SHOWN = 6
"""Findings of one clause that are listed with a link; the strip has them all."""


def show() -> None:
    """Draws the page of the incident or recording that `?c=` names."""
    if st.button("All recordings", icon=":material/arrow_back:"):
        st.query_params.clear()
        st.rerun()
    try:
        found = _found(st.query_params["c"])
    except StoreError:
        st.warning("This incident is not in the store.")
        return
    except ConfigError as error:
        st.warning(f"The policy pack cannot be used: {error}")
        return
    st.title(found.scene.name, anchor=False)
    st.caption(f"Policy {found.policy.name} {found.policy.version}. What was found stands here; nothing is judged.")
    st.html(strip.drawn(found.course, found.scene.analysed))
    st.subheader("In order of time", anchor=False)
    st.text("\n".join(found.course.sentences))
    st.subheader("Clauses of the policy", anchor=False)
    for item in found.checklist.items:
        _clause(found, item)


def _found(subject: str) -> LookedUp:
    store, policy = stores.opened(), load_policy(load_settings().policy)
    if any(incident.id == subject for incident in store.incidents()):
        scene = scene_of_incident(store, store.incident(subject), policy)
    else:
        scene = scene_of_recording(store, store.recording(subject), policy)
    return looked_up(store, scene, policy)


def _clause(found: LookedUp, item: Item) -> None:
    answered = f" · answered: {item.answer.answer}" if item.answer else ""
    label = f":{_COLOURS[item.state]}-badge[{item.state}] **{item.clause}** {item.title}{answered}"
    with st.expander(label):
        st.text(" ".join(part for part in (item.text, item.says, item.note) if part))
        links = list(_links(found, item))
        if links:
            st.html("<br>".join(links))
        if item.answer:
            st.text(_said(item))
        _form(found, item)


def _links(found: LookedUp, item: Item) -> list[str]:
    heard = [h for h in found.scene.heard if h.ids[0] in set(item.findings)][:SHOWN]
    return [
        f'<a href="{escape(strip.link(h.recording, h.at, h.ids[0]))}" target="_self">{as_clock(h.start)}</a> '
        + escape(h.text or h.summary)
        for h in heard
    ]


def _said(item: Item) -> str:
    answer = item.answer
    assert answer is not None
    exception = f" Exception (1.3E): {answer.reason}." if answer.exception else ""
    comment = f" {answer.comment}" if answer.comment else ""
    return f"{answer.reviewer}, {answer.at_utc:%Y-%m-%d %H:%M} UTC: {answer.answer}.{exception}{comment}"


def _form(found: LookedUp, item: Item) -> None:
    with st.form(f"answer {item.clause}", border=False):
        answer = st.radio("Your answer: did it happen?", ANSWERS, index=None, horizontal=True)
        reason = st.text_input("Exception (1.3E): who would have been endangered by waiting, and how?")
        comment = st.text_input("Comment")
        if st.form_submit_button("Keep this answer"):
            _keep(found, item, answer, reason, comment)


def _keep(found: LookedUp, item: Item, answer: str | None, reason: str, comment: str) -> None:
    person = who.signed_in()
    if answer is None or person is None:
        st.warning("Choose an answer first.")
        return
    try:
        give_answer(stores.path(), found, item.clause, answer, person.name, reason, comment)
    except StoreError as error:
        st.warning(str(error))
    else:
        st.rerun()
