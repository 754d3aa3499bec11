"""What must hold for any calls and recordings."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.camera_use import Call, RecordingFacts, UseKind, assess
from pipeline.policy.dispatch_rules import DispatchRules, SystemClock
from tests.pipeline.camera_use.made import ROSTER, RULES, at, call, film, mark, rules, told, uses

TIME = st.integers(0, 6000)
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def some_call(draw: st.DrawFn) -> Call:
    start, length = draw(TIME), draw(st.sampled_from([0, 30, 600, 1800, None]))
    officer = draw(st.sampled_from(["1", "2", "3", "99", ""]))
    unit = draw(st.sampled_from(["", "U1", "U4", "Z"]))
    end = None if length is None else start + length
    scene = draw(st.sampled_from([None, start, start + 20]))
    number = draw(st.sampled_from(["a", "b", "c"]))
    return call(start, end, officer, number, unit=unit, on_scene=at(scene) if scene is not None else None)


@st.composite
def some_film(draw: st.DrawFn) -> RecordingFacts:
    start, length = draw(TIME), draw(st.sampled_from([0, 1, 300, 2000]))
    officer = draw(st.sampled_from(["1", "2", "3", "77"]))
    marks = tuple(
        mark(s, s + n) for s, n in draw(st.lists(st.tuples(st.integers(0, 300), st.integers(1, 90)), max_size=2))
    )
    name = str(draw(st.uuids()))
    known = {"muted": marks, "unseen": marks, "buffer": draw(st.sampled_from([None, 0.0, 30.0]))}
    one = film(start, start + length, officer, name=name, **known)
    return one if draw(st.integers(0, 9)) else replace(one, start_utc=None, end_utc=None, clock=None)


CALLS, FILMS = st.lists(some_call(), max_size=6), st.lists(some_film(), max_size=8)


@QUICK
@given(CALLS, FILMS, st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(calls: list[Call], films: list[RecordingFacts], chance: object) -> None:
    expected = uses(calls, films)
    mixed_calls, mixed_films = list(calls), list(films)
    chance.shuffle(mixed_calls), chance.shuffle(mixed_films)  # type: ignore[attr-defined]
    assert uses(mixed_calls, mixed_films) == expected


@QUICK
@given(CALLS, FILMS)
def test_what_is_told_lies_within_what_was_asked(calls: list[Call], films: list[RecordingFacts]) -> None:
    found = uses(calls, films)
    for use in found:
        assert use.findings == () or use.counts
        assert 0 <= use.covered_s <= use.required_s
        for finding in use.findings:
            assert 0 <= finding.sure <= 0.99 and finding.seconds >= 0 and finding.evidence
            open_end = any("until when" in note for note in use.notes)
            if finding.kind is not UseKind.BUFFER_MISSING:
                assert finding.start_utc >= use.required[0].start
                assert open_end or finding.end_utc <= use.required[-1].end
        off = sum(f.seconds for f in use.findings if f.kind in (UseKind.LATE_START, UseKind.EARLY_STOP, UseKind.GAP))
        if len(use.required) == 1 and "until when" not in " ".join(use.notes):
            assert off <= use.required_s - use.covered_s + 0.001
        assert (not use.recordings) == any(f.kind is UseKind.NO_RECORDING for f in use.findings) or not use.counts


@QUICK
@given(CALLS, FILMS)
def test_every_finding_is_told_once(calls: list[Call], films: list[RecordingFacts]) -> None:
    ids = [f.id for use in uses(calls, films) for f in use.findings if f.kind is not UseKind.BUFFER_MISSING]
    assert len(ids) == len(set(ids))
    for kind in (UseKind.MUTED, UseKind.NOT_SEEING, UseKind.GAP):
        spans = sorted(
            (f.officer, f.start_utc, f.end_utc) for u in uses(calls, films) for f in u.findings if f.kind is kind
        )
        assert all(a[0] != b[0] or a[2] <= b[1] for a, b in pairwise(spans))


@QUICK
@given(CALLS, FILMS)
def test_a_recording_more_never_adds_a_missing_one(calls: list[Call], films: list[RecordingFacts]) -> None:
    def missing(of: list[RecordingFacts]) -> set[str]:
        return {f.id for u in uses(calls, of) for f in u.findings if f.kind is UseKind.NO_RECORDING}

    assert missing([*films, film(0, 2000, "1")]) <= missing(films)


@QUICK
@given(CALLS, FILMS, st.integers(-3600, 3600))
def test_a_dispatch_clock_that_is_off_and_set_right_changes_nothing(
    calls: list[Call], films: list[RecordingFacts], ahead: int
) -> None:
    off = DispatchRules(clock=SystemClock(float(ahead), 0.0))
    moved = [
        replace(c, **{n: t + timedelta(seconds=ahead) for n in ("dispatched", "on_scene", "cleared")
                      if (t := getattr(c, n)) is not None}) for c in calls
    ]  # fmt: skip
    assert told(uses(moved, films, rules(off))) == told(uses(calls, films))


@QUICK
@given(CALLS, FILMS, st.sampled_from(["America/New_York", "Europe/Vienna", "Australia/Lord_Howe"]), st.integers(0, 364))
def test_summer_time_changes_nothing(calls: list[Call], films: list[RecordingFacts], zone: str, days: int) -> None:
    there = ZoneInfo(zone)
    local = [
        replace(c, **{n: t.astimezone(there) for n in ("dispatched", "on_scene", "cleared")
                      if (t := getattr(c, n)) is not None}) for c in calls
    ]  # fmt: skip
    assert told(assess(local, ROSTER, films, replace(RULES, zone=there))) == told(uses(calls, films))
    later = timedelta(days=days)
    moved_calls = [
        replace(c, **{n: t + later for n in ("dispatched", "on_scene", "cleared") if (t := getattr(c, n)) is not None})
        for c in calls
    ]
    moved_films = [
        replace(f, start_utc=f.start_utc + later, end_utc=f.end_utc + later) if f.start_utc and f.end_utc else f
        for f in films
    ]
    found = told(uses(moved_calls, moved_films))
    assert [(k, o, s - later.total_seconds(), n) for k, o, s, n in found] == told(uses(calls, films))


@QUICK
@given(st.lists(st.tuples(TIME, st.sampled_from([0, 10, 400])), max_size=8))
def test_cutting_a_recording_in_two_that_follow_each_other_changes_nothing(spans: list[tuple[int, int]]) -> None:
    films = [film(s, s + n, name=str(i)) for i, (s, n) in enumerate(spans)]
    halves = [
        half for i, (s, n) in enumerate(spans)
        for half in (film(s, s + n / 2, name=f"{i}a"), film(s + n / 2, s + n, name=f"{i}b"))
    ]  # fmt: skip
    assert told(uses([call(0, 6000)], halves)) == told(uses([call(0, 6000)], films))


def test_hundreds_of_calls_and_recordings_at_once_tell_each_second_once() -> None:
    calls = [call(n % 7, 1800, "1", f"n{n}") for n in range(600)]
    films = [film(n % 11, 700, name=str(n)) for n in range(300)] + [film(800, 1700, name=f"x{n}") for n in range(300)]
    found = told(uses(calls, films))
    assert [t for t in found if t[0] is UseKind.GAP] == [(UseKind.GAP, "1", 700, 100)]
    assert sum(t[0] is UseKind.EARLY_STOP for t in found) == 600
