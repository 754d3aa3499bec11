"""Which files a pack consists of, where a key stands, and how a pack of the agency's own is begun."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.config import load_settings
from pipeline.errors import ConfigError
from pipeline.packs.own import OWN_NAME, begin, pack_texts, source_of
from pipeline.policy import load_policy
from pipeline.policy.source import read_pack


def test_the_shipped_pack_is_read_and_never_changed() -> None:
    files = pack_texts(None)
    assert files[0].name == "model_policy.toml" and all(file.shipped for file in files) and len(files) > 3


def test_a_pack_of_ones_own_begins_as_the_model_policy(tmp_path: Path) -> None:
    own = begin("Our city", "Our city's policy", tmp_path)
    settings = load_settings(tmp_path / "bwc.toml")
    assert settings.policy is not None and settings.policy.resolve() == own.resolve()
    policy, model = load_policy(settings.policy), load_policy()
    assert (policy.name, policy.version, policy.title) == ("Our city", "1", "Our city's policy")
    assert policy.techniques == model.techniques and policy.clauses == model.clauses
    files = pack_texts(settings.policy)
    assert [file.name for file in files if not file.shipped] == [OWN_NAME]


def test_settings_keep_their_lines(tmp_path: Path) -> None:
    (tmp_path / "bwc.toml").write_text(
        '# ours\n[speech]\nasr = "auto"\n\n[detectors.muted_audio]\nmin_duration = 3.0\n'
    )
    begin("city", folder=tmp_path)
    said = (tmp_path / "bwc.toml").read_text()
    assert said.startswith(f'policy = "{OWN_NAME}"\n# ours\n[speech]\n')
    assert load_settings(tmp_path / "bwc.toml").detectors == {"muted_audio": {"min_duration": 3.0}}
    with pytest.raises(ConfigError, match="names a policy pack already"):
        begin("city", folder=tmp_path)


def test_nothing_is_overwritten_and_odd_names_are_refused(tmp_path: Path) -> None:
    (tmp_path / OWN_NAME).write_text("by hand")
    with pytest.raises(ConfigError, match="is there already"):
        begin("city", folder=tmp_path)
    assert (tmp_path / OWN_NAME).read_text() == "by hand" and not (tmp_path / "bwc.toml").exists()
    for name in ("", "a\nb", '"', "x" * 65, "../x"):
        with pytest.raises(ConfigError, match="cannot be the name"):
            begin(name, folder=tmp_path / "none")


def test_where_a_key_stands(tmp_path: Path) -> None:
    own = begin("city", folder=tmp_path)
    own.write_text(own.read_text() + "[windows]\ncalm_stretch = 30\n")
    pack = read_pack(own)
    assert source_of(pack, "windows", "calm_stretch") == [(OWN_NAME, 8)]
    assert [file for file, _ in source_of(pack, "windows", "contact_gap")] == ["model_policy.toml"]
    assert source_of(pack, "windows", "no_such") == []


def test_a_pack_that_is_no_toml_can_still_be_opened(tmp_path: Path) -> None:
    own = begin("city", folder=tmp_path)
    own.write_text("name = \n")
    (file,) = pack_texts(own)
    assert file.text == "name = \n" and not file.shipped
