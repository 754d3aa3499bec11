"""Read a transcript file, whatever its format."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.errors import TranscriptError
from pipeline.transcripts.jsonl import read_jsonl
from pipeline.transcripts.line import Line
from pipeline.transcripts.rttm import read_rttm
from pipeline.transcripts.srt import read_srt
from pipeline.transcripts.webvtt import read_webvtt
from pipeline.types import Recording

Reader = Callable[[Path, Sequence[str]], Iterator[Line]]
READERS: Mapping[str, Reader] = {
    ".vtt": read_webvtt,
    ".srt": read_srt,
    ".rttm": read_rttm,
    ".jsonl": read_jsonl,
    ".ndjson": read_jsonl,
}
"""File name ending -> reader."""


@dataclass(frozen=True)
class ImportedTranscript:
    """A transcript from elsewhere: its lines in order of time. `sha256` is of the file."""

    path: Path
    sha256: str
    lines: tuple[Line, ...] = field(repr=False)
    version: str = "1"

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def has_text(self) -> bool:
        """False: turns only (RTTM), nothing said can be looked at."""
        return any(line.text for line in self.lines)

    @property
    def duration(self) -> float:
        return max((line.end for line in self.lines), default=0.0)

    def as_recording(self) -> Recording:
        """A recording that is only this transcript."""
        size = self.path.stat().st_size
        return Recording(self.sha256, self.path, self.duration, container=self.path.suffix[1:], size_bytes=size)


def read_transcript(path: Path) -> ImportedTranscript:
    """Read a WebVTT, SRT, RTTM or JSON lines file, told by the end of its name.

    Raises TranscriptError with the line for what cannot be read. Lines out of order are put in order; cues that
    overlap stay, since two people may speak at once.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise TranscriptError(path, f"not a transcript: the name should end in {', '.join(READERS)}")
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise TranscriptError(path, f"cannot be read: {error.strerror}") from error
    lines = tuple(sorted(reader(path, _decoded(path, raw).splitlines()), key=lambda x: (x.start, x.end)))
    if not lines:
        raise TranscriptError(path, "there is not one line in it")
    return ImportedTranscript(path, hashlib.sha256(raw).hexdigest(), lines)


def _decoded(path: Path, raw: bytes) -> str:
    encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return raw.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        if encoding == "utf-8-sig" and b"\0" not in raw:
            return raw.decode("cp1252", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
        raise TranscriptError(path, "not a text file") from error
