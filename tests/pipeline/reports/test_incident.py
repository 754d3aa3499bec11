"""The report of one incident: everything that is known of it, nothing that is not."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pipeline.errors import StoreError
from pipeline.force import ForceReport, ReportRow
from pipeline.policy import load_policy
from pipeline.reports.incident import make_incident
from pipeline.store import Store
from pipeline.table_file import Row
from pipeline.types import Verdict
from tests.pipeline.reports.made_store import START, A, C, made_store, run_of

POLICY, ZONE = load_policy(), ZoneInfo("America/Chicago")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return made_store(tmp_path / "s.db")


def text_of(store: Store, name: str) -> str:
    made, _ = make_incident(store, POLICY, name, ZONE)
    assert "<script" not in made.html and not re.search(r"https?://(?!www\.w3\.org/2000/svg)", made.html)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", made.html)))


def test_it_holds_sequence_checklist_findings_words_and_what_was_not_analysed(store: Store) -> None:
    text = text_of(store, "Case 25-0113")
    assert "2025-05-17 18:30:00 (America/Chicago)" in text
    assert "First exchange at" in text or "First contact at" in text
    assert "1.2-explain" in text and "reason explained" in text
    assert "a.mp4" in text and "and 1 more" in text, "one utterance, two cameras"
    assert "line 22" in text and "line 45" not in text and "too loud" in text and "360 s" in text
    assert "None of the imported reports is linked" in text


def test_what_counts_only_when_confirmed_says_so(store: Store) -> None:
    assert "counts nowhere until a person confirms" in text_of(store, "Case 25-0113")
    adverse = next(f for f in store.findings(recording=A) if f.finding.label == "disrespect")
    store.add_review(adverse.id, Verdict.CONFIRMED, "kim", speaker_right=True)
    text = text_of(store, "Case 25-0113")
    assert "confirmed by kim" in text and "counts nowhere" not in text


def test_a_linked_report_says_why(store: Store) -> None:
    report = ForceReport("R-77", START, incident="25-0113", kinds=("Taser",))
    store.import_force_reports([ReportRow(report, Row(Path("f.csv"), 2, {}, {}))], "f.csv", "kim")
    text = text_of(store, "Case 25-0113")
    assert "R-77" in text and "By number: incident number 25-0113 stands in its name" in text and "Taser" in text


def test_a_recording_alone_has_a_report_too(store: Store) -> None:
    text = text_of(store, "c.mp4")
    assert "by the recording alone" in text and "tell me more about that" in text


def test_it_says_how_its_recordings_were_put_together(store: Store) -> None:
    assert "put together by hand" in text_of(store, "Case 25-0113")
    store.save_incidents([replace(store.incident("inc1"), grouped_by="clock")])
    assert "by their clocks and sound" in text_of(store, "Case 25-0113")


def test_what_people_say_is_shown_not_run(store: Store) -> None:
    found = [
        replace(f.finding, text="<img src=x onerror=alert(1)>", summary="<b>x</b>") for f in store.findings(recording=C)
    ]
    store.replace_findings(run_of(C, "techniques"), found)
    made, _ = make_incident(store, POLICY, "c.mp4", ZONE)
    assert "<img" not in made.html and "&lt;img src=x" in made.html


def test_nothing_of_that_name_is_one_line_that_lists_what_there_is(store: Store) -> None:
    with pytest.raises(StoreError, match=r"no such incident or recording; incidents: 'Case 25-0113'"):
        make_incident(store, POLICY, "nothing", ZONE)


def test_the_chart_says_what_it_shows_and_the_strip_has_a_mark_for_each_technique(store: Store) -> None:
    made, _ = make_incident(store, POLICY, "Case 25-0113", ZONE)
    assert "Talk time" in made.html and "officer" in made.html
    assert made.html.count("<circle") == 2, "one reason and one listening phrase; the adverse words are on no lane"
