from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import TranscriptError
from pipeline.transcripts.srt import read_srt
from pipeline.types import Role


def read(text: str) -> list[tuple[float, float, str | None, Role | None, str]]:
    return [(x.start, x.end, x.speaker, x.role, x.text) for x in read_srt(Path("a.srt"), text.splitlines())]


def test_speakers_in_front_of_the_text() -> None:
    text = (
        "1\n00:00:01,000 --> 00:00:02,000\nOFFICER BAKER: Step back,\nplease.\n\n"
        "2\n00:00:03.5 --> 00:00:04,000\n<i>DRIVER: why?</i>\n\n"
        "00:00:05,000 --> 00:00:06,000\nNote: not a speaker here\n"
    )
    assert read(text) == [
        (1.0, 2.0, "OFFICER BAKER", Role.OFFICER, "Step back, please."),
        (3.5, 4.0, "DRIVER", Role.CIVILIAN, "why?"),
        (5.0, 6.0, None, None, "Note: not a speaker here"),
    ]


def test_two_speakers_in_one_cue() -> None:
    rows = read("1\n00:00:01,000 --> 00:00:02,000\nLEE: Get down!\nDIAZ: Hands!\n")
    assert [(r[2], r[4]) for r in rows] == [("LEE", "Get down!"), ("DIAZ", "Hands!")]


def test_errors_name_the_line() -> None:
    with pytest.raises(TranscriptError, match=r"a\.srt, line 5: a cue without times"):
        read("1\n00:00:01,000 --> 00:00:02,000\nhello\n\nno times here\nat all\n")
    with pytest.raises(TranscriptError, match="line 2: these are no cue times"):
        read("1\n00:00:aa,000 --> 00:00:02,000\nhello\n")
