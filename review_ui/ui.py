"""The page script that Streamlit runs: who is there, then the page that was asked for."""

import streamlit as st

from pipeline.errors import StoreError
from review_ui import stores, who
from review_ui.app_pages import recordings, review

st.set_page_config(page_title="Body-worn video review", page_icon=":material/videocam:", layout="wide")


def main() -> None:
    """Refuses ended sessions and stores that cannot be read; otherwise shows the page."""
    review_page = st.Page(lambda: review.show(recordings_page), title="Review", url_path="review")
    recordings_page = st.Page(
        lambda: recordings.show(review_page), title="Recordings", url_path="recordings", default=True
    )
    page = st.navigation([recordings_page, review_page], position="hidden")
    if who.signed_in() is None:
        st.warning("This session has ended. Load the page again to go on.")
        return
    try:
        stores.opened()
        page.run()
    except StoreError as error:
        st.error("The store cannot be shown.")
        st.text(str(error))


main()
