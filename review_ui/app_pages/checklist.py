"""One incident with its cameras in step, or one recording: what came before what, and the clauses of the policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import islice

import streamlit as st

from pipeline.accounts import Act
from pipeline.chart import chart_of, chart_svg
from pipeline.checklist import Item
from pipeline.errors import ConfigError, StoreError
from pipeline.policy import Policy
from pipeline.policy.spoken import as_clock
from pipeline.review_answers import LookedUp, give_answer, looked_up
from pipeline.scene import Heard, scene_of_incident, scene_of_recording
from pipeline.store.answers import ANSWERS
from pipeline.types import HeardTurn, Member
from review_ui import plain, player, policies, state_pages, states, stores, strip, who
from review_ui.app_pages.review import PLACES, seconds
from review_ui.joined import joined
from review_ui.server.views import note_view

_COLOURS = {"found": "green", "not found": "gray", "not analysed": "orange", "needs a person": "blue"}
CHART_WIDTH = 960
"""Pixels: the width that the drawing is made for."""
LONGEST = 110
"""Characters of what was found that stand beside a clause's title."""
SHOWN = 6
"""Findings of one clause that are listed with a link; the list of findings has them all."""
LINES_AT_ONCE = 400
"""Turns of the transcript that stand in the page at once, 90 kB of it; a choice leads to the rest."""


def show() -> None:
    """Draws the page of the incident or recording that `?c=` names."""
    subject = st.query_params["c"]
    together = any(incident.id == subject for incident in stores.opened().incidents())
    if together:
        _cameras(subject)
    try:
        looked = _looked(subject, stores.version(), policies.in_use())
    except StoreError as error:
        if states.is_of_the_store(error):
            raise
        state_pages.not_here(state_pages.NO_INCIDENT)
        return
    except ConfigError as error:
        st.warning(f"The policy pack cannot be used: {plain.as_text(str(error))}")
        return
    found = looked.found
    if (person := who.signed_in()) is not None:
        note_view(person, subject)
    if together:
        st.header("What came before what, and the policy", anchor=False)
    else:
        if st.button("All recordings", icon=":material/arrow_back:"):
            st.query_params.clear()
            st.rerun()
        st.title(plain.as_text(found.scene.name), anchor=False)
    st.caption(f"Policy {found.policy.name} {found.policy.version}. What was found stands here; nothing is judged.")
    st.html(looked.strip)
    drawn = _together(subject, stores.version(), looked.found.policy)
    st.image(_inked(drawn.chart), width=CHART_WIDTH, alt="Talk time, orders, loudness and vocal effort, as a chart")
    st.subheader("In order of time", anchor=False)
    st.text("\n".join(found.course.sentences))
    if drawn.lines:
        with st.expander(f"Transcript of all cameras, {len(drawn.lines)} turns, each utterance once"):
            st.html("<br>".join(_part(drawn.lines, drawn.starts)))
    st.subheader("Clauses of the policy", anchor=False)
    for item in found.checklist.items:
        _clause(found, item, looked.links.get(item.clause, ()))


def _cameras(incident: str) -> None:
    """The cameras of an incident in step, and the way from them to a recording or back to the list."""
    asked = st.query_params.to_dict()
    going = player.incident(incident, start=seconds(asked.get("t")), finding=asked.get("f", ""))
    if going is not None:
        st.query_params.from_dict({key: str(going[key]) for key in PLACES if key in going})
        st.rerun()


def _stamp(policy: Policy) -> str:
    """What a pack says, as a key."""
    return repr(sorted(policy.stamp.items()))


@dataclass(frozen=True)
class Together:
    """What all cameras heard, drawn: kept until the store changes, since joining them takes a moment."""

    chart: str
    lines: tuple[str, ...]
    starts: tuple[float, ...]
    """of each line, seconds on the incident's clock"""


@st.cache_data(max_entries=8, show_spinner="Joining the cameras …", hash_funcs={Policy: _stamp})
def _together(subject: str, version: tuple[object, ...], policy: Policy) -> Together:
    """The chart, and for an incident the merged transcript; `version` is the state of the store it is kept by."""
    store = stores.opened()
    incident = next((i for i in store.incidents() if i.id == subject), None)
    if incident is None:
        recording = store.recording(subject)
        return Together(chart_svg(chart_of(store.evidence(recording), policy), recording.path.name), (), ())
    evidence = joined(incident, store)
    lines = tuple(_line(turn, evidence.member(turn.recording)) for turn in evidence.turns or ())
    starts = tuple(turn.start for turn in evidence.turns or ())
    return Together(chart_svg(chart_of(evidence, policy), incident.name), lines, starts)


def _part(lines: Sequence[str], starts: Sequence[float]) -> Sequence[str]:
    """What of the transcript is shown: all of it, or the part that the person chose."""
    if len(lines) <= LINES_AT_ONCE:
        return lines
    firsts = list(range(0, len(lines), LINES_AT_ONCE))
    first = st.selectbox("Show from", firsts, format_func=lambda n: f"{as_clock(starts[n])}, turn {n + 1}")
    return lines[first : first + LINES_AT_ONCE]


def _inked(svg: str) -> str:
    """The drawing as a picture of its own: there it cannot take the page's colour, so it is given the theme's."""
    ink = "#e6edf3" if st.context.theme.type == "dark" else "#1c2733"
    return svg.replace("<svg ", f'<svg style="color:{ink}" ', 1)


def _line(turn: HeardTurn, member: Member) -> str:
    link = f"?r={turn.recording}&t={max(0.0, member.on_recording(turn.start)):.1f}"
    who_said = escape(turn.voice or "speaker not known")
    cameras = f" <small>(heard by {1 + len(turn.also_heard_by)} cameras)</small>" if turn.also_heard_by else ""
    time = f'<a href="{escape(link)}" target="_self">{as_clock(turn.start)}</a>'
    return f'{time} <b>{who_said}</b> <span dir="auto">{escape(turn.text)}</span>{cameras}'


@dataclass(frozen=True)
class Looked:
    """What the page shows of an incident or recording; its thousands of findings are not kept, only what is drawn."""

    found: LookedUp
    """without the observations and marks, each clause with its first findings"""
    strip: str
    links: Mapping[str, tuple[str, ...]]
    """clause -> links to its first findings"""


@st.cache_resource(max_entries=8, show_spinner="Looking up what was found …", hash_funcs={Policy: _stamp})
def _looked(subject: str, version: tuple[object, ...], policy: Policy) -> Looked:
    """Kept by `version`, the state of the store with its answers, and by what the pack says."""
    store = stores.opened()
    if any(incident.id == subject for incident in store.incidents()):
        scene = scene_of_incident(store, store.incident(subject), policy)
    else:
        scene = scene_of_recording(store, store.recording(subject), policy)
    found = looked_up(store, scene, policy)
    links = {item.clause: _links(item, scene.heard) for item in found.checklist.items}
    drawn = strip.drawn(found.course, scene.analysed)
    items = tuple(replace(item, findings=tuple(item.findings)[:SHOWN]) for item in found.checklist.items)
    small = LookedUp(
        policy,
        replace(scene, heard=(), questions=()),
        replace(found.course, marks=(), before_force=(), questions=()),
        replace(found.checklist, items=items),
    )
    return Looked(small, drawn, links)


def _clause(found: LookedUp, item: Item, links: Sequence[str]) -> None:
    answered = f" · answered: {item.answer.answer}" if item.answer else ""
    counted = item.says.removeprefix("Found: ") if item.state == "found" else ""
    shown = f" · {_short(counted)}" if counted else ""
    label = f":{_COLOURS[item.state]}-badge[{item.state}] **{item.clause}** {item.title}{shown}{answered}"
    with st.expander(label):
        st.text(" ".join(part for part in (item.text, item.says, item.note) if part))
        if links:
            st.html("<br>".join(links))
        if item.answer:
            st.text(_said(item))
        _form(found, item)


def _short(text: str) -> str:
    """Text that Markdown leaves as it is, short enough for one line."""
    return plain.as_text(text if len(text) <= LONGEST else text[: LONGEST - 1] + "…")


def _links(item: Item, heard: Sequence[Heard]) -> tuple[str, ...]:
    """The first findings of a clause in order of time, each as a link."""
    wanted = set(item.findings)
    return tuple(
        f'<a href="{escape(strip.link(h.recording, h.at, h.ids[0]))}" target="_self">{as_clock(h.start)}</a> '
        + escape(h.text or h.summary)
        for h in islice((h for h in heard if h.ids[0] in wanted), SHOWN)
    )


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
    if not person.may(Act.REVIEW):
        st.warning("Your account is not for answers; ask whoever manages accounts.")
        return
    try:
        give_answer(stores.path(), found, item.clause, answer, person.name, reason, comment)
    except StoreError as error:
        st.warning(plain.as_text(str(error)))
    else:
        st.rerun()
