"""CSV as text: the one writer of CSV in the project, so that no cell is ever run by a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A spreadsheet takes a cell that starts so for a formula; a quote before it keeps it text (OWASP, CSV injection). The
last four are the wide forms, which spreadsheets of East Asian settings take for the narrow ones."""


def as_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """CSV with a header; nested values as JSON, cells that a spreadsheet would run kept as text."""
    if not rows:
        return ""
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writerow({key: harmless(key) for key in rows[0]})
    writer.writerows({key: _cell(value) for key, value in row.items()} for row in rows)
    return out.getvalue()


def harmless(text: str) -> str:
    """The text as a cell that no spreadsheet runs, also where it starts with blanks that a spreadsheet drops.

    A bare carriage return becomes a line feed: the writer would not quote it, and a reader would start a row there.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    bare = text.lstrip(" \u00a0\u3000\ufeff\u200b\u200e\u200f")
    return f"'{text}" if bare.startswith(FORMULA_STARTS) else text


def _cell(value: Any) -> Any:
    if isinstance(value, Mapping | list | tuple):
        return json.dumps(value, ensure_ascii=False, default=str)
    return harmless(value) if isinstance(value, str) else value
