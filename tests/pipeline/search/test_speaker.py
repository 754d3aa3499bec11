from __future__ import annotations

import pytest

from pipeline.search import is_called


@pytest.mark.parametrize(
    ("voice", "typed", "is_meant"),
    [
        ("Officer Tarn", "tarn", True),
        ("OFFICER ÉMILE", "émile", True),
        ("v2", "voice 2", True),
        ("voice_02", "V2", True),
        ("v12", "v1", False),
        ("v12", "2", True),
        ("Tarn", "v2", False),
        ("v1", " ", False),
        (None, "v1", False),
    ],
)
def test_a_voice_is_called_by_part_of_its_name_or_its_number(voice: str | None, typed: str, is_meant: bool) -> None:
    assert is_called(voice, typed) is is_meant
