"""The activity log as rows: the one shape in which it leaves the store (JSON, CSV)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pipeline.rows import utc_text
from pipeline.store import ActivityRow


def activity_rows(rows: Iterable[ActivityRow]) -> list[dict[str, Any]]:
    """One row for each row of the log; `hash` covers it and all rows before it."""
    return [
        {
            "row": row.id,
            "at_utc": utc_text(row.at_utc),
            "who": row.who,
            "action": row.action,
            "subject": row.subject,
            "detail": dict(row.detail),
            "hash": row.hash,
        }
        for row in rows
    ]
