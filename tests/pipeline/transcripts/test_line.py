from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.transcripts.line import parse_time, role_of_name, split_speaker
from pipeline.types import Role


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("01:02:03.400", 3723.4),
        ("02:03,4", 123.4),
        ("75:00.000", 4500.0),
        ("1:00:61.0", None),
        ("x", None),
        ("12", None),
    ],
)
def test_times(text: str, seconds: float | None) -> None:
    assert parse_time(text) == seconds


@given(st.integers(0, 10**7))
def test_every_millisecond_survives(total: int) -> None:
    hours, rest = divmod(total, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    assert parse_time(f"{hours:02}:{minutes:02}:{rest // 1000:02}.{rest % 1000:03}") == total / 1000


@pytest.mark.parametrize(
    ("text", "speaker", "rest"),
    [
        ("SMITH: get back", "SMITH", "get back"),
        ("Officer Baker: get back", "Officer Baker", "get back"),
        ("[SPEAKER_01]: hi", "SPEAKER_01", "hi"),
        (">> DISPATCH: go ahead", "DISPATCH", "go ahead"),
        ("so I said: get back", None, "so I said: get back"),
        ("Note: this", None, "Note: this"),
        ("it was 9:15 or so", None, "it was 9:15 or so"),
    ],
)
def test_the_speaker_before_the_text(text: str, speaker: str | None, rest: str) -> None:
    assert split_speaker(text) == (speaker, rest)


@pytest.mark.parametrize(
    ("speaker", "role"),
    [
        ("Officer Baker", Role.OFFICER),
        ("officer_2", Role.OFFICER),
        ("Sgt. Ruiz", Role.OFFICER),
        ("DISPATCH", Role.RADIO),
        ("civilian_1", Role.CIVILIAN),
        ("Driver", Role.CIVILIAN),
        ("SPEAKER_01", None),
        ("Dana", None),
        (None, None),
    ],
)
def test_what_a_speakers_name_says(speaker: str | None, role: Role | None) -> None:
    assert role_of_name(speaker)[0] is role
