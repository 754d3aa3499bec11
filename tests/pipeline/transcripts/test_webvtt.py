from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import TranscriptError
from pipeline.transcripts.line import Line
from pipeline.transcripts.webvtt import read_webvtt
from pipeline.types import Role

PATH = Path("a.vtt")


def read(text: str) -> list[Line]:
    return list(read_webvtt(PATH, text.splitlines()))


def test_voices_ids_settings_notes_and_entities() -> None:
    lines = read(
        "WEBVTT - made elsewhere\nKind: captions\n\nNOTE\na remark --- here\n\nSTYLE\n::cue { color: red }\n\n"
        "intro\n01:00:01.500 --> 01:00:03.000 align:start position:10%\n"
        "<v.loud Officer Baker>Step <b>back</b> &amp; sit,\n"
        "<c.x>please</c></v>\n\n00:05.000 --> 00:06.000\n- no &lt;tag&gt;\n"
    )
    assert [(x.start, x.end, x.speaker, x.role, x.text) for x in lines] == [
        (3601.5, 3603.0, "Officer Baker", Role.OFFICER, "Step back & sit, please"),
        (5.0, 6.0, None, None, "- no <tag>"),
    ]


def test_two_voices_in_one_cue() -> None:
    lines = read("WEBVTT\n\n00:01.000 --> 00:02.000\n<v A>Get down!</v>\n<v B>Hands up!</v>\n")
    assert [(x.speaker, x.text, x.start) for x in lines] == [("A", "Get down!", 1.0), ("B", "Hands up!", 1.0)]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("hello\n", 1, "starts with WEBVTT"),
        ("", 1, "starts with WEBVTT"),
        ("WEBVTT\n\njust text\n", 3, "without times"),
        ("WEBVTT\n\n00:01 -> 00:02\nx\n", 3, "without times"),
        ("WEBVTT\n\n00:61.000 --> 00:70.000\nx\n", 3, "no cue times"),
        ("WEBVTT\n\na\n00:05.000 --> \nx\n", 4, "no cue times"),
        ("WEBVTT\n\n00:05.000 --> 00:04.000\nx\n", 3, "ends before"),
    ],
)
def test_errors_name_the_line(text: str, line: int, message: str) -> None:
    with pytest.raises(TranscriptError, match=message) as raised:
        read(text)
    assert raised.value.line == line
    assert "a.vtt" in str(raised.value)
