"""The components of the screen: the player with its lanes, and the list of recordings.

Each is a loader of ES modules that are served behind the gate. Data comes over routes, never through `data=`; nothing
here runs while a recording plays.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from pipeline.types import NotAnalysed, Recording, Run
from review_ui import provenance, sources, who
from review_ui.server import assets, media

_LOADER = """// the first line keeps this text from being taken for a path
export default async function (component) {
  const { module, more, ...data } = component.data;
  const loaded = await import(new URL(module, document.baseURI).href);
  return loaded.default({ ...component, data: { ...data, ...JSON.parse(more || "{}") } });
}
"""


def _data(module: str, **values: Any) -> dict[str, Any]:
    """What a component is given; lists and mappings go as text, which its loader reads.

    Streamlit asks of every list and mapping whether it is a data frame, and imports pandas to know: 100 MB that nothing
    here needs (tests/benchmarks/screen.py).
    """
    listed = {name: value for name, value in values.items() if isinstance(value, Mapping | list)}
    plain = {name: value for name, value in values.items() if name not in listed}
    return {"module": assets.address(module), "more": json.dumps(listed)} | plain


def _style(*names: str) -> str:
    return "\n".join((assets.FOLDER / sheet).read_text(encoding="utf-8") for sheet in ("theme.css", *names))


_PLAYER = st.components.v2.component(
    "bwc_player", html="<div></div>", css=_style("player.css", "camera_use.css"), js=_LOADER
)
_INCIDENT = st.components.v2.component(
    "bwc_incident", html="<div></div>", css=_style("player.css", "incident.css", "camera_use.css"), js=_LOADER
)
_LIBRARY = st.components.v2.component("bwc_library", html="<div></div>", css=_style("library.css"), js=_LOADER)

_AUDIT = st.components.v2.component(
    "bwc_audit", html="<div></div>", css=_style("audit.css", "camera_use.css"), js=_LOADER
)

_INBOX = st.components.v2.component("bwc_inbox", html="<div></div>", css=_style("inbox.css"), js=_LOADER)

_REPORTS = st.components.v2.component(
    "bwc_reports", html="<div></div>", css=_style("audit.css", "reports.css"), js=_LOADER
)

_SETTINGS = st.components.v2.component(
    "bwc_settings", html="<div></div>", css=_style("audit.css", "settings.css"), js=_LOADER
)

_SEARCH = st.components.v2.component("bwc_search", html="<div></div>", css=_style("search.css"), js=_LOADER)

_REDACTION = st.components.v2.component("bwc_redaction", html="<div></div>", css=_style("redaction.css"), js=_LOADER)

_REELS = st.components.v2.component("bwc_reels", html="<div></div>", css=_style("reels.css"), js=_LOADER)

_RUNNING = st.components.v2.component("bwc_running", html="<div></div>", css=_style("running.css"), js=_LOADER)


def review(
    recording: Recording,
    runs: Mapping[str, Run],
    missing: Sequence[NotAnalysed],
    *,
    start: float | None,
    finding: str,
) -> dict[str, Any] | None:
    """The page of one recording. Returns where to go: {"r" or "c", "t"}, or {} for the list; None: stay."""
    copies = media.available(recording.id)
    failed = provenance.failures(runs.values())
    result = _PLAYER(
        key=f"player-{recording.id}",
        data=_data(
            "player.js",
            recording=recording.id,
            start=start,
            finding=finding,
            viewer=_viewer(),
            media=copies,
            problems=[*recording.problems, *failed, *sources.notices(recording, "review" in copies)],
            draft=provenance.draft(runs),
            provenance=provenance.line(runs),
            about=provenance.about(recording, runs, missing),
        ),
        on_go_change=_nothing,
    )
    return result.get("go")


def incident(incident: str, *, start: float | None, finding: str) -> dict[str, Any] | None:
    """The cameras of one incident in step. Returns where to go: {"r", "t"}, or {} for the list; None: stay."""
    data = _data("incident.js", incident=incident, start=start, finding=finding, viewer=_viewer())
    return _INCIDENT(key=f"incident-{incident}", data=data, on_go_change=_nothing).get("go")


def library(key: str, version: int) -> dict[str, Any] | None:
    """The list of recordings. Returns what to open: {"r"} and perhaps {"t"}, or {"c"}; None: nothing yet."""
    data = _data("library.js", version=version)
    return _LIBRARY(key=key, data=data, on_go_change=_nothing).get("go")


def inbox(version: int) -> dict[str, Any] | None:
    """What is to be reviewed. Returns what to open: {"r", "t"} and perhaps {"f"}; None: nothing yet."""
    data = _data("inbox.js", version=version)
    return _INBOX(key="inbox", data=data, on_go_change=_nothing).get("go")


def camera_audit(version: int, store: str) -> dict[str, Any] | None:
    """The audit of camera use. Returns what to open: {"r", "t"} or {"c"}, None: none yet."""
    data = _data("audit.js", version=version, store=store)
    return _AUDIT(key="audit", data=data, on_go_change=_nothing).get("go")


def reports(version: int, store: str) -> dict[str, Any] | None:
    """Techniques and reports. Returns what to open: {"r", "t"} and perhaps {"f"}, or {"c"}; None: none yet."""
    return _REPORTS(key="reports", data=_data("reports.js", version=version, store=store), on_go_change=_nothing).get(
        "go"
    )


def settings(version: int, store: str, manage: bool) -> None:
    """The settings; `manage`: this person may change what can be changed."""
    data = _data("settings.js", version=version, store=store, manage=manage)
    _SETTINGS(key="settings", data=data, on_go_change=_nothing)


def search(text: str) -> dict[str, Any] | None:
    """The search. Returns what to open: {"r", "t"} and perhaps {"f"}, or {"c"} for an incident; None: none yet."""
    data = _data("search.js", text=text)
    return _SEARCH(key="search", data=data, on_go_change=_nothing).get("go")


def _viewer() -> str:
    """Whose choices the browser remembers."""
    person = who.signed_in()
    return person.name if person else ""


def running(*, refresh: bool) -> None:
    """Analyses of the store that run or were stopped, above every page. With `refresh`, a file that is done runs the
    page again; a page that plays is left alone."""
    data = {"module": assets.address("running.js"), "refresh": refresh}
    _RUNNING(key="running bar", data=data, on_changed_change=_nothing)


def covering(recording: str) -> None:
    """What a copy of one recording is to cover; all it says and keeps goes over its routes."""
    _REDACTION(key=f"cover-{recording}", data=_data("redaction.js", recording=recording))


def reels(chosen: str) -> None:
    """The lists of debrief reels, with the one of this name open; all it says and keeps goes over its routes."""
    _REELS(key="reels", data=_data("reels.js", chosen=chosen))


def _nothing() -> None:
    """Streamlit needs a function to know that a value can come back."""
