"""What a change of the pack does is found by looking: on the same words, with the pack before and the one after."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.packs.effect import BY_PACK, redo, standing, tried
from pipeline.packs.own import begin
from pipeline.policy import load_policy
from pipeline.store import Store
from pipeline.types import Evidence, Recording, Role, Run, StepState, Turn, Verdict

START = datetime(2025, 5, 17, 23, 30, tzinfo=UTC)
SAID = (
    "Let us breathe for a moment.",
    "What happened here?",
    "He took my phone.",
    "Put your hands on the hood of the car.",
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(tmp_path / "s.db")
    for id, when in (("a" * 64, START), ("b" * 64, None)):
        made.add_recording(Recording(id, Path(f"{id[0]}.mp4"), 60.0, when))
        turns = tuple(
            Turn(n * 8.0, n * 8.0 + 4, "v1", Role.CIVILIAN if n == 2 else Role.OFFICER, text)
            for n, text in enumerate(SAID)
        )
        run = Run(id, "turns", "1", "f", StepState.DONE, "", {}, None, START, 0.1)
        made.save_step(run, Evidence(made.recording(id), turns=turns), ("turns",), [])
    return made


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return begin("city", folder=tmp_path)


def changed(own: Path, more: str) -> Path:
    after = own.with_name("after.toml")
    after.write_text(own.read_text().replace('"1"', '"2"', 1) + more)
    return after


def test_a_phrase_more_brings_findings_and_a_clause_less_takes_them(store: Store, own: Path) -> None:
    settings, before = Settings(policy=own), load_policy(own)
    assert list(redo(store, settings)) == store.recordings()
    more = load_policy(changed(own, '[techniques.slow_down]\nphrases = ["...", "let us breathe"]\n'))
    trial = tried(store, settings, before, more)
    assert (trial.tried, trial.of, dict(trial.comes), dict(trial.goes)) == (2, 2, {"slow_down": 2}, {})
    assert {one.finding.text for one in trial.examples_coming} == {"Let us breathe"} and trial.stays > 0
    stored = [f for f in store.findings() if f.finding.label == "command"]
    assert len(stored) == 2
    store.add_review(stored[0].id, Verdict.CONFIRMED, "kim")
    none = load_policy(changed(own, '[clauses."1.2-one-voice"]\nenabled = false\n'))
    less = tried(store, settings, before, none)
    assert less.goes["command"] == 2 and not less.comes and less.verdicts_going == 1
    assert less.examples_going[0].verdict, "what a person has judged is shown first"


def test_what_is_tried_is_what_is_then_found(store: Store, own: Path) -> None:
    settings, before = Settings(policy=own), load_policy(own)
    list(redo(store, settings))
    old = {f.id for f in store.findings()}
    text = '[techniques.slow_down]\nphrases = ["...", "let us breathe"]\n[clauses."1.2-one-voice"]\nenabled = false\n'
    after = changed(own, text)
    trial = tried(store, settings, before, load_policy(after))
    list(redo(store, Settings(policy=after)))
    new = {f.id for f in store.findings()}
    assert (len(new - old), len(old - new)) == (sum(trial.comes.values()), sum(trial.goes.values()))


def test_what_rests_on_which_pack(store: Store, own: Path) -> None:
    policy = load_policy(own)
    assert standing(store, policy.sha256).recordings == 0
    list(redo(store, Settings(policy=own)))
    now = standing(store, policy.sha256)
    assert (now.recordings, now.by_this, now.others) == (2, 2, {}) and now.findings > 0
    then = standing(store, load_policy(changed(own, "[windows]\ncalm_stretch = 30\n")).sha256)
    assert (
        then.by_this == 0 and list(then.others.values()) == [2] and next(iter(then.others)).startswith("city 1 (sha256")
    )


def test_no_time_still_looks_at_one_recording_the_newest(store: Store, own: Path) -> None:
    trial = tried(store, Settings(policy=own), load_policy(own), load_policy(own), seconds=0.0)
    assert (trial.tried, trial.of) == (1, 2) and not trial.comes and not trial.goes


def test_detectors_of_the_picture_do_not_go_by_the_pack() -> None:
    assert "techniques" in BY_PACK and "lens_covered" not in BY_PACK
