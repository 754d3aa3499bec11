"""The two kinds of cut."""

from __future__ import annotations

from enum import StrEnum


class CutKind(StrEnum):
    """How a clip is cut."""

    EXACT = "exact"
    """begins and ends at the very picture and sample asked for; what must be is encoded anew"""
    ORIGINAL = "original"
    """the source's own packets, nothing encoded anew; begins at the key frame before"""
