"""The page script that Streamlit runs: who is there, then the page that was asked for."""

import sqlite3

import streamlit as st

from pipeline.errors import StoreError
from review_ui import desk, look, player, state_pages, stores, who
from review_ui.app_pages import first_steps
from review_ui.server import rights

# a named icon or an emoji would be fetched from the internet
st.set_page_config(page_title="Body-worn video review", page_icon=str(look.ICON), layout="wide")
st.html(look.PAGE_STYLE + (look.DARK_STYLE if st.context.theme.type == "dark" else ""))


def main() -> None:
    """Shows the page that was asked for, or what the matter is and what to do."""
    here = desk.asked()
    page = st.navigation([st.Page(here.show, title=here.title, url_path="desk", default=True)], position="hidden")
    try:
        person = who.signed_in()
        if person is None:
            state_pages.show(state_pages.ENDED)
            return
        with st.container(key="running"):
            player.running(refresh=here.key in ("", "i"))
        if not stores.is_there() and not stores.was_opened():
            first_steps.show(person)
            return
        desk.bar(person, here)
        if not here.is_for(person) or rights.hidden_page(person, stores.opened(), st.query_params.to_dict()):
            state_pages.show(state_pages.NOT_FOR_YOU)
            return
        page.run()
    except (StoreError, sqlite3.Error) as error:
        state_pages.trouble(error)


main()
