"""Which store this process shows, and one open `Store` per thread.

Page scripts, routes and tests run on different threads, and a `Store` belongs to the thread that opened it. A file that
went away is missed at once, and one that was put in its place is opened anew.
"""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path
from typing import Any

from pipeline.errors import StoreError
from pipeline.store import Store
from pipeline.store.problems import missing

_PLACE: dict[str, Any] = {}
_LOCAL = threading.local()


def use(path: Path) -> None:
    """Sets the store that this process shows. Raises StoreError when it is missing or cannot be read."""
    _PLACE.clear()
    _PLACE["store"] = path.resolve()
    with Store(path, create=False) as store:
        _PLACE["brought_up"] = store.brought_up
        _PLACE["opened"] = True


def path() -> Path:
    """The store that is shown. Raises StoreError before `use`."""
    if "store" not in _PLACE:
        raise StoreError("no store was chosen; start the screen with: bwc review --store bwc.db")
    chosen: Path = _PLACE["store"]
    return chosen


def opened() -> Store:
    """This thread's open store. Raises StoreError when it is gone or cannot be opened."""
    wanted = path()
    try:
        facts = wanted.stat()
    except OSError as error:
        _let_go()
        raise missing(wanted) from error
    which = (wanted, facts.st_dev, facts.st_ino, _PLACE.get("again", 0))
    if getattr(_LOCAL, "which", None) != which:
        _let_go()
        _LOCAL.store = Store(wanted, create=False)
        _LOCAL.which = which
        _PLACE["opened"] = True
    store: Store = _LOCAL.store
    return store


def is_there() -> bool:
    """Whether there is a file at the place of the store."""
    return path().exists()


def open_again() -> None:
    """Every thread opens the store anew when it next needs it: after a trouble, what was read of it may be old."""
    _PLACE["again"] = _PLACE.get("again", 0) + 1


def was_opened() -> bool:
    """Whether this process has seen the store before: one that is missing now is gone, not still to be made."""
    return bool(_PLACE.get("opened"))


def brought_up() -> bool:
    """Whether the store was of an older version when this process first opened it."""
    return bool(_PLACE.get("brought_up"))


def version() -> tuple[Any, ...]:
    """What documents made from the store are kept by: its file and a number that grows with every change of it."""
    store = opened()
    return (*_LOCAL.which, store.data_version())


def has_accounts() -> bool:
    """Whether people sign in: once accounts were seen this holds on, also while the store cannot be read."""
    try:
        _PLACE["accounts"] = _PLACE.get("accounts") or opened().has_accounts()
    except (StoreError, sqlite3.Error):
        return bool(_PLACE.get("accounts"))
    return bool(_PLACE["accounts"])


def _let_go() -> None:
    # not closed by hand: whoever still reads from it on this thread reads on
    _LOCAL.store = _LOCAL.which = None
