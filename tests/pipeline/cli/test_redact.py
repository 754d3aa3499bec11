from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from models import center_face
from pipeline.cli import main
from pipeline.store import Store
from tests.pipeline.reels import made


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made.fill(tmp_path_factory.mktemp("redact"))[0]


def run(store: Path, *arguments: object) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["redact", "cam one.mp4", "--store", str(store), *(str(a) for a in arguments)])
    return done.exit_code, done.output


def test_plan_preview_and_copy(store: Path, tmp_path: Path) -> None:
    plan, out = tmp_path / "plan.toml", tmp_path / "covered.mp4"
    code, said = run(
        store, "--box", "1-3:0.2,0.2,0.3,0.4", "--names", "--save-plan", plan, "--preview", tmp_path / "look"
    )
    assert code == 0, said
    assert not out.exists()
    assert 'why = "spoken name"' in plan.read_text()
    assert "Parker" not in plan.read_text()
    assert (tmp_path / "look" / "preview.png").stat().st_size > 1000
    assert (tmp_path / "look" / "preview.mp4").is_file()
    code, said = run(store, "--plan", plan, "--out", out, "--who", "kim", "--why", "training")
    assert code == 0, said
    assert "none shows or sounds like it" in said
    assert "Listen to all of it" in said
    with Store(store) as opened:
        row = opened.activity(1)[0]
    assert (row["who"], row["action"]) == ("kim", "export.redacted")
    assert "Parker" not in row["detail"]
    done = CliRunner().invoke(main, ["verify", str(out)])
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--faces", "--out", "x.mp4"), "bwc models pull yunet"),
        (("--voice", "v9", "--out", "x.mp4"), "there are: v1, v2"),
        (("--out", "x.mp4"), "nothing to cover"),
        (("--tone", "1-2", "--from", "50", "--out", "x.mp4"), "nothing lies between"),
        (("--tone", "2-1", "--out", "x.mp4"), "ends before it begins"),
        (("--box", "1-2", "--out", "x.mp4"), "is no place"),
        (("--tone", "1-2"), "give --out"),
    ],
)
def test_what_cannot_be_done_is_said(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], said: str
) -> None:
    monkeypatch.setenv("BWC_MODELS", str(tmp_path / "none"))
    monkeypatch.setattr(center_face, "weights_file", lambda: None)
    monkeypatch.chdir(tmp_path)
    code, output = run(store, *arguments)
    assert code == 2
    assert said in output
    assert not list(tmp_path.glob("*.mp4"))
