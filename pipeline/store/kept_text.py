"""Texts that are kept version by version: compressed, with the hash that tells whether one was changed since."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping
from typing import Any

from pipeline.errors import StoreError


def packed(text: str) -> dict[str, Any]:
    """The columns `sha256` and `content` of a text."""
    return {"sha256": hashlib.sha256(text.encode()).hexdigest(), "content": zlib.compress(text.encode())}


def unpacked(row: Mapping[str, Any], what: str) -> str:
    """The text of such columns. Raises StoreError where it is another than was kept; `what`: it, in words."""
    try:
        text = zlib.decompress(row["content"])
    except zlib.error:
        text = b""
    if hashlib.sha256(text).hexdigest() != row["sha256"]:
        raise StoreError(f"{what} was changed behind the program's back")
    return text.decode()
