"""Sequence and checklist of the sample incident, from the words really said in it, against the hand-written truth."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from pipeline.assemble import assemble
from pipeline.config import Incidents, Settings
from pipeline.policy import load_policy
from pipeline.review_answers import LookedUp, look_up
from pipeline.run import analyse_transcript
from pipeline.run_incidents import analyse_incidents
from pipeline.sequence import TECHNIQUES
from pipeline.store import Store
from pipeline.transcripts import read_transcript
from pipeline.types import ClockSource, Recording

SAMPLES = Path(__file__).parents[2] / "sample_media"
TRUTH = tomllib.loads((SAMPLES / "truth_sequence.toml").read_text("utf-8"))["maple_street"]
SAID = tomllib.loads((SAMPLES / "truth.toml").read_text("utf-8"))
NEED_SOUND = ("first_raised_voice",)
CLAUSES_THAT_NEED_SOUND = ("1.2-tone",)


def _transcript(folder: Path, recording: dict[str, Any]) -> Path:
    path = folder / f"{recording['file']}.jsonl"
    lines = [
        {"t_start": t["start"], "t_end": t["end"], "speaker": t["speaker"], "role": t["role"], "text": t["text"]}
        for t in recording["turn"]
    ]
    path.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> LookedUp:
    folder = tmp_path_factory.mktemp("truth")
    settings = Settings(incidents=Incidents())
    with Store(folder / "truth.db") as store:
        for row in SAID["recording"]:
            if row["incident"] != "maple_street":
                continue
            plan = assemble(settings, read_transcript(_transcript(folder, row)), media=False)
            recording = Recording(
                row["sha256"], folder / row["file"], row["duration"], row["start_utc"], ClockSource.CONTAINER,
                row["device"],
            )  # fmt: skip
            assert analyse_transcript(recording, store, plan).problem is None
        (incident,) = analyse_incidents(store, plan)
    return look_up(folder / "truth.db", load_policy(), incident.id, None)


def test_milestones(found: LookedUp) -> None:
    assert found.scene.contact is not None
    assert found.scene.contact.start == TRUTH["contact"]
    for milestone in found.course.milestones:
        expected = TRUTH["milestones"][milestone.key]
        if milestone.key in NEED_SOUND:
            assert milestone.state == "not analysed"
        elif isinstance(expected, str):
            assert (milestone.key, milestone.state) == (milestone.key, expected)
        else:
            assert (milestone.key, milestone.at) == (milestone.key, pytest.approx(expected, abs=0.1))


def test_techniques_and_nothing_else(found: LookedUp) -> None:
    heard = {label: [h.start for h in found.scene.of(label)] for label in TECHNIQUES if found.scene.of(label)}
    assert heard == {label: pytest.approx(times, abs=0.1) for label, times in TRUTH["techniques"].items()}


def test_what_two_cameras_heard_counts_once(found: LookedUp) -> None:
    (named,) = found.scene.of("officer_name_given")
    assert len(named.ids) == 2


def test_sentences(found: LookedUp) -> None:
    assert "No force was heard mentioned." in found.course.sentences
    assert "First contact at 0:42." in found.course.sentences


def test_checklist(found: LookedUp) -> None:
    states = {item.clause: item.state for item in found.checklist.items if item.clause not in CLAUSES_THAT_NEED_SOUND}
    assert states == {c: s for c, s in TRUTH["checklist"].items() if c not in CLAUSES_THAT_NEED_SOUND}
    assert all(item.findings for item in found.checklist.items if item.state == "found")
