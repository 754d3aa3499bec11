"""How the rows of the activity log are chained: each row's hash covers what it says and the hash of the row before.

A row that is altered, left out or slipped in breaks the chain at its place. Rows cut off at the end do not: for that,
the newest hash is written down elsewhere as well (`pipeline.custody`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

START = "0" * 64
"""What stands for the hash of the row before the first."""
CHAINED = ("id", "at_utc", "who", "action", "subject", "detail")
"""The columns of a row that its hash covers, as they are stored."""


class Head(NamedTuple):
    """The newest row of the log: its number (0: there is none) and its hash."""

    row: int
    hash: str


def row_hash(before: str, row: Mapping[str, Any]) -> str:
    """sha256, as hexadecimal text, of a row of the log that follows the row with the hash `before`.

    The form never changes: stores hold hashes made by it.
    """
    said = json.dumps(["bwc-activity-1", before, *(row[name] for name in CHAINED)], ensure_ascii=False)
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()
