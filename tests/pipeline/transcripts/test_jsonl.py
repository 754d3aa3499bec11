from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import TranscriptError
from pipeline.transcripts.jsonl import read_jsonl
from pipeline.types import Role


def test_speaker_and_role_may_be_null() -> None:
    rows = [
        '{"t_start": 1, "t_end": 2.5, "speaker": "o1", "role": "officer", "text": "Step  back", "other": 1}',
        "",
        '{"t_start": 3, "t_end": 3, "speaker": null, "role": null, "text": "hm"}',
        '{"t_start": 4, "t_end": 5, "text": null}',
    ]
    lines = list(read_jsonl(Path("a.jsonl"), rows))
    assert [(x.start, x.speaker, x.role, x.text, x.number) for x in lines] == [
        (1.0, "o1", Role.OFFICER, "Step back", 1),
        (3.0, None, None, "hm", 3),
        (4.0, None, None, "", 4),
    ]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("{", "not a JSON object"),
        ("[1]", "an object, not list"),
        ('{"t_end": 1}', "t_start must be seconds"),
        ('{"t_start": true, "t_end": 1}', "t_start must be seconds"),
        ('{"t_start": 1, "t_end": NaN}', "t_end must be seconds"),
        ('{"t_start": 2, "t_end": 1}', "lies before"),
        ('{"t_start": 1, "t_end": 2, "role": "cop"}', "officer, civilian, radio or null"),
        ('{"t_start": 1, "t_end": 2, "text": 5}', "are texts"),
    ],
)
def test_errors_name_the_line(row: str, message: str) -> None:
    with pytest.raises(TranscriptError, match=f"line 1: .*{message}"):
        list(read_jsonl(Path("a.jsonl"), [row]))
