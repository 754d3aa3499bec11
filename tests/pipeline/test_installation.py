"""What is installed is told with its licences; what lacks is told with what happens without it."""

from __future__ import annotations

import json
from importlib import metadata
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli.commands import main
from pipeline.config import Settings
from pipeline.installation import LACKING, _named, installation, packages


def test_packages_come_with_version_and_licence() -> None:
    found = {package.name: package for package in packages()}
    assert found["av"].version == metadata.version("av") and found["av"].licence == "BSD-3-Clause"
    assert found["torch"].extra in ("pyannote", "sentences") and "pytest" not in found, (
        "what only developers need is left out"
    )
    assert all(p.licence and len(p.licence) < 120 for p in found.values() if p.version)


@pytest.mark.parametrize(
    ("line", "told"),
    [("av>=18", ("av", "")), ("streamlit<1.68,>=1.67", ("streamlit", "")),
     ('pyannote.audio==4.0.7; extra == "pyannote"', ("pyannote.audio", "pyannote")), ("x[y] (>=1)", ("x", ""))],
)  # fmt: skip
def test_a_requirement_is_a_name_and_an_extra(line: str, told: tuple[str, str]) -> None:
    assert _named(line) == told


def test_what_lacks_is_said_for_every_kind_of_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BWC_MODELS", str(tmp_path))
    said = installation(Settings())
    assert {model["task"] for model in said["models"]} <= set(LACKING)
    assert {model["state"] for model in said["models"]} == {"not installed"}
    assert [b["name"] for b in said["backends"] if b["kind"] == "transcription" and b["available"]] == ["pocketsphinx"]
    assert "bwc models pull" in next(b["reason"] for b in said["backends"] if b["name"] == "faster-whisper")


def test_programs_read_it_as_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    said = json.loads(CliRunner().invoke(main, ["doctor", "--json"]).output)
    assert said["program"] and said["packages"] and not (tmp_path / "bwc.db").exists()
