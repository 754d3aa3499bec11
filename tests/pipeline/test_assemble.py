"""What an analysis is put together from: the best that is available, or what was asked for, or an error."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from models.contract import BackendUnavailable
from pipeline.assemble import assemble, backends
from pipeline.config import Settings, Speech
from pipeline.errors import ConfigError
from pipeline.step_costs import STEP_COSTS
from pipeline.transcripts import read_transcript


@pytest.fixture(autouse=True)
def _no_pulled_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BWC_MODELS", str(tmp_path / "models"))


def names(settings: Settings) -> dict[str, str]:
    return {stage.name: type(stage).__name__ for stage in assemble(settings).stages}


def test_without_any_weights_the_embedded_backends_are_used() -> None:
    by_name = {stage.name: stage for stage in assemble(Settings()).stages}
    assert by_name["transcribe"].transcriber.info.draft
    assert not by_name["diarize"].diarizer.info.weights.get("pytorch_model.bin")


@pytest.mark.parametrize(
    ("speech", "said"),
    [
        (Speech(asr="faster-whisper"), "--asr faster-whisper cannot run here: no Whisper weights.*bwc models pull"),
        (Speech(diarizer="pyannote"), "--diarizer pyannote cannot run here"),
        (Speech(asr="whisper"), "no such backend; there are: auto, faster-whisper, pocketsphinx"),
        (Speech(asr="faster-whisper", whisper_model="/nowhere"), "cannot run here"),
        (Speech(sentences="/nowhere"), "the folder /nowhere of the sentence model lacks model.safetensors"),
    ],
)
def test_a_backend_asked_for_by_name_never_falls_back(speech: Speech, said: str) -> None:
    with pytest.raises(BackendUnavailable, match=said):
        assemble(Settings(speech=speech))


def test_every_backend_says_whether_and_why() -> None:
    found = backends(Settings())
    assert [b.name for b in found] == ["faster-whisper", "pocketsphinx", "pyannote", "embedded", "sentences"]
    assert all(b.availability.reason for b in found)


def test_without_a_sentence_model_the_words_alone_label_lines() -> None:
    by_name = {stage.name: stage for stage in assemble(Settings()).stages}
    assert by_name["line_labels"].classifier.info.name == "exemplar-classifier"


def test_why_sentences_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.sentence_classifier.PACKAGE", "numpy")
    off, auto = (backends(Settings(speech=Speech(sentences=said)))[-1].availability for said in ("off", "auto"))
    assert not off.available and "switched off" in off.reason
    assert auto == (
        False,
        "no sentence model here: bwc models pull all-minilm-l6-v2, or set BWC_SENTENCE_MODEL to a folder",
    )


def test_thresholds_from_the_settings_reach_the_detector() -> None:
    plan = assemble(Settings(detectors={"muted_audio": {"min_duration": 5}}))
    assert next(d for d in plan.detectors if d.name == "muted_audio").min_duration == 5


@pytest.mark.parametrize(
    ("detectors", "said"),
    [
        ({"mutd_audio": {}}, "no detector 'mutd_audio'; there are: .*muted_audio"),
        ({"muted_audio": {"minimum": 1.0}}, "unknown key 'minimum'.*min_duration"),
        ({"muted_audio": {"min_duration": "long"}}, "must be a number"),
    ],
)
def test_a_threshold_that_cannot_be_meant_is_an_error(detectors: dict, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        assemble(Settings(detectors=detectors))


def test_a_transcript_takes_the_place_of_the_recogniser(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text('{"t_start": 0, "t_end": 1, "speaker": null, "role": null, "text": "stop"}\n')
    with_media = assemble(Settings(), read_transcript(path))
    without = assemble(Settings(), read_transcript(path), media=False)
    assert "transcribe" not in {s.name for s in with_media.stages}
    assert [s.name for s in without.stages] == ["import_transcript", "line_labels"]
    assert not without.review_copies


def test_every_step_has_its_share_of_the_progress_bar() -> None:
    assert {stage.name for stage in assemble(Settings()).stages} <= set(STEP_COSTS)
    assert sum(STEP_COSTS.values()) == pytest.approx(1.0)


def test_the_policy_pack_is_part_of_what_a_detector_is() -> None:
    plan = assemble(Settings())
    packs = {d.policy.sha256 for d in plan.detectors if hasattr(d, "policy")}
    assert len(packs) == 1
    assert replace(Settings(), policy=None) == Settings()
