"""A record narrowed down to some of the recordings says of them what the record of that group says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.corrections import rename
from pipeline.force import ForceReport
from pipeline.reports.kept import gather
from pipeline.reports.narrowing import force_of, group_of, narrowed, roster_of
from pipeline.reports.records import GROUPS, UNASSIGNED, record_of_all, records, records_by_month
from pipeline.store import Store
from pipeline.types import StepState
from tests.pipeline.reports.made_store import START, A, B, C, made_store
from tests.pipeline.reports.test_records import PERIOD, POLICY, gathered, judge


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = made_store(tmp_path / "s.db")
    for recording in (A, B, C):
        judge(made, recording, speaker=True)
    return made


@pytest.mark.parametrize("group", GROUPS)
def test_narrowed_down_to_a_group_it_is_the_record_of_that_group(store: Store, group: str) -> None:
    whole, roster = gathered(store), store.roster()
    for one in records(whole, group, POLICY, roster, []):
        alone = record_of_all(narrowed(whole, {group: one.name}), POLICY, [], one.title)
        assert replace(alone, group=one.group, name=one.name) == one


def test_groups_can_be_laid_over_each_other(store: Store) -> None:
    whole, roster = gathered(store), store.roster()
    both = narrowed(whole, {"unit": "A", "officer": "18"})
    assert [k.recording.id for k in both.recordings] == [B]
    assert {group_of(k, "precinct") for k in both.recordings} == {"North"}
    assert not narrowed(whole, {"unit": "B", "officer": "18"}).recordings
    assert not narrowed(whole, {"unit": UNASSIGNED}).recordings
    assert [a.officer for a in roster_of(roster, {"unit": "A"}).assignments] == ["17", "18"]
    named = [ForceReport("1", START, officers=("Tarn",), unit="a"), ForceReport("2", START, officers=("Moss",))]
    assert [r.number for r in force_of(named, {"unit": "A", "officer": "17"}, roster)] == ["1"]


def test_what_speaks_against_somebody_is_nobodys_until_the_speaker_was_named(store: Store) -> None:
    by_camera = narrowed(gathered(store), {"officer": "17"})
    assert not [u for u in by_camera.utterances if u.adverse]
    store.add_correction(rename(A, store.turns(A), "o1", "Officer Vale", "kim"))
    finding = next(f for f in store.findings(recording=A) if f.finding.label == "disrespect").finding
    store.replace_findings(
        next(r for r in store.latest_runs(A).values() if r.step == "techniques"),
        [replace(finding, speaker="Officer Vale")],
    )
    judge(store, A, label="disrespect", speaker=True)
    again = gathered(store)
    assert not [u for u in narrowed(again, {"officer": "17"}).utterances if u.adverse], "nor the camera's wearer's then"
    (said,) = [u for u in narrowed(again, {"officer": "18"}).utterances if u.adverse]
    assert said.confirmed and said.recording == A and said.event == "inc1"


def test_months_add_up_and_each_utterance_leads_to_its_finding(store: Store) -> None:
    whole = gathered(store)
    months = records_by_month(whole, POLICY, [], ["listening"])
    assert [(m.name, m.recordings, m.techniques[0].confirmed) for m in months] == [("2025-05", 2, 1), ("2025-06", 1, 1)]
    found = {f.id: f for f in store.findings()}
    for said in whole.utterances:
        assert found[said.finding].recording == said.recording and found[said.finding].finding.start == said.at


def test_why_words_were_not_analysed_is_said_with_hours(store: Store) -> None:
    assert record_of_all(gathered(store), POLICY, []).missing == {"too loud": 0.1}
    run = store.latest_runs(C)["techniques"]
    store.replace_findings(replace(run, state=StepState.NOT_MEASURED, reason="no words"), [])
    assert record_of_all(gathered(store), POLICY, []).missing == {"no words": 1.0, "too loud": 0.1}


def test_only_the_recordings_that_a_person_may_see(store: Store) -> None:
    mine = gather(store, POLICY, store.roster(), PERIOD, only={C})
    assert [k.recording.id for k in mine.recordings] == [C] and mine.without_clock == 0
    assert {r for u in mine.utterances for r in u.recordings} == {C}
