"""The demonstration from end to end: what is planted in the sample is found, with the embedded backends."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli.commands import main
from pipeline.score import DetectorScore, load_truth, score
from pipeline.store import Store

SAMPLES = Path(__file__).parents[2] / "sample_media"
NEEDS_PYANNOTE = "overlapping_speech"


@pytest.fixture(scope="module")
def scores(demo_store: Path) -> dict[str, DetectorScore]:
    with Store(demo_store) as opened:
        recordings = {recording.id: recording for recording in opened.recordings()}
        found = [stored.finding for stored in opened.findings()]
        rows = score(found, load_truth(SAMPLES / "truth.toml"), recordings, opened.incidents())
    return {row.detector: row for row in rows}


def test_every_planted_event_of_the_detectors_that_could_look_is_found(scores: dict[str, DetectorScore]) -> None:
    looked = {name: row for name, row in scores.items() if name != NEEDS_PYANNOTE}
    assert len(looked) == 10
    weak = {n: (r.precision, r.recall) for n, r in looked.items() if not (r.precision or 0) >= 0.9 <= (r.recall or 0)}
    assert not weak


def test_what_the_embedded_backends_cannot_measure_is_not_shown_as_nothing_found(demo_store: Path) -> None:
    with Store(demo_store) as opened:
        runs = [opened.latest_runs(recording.id)[NEEDS_PYANNOTE] for recording in opened.recordings()]
    assert {run.state.value for run in runs} == {"not measured"}
    assert all("pyannote" in run.reason for run in runs)


def test_the_score_as_the_readme_has_it(demo_store: Path) -> None:
    printed = (
        CliRunner()
        .invoke(main, ["score", str(SAMPLES / "truth.toml"), "--store", str(demo_store), "--markdown"])
        .output
    )
    readme = (SAMPLES.parent / "README.md").read_text(encoding="utf-8")
    assert f"| {NEEDS_PYANNOTE} | 13 | - |" in printed
    assert f"| {NEEDS_PYANNOTE} | 13 | - |" in readme
    assert "<!-- sample score -->" in readme
