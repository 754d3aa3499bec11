"""Clips: covered copies, lists of debrief reels, and what left this store and whether it is still as it was."""

from __future__ import annotations

from datetime import datetime
from html import escape
from pathlib import Path

import streamlit as st

from pipeline.accounts import Act
from pipeline.custody.manifest import manifest_path, page_path
from pipeline.errors import BwcError
from pipeline.file_hash import sha256_of
from pipeline.store.exports import ExportRow
from review_ui import plain, player, stores, who

SHOWN = 100
"""exports that are listed"""
_KINDS = {"clip": "clip", "redacted": "covered copy", "reel": "reel", "debrief": "debrief page"}


def show() -> None:
    """Draws the page, or the covering of the recording that `?x=` names."""
    person = who.signed_in()
    if person is None or not person.may(Act.EXPORT):
        st.warning("Your account is not for exports; ask whoever manages accounts.")
        return
    if "x" in st.query_params:
        _cover(st.query_params["x"])
        return
    st.title("Clips", anchor=False)
    st.header("Covered copy", anchor=False)
    _choose()
    st.header("Debrief reels", anchor=False)
    player.reels(st.query_params.get("reel", ""))
    _exports()


def _cover(wanted: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if st.button("Clips", icon=":material/arrow_back:", type="tertiary"):
            st.query_params.from_dict({"clips": "1"})
            st.rerun()
        try:
            recording = stores.opened().recording(wanted)
        except BwcError:
            st.warning("This recording is not in the store.")
            return
        st.title(f"Covered copy of {plain.as_text(recording.path.name)}", anchor=False, help=_ABOUT)
    player.covering(recording.id)


_ABOUT = (
    "A copy for training in which faces, places, names or voices are covered for good. The recording itself is never"
    " changed. The finished copy is compared with it; what does not pass is deleted."
)


def _choose() -> None:
    names = {r.id: r.path.name for r in stores.opened().recordings() if r.streams}
    chosen = st.selectbox(
        "Cover faces, places, names or voices of", list(names), index=None, format_func=lambda r: names[r],
        placeholder="Make a covered copy of a recording …",
    )  # fmt: skip
    if chosen:
        st.query_params.from_dict({"x": chosen})
        st.rerun()


def _exports() -> None:
    st.header("Made so far", anchor=False)
    rows = stores.opened().exports()[::-1][:SHOWN]
    if not rows:
        st.markdown(
            "Nothing yet. Clips are made on a recording's page (I, O, then E), covered copies and reels above. All that"
            " is made is listed here with its manifest, and can be compared with what the log says of it."
        )
        return
    checked: dict[str, str] = st.session_state.setdefault("clips checked", {})
    if st.button("Compare all files with what the log says of them"):
        with st.spinner("Reading every file …"):
            checked.update({str(row.activity): _state(row) for row in rows})
    head = "".join(f"<th>{name}</th>" for name in ("What", "File", "Folder", "Made", "Manifest", "As the log says?"))
    lines = "".join(_row(row, checked.get(str(row.activity), "")) for row in rows)
    st.html(f'<table class="bwc-exports"><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>{_TABLE_STYLE}')


_TABLE_STYLE = """<style>
.bwc-exports { border-collapse: collapse; width: 100%; overflow-wrap: anywhere; }
.bwc-exports th, .bwc-exports td { text-align: left; vertical-align: top; padding: 4px 10px 4px 0; }
.bwc-exports tr { border-bottom: 1px solid rgba(128, 128, 128, .35); }
</style>"""


def _row(row: ExportRow, checked: str) -> str:
    there = row.path.is_file()
    place = f"/bwc/exports/{row.activity}"
    cells = [
        escape(_KINDS.get(row.kind, row.kind)),
        _link(f"{place}/file", row.path.name, there),
        escape(str(row.path.parent)),
        escape(_moment(row.path)),
        _link(f"{place}/manifest", "manifest", there and page_path(row.path).is_file()),
        escape(checked or ("not compared yet" if there else "not there any more")),
    ]
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _link(address: str, text: str, there: bool) -> str:
    return f'<a href="{address}" target="_blank" rel="noopener">{escape(text)}</a>' if there else escape(text)


def _moment(path: Path) -> str:
    try:
        return f"{datetime.fromtimestamp(path.stat().st_mtime):%Y-%m-%d %H:%M}"
    except OSError:
        return ""


def _state(row: ExportRow) -> str:
    """Whether file and manifest are still those that the log names."""
    try:
        if sha256_of(row.path) != row.sha256:
            return "CHANGED: the file"
        if sha256_of(manifest_path(row.path)) != row.manifest_sha256:
            return "CHANGED: the manifest"
    except OSError:
        return "not there any more"
    return "unchanged"
