from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import TranscriptError
from pipeline.transcripts import ImportedTranscript, read_transcript
from pipeline.transcripts.read import READERS
from pipeline.types import Role

SRT = "1\n00:00:01,000 --> 00:00:02,000\nOFFICER BAKER: Step back.\n"


def read(folder: Path, name: str, text: str | bytes) -> ImportedTranscript:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_transcript(path)


@pytest.mark.parametrize(
    "raw",
    [
        SRT.encode(),
        b"\xef\xbb\xbf" + SRT.encode(),
        SRT.replace("\n", "\r\n").encode(),
        SRT.replace("\n", "\r").encode(),
        SRT.encode("utf-16"),
    ],
    ids=["plain", "bom", "crlf", "cr", "utf-16"],
)
def test_whatever_wrote_the_file(tmp_path: Path, raw: bytes) -> None:
    (line,) = read(tmp_path, "a.srt", raw).lines
    assert (line.start, line.end, line.speaker, line.role, line.text) == (
        1.0, 2.0, "OFFICER BAKER", Role.OFFICER, "Step back.",
    )  # fmt: skip


def test_out_of_order_and_overlapping(tmp_path: Path) -> None:
    text = "00:05.000 --> 00:06.000\nlate\n\n00:01.000 --> 00:05.500\nearly\n"
    lines = read(tmp_path, "a.vtt", "WEBVTT\n\n" + text).lines
    assert [(x.start, x.end, x.text) for x in lines] == [(1.0, 5.5, "early"), (5.0, 6.0, "late")]


def test_old_code_page(tmp_path: Path) -> None:
    assert read(tmp_path, "a.srt", SRT.replace("Step back", "Señor, step back").encode("cp1252")).lines[0].text == (
        "Señor, step back."
    )


@pytest.mark.parametrize("name", ["a.doc", "a", "a.txt"])
def test_other_files_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(TranscriptError, match="not a transcript"):
        read(tmp_path, name, "hello")


@pytest.mark.parametrize(
    ("name", "text"), [("a.srt", ""), ("a.jsonl", "\n\n"), ("a.rttm", ";; nothing\n"), ("a.vtt", "WEBVTT\n")]
)
def test_empty_files(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(TranscriptError, match="not one line"):
        read(tmp_path, name, text)


def test_not_text(tmp_path: Path) -> None:
    with pytest.raises(TranscriptError, match="not a text file"):
        read(tmp_path, "a.srt", b"\x00\xff\x81" * 50)
    with pytest.raises(TranscriptError, match="cannot be read"):
        read_transcript(tmp_path / "none.srt")


@settings(deadline=None)
@given(name=st.sampled_from(sorted(READERS)), raw=st.binary(max_size=200))
def test_any_bytes_give_lines_or_one_clear_error(
    tmp_path_factory: pytest.TempPathFactory, name: str, raw: bytes
) -> None:
    try:
        transcript = read(tmp_path_factory.getbasetemp(), f"any{name}", raw)
    except TranscriptError as error:
        assert f"any{name}" in str(error)
    else:
        assert transcript.lines
