"""`bwc clock-profile`: make, list, check; errors are one line."""

from __future__ import annotations

import subprocess
from pathlib import Path

from click.testing import CliRunner

from pipeline.cli.commands import main
from pipeline.media.program import ffmpeg_program

SAMPLE = Path(__file__).parents[3] / "sample_media" / "river_road_cam_c.mp4"


def run(*arguments: object) -> tuple[int, str]:
    """(exit code, what was said)."""
    result = CliRunner().invoke(main, ["clock-profile", *map(str, arguments)])
    return result.exit_code, result.output


def test_a_profile_is_made_listed_and_read_with(tmp_path: Path) -> None:
    store = tmp_path / "cases.db"
    code, said = run("make", SAMPLE, "--name", "TARNWICK T1", "--store", store)
    assert code == 0, said
    folder = tmp_path / "cases.profiles"
    assert (folder / "TARNWICK_T1.npz").is_file()
    assert (folder / "TARNWICK_T1.png").is_file()
    code, said = run("list", "--store", store)
    assert code == 0
    assert said.index("TARNWICK T1") < said.index("sample stamp")
    code, said = run("check", SAMPLE, "--store", store)
    assert code == 0
    assert "2025-05-18 10:20:00 -05:00" in said
    assert "zone: -05:00" in said


def test_a_file_that_is_no_profile_is_one_line(tmp_path: Path) -> None:
    folder = tmp_path / "cases.profiles"
    folder.mkdir()
    (folder / "wrong.npz").write_bytes(b"no profile")
    code, said = run("list", "--store", tmp_path / "cases.db")
    assert code == 2
    assert said.count("\n") == 1
    assert "wrong.npz" in said


def test_a_file_that_is_no_recording_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_text("text")
    code, said = run("check", tmp_path / "a.mp4")
    assert code == 2
    assert said.count("\n") == 1


def test_a_recording_without_a_stamp_is_one_line_that_names_it_and_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "plain.mp4"
    source = ["-f", "lavfi", "-i", "smptebars=size=320x180:rate=5:duration=4"]
    subprocess.run([ffmpeg_program(), "-v", "error", *source, str(path)], check=True)
    code, said = run("make", path, "--store", tmp_path / "cases.db")
    assert code != 0
    assert said.count("\n") == 1
    assert str(path) in said
    assert "give a recording" in said
    assert not list(tmp_path.glob("*.profiles/*"))
