"""Records count what people confirmed, over what people reviewed, once for all cameras."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pipeline.corrections import rename
from pipeline.force import ForceReport
from pipeline.policy import load_policy
from pipeline.reports.kept import Gathered, gather, positive_labels
from pipeline.reports.make import make_records
from pipeline.reports.period import Period
from pipeline.reports.records import UNASSIGNED, Record, record_of_all, records
from pipeline.store import Store
from pipeline.store.review_kinds import WATCHED
from pipeline.types import Span, Verdict
from tests.pipeline.reports.made_store import START, A, B, C, made_store

POLICY = load_policy()
PERIOD = Period(date(2025, 5, 1), date(2025, 6, 30), ZoneInfo("UTC"))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return made_store(tmp_path / "s.db")


def gathered(store: Store) -> Gathered:
    return gather(store, POLICY, store.roster(), PERIOD)


def record(store: Store, name: str, group: str = "officer") -> Record:
    reports = [ForceReport("R1", START, officers=("Tarn",), unit="a", precinct="Elsewhere")]
    return next(r for r in records(gathered(store), group, POLICY, store.roster(), reports) if r.name == name)


def counts(record: Record) -> dict[str, tuple[int, int]]:
    return {t.label: (t.confirmed, t.not_yet) for t in record.techniques if t.confirmed or t.not_yet}


def judge(
    store: Store, recording: str, verdict: Verdict = Verdict.CONFIRMED, label: str | None = None, speaker: bool = False
) -> None:
    for stored in store.findings(recording=recording):
        if label is None or stored.finding.label == label:
            store.add_review(stored.id, verdict, "kim", speaker_right=speaker)


def test_hours_are_those_recorded_analysed_and_of_contact(store: Store) -> None:
    of_17, of_18 = record(store, "17"), record(store, "18")
    assert (of_17.recordings, of_17.recorded, of_17.analysed, of_17.reviewed) == (2, 2.0, 1.9, 0.0)
    assert of_17.contact == pytest.approx(2 * 604 / 3600)
    assert (of_18.recordings, of_18.recorded) == (1, 0.5), "its camera's name has the make before the serial"
    assert (of_17.force_reports, of_18.force_reports) == (1, 0)
    assert gathered(store).without_clock == 1


def test_what_two_cameras_heard_is_one_contact_and_one_utterance_of_their_unit(store: Store) -> None:
    judge(store, A)
    judge(store, B)
    unit = record(store, "A", "unit")
    assert unit.contact == pytest.approx(2 * 604 / 3600) and unit.reviewed_contact == pytest.approx(604 / 3600)
    assert counts(unit) == {"reason_explained": (1, 0), "listening": (1, 1)}
    assert counts(record(store, "17"))["reason_explained"] == counts(record(store, "18"))["reason_explained"] == (1, 0)
    assert unit.force_reports == 1


def test_nothing_is_confirmed_until_a_person_says_so(store: Store) -> None:
    one = record(store, "17")
    assert counts(one) == {"reason_explained": (0, 1), "listening": (0, 2)} and not one.examples
    assert all(t.per_hour is None for t in one.techniques), "nothing was reviewed, so there is no rate"
    judge(store, C)
    one = record(store, "17")
    assert counts(one)["listening"] == (1, 1) and [e.text for e in one.examples] == ["tell me more about that"]
    (listening,) = [t for t in one.techniques if t.label == "listening"]
    assert listening.per_hour.value == pytest.approx(3600 / 604)
    assert (listening.contacts, listening.of_contacts.value) == (1, 1.0)
    assert listening.months["2025-05"] is None and listening.months["2025-06"].value == pytest.approx(3600 / 604)


def test_dismissed_findings_are_gone_and_unsure_ones_wait(store: Store) -> None:
    judge(store, C, Verdict.DISMISSED)
    assert counts(record(store, "17"))["listening"] == (0, 1)
    judge(store, C, Verdict.UNSURE)
    assert counts(record(store, "17"))["listening"] == (0, 2)


def test_a_recording_is_reviewed_when_every_finding_has_a_verdict_or_somebody_watched_it(store: Store) -> None:
    judge(store, A, label="listening")
    assert record(store, "17").reviewed == 0.0
    judge(store, A)
    assert record(store, "17").reviewed == 1.0
    assert record(store, "18").reviewed == 0.0
    store.log("kim", WATCHED, B)
    assert record(store, "18").reviewed == 0.5


def test_a_recording_is_reviewed_when_one_person_played_all_of_it(store: Store) -> None:
    length = store.recording(B).duration
    store.add_watched(B, "kim", [Span(0.0, length / 2)])
    store.add_watched(B, "lee", [Span(length / 2, length)])
    assert record(store, "18").reviewed == 0.0, "two halves by two people are nobody's whole"
    store.add_watched(B, "kim", [Span(length / 2 - 1, length - 0.5)])
    assert record(store, "18").reviewed == 0.5


def test_adverse_words_count_only_with_label_and_speaker_confirmed_and_for_the_speaker(store: Store) -> None:
    assert not record(store, "17").adverse
    judge(store, A)
    assert not record(store, "17").adverse, "the camera's wearer need not be the speaker"
    store.add_correction(rename(A, store.turns(A), "o1", "Officer Vale", "kim"))
    named = [f.finding for f in store.findings(recording=A)]
    assert {f.speaker for f in named} == {"o1"}, "findings follow a name when detectors ran again"
    renamed(store)
    assert not record(store, "18").adverse, "the words were confirmed, not who said them"
    judge(store, A, speaker=True)
    assert record(store, "18").adverse == {"disrespect": 1} and not record(store, "17").adverse
    assert record(store, "A", "unit").adverse == {"disrespect": 1}
    assert counts(record(store, "18"))["listening"] == (0, 0) if "listening" in counts(record(store, "18")) else True
    for stored in store.findings(recording=A):
        store.withdraw_verdicts(stored.id, "kim")
    assert not record(store, "18").adverse
    judge(store, A, speaker=True)
    judge(store, A, Verdict.UNSURE)
    assert not record(store, "18").adverse


def renamed(store: Store) -> None:
    """What the detectors do after a correction: the same findings, with the new name."""
    from dataclasses import replace

    from tests.pipeline.reports.made_store import run_of

    now = [replace(f.finding, speaker="Officer Vale") for f in store.findings(recording=A)]
    store.replace_findings(run_of(A, "techniques"), now)


def test_a_name_from_a_transcript_is_no_confirmation_of_the_speaker(store: Store) -> None:
    judge(store, A, speaker=True)
    renamed(store)
    assert not record(store, "18").adverse


def test_adverse_labels_are_never_among_the_techniques(store: Store) -> None:
    labels = positive_labels(POLICY)
    assert {"listening", "officer_name_given", "slow_down"} <= set(labels)
    assert not {"disrespect", "force_threatened", "force_announced", "raised_voice", "command"} & set(labels)
    assert "shut up" not in make_records(store, POLICY, "officer", None, PERIOD).html


def test_everybody_is_listed_in_alphabetical_order_also_without_recordings(store: Store) -> None:
    names = [r.title for r in records(gathered(store), "officer", POLICY, store.roster(), [])]
    assert names == ["Moss (19)", "Tarn (17)", "Vale (18)"]
    store.replace_roster([], "none.csv", "kim")
    assert [r.name for r in records(gathered(store), "officer", POLICY, store.roster(), [])] == [UNASSIGNED]


def test_a_recording_whose_techniques_were_never_looked_for_is_not_analysed(store: Store) -> None:
    from pipeline.types import StepState
    from tests.pipeline.reports.made_store import run_of

    store.replace_findings(run_of(C, "techniques", StepState.NOT_MEASURED), [])
    assert record(store, "17").analysed == pytest.approx(0.9)


def test_the_whole_store_counts_once(store: Store) -> None:
    for id in (A, B, C):
        judge(store, id)
    everything = record_of_all(gathered(store), POLICY, [])
    assert counts(everything) == {"reason_explained": (1, 0), "listening": (2, 0)} and not everything.adverse
    assert everything.recorded == 2.5 and everything.reviewed_events == 2
