"""SubRip: numbered cues, the speaker in front of the text ("OFFICER BAKER: step back") or nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline.errors import TranscriptError
from pipeline.transcripts.line import Line, blocks, cue_times, named_line, split_speaker

_TAG = re.compile(r"</?[a-zA-Z][^>]*>|\{\\[^}]*\}")


def read_srt(path: Path, lines: Sequence[str]) -> Iterator[Line]:
    """Lines of an SRT file. A cue in which lines start with different speakers gives one line each."""
    for block in blocks(lines):
        at = next((i for i, (_, text) in enumerate(block[:2]) if "-->" in text), None)
        if at is None:
            raise TranscriptError(path, f"a cue without times: {block[0][1][:60]!r}", block[0][0])
        number, times = block[at]
        start, end = cue_times(path, times, number)
        for speaker, text in _by_speaker([_TAG.sub("", text) for _, text in block[at + 1 :]]):
            if text:
                yield named_line(start, end, speaker, text, number)


def _by_speaker(texts: Sequence[str]) -> Iterator[tuple[str | None, str]]:
    speaker, said = None, ""
    for text in texts:
        named, rest = split_speaker(text)
        rest = rest.removeprefix("- ").strip()
        if named is not None:
            if said:
                yield speaker, said
            speaker, said = named, rest
        else:
            said = f"{said} {rest}".strip()
    yield speaker, said
