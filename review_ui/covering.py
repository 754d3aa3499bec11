"""The component in which places and stretches are chosen that a copy of a recording is to cover."""

from __future__ import annotations

import streamlit as st

from review_ui.server import assets

_LOADER = """// the first line keeps this text from being taken for a path
export default async function (component) {
  const module = await import(new URL(component.data.module, document.baseURI).href);
  return module.default(component);
}
"""
_STYLE = "\n".join((assets.FOLDER / sheet).read_text(encoding="utf-8") for sheet in ("theme.css", "redaction.css"))
_COVER = st.components.v2.component("bwc_redaction", html="<div></div>", css=_STYLE, js=_LOADER)


def covering(recording: str) -> None:
    """Draws it for one recording; all it says and keeps goes over its routes."""
    _COVER(key=f"cover-{recording}", data={"module": assets.address("redaction.js"), "recording": recording})
