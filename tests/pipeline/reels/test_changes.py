from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.reels.changes import changed
from pipeline.reels.reel import Captions, Clip, Reel

A, B, C = (Clip(recording=each, start=1.0, end=2.0) for each in "abc")
BEFORE = Reel(clips=(A, B))


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (BEFORE, ""),
        (replace(BEFORE, clips=(A, B, C)), "1 clip added"),
        (replace(BEFORE, clips=()), "2 clips left out"),
        (replace(BEFORE, clips=(B, A)), "put in another order"),
        (replace(BEFORE, clips=(A, replace(B, end=3.0))), "1 clip from another moment"),
        (replace(BEFORE, clips=(A, replace(B, notes="stop"))), "1 clip with other words, cover or second camera"),
        (replace(BEFORE, clips=(B, A, C)), "1 clip added"),
        (replace(BEFORE, captions=Captions.NONE, clips=(C, B)), "1 clip from another moment, title or form changed"),
        (replace(BEFORE, clips=(A, A, B)), "1 clip added"),
    ],
)
def test_what_a_version_changes_is_said(after: Reel, said: str) -> None:
    assert changed(BEFORE, after) == said


def test_the_first_version() -> None:
    assert changed(None, BEFORE) == "begun, 2 clips"
