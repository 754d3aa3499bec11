"""The pages of the screen, each under a key of the address, and the way from any of them to the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from review_ui import plain, who
from review_ui.app_pages import (
    activity,
    camera_audit,
    checklist,
    clips,
    inbox,
    recordings,
    reports,
    review,
    search,
    settings,
)
from review_ui.server import rights
from review_ui.server.sessions import Identity


@dataclass(frozen=True)
class Page:
    """One page: shown where the address holds its key, `?a=1`; "" is where the screen begins."""

    key: str
    title: str
    show: Callable[[], None]
    icon: str = ""
    """in the bar at the top; "": the page is reached from others only"""

    def is_for(self, person: Identity) -> bool:
        """Whether this person sees the page at all (`rights.ROOMS`)."""
        return rights.room_of_page(self.key).is_for(person)


PAGES = (
    Page("r", "Recording", review.show),
    Page("c", "Incident", checklist.show),
    Page("i", "Inbox", inbox.show, ":material/inbox:"),
    Page("", "Recordings", recordings.show, ":material/video_library:"),
    Page("s", "Search", search.show, ":material/search:"),
    Page("a", "Camera audit", camera_audit.show, ":material/fact_check:"),
    Page("reports", "Techniques and reports", reports.show, ":material/bar_chart:"),
    Page("clips", "Clips", clips.show, ":material/movie:"),
    Page("x", "Covered copy", clips.show),
    Page("log", "Activity", activity.show, ":material/history:"),
    Page("settings", "Settings", settings.show, ":material/settings:"),
)
HOME = next(page for page in PAGES if not page.key)


def asked() -> Page:
    """The page that the address asks for."""
    return next((page for page in PAGES if page.key and page.key in st.query_params), HOME)


def bar(person: Identity, here: Page) -> None:
    """The way to the other pages, at the top of each."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="bar"):
        for page in PAGES:
            if page.icon and page.is_for(person):
                kind = "secondary" if page is here else "tertiary"
                if st.button(page.title, icon=page.icon, type=kind, key=f"to {page.key}", disabled=page is here):
                    st.query_params.from_dict({page.key: "" if page.key == "s" else "1"} if page.key else {})
                    st.rerun()
        st.space("stretch")
        st.caption(plain.as_text(person.name), width="content")
        if person.account is not None and st.button("Sign out", type="tertiary", key="sign out"):
            who.sign_out()
            st.rerun()
