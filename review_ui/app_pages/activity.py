"""The activity log: who opened, decided, corrected and exported what. Read-only; newest first, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from html import escape
from urllib.parse import urlencode

import streamlit as st

from pipeline.policy.spoken import as_clock
from pipeline.store import ActivityFilter, ActivityRow, Store
from pipeline.store.activity import FindingPlace
from review_ui import plain, stores

ROWS = 50
"""Rows on a page."""
LONGEST_DETAIL = 160
"""Letters of a row's detail that are shown; the rest under the pointer."""
_QUIET = ("hash", "sha256", "manifest", "recordings")
"""What a detail holds for programs."""
STYLE = """<style>
.bwc-log { width: 100%; border-collapse: collapse; font-size: .93rem; table-layout: fixed; }
.bwc-log th:nth-child(1) { width: 11rem; }
.bwc-log th:nth-child(2) { width: 10rem; }
.bwc-log th:nth-child(3) { width: 14rem; }
.bwc-log th:nth-child(4) { width: 22rem; }
.bwc-log th { text-align: left; font-weight: 600; padding: .3rem .9rem .3rem 0; }
.bwc-log td { border-top: 1px solid #8884; padding: .35rem .9rem .35rem 0; vertical-align: top; }
.bwc-log td.t { white-space: nowrap; font-variant-numeric: tabular-nums; }
.bwc-log td.w { overflow-wrap: anywhere; }
.bwc-log a { color: inherit; }
</style>"""


def show() -> None:
    """Draws the page: filters, one page of rows, the way to older and newer ones."""
    store = stores.opened()
    st.title("Activity", anchor=False)
    st.caption("Nobody can change or delete a row here. Times are UTC.")
    wanted = _filter(store)
    starts = _starts(wanted)
    rows = store.activity_page(wanted, before=starts[-1], limit=ROWS)
    if rows:
        st.html(STYLE + table(rows, names_of(store, rows)))
    else:
        st.info("No rows like this in the log.")
    _turn_pages(store.activity_count(wanted), starts, rows)
    _check(store)


def _filter(store: Store) -> ActivityFilter:
    people, actions = store.activity_choices()
    kinds = list(dict.fromkeys(action.split(".")[0] for action in actions))
    asked = st.query_params.get("log", "")
    who, what, on, since, until = st.columns([2, 2, 3, 1.5, 1.5])
    person = who.selectbox("Who", people, index=None, placeholder="Anybody")
    kind = what.selectbox("What", kinds, index=None, placeholder="Anything", format_func=plain.spaced)
    words = on.text_input("On", value="" if asked == "1" else asked, placeholder="Name of a file, or an id")
    first = since.date_input("From", value=None, format="YYYY-MM-DD")
    last = until.date_input("To", value=None, format="YYYY-MM-DD")
    return ActivityFilter(person, kind, _subject(store, words.strip()), _midnight(first), _midnight(last, days=1))


def _subject(store: Store, words: str) -> str | None:
    """What the log calls the subject: the id of the recording or incident that has this name."""
    if not words:
        return None
    named = {recording.path.name: recording.id for recording in store.recordings()}
    named |= {incident.name: incident.id for incident in store.incidents()}
    return named.get(words, words)


def _midnight(day: object, days: int = 0) -> datetime | None:
    return datetime.combine(day + timedelta(days=days), time(), UTC) if isinstance(day, date) else None


def _starts(wanted: ActivityFilter) -> list[int | None]:
    """Below which row each page starts that was turned to; from the first one again where the filter changed."""
    if st.session_state.get("log_filter") != wanted:
        st.session_state["log_filter"] = wanted
        st.session_state["log_starts"] = [None]
    starts: list[int | None] = st.session_state["log_starts"]
    return starts


def _turn_pages(count: int, starts: list[int | None], rows: Sequence[ActivityRow]) -> None:
    done = (len(starts) - 1) * ROWS
    newer, said, older = st.columns([1, 3, 1], vertical_alignment="center")
    if newer.button("Newer", icon=":material/chevron_left:", disabled=len(starts) == 1, width="stretch"):
        starts.pop()
        st.rerun()
    if count:
        said.caption(f"{done + 1:,} to {done + len(rows):,} of {count:,}", text_alignment="center")
    if older.button("Older", icon=":material/chevron_right:", disabled=done + len(rows) >= count, width="stretch"):
        starts.append(rows[-1].id)
        st.rerun()


def _check(store: Store) -> None:
    """Follows the chain of the log when it is asked for: a row that was altered behind the program's back is named."""
    if not st.button("Check that no row was changed", icon=":material/verified:"):
        return
    broken = list(store.broken_links())
    if broken:
        st.error("The log was changed behind the program's back:")
        st.text("\n".join(link.said for link in broken[:20]))
    else:
        follow = f"All {store.activity_count():,} rows follow from each other."
        st.success(f"{follow} Rows cut off at the end are found with: bwc verify --store")


def table(rows: Sequence[ActivityRow], names: Mapping[str, tuple[str, str]]) -> str:
    """The rows as a table, everything escaped. `names`: subject -> what it is called and the query of its page."""
    head = "".join(f'<th scope="col">{title}</th>' for title in ("When", "Who", "What", "On", "Detail"))
    body = "".join(_row(row, names) for row in rows)
    return f'<table class="bwc-log"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _row(row: ActivityRow, names: Mapping[str, tuple[str, str]]) -> str:
    name, query = names.get(row.subject, (row.subject, ""))
    if row.action == "reel.list":
        query = urlencode({"clips": "1", "reel": row.subject})
    on = f'<a href="?{escape(query)}" target="_self">{escape(name)}</a>' if query else escape(name)
    said = "; ".join(f"{plain.spaced(key).lower()}: {value}" for key, value in row.detail.items() if _worth(key, value))
    short = said if len(said) <= LONGEST_DETAIL else said[: LONGEST_DETAIL - 2] + " …"
    when = f"{row.at_utc:%Y-%m-%d %H:%M:%S}"
    return (
        f'<tr><td class="t" title="row {row.id}">{when}</td><td class="w">{escape(row.who)}</td>'
        f'<td>{escape(action_name(row.action))}</td><td class="w">{on}</td>'
        f'<td class="w" title="{escape(said)}">{escape(short)}</td></tr>'
    )


def _worth(key: str, value: object) -> bool:
    return key not in _QUIET and value not in ("", [], {}, None)


def names_of(store: Store, rows: Sequence[ActivityRow]) -> dict[str, tuple[str, str]]:
    """What the subjects of these rows are called, and the query of the page that shows each."""
    wanted = {row.subject for row in rows}
    names = {r.id: (r.path.name, urlencode({"r": r.id})) for r in store.recordings() if r.id in wanted}
    names |= {i.id: (i.name, urlencode({"c": i.id})) for i in store.incidents() if i.id in wanted}
    files = {r.id: r.path.name for r in store.recordings()}
    for place in store.places_of_findings(sorted(wanted - names.keys())):
        said = f"{plain.spaced(place.label)} at {as_clock(place.start)}, {files.get(place.recording or '', 'incident')}"
        names[place.id] = (said, urlencode(_page_of(place)))
    return names


def _page_of(place: FindingPlace) -> dict[str, str]:
    """The query of the page that shows a finding."""
    if place.recording:
        return {"r": place.recording, "t": f"{place.start:.1f}", "f": place.id}
    return {"c": place.incident or ""}


ACTIONS: Mapping[str, str] = {
    "recording.added": "Recording came in",
    "recording.moved": "Recording moved",
    "recording.viewed": "Opened it",
    "recording.watched": "Said: watched all of it",
    "review.confirmed": "Confirmed a finding",
    "review.dismissed": "Dismissed a finding",
    "review.unsure": "Unsure of a finding",
    "correction.undo": "Took a correction back",
    "verdict.withdrawn": "Took an answer back",
    "queue.draw": "Had recordings drawn for review",
    "queue.assign": "Put into a review queue",
    "queue.reassign": "Gave a review to somebody else, or another day",
    "queue.done": "Review done",
    "queue.dropped": "Review dropped",
    "sign_off.made": "Signed off a review",
    "redaction.plan": "Changed what a copy is to cover",
    "reel.list": "Changed a list of a debrief reel",
    "export.clip": "Made a clip",
    "export.redacted": "Made a covered copy",
    "export.reel": "Made a debrief reel",
    "export.debrief": "Made a debrief page",
    "export.download": "Downloaded it",
    "export.refused": "Export refused",
    "request.refused": "Request refused",
}


def action_name(action: str) -> str:
    """An action in plain words: "correction.name" is "Correction: name"."""
    kind, _, rest = action.partition(".")
    return ACTIONS.get(action) or (
        f"{plain.spaced(kind)}: {plain.spaced(rest).lower()}" if rest else plain.spaced(kind)
    )
