"""Which files are meant."""

from __future__ import annotations

from pathlib import Path

from pipeline.discovery import media_files


def test_folders_are_searched_for_media_and_named_files_are_always_tried(tmp_path: Path) -> None:
    for name in ("b.mp4", "a.MOV", "notes.txt", ".hidden.mp4", "deep/er/c.wav"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    found = media_files([tmp_path, tmp_path / "notes.txt", tmp_path / "b.mp4", tmp_path / "missing.mp4"])
    assert [p.name for p in found] == ["a.MOV", "b.mp4", "c.wav", "notes.txt", "missing.mp4"]


def test_a_loop_of_links_ends(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.mp4").touch()
    (tmp_path / "in" / "back").symlink_to(tmp_path)
    (tmp_path / "self.mp4").symlink_to(tmp_path / "self.mp4")
    assert sorted(p.name for p in media_files([tmp_path])) == ["a.mp4", "self.mp4"]


def test_what_an_analysis_made_is_not_analysed(tmp_path: Path) -> None:
    (tmp_path / "bwc.media" / "x").mkdir(parents=True)
    (tmp_path / "bwc.media" / "x" / "review.mp4").touch()
    assert media_files([tmp_path]) == []
