"""What a page asks of the findings as a whole: counted in the store, found by an index."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.store import Store
from pipeline.store.findings import FindingCount
from pipeline.types import Incident, StepState, Verdict
from tests.review_ui.made_content import finding
from tests.review_ui.made_store import START, recording, run


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    one, two = recording("one.mp4"), recording("two.mp4")
    with Store(tmp_path / "bwc.db") as opened:
        for item in (one, two):
            opened.add_recording(item)
            rows = [finding(item.id, "spoken_command", at, at + 1.0, 0.5, "An order.") for at in (1.0, 5.0, 9.0)]
            opened.replace_findings(run(item.id, "spoken_command"), rows)
        opened.save_incidents(
            [Incident("1" * 16, "both", START, ((one.id, 0.0, "clock"), (two.id, 2.0, "clock")), "clock")]
        )
        off = finding("1" * 16, "camera_off_gap", 3.0, 4.0, 0.9, "Camera off for 1 s.")
        opened.replace_findings(run("1" * 16, "camera_off_gap"), [off], of_incident=True)
        yield opened


def counted(store: Store) -> dict[tuple[str, str], tuple[int, int]]:
    return {(c.subject, c.detector): (c.findings, c.to_review) for c in store.finding_counts()}


def test_counts_agree_with_the_findings_one_by_one(store: Store) -> None:
    first = store.findings()[0]
    store.add_review(first.id, Verdict.DISMISSED, "anna")
    store.add_review(store.findings()[1].id, Verdict.UNSURE, "ben")
    store.withdraw_verdicts(store.findings()[1].id, "ben")
    expected: dict[tuple[str, str], list[bool]] = {}
    for item in store.findings():
        expected.setdefault((item.finding.subject, item.finding.detector), []).append(item.verdict is None)
    assert counted(store) == {key: (len(open_), sum(open_)) for key, open_ in expected.items()}
    assert (3, 2) in counted(store).values()


def test_what_is_retired_is_not_counted(store: Store) -> None:
    one = store.recordings()[0]
    store.replace_findings(run(one.id, "spoken_command"), [])
    assert (one.id, "spoken_command") not in counted(store)
    assert store.finding_ids([one.id]) == set()
    assert store.labels_found() == ["camera_off_gap", "spoken_command"]


def test_ids_of_recordings_and_incidents(store: Store) -> None:
    every = store.recordings()[0].id, "1" * 16
    assert store.finding_ids(every) == {f.id for f in store.findings(recording=every[0])} | {
        f.id for f in store.findings(incident=every[1])
    }
    assert store.finding_ids([]) == set()


def test_only_what_ran_to_its_end_was_looked_at(store: Store) -> None:
    one, two = store.recordings()
    assert store.looked_at(["spoken_command"]) == {one.id, two.id}
    store.replace_findings(run(two.id, "spoken_command", StepState.FAILED, "stopped"), [])
    assert store.looked_at(["spoken_command"]) == {one.id}
    assert store.looked_at(["raised_voice"]) == set()


@pytest.mark.parametrize("letters", [4, 12, 20])
def test_a_finding_by_its_first_letters(store: Store, letters: int) -> None:
    wanted = store.findings()[2]
    others = [f for f in store.findings(retired=True) if f.id[:letters] == wanted.id[:letters]]
    assert others == [wanted], "the made ids differ in their first letters"
    assert store.finding(wanted.id[:letters]) == wanted


def test_findings_of_one_recording_and_detector(store: Store) -> None:
    one = store.recordings()[0].id
    assert {f.finding.subject for f in store.findings(recording=one)} == {one}
    assert [f.finding.detector for f in store.findings(detector="camera_off_gap")] == ["camera_off_gap"]
    assert store.findings(recording=one, detector="camera_off_gap") == []
    assert store.findings(recording="0" * 64) == []


def test_counts_are_values(store: Store) -> None:
    assert FindingCount("1" * 16, "camera_off_gap", 1, 1) in store.finding_counts()
