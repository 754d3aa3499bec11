"""What a sign-off locks, against what stands there now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PARTS = ("findings", "verdicts", "withdrawals", "answers", "watched")


def changed_since(signed: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[str, ...]:
    """Which parts are otherwise now: "verdicts", "watched"... in the order of PARTS."""
    return tuple(part for part in PARTS if signed.get(part) != now.get(part))
