"""The manifest as a page for people: self-contained HTML, everything escaped, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.templates import template

TEMPLATES = Path(__file__).parent / "templates"


def page_of(document: Mapping[str, Any], fingerprint: str | None) -> str:
    """The page of a manifest; `fingerprint`: of the key that signs it, None: nobody signs."""
    found = template(TEMPLATES, "manifest.html", clock=_clock, words=_words)
    return found.render({"m": document, "fingerprint": fingerprint})


def _clock(seconds: float | None) -> str:
    """0:04.200, or 1:02:03.400."""
    if seconds is None:
        return "–"
    minutes, rest = divmod(round(seconds * 1000), 60_000)
    hours, minutes = divmod(minutes, 60)
    tail = f"{rest // 1000:02d}.{rest % 1000:03d}"
    return f"{hours}:{minutes:02d}:{tail}" if hours else f"{minutes}:{tail}"


def _words(value: Any) -> str:
    """A name or a value of the manifest as a person reads it: "audio only", "yes", "45.917", "0.5, 2"."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.3f}".rstrip("0").rstrip(".")
    if isinstance(value, list):
        return ", ".join(_words(item) for item in value) or "none"
    if isinstance(value, Mapping):
        return "; ".join(f"{_words(str(key))}: {_words(item)}" for key, item in value.items())
    return "none" if value is None else str(value).replace("_", " ")
