"""Settings: what is said counts, what cannot be meant is said in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.config import Settings, from_environment, load_settings, overridden
from pipeline.errors import ConfigError


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "bwc.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_the_defaults_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BWC_WHISPER_MODEL", raising=False)
    monkeypatch.delenv("BWC_PYANNOTE_DIR", raising=False)
    monkeypatch.delenv("BWC_SENTENCE_MODEL", raising=False)
    assert load_settings() == Settings()


def test_what_is_said_counts(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        'policy = "ours.toml"\n[speech]\nasr = "pocketsphinx"\n[incidents]\napart = 60\n'
        "[detectors.muted_audio]\nmin_duration = 3.0\n",
    )
    settings = load_settings(path)
    assert settings.policy == tmp_path / "ours.toml"
    assert settings.speech.asr == "pocketsphinx"
    assert settings.incidents.apart == 60
    assert settings.detectors["muted_audio"] == {"min_duration": 3.0}


def test_the_file_goes_before_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BWC_SENTENCE_MODEL", "/from/outside")
    assert load_settings(written(tmp_path, "")).speech.sentences == "/from/outside"
    for said in ("off", "/here"):
        assert load_settings(written(tmp_path, f'[speech]\nsentences = "{said}"')).speech.sentences == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("polcy = 'x'", "unknown key 'polcy'.*policy"),
        ("[speech]\nars = 'x'", r"unknown key 'ars' in \[speech\].*asr"),
        ("[analysis]\nreview_copies = 'yes'", "true or false"),
        ("[incidents]\napart = true", "a number"),
        ("speech = [", "not valid TOML"),
    ],
)
def test_what_cannot_be_meant_names_the_file_and_the_mend(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        load_settings(written(tmp_path, text))
    assert "bwc.toml" in str(caught.value)
    assert "\n" not in str(caught.value).rstrip()


def test_a_settings_file_that_is_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_settings(tmp_path / "none.toml")


def test_folders_from_the_environment_fill_what_the_file_leaves_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BWC_WHISPER_MODEL", "/models/small")
    assert from_environment(Settings()).speech.whisper_model == "/models/small"
    named = overridden(Settings(), asr="pocketsphinx", review_copies=False)
    assert (named.speech.asr, named.analysis.review_copies) == ("pocketsphinx", False)
