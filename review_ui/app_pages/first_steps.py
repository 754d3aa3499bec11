"""The first page of a store that holds nothing yet: the way to the first folder, or to the demonstration.

Whoever is alone at this machine may name a folder here; its files are read where they are, never sent by the browser.
"""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from pipeline import running
from pipeline.discovery import MEDIA_SUFFIXES, media_files
from review_ui import analysis_jobs, plain, stores
from review_ui.server.sessions import Identity

if TYPE_CHECKING:
    from pipeline.media.lengths import LookedOver

MOST_NAMED = 5
"""Files that cannot be opened whose names are shown."""
_FOLDER, _SEEN = "folder to analyse", "folder looked over"
Seen = "str | tuple[Path, LookedOver]"
"""What is the matter with a place, or the place with what lies there."""


def show(person: Identity | None) -> None:
    """Draws the page; `person` None or with an account: no folder can be named here."""
    st.title("Recordings", anchor=False)
    if running_now():
        st.markdown("The first analysis is running, above. Recordings appear here as they are done.")
        return
    st.markdown("Nothing has been analysed yet. Begin with recordings of your own, or try the samples first.")
    own, samples = st.columns(2, gap="large")
    with own, st.container(border=True):
        st.subheader("Your own recordings", anchor=False)
        if person is not None and person.account is None:
            folder_form()
            st.caption("Or in a terminal:")
        else:
            st.markdown("On the machine where the store is, in a terminal; then load this page again:")
        st.code(shlex.join(["bwc", "analyze", "FOLDER", "--store", stores.path().name]), language=None)
    with samples, st.container(border=True):
        st.subheader("The sample recordings", anchor=False)
        st.markdown(
            "Made-up stops with several officers, a camera that is off for a while, and names that are given or not."
            " They are analysed into a store of their own and shown at another address, beside this one."
        )
        st.caption("In a terminal, in the program's folder:")
        st.code(f"bwc demo --port {int(st.get_option('server.port')) + 1}", language=None)


def running_now() -> bool:
    """Whether an analysis of this store runs or starts."""
    return analysis_jobs.starting() or any(one.running for one in running.analyses(stores.path()))


def folder_form() -> None:
    """Takes a folder of this machine, says what is in it, and starts its analysis."""
    with st.form("folder", border=False):
        asked = st.text_input(
            "A folder on this computer, or one file", key=_FOLDER, placeholder="/media/cards/today", autocomplete="off"
        )
        if st.form_submit_button("See what is in it"):
            st.session_state[_SEEN] = _looked_at(asked.strip().strip("'\""))
    seen: Seen | None = st.session_state.get(_SEEN)
    if seen is None:
        st.caption("Files are read where they are: nothing is sent anywhere, and the recordings are never changed.")
    elif isinstance(seen, str):
        st.warning(seen)
    else:
        _found(*seen)


def _looked_at(asked: str) -> Seen:
    if not asked:
        return "Say which folder: its full path, as the file manager shows it."
    place = Path(asked).expanduser().absolute()
    problem, files = _files(place)
    if problem:
        return problem
    with st.spinner("Reading the headers of the files …"):
        from pipeline.media.lengths import look_over  # loads the decoders

        return place, look_over(files)


def _found(place: Path, found: LookedOver) -> None:
    """What lies there, and the button that begins."""
    st.text(_in_words(found))
    if found.unreadable:
        st.text("Cannot be opened: " + ", ".join(path.name for path in found.unreadable[:MOST_NAMED]))
    counted = "this file" if found.files == 1 else f"these {found.files} files"
    if st.button(f"Analyse {counted}", type="primary", key="start"):
        _start(place)


def _files(place: Path) -> tuple[str, list[Path]]:
    """What is wrong with the place, or the media files that lie there."""
    try:
        if not place.exists():
            return f"There is nothing at {plain.as_text(str(place))}. Is the drive connected?", []
        files = media_files([place])
    except OSError as error:
        return f"{plain.as_text(str(place))} cannot be read: {plain.as_text(error.strerror or '')}.", []
    if not files:
        kinds = ", ".join(sorted(MEDIA_SUFFIXES)[:8])
        looked = f"(looked for {kinds} and others, also in its folders)"
        return f"There are no recordings in {plain.as_text(str(place))} {looked}.", []
    return "", files


def _in_words(found: LookedOver) -> str:
    """ "12 recordings, 8 h 20 min, 41.3 GB"."""
    counted = f"{found.files} recording{'s' if found.files != 1 else ''}"
    length = plain.duration(found.seconds) if found.seconds else ""
    if length and found.read < found.files:
        length = f"more than {length} (the first {found.read} files were read)"
    size = f"{found.size_bytes / 1e9:.1f} GB" if found.size_bytes >= 1e8 else f"{found.size_bytes / 1e6:.1f} MB"
    return ", ".join(part for part in (counted, length, size) if part)


def _start(place: Path) -> None:
    try:
        analysis_jobs.start([str(place)], stores.path())
    except OSError as error:
        st.warning(f"Nothing can be written beside the store: {plain.as_text(error.strerror or '')}.")
        return
    st.session_state.pop(_SEEN, None)
    st.rerun()
