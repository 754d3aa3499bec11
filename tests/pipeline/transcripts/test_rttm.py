from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import TranscriptError
from pipeline.transcripts.rttm import read_rttm


def test_turns_without_words() -> None:
    text = ";; a remark\nSPKR-INFO x 1 <NA> <NA>\nSPEAKER f 1 1.25 0.50 <NA> <NA> spk1 <NA> <NA>\n"
    text += "SPEAKER f 1 2 1 <NA> <NA> <NA> <NA>"
    lines = list(read_rttm(Path("a.rttm"), text.splitlines()))
    assert [(x.start, x.end, x.speaker, x.text) for x in lines] == [(1.25, 1.75, "spk1", ""), (2.0, 3.0, None, "")]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("SPEAKER f 1 1.0", "at least 8 fields"),
        ("SPEAKER f 1 x 1.0 <NA> <NA> a", "numbers"),
        ("SPEAKER f 1 -1 1.0 <NA> <NA> a", "cannot be -1"),
        ("SPEAKER f 1 nan 1.0 <NA> <NA> a", "cannot be nan"),
    ],
)
def test_errors_name_the_line(row: str, message: str) -> None:
    with pytest.raises(TranscriptError, match=f"line 2: .*{message}"):
        list(read_rttm(Path("a.rttm"), [";;", row]))
