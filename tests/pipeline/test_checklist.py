from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.checklist import Checklist, checklist_of
from pipeline.errors import StoreError
from pipeline.policy import load_policy
from pipeline.review_answers import give_answer, look_up
from pipeline.sequence import sequence_of
from pipeline.store import Store
from pipeline.types import ChecklistAnswer, Recording
from tests.pipeline.test_sequence import heard, scene

POLICY = load_policy()


def checklist(*said: object, answers: dict[str, ChecklistAnswer] | None = None, **other: object) -> Checklist:
    found = scene(*said, **other)  # type: ignore[arg-type]
    return checklist_of(found, sequence_of(found, POLICY), POLICY, answers or {})


def states(made: Checklist) -> dict[str, str]:
    return {item.clause: item.state for item in made.items}


def test_every_clause_has_one_of_four_states() -> None:
    made = checklist(heard("slow_down", 10))
    assert list(states(made)) == list(POLICY.clauses)
    assert set(states(made).values()) == {"found", "not found", "needs a person"}
    assert states(made)["1.2-pace"] == "found"
    pace = next(item for item in made.items if item.clause == "1.2-pace")
    assert (pace.counts, len(pace.findings)) == ({"slowing down": 1}, 1)


def test_what_words_cannot_show_waits_for_a_person() -> None:
    made = checklist(heard("distance_cover", 10))
    item = next(i for i in made.items if i.clause == "1.2-distance")
    assert item.state == "needs a person"
    assert item.findings
    assert "must be looked at" in item.note


def test_not_analysed() -> None:
    detectors = ("techniques", "name_sharing", "spoken_command", "multi_officer_commands", "unanswered_question",
                 "conflicting_commands", "repeated_command", "one_voice")  # fmt: skip
    made = checklist(analysed=(), unlooked=dict.fromkeys(detectors, "no sound"))
    assert states(made)["1.2-warn"] == "not analysed"
    assert states(made)["1.2-names"] == "not analysed"
    assert states(made)["1.3B"] == "not analysed"


def test_part_not_analysed_is_said() -> None:
    item = next(i for i in checklist(analysed=(Span40,)).items if i.clause == "1.2-warn")
    assert (item.state, item.says) == ("not found", "Nothing was found. 60 s were not analysed.")


Span40 = replace(scene().span, end=40)


def test_clauses_about_what_came_before_force() -> None:
    tried = checklist(heard("listening", 10), heard("force_threatened", 30, "I will tase you"))
    assert states(tried)["1.3B"] == "found"
    assert states(tried)["1.3C"] == "needs a person"
    untried = checklist(heard("force_threatened", 30, "I will tase you"), heard("force_announced", 50, "Dog on him"))
    assert states(untried)["1.3B"] == "not found"
    assert states(untried)["1.3C"] == "not found"
    assert states(checklist())["1.3B"] == "needs a person"


@pytest.fixture
def store_path(tmp_path: Path) -> Path:
    path = tmp_path / "bwc.db"
    with Store(path) as store:
        store.add_recording(Recording("a" * 64, tmp_path / "a.mp4", 60.0))
    return path


def test_answers_are_kept_and_the_newest_counts(store_path: Path) -> None:
    found = look_up(store_path, POLICY, None, "a.mp4")
    give_answer(store_path, found, "1.2-warn", "no", "R. Ortiz")
    give_answer(store_path, found, "1.2-warn", "in part", "R. Ortiz", "a child stood beside him", "see 0:12")
    with Store(store_path) as store:
        first, second = store.answers("a" * 64)
        assert [a["action"] for a in store.activity(2)] == ["checklist.in part", "checklist.no"]
        with pytest.raises(Exception, match="append-only"):
            store._db.execute("DELETE FROM checklist_answers")
    assert (first.exception, second.exception, second.reason) == (False, True, "a child stood beside him")
    shown = look_up(store_path, POLICY, None, "a.mp4").checklist
    assert next(i.answer for i in shown.items if i.clause == "1.2-warn") == second


def test_answers_that_cannot_be(store_path: Path) -> None:
    found = look_up(store_path, POLICY, None, "a.mp4")
    with pytest.raises(StoreError, match=r"did you mean '1\.2-warn'"):
        give_answer(store_path, found, "1.2-wran", "no", "R. Ortiz")
    with pytest.raises(StoreError, match="there are: yes"):
        give_answer(store_path, found, "1.2-warn", "maybe", "R. Ortiz")
    with pytest.raises(StoreError, match="name of who"):
        give_answer(store_path, found, "1.2-warn", "no", " ")
    bare = ChecklistAnswer("a" * 64, "1.2-warn", "no", True, " ", "", "R. Ortiz", datetime.now(UTC))
    with Store(store_path) as store, pytest.raises(StoreError, match="needs its reason"):
        store.add_answer(bare, POLICY.stamp)


def test_a_recording_without_words(store_path: Path) -> None:
    made = look_up(store_path, POLICY, None, "a.mp4")
    assert made.course.not_analysed == 60
    assert states(made.checklist)["1.2-warn"] == "not analysed"
