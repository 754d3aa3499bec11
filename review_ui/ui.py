"""The page script that Streamlit runs: who is there, then the page that was asked for."""

import streamlit as st

from pipeline.errors import StoreError
from review_ui import desk, look, stores, who
from review_ui.server import rights

# a named icon or an emoji would be fetched from the internet
st.set_page_config(page_title="Body-worn video review", page_icon=str(look.ICON), layout="wide")
st.html(look.PAGE_STYLE)


def main() -> None:
    """Refuses ended sessions and stores that cannot be read; otherwise shows the page."""
    here = desk.asked()
    page = st.navigation([st.Page(here.show, title=here.title, url_path="desk", default=True)], position="hidden")
    person = who.signed_in()
    if person is None:
        st.warning("This session has ended. Load the page again to go on.")
        return
    try:
        desk.bar(person, here)
        if not here.is_for(person) or rights.hidden_page(person, stores.opened(), st.query_params.to_dict()):
            st.warning("Nothing to see here: there is no such page, or it is not for your account.")
            return
        page.run()
    except StoreError as error:
        st.error("The store cannot be shown.")
        st.text(str(error))


main()
