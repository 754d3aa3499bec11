from __future__ import annotations

from dataclasses import replace

from pipeline.store import Store
from pipeline.types import NotAnalysed, StepState
from review_ui import provenance
from tests.review_ui import made_store
from tests.review_ui.conftest import Made


def test_the_line_names_models_versions_drafts_and_policy_packs(made: Made) -> None:
    with Store(made.path) as store:
        line = provenance.line(store.latest_runs(made.first))
    assert "Words: pocketsphinx 5.1.1 (draft, low accuracy)" in line
    assert "Voices: speaker features 1; no torch: voices told apart by averages" in line
    assert "Policy pack: common 1 (sha256 cdcdcdcdcdcd)" in line


def test_a_transcript_that_was_brought_in_is_named_as_one_and_is_no_policy_pack() -> None:
    given = {name: {"name": name, "version": "1", "sha256": "ab" * 32} for name in ("policy", "transcript")}
    brought = replace(made_store.run("x", "import_transcript"), settings=given)
    line = provenance.line({"import_transcript": brought})
    assert line == "Transcript: transcript (sha256 abababababab) · Policy pack: policy 1 (sha256 abababababab)"


def test_a_step_that_did_not_end_well_names_its_reason() -> None:
    (row,) = provenance.rows([made_store.run("x", "transcribe", StepState.FAILED, "the weights are damaged")])
    assert (row.step, row.state) == ("Words", "not analysed: the weights are damaged")


def test_draft_only_where_a_low_accuracy_recogniser_wrote_the_words() -> None:
    done = made_store.run("x", "transcribe", backend=made_store.DRAFT)
    assert provenance.draft({"transcribe": done}) == "pocketsphinx"
    failed = made_store.run("x", "transcribe", StepState.NOT_MEASURED, "no sound", backend=made_store.DRAFT)
    assert provenance.draft({"transcribe": failed}) is None
    assert provenance.draft({"transcribe": made_store.run("x", "transcribe", backend=made_store.VOICES)}) is None
    assert provenance.draft({}) is None


def test_the_facts_of_a_file() -> None:
    item = made_store.recording("a.mp4", start=None, device=None, problems=("cut off at 118.0 s of 120.0 s",))
    facts = dict(provenance.facts(item))
    assert facts["Start"] == "not known"
    assert facts["Camera"] == "not stated in the file"
    assert facts["Picture"] == "h264, 1280 x 720"
    assert facts["Problem"] == "cut off at 118.0 s of 120.0 s"


def test_all_of_it() -> None:
    item = made_store.recording("a.mp4")
    missing = [NotAnalysed(1.0, 2.0, "words", "wind"), NotAnalysed(1.0, 2.0, "vocal_effort", "wind")]
    said = provenance.about(item, {}, missing)
    assert said["steps"] == []
    assert said["missing"] == [{"start": 1.0, "end": 2.0, "what": "words, vocal effort", "reason": "wind"}]
