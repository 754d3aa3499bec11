"""Heads of the log, written down outside the store: rows cut off at its end are found by them.

One JSON line for each verification that found the log whole: the number of the newest row, its hash, the time and,
where there is a key, a signature. The file lies beside the store (`bwc.anchors`), or wherever `--anchors` says: on
another disk it also finds a log that was rewritten by somebody who can write both the store and the folder.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.custody.checks import Verified
from pipeline.custody.keys import PublicKey, SigningKey, from_base64, own_key, public_from
from pipeline.errors import CustodyError
from pipeline.rows import now
from pipeline.store import Store


def anchors_path(store: Path) -> Path:
    """Where the heads of a store's log are written down unless somewhere else is named."""
    return store.with_suffix(".anchors")


def check_anchors(store: Store, path: Path, key: PublicKey | None, found: Verified) -> str | None:
    """Compares every head that was written down with the log. The hash of the last one, None: there is none."""
    last = None
    for number, anchor in _read(path, found):
        found.count("anchors")
        last = str(anchor["hash"])
        _check(f"{path.name}, line {number}", anchor, store, key, found)
    return last


def add_anchor(store: Store, path: Path, last: str | None, found: Verified) -> None:
    """Writes the head of the log down, where it is a new one and a verification found nothing wrong with the log."""
    head = store.log_head()
    if head.row and head.hash != last and not _log_changed(found):
        _add(path, {"row": head.row, "hash": head.hash, "at_utc": now()}, found)


def _log_changed(found: Verified) -> bool:
    return any(change.what in ("log", "store", "anchor", "manifest") for change in found.changes)


def _check(place: str, anchor: Mapping[str, Any], store: Store, key: PublicKey | None, found: Verified) -> None:
    if "signature" in anchor and not _signed_by(anchor, key):
        found.change("anchor", place, "was changed after it was written, or was signed by another key")
        return
    number = anchor["row"]
    row = store.activity_row(number)
    if row is None:
        last = store.log_head().row
        found.change("log", f"row {number}", f"is missing: the log ends at row {last}, though {place} names it")
    elif row.hash != anchor["hash"]:
        found.change("log", f"row {number}", f"is not the row that {place} names: the log was rewritten")


def _signed_by(anchor: Mapping[str, Any], key: PublicKey | None) -> bool:
    holder = public_from(str(anchor.get("public_key", "")))
    if holder is None or (key is not None and key.raw != holder.raw):
        return False
    return holder.checks(from_base64(str(anchor["signature"])) or b"", _said(anchor))


def _read(path: Path, found: Verified) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
    except (OSError, UnicodeDecodeError):
        found.change("anchor", path, "cannot be read")
        return
    for number, line in enumerate(lines, 1):
        try:
            anchor = json.loads(line)
            fine = isinstance(anchor["row"], int) and isinstance(anchor["hash"], str)
        except (ValueError, KeyError, TypeError):
            fine = False
        if fine:
            yield number, anchor
        else:
            found.change("anchor", f"{path.name}, line {number}", "is damaged")


def _add(path: Path, anchor: dict[str, Any], found: Verified) -> None:
    try:
        key = own_key()
        line = json.dumps(_signed(anchor, key) if key else anchor, sort_keys=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
    except (OSError, CustodyError) as error:
        found.note(path, f"the head of the log could not be written down ({error})")


def _signed(anchor: Mapping[str, Any], key: SigningKey) -> dict[str, Any]:
    signature = key.sign(_said(anchor))
    return {**anchor, "public_key": signature["public_key"], "signature": signature["value"]}


def _said(anchor: Mapping[str, Any]) -> bytes:
    return json.dumps(["bwc-anchor-1", anchor["row"], anchor["hash"], anchor.get("at_utc")]).encode()
