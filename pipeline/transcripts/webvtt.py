"""WebVTT (W3C): cues with voice tags. Written here rather than with a library: the one that is well kept, webvtt-py,
keeps neither the line an error stands on nor more than one voice in a cue.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline.errors import TranscriptError
from pipeline.transcripts.line import Line, blocks, cue_times, named_line, split_speaker

_VOICE = re.compile(r"<v(?:\.[^\s>]*)?[ \t]+([^>]+)>")
_TAG = re.compile(r"<[^>]*>")
_NO_CUES = ("NOTE", "STYLE", "REGION")


def read_webvtt(path: Path, lines: Sequence[str]) -> Iterator[Line]:
    """Lines of a WebVTT file; a cue with several voices gives one line each, with the cue's times."""
    if not lines or not lines[0].startswith("WEBVTT"):
        raise TranscriptError(path, "a WebVTT file starts with WEBVTT", 1)
    for block in blocks(lines):
        if block[0][1].startswith(("WEBVTT", *_NO_CUES)) and "-->" not in block[0][1]:
            continue
        yield from _cue(path, block)


def _cue(path: Path, block: Sequence[tuple[int, str]]) -> Iterator[Line]:
    at = next((i for i, (_, text) in enumerate(block[:2]) if "-->" in text), None)
    if at is None:
        raise TranscriptError(path, f"a cue without times: {block[0][1][:60]!r}", block[0][0])
    number, times = block[at]
    start, end = cue_times(path, times, number)
    payload = " ".join(text.strip() for _, text in block[at + 1 :])
    for speaker, text in _by_voice(payload):
        if text:
            yield named_line(start, end, speaker, text, number)


def _by_voice(payload: str) -> Iterator[tuple[str | None, str]]:
    pieces = _VOICE.split(payload)
    if pieces[0].strip():
        yield split_speaker(_plain(pieces[0]))
    for speaker, text in zip(pieces[1::2], pieces[2::2], strict=True):
        yield html.unescape(speaker).strip(), _plain(text)


def _plain(text: str) -> str:
    return " ".join(html.unescape(_TAG.sub("", text)).split())
