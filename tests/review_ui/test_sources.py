from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.types import Recording
from review_ui import sources
from tests.review_ui import made_store


def test_a_file_that_is_not_where_it_was_is_said_with_what_still_works(tmp_path: Path) -> None:
    gone = replace(made_store.recording("a.mp4"), path=tmp_path / "a.mp4")
    (said,) = sources.notices(gone, has_copy=True)
    assert str(gone.path) in said and "The copy here plays" in said and "is its drive connected" in said
    assert "There is no copy to play" in sources.notices(gone, has_copy=False)[0]
    gone.path.touch()
    assert sources.notices(gone, has_copy=True) == []


def test_a_transcript_without_media_misses_nothing(tmp_path: Path) -> None:
    assert sources.notices(Recording("ab" * 32, tmp_path / "vendor.vtt", 10.0), has_copy=False) == []


def test_a_drive_that_does_not_answer_holds_no_page_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = threading.Event()
    monkeypatch.setattr(sources, "PATIENCE", 0.01)
    monkeypatch.setattr(Path, "exists", lambda path: answers.wait(300) and False)
    assert not sources.is_missing(tmp_path / "far.mp4")
    assert not sources.is_missing(tmp_path / "far.mp4"), "nor is it asked once more meanwhile"
    waiting = sources._ASKED[tmp_path / "far.mp4"]
    answers.set()
    waiting.join(300)
