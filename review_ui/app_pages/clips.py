"""Clips: what left this store and whether it is still as it was, covered copies, and lists of debrief reels."""

from __future__ import annotations

import sys
from collections import Counter
from datetime import UTC, datetime
from html import escape
from pathlib import Path

import streamlit as st

from pipeline.accounts import Act
from pipeline.artifacts import media_folder
from pipeline.config import load_settings
from pipeline.custody.manifest import manifest_path, page_path
from pipeline.errors import BwcError
from pipeline.media.probe import sha256_of
from pipeline.policy import Policy, load_policy
from pipeline.reels.reel import Reel, ReelError, read_reel, reel_text
from pipeline.reels.suggest import suggested
from pipeline.sequence import title_of
from pipeline.store.exports import ExportRow
from pipeline.types import Verdict
from review_ui import clip_jobs, covering, stores, who

JOBS = clip_jobs.Jobs()
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
    _choose()
    _exports()
    _reels()


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
        st.subheader(f"Covered copy of {recording.path.name}", anchor=False, help=_ABOUT)
    covering.covering(recording.id)


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
    st.subheader("What left this store", anchor=False)
    rows = stores.opened().exports()[::-1][:SHOWN]
    if not rows:
        st.markdown("Nothing yet. Clips are made beside the player, covered copies above, reels from lists below.")
        return
    checked: dict[str, str] = st.session_state.setdefault("clips checked", {})
    if st.button("Compare all files with what the log says of them"):
        with st.spinner("Reading every file …"):
            checked.update({str(row.activity): _state(row) for row in rows})
    head = "".join(f"<th>{name}</th>" for name in ("what", "file", "folder", "made", "manifest", "as the log says"))
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


def lists_folder() -> Path:
    """Where lists of reels lie: beside the store."""
    return media_folder(stores.path()) / "reels"


def _reels() -> None:
    st.subheader("Lists of debrief reels", anchor=False)
    _new_list()
    for path in sorted(lists_folder().glob("*.toml")):
        if not path.is_symlink():
            with st.expander(path.stem):
                _reel(path)


def _new_list() -> None:
    """Begins a list with what people confirmed."""
    store = stores.opened()
    found = [f for f in store.findings() if f.verdict and f.verdict.verdict is Verdict.CONFIRMED]
    if not found:
        st.caption("A list begins with confirmed findings: confirm some on a recording's page first.")
        return
    policy = load_policy(load_settings().policy)
    counts = Counter(f.finding.label for f in found)
    with st.form("new list", border=True):
        label = st.selectbox(
            "Begin a list with confirmed findings of", sorted(counts),
            format_func=lambda each: f"{title_of(each, policy)} ({counts[each]})",
        )  # fmt: skip
        name = st.text_input("Name of the list", max_chars=60)
        beside = st.checkbox("Two cameras side by side where the incident has them")
        if st.form_submit_button("Begin the list"):
            _begin(str(label), name, beside, policy)


def _begin(label: str, name: str, beside: bool, policy: Policy) -> None:
    kept = "".join(c for c in name.strip() if c.isalnum() or c in " -_").strip() or label
    path = lists_folder() / f"{kept}.toml"
    if path.exists():
        st.warning("There is a list of this name already.")
        return
    try:
        _write(path, suggested(stores.opened(), policy, label, beside=beside))
    except BwcError as error:
        st.warning(str(error))
        return
    st.rerun()


def _reel(path: Path) -> None:
    try:
        reel = read_reel(path)
    except ReelError as error:
        st.text(str(error))
        return
    st.text(f"{reel.title}\n{reel.about}".strip())
    for number, clip in enumerate(reel.clips, 1):
        left, up, down, out = st.columns([10, 1, 1, 1])
        left.html(
            f"{number}. <b>{escape(clip.title or clip.label or 'clip')}</b> {clip.start:.1f} to {clip.end:.1f} s"
            f" <small>{escape(clip.recording[:10])}</small>"
        )
        if up.button("↑", key=f"{path}-{number}-up", disabled=number == 1, help="Earlier"):
            _reorder(path, reel, number, -1)
        if down.button("↓", key=f"{path}-{number}-down", disabled=number == len(reel.clips), help="Later"):
            _reorder(path, reel, number, 1)
        if out.button("✕", key=f"{path}-{number}-out", disabled=len(reel.clips) == 1, help="Leave out"):
            _reorder(path, reel, number, 0)
    st.caption(f"Titles, what to look for, questions and notes stand in {path}: change them there.")
    _make(path)


def _make(path: Path) -> None:
    """Makes the reel and its page in a process of its own, and says how far it is."""
    person = who.signed_in()
    for job in JOBS.of(path.name):
        row = job.row()
        left = f", about {row['left']:.0f} s left" if row["left"] is not None else ""
        st.text(f"Reel: {row['state']}, {100 * row['done']:.0f} %{left} {row['problem']}")
    made, again = st.columns(2)
    if again.button("How far is it?", key=f"{path}-look"):
        st.rerun()
    if made.button("Make reel and debrief page", key=f"{path}-make") and person is not None:
        stamp = f"{datetime.now(UTC):%Y%m%d-%H%M%S}"
        target = path.with_name(f"{path.stem} {stamp}.mp4")
        command = [sys.executable, "-m", "pipeline.cli", "reel", str(path), "--json", f"--store={stores.path()}"]
        command += [f"--out={target}", f"--page={target.with_suffix('.html')}", f"--who={person.name}"]
        try:
            JOBS.start(clip_jobs.Job(path.name, person.name, 0.0, 0.0, "reel", command))
        except clip_jobs.TooMany:
            st.warning("Much is being made already: try again when some of it is done.")
            return
        st.rerun()


def _write(path: Path, reel: Reel) -> None:
    """Raises ReelError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.part")
        part.write_text(reel_text(reel), encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise ReelError(f"{path}: cannot be written ({error.strerror})") from error


def _reorder(path: Path, reel: Reel, number: int, by: int) -> None:
    order = list(range(1, len(reel.clips) + 1))
    order.remove(number)
    if by:
        order.insert(number - 1 + by, number)
    try:
        _write(path, reel.reordered(order))
    except BwcError as error:
        st.warning(str(error))
        return
    st.rerun()
