"""An imported transcript stays, roles and all, until somebody asks for the recogniser's words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.assemble import Plan, assemble
from pipeline.config import Settings
from pipeline.kept_transcript import with_kept_transcript
from pipeline.provenance import fingerprint
from pipeline.run import analyse_transcript
from pipeline.stages.import_transcript import ImportTranscript
from pipeline.stages.transcribe import Transcribe
from pipeline.stages.turns import Turns
from pipeline.started import Started
from pipeline.store import Store
from pipeline.transcripts import read_transcript
from pipeline.types import Evidence, Recording, Role

RECORDING = Recording("d" * 64, Path("/cards/x.mp4"), 20.0)
WORDS = """WEBVTT

00:01.000 --> 00:02.000
<v Officer Baker>Drop the knife.

00:03.000 --> 00:04.000
<v Person>I do not have one, officer.
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "bwc.db") as opened:
        yield opened


@pytest.fixture(scope="module")
def plan() -> Plan:
    return assemble(Settings())


def imported(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "words.vtt"
    path.write_text(WORDS)
    assert (
        analyse_transcript(RECORDING, store, assemble(Settings(), read_transcript(path), media=False)).problem is None
    )


def test_the_imported_words_stand_in_for_recognising_and_are_up_to_date(
    store: Store, plan: Plan, tmp_path: Path
) -> None:
    imported(store, tmp_path)
    kept = with_kept_transcript(plan, RECORDING.id, store)
    assert not any(isinstance(stage, Transcribe | Turns) for stage in kept.stages)
    assert [type(stage) for stage in plan.stages if type(stage) not in (Transcribe, Turns)] == [
        type(stage) for stage in kept.stages if not isinstance(stage, ImportTranscript)
    ]
    stage = next(stage for stage in kept.stages if isinstance(stage, ImportTranscript))
    assert fingerprint(stage, []) == store.latest_runs(RECORDING.id)[ImportTranscript.name].fingerprint


def test_told_anew_the_lines_are_the_same(store: Store, plan: Plan, tmp_path: Path) -> None:
    imported(store, tmp_path)
    before = store.measured_turns(RECORDING.id)
    assert before[0].role is Role.OFFICER
    stages = with_kept_transcript(plan, RECORDING.id, store).stages
    stage = next(stage for stage in stages if isinstance(stage, ImportTranscript))
    assert stage(Evidence(RECORDING), lambda share: None).turns == before
    assert stage.transcript.lines[0].role is Role.OFFICER


def test_without_an_import_and_when_asked_to_hear_again_nothing_changes(
    store: Store, plan: Plan, tmp_path: Path
) -> None:
    assert with_kept_transcript(plan, RECORDING.id, store) is plan
    imported(store, tmp_path)
    again = replace(plan, hear_again=True)
    assert with_kept_transcript(again, RECORDING.id, store) is again


def test_words_recognised_since_stay(store: Store, plan: Plan, tmp_path: Path) -> None:
    imported(store, tmp_path)
    turns = next(stage for stage in plan.stages if isinstance(stage, Turns))
    run = Started(turns, RECORDING.id, "print").ended()
    store.save_step(run, Evidence(RECORDING, turns=()), turns.writes, [])
    assert with_kept_transcript(plan, RECORDING.id, store) is plan
