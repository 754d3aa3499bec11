"""What SQLite says of a file, as one of the program's own errors: one line that says what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from pathlib import Path

from pipeline.errors import NotAStore, StoreDamaged, StoreError, StoreFull, StoreLocked, StoreMissing

_KINDS: Mapping[int, tuple[type[StoreError], str]] = {
    sqlite3.SQLITE_FULL: (StoreFull, "no space left on the disk; free some and run the same again"),
    # a write that fails for want of space is told so or so, by where it falls
    sqlite3.SQLITE_IOERR: (StoreFull, "the disk takes nothing more: it has no space left, or it fails"),
    sqlite3.SQLITE_NOTADB: (
        NotAStore, "cannot be opened as a store (the file is no database); give the store that bwc analyze made",
    ),
    sqlite3.SQLITE_CORRUPT: (StoreDamaged, "the store is damaged; leave it as it is and go back to a copy of it"),
    sqlite3.SQLITE_READONLY: (StoreLocked, "the store cannot be written; it needs a folder that may be written to"),
    sqlite3.SQLITE_PERM: (StoreLocked, "the store is not for this account; ask whoever keeps it"),
    sqlite3.SQLITE_CANTOPEN: (StoreLocked, "cannot be opened as a store (file or folder may not be read or written)"),
    sqlite3.SQLITE_BUSY: (StoreError, "another program holds the store; close that one, then try again"),
    sqlite3.SQLITE_LOCKED: (StoreError, "another program holds the store; close that one, then try again"),
}  # fmt: skip
"""Primary result code of SQLite -> the error and what it means for the user"""

_READING = (sqlite3.SQLITE_IOERR_READ, sqlite3.SQLITE_IOERR_SHORT_READ)


def store_error(path: Path, error: sqlite3.Error) -> StoreError:
    """The error to show for what SQLite raised on the store at `path`."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return StoreError(f"{path}: cannot be read as a store ({error})")
    if code in _READING:
        return StoreDamaged(f"{path}: the disk gives the store back no more ({error}); is it still connected?")
    kind, says = _KINDS.get(code & 0xFF, (StoreError, f"cannot be read or written ({error})"))
    if kind is StoreLocked and not path.exists():
        return missing(path)
    return kind(f"{path}: {says}")


def missing(path: Path) -> StoreMissing:
    """There is nothing at this place."""
    return StoreMissing(f"{path}: no store here; make one with: bwc analyze PATHS --store {path}")
