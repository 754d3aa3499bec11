from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.reels.reel import Clip, Reel, read_reel, reel_text
from pipeline.store import Store
from tests.pipeline.reels import made


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made.fill(tmp_path_factory.mktemp("reels"))[0]


def run(*arguments: object) -> tuple[int, str]:
    done = CliRunner().invoke(main, [str(a) for a in arguments])
    return done.exit_code, done.output


def test_a_list_is_begun_reordered_and_made(store: Path, tmp_path: Path) -> None:
    file, page = tmp_path / "listening.toml", tmp_path / "debrief.html"
    code, said = run("reel", "new", file, "--label", "listening", "--from", store, "--unconfirmed")
    assert code == 0, said
    assert "1 clips" in said
    assert run("reel", "new", file, "--label", "listening", "--from", store)[0] == 2  # it is there already
    assert run("reel", "order", file, 1)[0] == 0
    assert run("reel", "order", file, 9)[0] == 2
    small = file.read_text().replace("1280", "192").replace("720", "144").replace("rate_hz = 30", "rate_hz = 5")
    file.write_text(small)
    code, said = run("reel", file, "--store", store, "--page", page, "--who", "kim")
    assert code == 0, said
    assert (tmp_path / "listening.mp4").is_file()
    assert "What to look for" in page.read_text()
    assert run("verify", tmp_path / "listening.mp4", page)[0] == 0
    assert run("reel", file, "--store", store)[0] == 2  # an older reel is not replaced unasked


def test_wrong_lists_are_one_line(store: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("clip = 3")
    for arguments in (("reel", tmp_path / "none.toml"), ("reel", tmp_path / "bad.toml")):
        code, said = run(*arguments, "--store", store)
        assert code == 2
        assert said.startswith("bwc: ") and said.count("\n") == 1


def test_versions_of_a_list_are_shown_and_taken_out(store: Path, tmp_path: Path) -> None:
    one = Reel(title="Day", clips=(Clip(recording="a" * 64, start=1.0, end=2.0),))
    with Store(store) as opened:
        opened.keep_reel_version("day", reel_text(one), 1, "kim", "begun, 1 clip")
        opened.keep_reel_version("day", reel_text(replace(one, clips=())), 0, "lee", "1 clip left out")
    code, said = run("reel", "versions", "day", "--store", store)
    assert code == 0
    assert [line.split()[0] for line in said.splitlines()] == ["2", "1"]
    assert "lee  1 clip left out" in said
    file = tmp_path / "day.toml"
    assert run("reel", "versions", "day", "--store", store, "--take", 1, "--out", file)[0] == 0
    assert read_reel(file) == one
    for wrong in (("day", "--take", 1), ("night",), ("day", "--take", 7, "--out", file, "--overwrite")):
        code, said = run("reel", "versions", *wrong, "--store", store)
        assert code == 2
        assert said.startswith("bwc: ") and said.count("\n") == 1
