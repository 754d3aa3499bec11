"""What the screen says where it cannot show what was asked for: what is the matter, what to do, what is not lost.

One place for the words: the pages, the answers of the routes and the page of a program that cannot open its store.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path

from pipeline.errors import (
    NotAStore,
    StoreDamaged,
    StoreError,
    StoreFull,
    StoreLocked,
    StoreMissing,
    StoreTooNew,
)
from pipeline.store.problems import store_error


@dataclass(frozen=True)
class State:
    """One state of the screen, in plain words."""

    title: str
    says: str
    do: tuple[str, ...]
    """steps, the likeliest to help first; what stands between backticks is typed"""
    line: str
    """the same in one line, for a page that stands already"""


_WRITTEN = "What you wrote is still on this page: when that is done, press it again."

_STATES: Mapping[type[StoreError], State] = {
    StoreTooNew: State(
        "This store was written by a newer version",
        "A newer version of this program has changed the store in ways that this one does not know. It was left as it"
        " is: nothing was changed, nothing is lost.",
        (
            "Update this program on this machine, then start the review screen again.",
            "Or open the store on the machine where the newer version is.",
        ),
        "The store was written by a newer version of this program: update this one, then start the screen again.",
    ),
    StoreMissing: State(
        "The store is not there",
        "There is no file at this place, or it is there no longer: perhaps a drive is not connected, or the file was"
        " moved or renamed.",
        (
            "Connect the drive, or put the file back where it was: this page goes on by itself.",
            "If the file is elsewhere now, end the screen and start it with `bwc review --store` and the new place.",
        ),
        "The store is not where it was: connect the drive or put the file back, then try again. " + _WRITTEN,
    ),
    NotAStore: State(
        "This file is not a store",
        "The file holds something else: a text, a recording, or the database of another program. It was left as it is.",
        (
            "End the screen and start it with `bwc review --store` and the file that `bwc analyze` made. It is called"
            " `bwc.db` where nothing else was said.",
        ),
        "The file is not a store: start the screen with the file that bwc analyze made.",
    ),
    StoreDamaged: State(
        "The store is damaged",
        "Parts of the file cannot be read: a disk that fails, a copy that was cut short, or a program that wrote into"
        " it. Your recordings are not touched: this program never changes them.",
        (
            "Stop every analysis that writes to it, and keep the file as it is, with the files beside it whose names"
            " end in `-wal` and `-shm`.",
            "Put your newest good copy of the store in its place: this page goes on by itself.",
            "Without a copy: analyse the recordings again into a new store with `bwc analyze FOLDER --store new.db`."
            " What was measured and found comes back; what people answered was in the old store alone.",
        ),
        "The store is damaged and cannot be read or written; nothing was kept. " + _WRITTEN,
    ),
    StoreLocked: State(
        "The store cannot be written",
        "The file or its folder is read-only, or not for your account. Whoever looks at a recording is written down in"
        " the store, so it is not shown where nothing can be written.",
        (
            "Copy the store and the folder beside it whose name ends in `.media` to a folder that you may write to, and"
            " open the copy.",
            "Or have whoever keeps the folder let your account write there: this page goes on by itself.",
        ),
        "The store cannot be written just now: nothing was kept. " + _WRITTEN,
    ),
    StoreFull: State(
        "No space is left on the disk",
        "Nothing half-written was kept, and nothing that was in the store is lost.",
        ("Free some space on the disk that holds the store: this page goes on by itself.",),
        "No space is left where the store is: nothing was kept. Free some. " + _WRITTEN,
    ),
}

_OTHER = State(
    "The store cannot be read",
    "",
    (
        "Close other programs that may hold the store. This page tries again by itself.",
        "If it stays like this, end the screen and start it again.",
    ),
    "",
)
UNEXPECTED = State(
    "This page cannot be shown",
    "A fault of this program, not of yours. What was kept before is in the store.",
    (
        "Go to another page, or load this one again.",
        "If it comes back, tell whoever looks after this program what you did, with the time; the window where the"
        " screen was started says more.",
    ),
    "A fault of this program: nothing was kept. Load the page again; the window of the program says more.",
)


def as_store_error(error: Exception, store: Path) -> StoreError:
    """The store's own error for what was raised while it was read or written."""
    if isinstance(error, StoreError):
        return error
    return store_error(store, error) if isinstance(error, sqlite3.Error) else StoreError(str(error))


def of(error: StoreError) -> State:
    """The state of the screen after this error."""
    known = next((state for kind, state in _STATES.items() if isinstance(error, kind)), None)
    return known or State(_OTHER.title, str(error), _OTHER.do, str(error))


def is_of_the_store(error: Exception) -> bool:
    """Whether the store itself is at fault, as against what was asked of it."""
    return isinstance(error, tuple(_STATES))


def fragment(state: State, place: str = "") -> str:
    """The state as HTML of its own, for a page of any kind; `place` is shown as the file that it is about."""
    steps = "".join(f"<li>{_typed(step)}</li>" for step in state.do)
    file = f'<p class="place"><code>{escape(place)}</code></p>' if place else ""
    says = f"<p>{_typed(state.says)}</p>" if state.says else ""
    return (
        f'<section class="bwc-state" role="alert"><h1>{escape(state.title)}</h1>{file}{says}'
        f"<h2>What to do</h2><ol>{steps}</ol></section>"
    )


def _typed(text: str) -> str:
    parts = escape(text).split("`")
    return "".join(f"<code>{part}</code>" if odd % 2 else part for odd, part in enumerate(parts))


STYLE = """
.bwc-state { max-width: 46rem; margin: 1.2rem 0; padding: 1.1rem 1.5rem 1.2rem; border: 1px solid var(--bwc-edge);
  border-left: 5px solid var(--bwc-mark); border-radius: 6px; line-height: 1.55; overflow-wrap: anywhere; }
.bwc-state h1 { font-size: 1.45rem; font-weight: 650; margin: 0 0 .5rem; padding: 0; }
.bwc-state h2 { font-size: 1.02rem; font-weight: 650; margin: .9rem 0 .3rem; padding: 0; }
.bwc-state p { margin: 0 0 .5rem; }
.bwc-state ol { margin: 0; padding-left: 1.3rem; }
.bwc-state li { margin: .25rem 0; }
.bwc-state code { font-size: .92em; padding: .05em .35em; border-radius: 4px; background: var(--bwc-code);
  color: inherit; font-family: ui-monospace, monospace; }
"""
LIGHT = "--bwc-edge: #cfd8df; --bwc-mark: #b06a12; --bwc-code: #eef2f5;"
DARK = "--bwc-edge: #35424e; --bwc-mark: #ffc878; --bwc-code: #1b242d;"

_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Body-worn video review</title>
<meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="10"><style>
:root {{ {light} color-scheme: light dark; }}
@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} body {{ background: #11171d; color: #e6ecf1; }} }}
body {{ font: 17px/1.5 system-ui, sans-serif; max-width: 48rem; margin: 8vh auto; padding: 0 1rem; }}
{style}</style></head><body>{body}</body></html>"""


def whole_page(state: State, place: str = "") -> str:
    """The state as a page that needs nothing else of this program, and tries again by itself."""
    return _PAGE.format(light=LIGHT, dark=DARK, style=STYLE, body=fragment(state, place))
