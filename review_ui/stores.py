"""Which store this process shows, and one open `Store` per thread.

Page scripts, routes and tests run on different threads, and a `Store` belongs to the thread that opened it.
"""

from __future__ import annotations

import threading
from pathlib import Path

from pipeline.errors import StoreError
from pipeline.store import Store

_PLACE: dict[str, Path] = {}
_LOCAL = threading.local()


def use(path: Path) -> None:
    """Sets the store that this process shows. Raises StoreError when it is missing or cannot be read."""
    Store(path, create=False).close()
    _PLACE["store"] = path.resolve()


def path() -> Path:
    """The store that is shown. Raises StoreError before `use`."""
    if "store" not in _PLACE:
        raise StoreError("no store was chosen; start the screen with: bwc review --store bwc.db")
    return _PLACE["store"]


def opened() -> Store:
    """This thread's open store."""
    wanted = path()
    store: Store | None = getattr(_LOCAL, "store", None)
    if store is None or store.path != wanted:
        store = _LOCAL.store = Store(wanted, create=False)
    return store
