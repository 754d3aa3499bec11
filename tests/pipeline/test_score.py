"""Scoring: hand-made cases with figures worked out by hand, and rules that hold for any findings."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import ConfigError
from pipeline.score import DetectorScore, as_rows, load_truth, not_analysed, score
from pipeline.truth import Truth, TruthEvent, TruthIncident, TruthRecording
from pipeline.types import Finding, Incident, Recording

START = datetime(2026, 3, 14, 21, 0, tzinfo=UTC)


def recording(id: str = "a" * 64, name: str = "one.mp4", duration: float = 1800.0) -> Recording:
    return Recording(id=id, path=Path("folder") / name, duration=duration, start_utc=START)


ONE = recording()
KNOWN = {ONE.id: ONE}


def truth(*events: TruthEvent, **more: object) -> Truth:
    return replace(Truth((TruthRecording("one.mp4", ONE.id, 0.0, events),)), **more)


def event(start: float, end: float, label: str | None = "muted", detector: str = "muted_audio") -> TruthEvent:
    return TruthEvent(detector, label, start, end)


def finding(
    start: float, end: float, label: str = "muted", detector: str = "muted_audio", subject: str = ONE.id
) -> Finding:
    return Finding(subject, detector, label, start, end, 0.9, f"No sound for {end - start:.0f} s")


def only(scores: tuple[DetectorScore, ...]) -> DetectorScore:
    (one,) = scores
    return one


def test_figures_by_hand() -> None:
    found = [finding(10.5, 20.0), finding(101.0, 113.0), finding(400, 410)]
    result = only(score(found, truth(event(10, 20), event(100, 110), event(200, 210), event(300, 310)), KNOWN))
    assert (result.true, result.found, result.matched) == (4, 3, 2)
    assert result.precision == pytest.approx(2 / 3)
    assert result.recall == 0.5
    assert result.f1 == pytest.approx(2 * (2 / 3) * 0.5 / (2 / 3 + 0.5))
    assert result.start_error == pytest.approx((0.5 + 1.0) / 2)
    assert result.end_error == pytest.approx((0.0 + 3.0) / 2)
    assert result.false_alarms_per_hour == pytest.approx(1 / 0.5)
    assert [(m.where, m.start) for m in result.misses] == [("one.mp4", 200), ("one.mp4", 300)]
    assert [(m.start, m.summary) for m in result.false_alarms] == [(400, "No sound for 10 s")]


def test_nothing_true_and_nothing_found_say_so() -> None:
    assert score([], truth(), KNOWN) == ()
    missed = only(score([], truth(event(1, 2)), KNOWN))
    assert (missed.precision, missed.recall, missed.f1, missed.start_error) == (None, 0.0, 0.0, None)
    false = only(score([finding(1, 2)], truth(), KNOWN))
    assert (false.precision, false.recall, false.f1) == (0.0, None, 0.0)
    listed = only(score([], truth(detectors=("muted_audio",)), KNOWN))
    assert (listed.precision, listed.recall, listed.f1) == (None, None, None)


def test_a_long_finding_is_paired_once() -> None:
    result = only(score([finding(0, 100)], truth(event(10, 20), event(40, 60)), KNOWN))
    assert result.matched == 1 and [m.start for m in result.misses] == [10]


def test_two_findings_for_one_event_are_one_found_and_one_false() -> None:
    result = only(score([finding(10, 14), finding(15, 20)], truth(event(10, 20)), KNOWN))
    assert result.matched == 1 and [f.start for f in result.false_alarms] == [10]


def test_more_pairs_go_before_better_overlap() -> None:
    """Greedy pairing would give the first finding to the second event, which it fits best, and lose a pair."""
    events = (event(0, 10), event(9, 30))
    found = [finding(8, 28), finding(29, 31)]
    assert only(score(found, truth(*events), KNOWN)).matched == 2


@pytest.mark.parametrize(("gap", "tolerance", "matched"), [(0.9, 1.0, 1), (1.1, 1.0, 0), (1.1, 2.0, 1), (0.0, 0.0, 1)])
def test_short_events_may_lie_beside_each_other(gap: float, tolerance: float, matched: int) -> None:
    result = score([finding(50 + gap, 50 + gap)], truth(event(50, 50), tolerance=tolerance), KNOWN)
    assert only(result).matched == matched


def test_long_spans_that_only_touch_are_no_pair() -> None:
    assert only(score([finding(20, 30)], truth(event(10, 20)), KNOWN)).matched == 0


def test_labels_must_agree_where_the_truth_gives_one() -> None:
    wrong = only(score([finding(10, 20, "other")], truth(event(10, 20)), KNOWN))
    assert (wrong.matched, wrong.other_label) == (0, 1)
    assert only(score([finding(10, 20, "other")], truth(event(10, 20, None)), KNOWN)).matched == 1


def test_detectors_are_scored_apart() -> None:
    found = [finding(10, 20), finding(10, 20, "frozen", "frozen_picture")]
    rows = score(found, truth(event(10, 20)), KNOWN)
    assert [(r.detector, r.matched, len(r.false_alarms)) for r in rows] == [
        ("frozen_picture", 0, 1),
        ("muted_audio", 1, 0),
    ]


def test_labels_and_detectors_can_be_left_out() -> None:
    found = [finding(10, 20), finding(30, 40, "info"), finding(10, 20, "x", "raised_voice")]
    base = truth(event(10, 20), event(50, 60, "info"))
    only_one = replace(base, detectors=("muted_audio",), ignore_labels=frozenset({"muted_audio/info"}))
    result = only(score(found, only_one, KNOWN))
    assert (result.true, result.found, result.precision, result.recall) == (1, 1, 1.0, 1.0)
    everywhere = score(found, replace(base, ignore_labels=frozenset({"info", "raised_voice/x"})), KNOWN)
    assert [r.detector for r in everywhere] == ["muted_audio"]


def test_recordings_are_known_by_hash_then_by_name() -> None:
    base = Truth(
        (
            TruthRecording("one.mp4", "f" * 64, None, (event(10, 20),)),
            TruthRecording("two.mp4", None, None, (event(30, 40),)),
            TruthRecording("three.mp4", None, None, (event(50, 60),)),
        )
    )
    renamed, two, other = recording("f" * 64, "renamed.mp4"), recording("b", "two.mp4"), recording("c", "one.mp4")
    known = {r.id: r for r in (renamed, two, other)}
    found = [finding(10, 20, subject="f" * 64), finding(30, 40, subject="b"), finding(10, 20, subject="c")]
    result = only(score(found, base, known))
    assert (result.true, result.found, result.matched) == (3, 2, 2)
    assert not_analysed(base, known) == ("three.mp4",)
    assert result.hours == pytest.approx(1.0)


def incident_truth(zero: datetime | None = START, offset: float = 0.0) -> Truth:
    gap = TruthEvent("camera_off_gap", "camera_off_gap", 100.0, 160.0)
    recordings = tuple(TruthRecording(f"{n}.mp4", None, offset + i, ()) for i, n in enumerate(("one", "two")))
    return Truth(recordings, (TruthIncident(("one.mp4", "two.mp4"), zero, (gap,)),))


def incident(start: datetime | None, *offsets: float) -> Incident:
    members = tuple((id, offset, "container") for id, offset in zip(("a" * 64, "b" * 64), offsets, strict=True))
    return Incident("incident-1", "made up", start, members, "clock")


TWO = {r.id: r for r in (ONE, recording("b" * 64, "two.mp4"))}


def gap(start: float, end: float) -> Finding:
    return finding(start, end, "camera_off_gap", "camera_off_gap", "incident-1")


def test_incidents_are_compared_on_the_incident_s_clock() -> None:
    """The analysed incident starts when the first camera does, 40 s after the truth's: its times are moved."""
    here = incident(START + timedelta(seconds=40), 0.0, 1.0)
    result = only(score([gap(60, 121)], incident_truth(offset=40.0), TWO, [here]))
    assert (result.matched, result.start_error, result.end_error) == (1, 0.0, 1.0)
    assert result.hours == pytest.approx(1.0)


def test_incidents_without_a_clock_are_laid_by_their_offsets() -> None:
    result = only(score([gap(60, 120)], incident_truth(None, 40.0), TWO, [incident(None, 0.0, 1.0)]))
    assert (result.matched, result.start_error) == (1, 0.0)


def test_an_incident_the_truth_does_not_know() -> None:
    base = replace(incident_truth(), incidents=())
    assert len(only(score([gap(60, 120)], base, TWO, [incident(START, 0, 1)])).false_alarms) == 1
    stranger = Incident("incident-1", "", None, (("z" * 64, 0.0, ""),), "single")
    missed = only(score([gap(100, 160)], incident_truth(), TWO, [stranger]))
    assert (missed.found, len(missed.misses)) == (0, 1)


def test_rows_can_be_written_as_json() -> None:
    rows = as_rows(score([finding(10.1234, 20)], truth(event(10, 20), event(90, 91)), KNOWN))
    back = json.loads(json.dumps(rows))[0]
    assert back["start_error"] == 0.123 and back["precision"] == 1.0 and back["false_alarms_per_hour"] == 0.0
    assert back["misses"] == [{"where": "one.mp4", "label": "muted", "start": 90.0, "end": 91.0, "summary": ""}]


# rules that hold for any input

times = st.integers(0, 300).map(lambda n: n / 2)
labels = st.sampled_from(["muted", "buffer"])
detectors = st.sampled_from(["muted_audio", "raised_voice"])
events = st.builds(
    lambda start, length, label, detector: TruthEvent(detector, label, start, start + length),
    times,
    st.integers(0, 40).map(lambda n: n / 2),
    st.none() | labels,
    detectors,
)
findings = st.builds(
    lambda start, length, label, detector: finding(start, start + length, label, detector),
    times,
    st.integers(0, 40).map(lambda n: n / 2),
    labels,
    detectors,
)
some_events, some_findings = st.lists(events, max_size=8), st.lists(findings, max_size=8)


@given(some_events)
def test_perfect_findings_score_one(given_events: list[TruthEvent]) -> None:
    found = [finding(e.start, e.end, e.label or "muted", e.detector) for e in given_events]
    for result in score(found, truth(*given_events), KNOWN):
        assert result.precision == result.recall == result.f1 == 1.0
        assert not result.misses and not result.false_alarms


@given(some_events, some_findings, st.randoms(use_true_random=False))
def test_order_does_not_matter(given_events: list[TruthEvent], found: list[Finding], chance: random.Random) -> None:
    mixed, mixed_events = found[:], given_events[:]
    chance.shuffle(mixed)
    chance.shuffle(mixed_events)
    assert score(found, truth(*given_events), KNOWN) == score(mixed, truth(*mixed_events), KNOWN)


@given(some_events, some_findings)
def test_every_event_and_finding_is_counted_once(given_events: list[TruthEvent], found: list[Finding]) -> None:
    results = score(found, truth(*given_events), KNOWN)
    assert sum(r.true for r in results) == len(given_events) and sum(r.found for r in results) == len(found)
    for r in results:
        assert r.matched + len(r.misses) == r.true and r.matched + len(r.false_alarms) == r.found
        assert r.other_label <= len(r.misses)


@given(some_events, some_findings, detectors)
def test_a_false_alarm_never_helps(given_events: list[TruthEvent], found: list[Finding], detector: str) -> None:
    before = {r.detector: r for r in score(found, truth(*given_events), KNOWN)}
    alarm = finding(1000, 1010, "muted", detector)
    after = {r.detector: r for r in score([*found, alarm], truth(*given_events), KNOWN)}[detector]
    if detector in before:
        old = before[detector]
        assert after.matched == old.matched and after.recall == old.recall
        assert (after.precision or 0.0) <= (old.precision if old.precision is not None else 1.0)
        assert (after.f1 or 0.0) <= (old.f1 or 0.0)
    assert len(after.false_alarms) == 1 + (len(before[detector].false_alarms) if detector in before else 0)


@given(some_events, some_findings, findings)
def test_a_further_finding_never_loses_a_pair(
    given_events: list[TruthEvent], found: list[Finding], more: Finding
) -> None:
    before = sum(r.matched for r in score(found, truth(*given_events), KNOWN))
    after = sum(r.matched for r in score([*found, more], truth(*given_events), KNOWN))
    assert before <= after <= before + 1


@settings(max_examples=60)
@given(st.lists(events, max_size=4), st.lists(findings, max_size=4))
def test_no_other_pairing_has_more_pairs(given_events: list[TruthEvent], found: list[Finding]) -> None:
    """Against trying every pairing there is."""

    def fits(e: TruthEvent, f: Finding) -> bool:
        near = abs(e.start + e.end - f.start - f.end) / 2 <= 1.0
        return e.detector == f.detector and e.label in (None, f.label) and (e.span.overlap(f.span) > 0 or near)

    padded = [*found, *[None] * len(given_events)]
    best = max(
        sum(f is not None and fits(e, f) for e, f in zip(given_events, order, strict=False))
        for order in permutations(padded, len(given_events))
    )
    assert sum(r.matched for r in score(found, truth(*given_events), KNOWN)) == best


# reading a truth file

GOOD = """
[scoring]
ignore_labels = ["info"]
later = "unknown keys are no error"

[[recording]]
file = "one.mp4"
sha256 = "aa"
wearer = "officer_1"
offset = 2

[[recording.turn]]
start = 1.0
words = [["stop", 1.0, 1.4]]

[[recording.event]]
detector = "muted_audio"
label = "muted"
start = 3
end = 9.5
speakers = ["a"]

[[recording]]
file = "two.mp4"

[[incident]]
id = "hill-park"
start_utc = 2026-03-14T21:00:00Z
recordings = ["one.mp4", "two.mp4"]

[[incident.event]]
detector = "camera_off_gap"
start = 1.0
end = 2.0
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "truth.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_truth_file_is_read_whatever_else_it_holds(tmp_path: Path) -> None:
    read = load_truth(written(tmp_path, GOOD))
    assert read.recordings[0] == TruthRecording("one.mp4", "aa", 2.0, (event(3.0, 9.5),))
    assert read.recordings[1] == TruthRecording("two.mp4", None, None, ())
    assert read.incidents[0].start_utc == START
    assert read.incidents[0].events == (TruthEvent("camera_off_gap", None, 1.0, 2.0),)
    assert read.ignore_labels == {"info"} and read.tolerance == 1.0 and read.detectors is None


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('file = "two.mp4"', "", "recording 2 of the file: file is missing"),
        ('file = "two.mp4"', 'file = "one.mp4"', "lists a recording twice: one.mp4"),
        ("end = 9.5", "", "event 1 of one.mp4: end is missing"),
        ("end = 9.5", 'end = "9.5"', "event 1 of one.mp4: end is not a number"),
        ("end = 9.5", "end = nan", "end is not a number"),
        ("end = 9.5", "end = 2.5", "ends before it starts"),
        ('detector = "muted_audio"', "", "detector is missing"),
        ('label = "muted"', "label = 3", "label is not a text"),
        ('recordings = ["one.mp4", "two.mp4"]', "", r"incident 1 of the file: recordings .* is missing"),
        ("2026-03-14T21:00:00Z", '"2026-03-14"', "start_utc is not a date"),
        ('ignore_labels = ["info"]', 'ignore_labels = "info"', "ignore_labels is not a list"),
        ("[scoring]", "[scoring]\ntolerance = -1", "tolerance is negative"),
        ("[[recording.event]]", "[recording.event]", "not a list of tables"),
    ],
)
def test_a_truth_file_that_cannot_be_meant(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    assert old in GOOD
    with pytest.raises(ConfigError, match=complaint) as caught:
        load_truth(written(tmp_path, GOOD.replace(old, new, 1)))
    assert str(caught.value).startswith(str(tmp_path / "truth.toml")) and "\n" not in str(caught.value)


def test_what_is_no_truth_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"truth\.toml, line 3"):
        load_truth(written(tmp_path, "a = 1\nb = 2\nc =\n"))
    with pytest.raises(ConfigError, match="no \\[\\[recording\\]\\]"):
        load_truth(written(tmp_path, ""))
    with pytest.raises(ConfigError, match="cannot be read"):
        load_truth(tmp_path / "missing.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="no text in UTF-8"):
        load_truth(tmp_path / "binary.toml")
