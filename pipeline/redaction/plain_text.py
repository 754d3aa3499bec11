"""Text that only shows, for pictures and cards."""

from __future__ import annotations


def plain(text: str) -> str:
    """Text without characters that steer rather than show: control, direction and joining marks, lone surrogates."""
    return "".join(" " if c.isspace() else c for c in text if c.isprintable() or c.isspace())
