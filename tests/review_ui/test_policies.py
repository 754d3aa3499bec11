from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import ConfigError
from pipeline.policy import load_policy
from review_ui import policies

OWN = 'extends = "model_policy"\nname = "{name}"\nversion = "1"\n'


def test_the_shipped_pack_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = policies.in_use()
    assert found.stamp == load_policy().stamp
    assert policies.in_use() is found


def test_a_pack_that_changed_is_read_again_and_a_broken_one_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    pack = tmp_path / "own.toml"
    pack.write_text(OWN.format(name="first"), encoding="utf-8")
    (tmp_path / "bwc.toml").write_text(f'policy = "{pack.as_posix()}"\n', encoding="utf-8")
    found = policies.in_use()
    assert found.name == "first" and policies.in_use() is found
    pack.write_text(OWN.format(name="the second"), encoding="utf-8")
    assert policies.in_use().name == "the second"
    pack.write_text("nonsense = 1\n" + OWN.format(name="third"), encoding="utf-8")
    with pytest.raises(ConfigError):
        policies.in_use()
    pack.unlink()
    with pytest.raises(ConfigError):
        policies.in_use()
