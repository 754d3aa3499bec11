"""What an export says of itself: from what it was made, how, what was covered, by whom and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.types import JsonValue

KINDS = (
    "clip", "reel", "redacted", "debrief", "captions", "findings", "transcript", "elan", "timeline", "report",
    "activity",
)  # fmt: skip
"""What an export can be; its row in the activity log is called `export.<kind>`."""


@dataclass(frozen=True)
class Source:
    """A file that an export was made from. Times in seconds on the recording's own clock."""

    path: Path
    recording: str | None = None
    """the store's id of it; None: it is in no store"""
    sha256_in: str | None = None
    """as hashed when it came in; None: it is in no store"""
    sha256_now: str | None = None
    """as hashed when the export was finished; `finish_export` fills it"""
    start: float | None = None
    """the in point that was asked for; None: all of it"""
    end: float | None = None
    true_start: float | None = None
    """the first moment that is in the export"""
    true_end: float | None = None
    camera: str | None = None
    transcript: bool = False
    """no media: the file of a transcript"""


@dataclass(frozen=True)
class Export:
    """An export before it is finished. Nothing here may hold what a redaction covers."""

    kind: str
    sources: tuple[Source, ...]
    who: str
    why: str = ""
    how: Mapping[str, JsonValue] = field(default_factory=dict)
    """{"kind": "exact" | "original", "encoder": ..., ...}"""
    redactions: tuple[str, ...] = ()
    """what kind and where: "face blurred, 0:04.200 to 0:09.800"; never the covered words or numbers"""
    captions: str = ""
    """"WebVTT track", "burned in"; empty: none"""
    models: tuple[str, ...] = ()
    """models behind captions; empty: those that measured the sources, as the store knows them"""
    policy: Mapping[str, str] = field(default_factory=dict)
    """name, version and sha256 of the pack (`Policy.stamp`)"""
    watermark: str = ""
    """the text that is burned in (`watermark_text`); empty: none"""
    remarks: tuple[str, ...] = ()
    """what whoever gets this must know: "draft words", "sound starts 0.3 s late" """

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no export of the kind {self.kind!r}; there are: {', '.join(KINDS)}")


@dataclass(frozen=True)
class Manifest:
    """A manifest as it was written."""

    path: Path
    document: Mapping[str, Any]

    @property
    def sha256(self) -> str:
        """Of the export itself."""
        return str(self.document["file"]["sha256"])

    @property
    def signed(self) -> bool:
        return "signature" in self.document


def watermark_text(who: str, when: datetime | None = None, said: str = "training copy") -> str:
    """One line for a picture: "TRAINING COPY · J. Doe · 2026-11-21 06:40 UTC". Who is cut to 60 letters."""
    moment = (when or datetime.now(UTC)).astimezone(UTC)
    name = " ".join(who.split())[:60]
    return " · ".join(part for part in (said.upper(), name, f"{moment:%Y-%m-%d %H:%M} UTC") if part)
