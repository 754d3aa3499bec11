"""One officer at one call: every kind of observation, and everything that is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from pipeline.camera_use import Marked, UseKind, unused
from pipeline.policy.dispatch_rules import DispatchRules, SystemClock
from pipeline.roster import Assignment, Roster
from tests.pipeline.camera_use.made import ALL, ROSTER, ZERO, at, call, film, mark, rules, told, uses

K = UseKind


def test_a_recording_from_before_until_after_shows_nothing() -> None:
    (use,) = uses([call()], [film(-30, 1815)])
    assert use.findings == () and use.counts and use.recordings == ("r1--30-1815",)
    assert (use.required_s, use.covered_s, use.muted_s, use.unseen_s) == (1800, 1800, 0, 0)
    assert (use.officer, use.unit, use.start_utc) == ("1", "U1", at(0))


@pytest.mark.parametrize(
    ("films", "found"),
    [
        ([], [(K.NO_RECORDING, 0, 1800)]),
        ([(-900, 0)], [(K.NO_RECORDING, 0, 1800)]),
        ([(1800, 1900)], [(K.NO_RECORDING, 0, 1800)]),
        ([(300, 1800)], [(K.LATE_START, 0, 300)]),
        ([(0, 1500)], [(K.EARLY_STOP, 1500, 300)]),
        ([(60, 1745)], []),  # within the grace
        ([(61.5, 1738.5)], []),  # within the clocks
        ([(63, 1737)], [(K.LATE_START, 0, 63), (K.EARLY_STOP, 1737, 63)]),
        ([(0, 700), (760, 1800)], [(K.GAP, 700, 60)]),
        ([(0, 700), (702, 1800)], []),  # a file that ends at its longest goes on in the next
        ([(0, 700), (600, 1800)], []),
        ([(0, 700), (600, 1000), (900, 950), (1060, 1800)], [(K.GAP, 1000, 60)]),
        ([(300, 700), (800, 1500)], [(K.LATE_START, 0, 300), (K.GAP, 700, 100), (K.EARLY_STOP, 1500, 300)]),
        ([(0, 0), (0, 1800)], []),
    ],
)
def test_starts_ends_and_breaks(films: list[tuple[float, float]], found: list[tuple[UseKind, float, float]]) -> None:
    assert [(k, s, n) for k, _, s, n in told(uses([call()], [film(a, b) for a, b in films]))] == found


def test_a_late_start_shows_the_row_the_recording_the_clocks_and_the_other_camera() -> None:
    calls = [call(source="cad.csv", row=7), call(officer="2")]
    found = uses(calls, [film(300, 1810, path="/cards/one.mp4"), film(-10, 1810, "2")])
    (late,) = found[0].findings
    assert late.recordings == ("r1-300-1810",) and 0.8 < late.sure <= 0.99
    assert [(e.kind, e.recording, e.at, e.until) for e in late.evidence] == [
        ("dispatch", "", None, None), ("recording", "r1-300-1810", 0.0, None), ("clock", "", None, None),
        ("other camera", "r2--10-1810", 10.0, 310.0),
    ]  # fmt: skip
    assert (
        "cad.csv, row 7" in late.evidence[0].text and "one.mp4 begins at 2025-05-17 12:05:00" in late.evidence[1].text
    )
    assert late.evidence[3].text == "The camera of officer 2 recorded 5 min of it"


def test_a_worse_clock_makes_a_late_start_less_sure_and_hides_a_small_one() -> None:
    def sure(within: float) -> list[float]:
        by = rules(DispatchRules(clock=SystemClock(within=within)))
        return [f.sure for use in uses([call()], [film(120, 1810)], by) for f in use.findings]

    assert sure(0) > sure(15) > sure(50) and sure(58) == []


def test_what_was_found_against_a_clock_makes_it_less_sure() -> None:
    doubt = (mark(0, 10, "container", said="The burned-in clock is 5 min ahead of the file's clock"),)
    (plain,), (doubted,) = (uses([call()], [film(300, 1810, clock_doubts=d)])[0].findings for d in ((), doubt))
    assert doubted.sure == pytest.approx(plain.sure / 2, abs=0.01)
    assert any("5 min ahead" in e.text for e in doubted.evidence)


def test_the_dispatch_clock_is_set_right_for_its_system_alone() -> None:
    by = rules(DispatchRules(clock=SystemClock(within=0.0), systems={"County": SystemClock(90.0, 0.0)}))
    films = [film(0, 1800)]
    assert told(uses([call(90, 1890, system="county")], films, by)) == []
    assert [t[0] for t in told(uses([call(90, 1890)], films, by))] == [K.EARLY_STOP]
    (use,) = uses([call(90, 1890, system="County")], films, by)
    assert use.required[0].start == at(0)


# sound and picture


def test_mutes_are_told_as_the_policy_asks() -> None:
    long, short = film(0, 1800, muted=(mark(300, 500),)), film(0, 1800, muted=(mark(300, 330),))
    allowed = rules(announce_before_stop=False)
    assert told(uses([call()], [long], allowed)) == [(K.MUTED, "1", 300, 200)]
    assert told(uses([call()], [short], allowed)) == []
    assert told(uses([call()], [short], rules(mute_allowed=False))) == [(K.MUTED, "1", 300, 30)]
    assert told(uses([call()], [short])) == [(K.MUTED, "1", 300, 30)]  # no reason was found
    assert told(uses([call()], [replace(short, announced=(mark(290, 292, "camera_off_announced"),))])) == []
    assert told(uses([call()], [replace(short, looked=ALL - {"techniques"})])) == []  # words were not looked at
    assert [u.muted_s for u in uses([call()], [short], allowed)] == [30]


def test_words_before_the_end_are_not_of_a_mute_before_them() -> None:
    short = film(0, 600, muted=(mark(540, 570),))
    off = mark(580, 583, "mute_announced", of_end=True), mark(580, 583, "camera_off_announced")
    told_of = [told(uses([call(end=600)], [replace(short, announced=marks)])) for marks in (off, off[1:])]
    assert told_of == [[(K.MUTED, "1", 540, 30)], []]


def test_the_words_of_a_long_mute_are_told_before_and_after_it() -> None:
    def said(*marks: Marked) -> list[str]:
        (use,) = uses([call()], [film(0, 1800, muted=(mark(300, 500),), announced=marks)])
        return [e.text for f in use.findings for e in f.evidence if e.kind == "announced"]

    before = mark(290, 293, "mute_reason_spoken", said="muting to talk to my sergeant")
    plain = mark(294, 296, "camera_off_announced", said="muting")
    after = mark(505, 509, "mute_reason_spoken", said="that mute was for an informant")
    assert said(before, plain) == ["10 s before, it was said: muting to talk to my sergeant"]
    assert said(after) == ["5 s after, it was said: that mute was for an informant"]
    assert said(plain) == ["6 s before, it was said, without a reason that is known: muting"]
    assert said() == ["No reason was found in the words of the 60 s before and after it"]
    assert not any("confirm" in text for text in said(before, after))


def test_what_nobody_looked_for_is_not_none() -> None:
    (use,) = uses([call()], [film(0, 1800, looked=frozenset())])
    assert (use.muted_s, use.unseen_s) == (None, None)
    (use,) = uses([call()], [film(0, 1800, looked=frozenset({"muted_audio"}))])
    assert (use.muted_s, use.unseen_s) == (0, None)


def test_what_another_camera_of_the_officer_has_is_not_missing() -> None:
    deaf = film(0, 1800, muted=(mark(300, 600),), unseen=(mark(300, 600, "frozen"),))
    assert {t[0] for t in told(uses([call()], [deaf]))} == {K.MUTED, K.NOT_SEEING}
    assert told(uses([call()], [deaf, film(200, 700, name="other")])) == []
    assert told(uses([call()], [deaf, film(450, 700, name="other")])) == [
        (K.MUTED, "1", 300, 150), (K.NOT_SEEING, "1", 300, 150),
    ]  # fmt: skip


def test_faults_outside_the_required_time_are_not_told_and_those_at_its_edge_in_part() -> None:
    blind = film(-100, 1900, unseen=(mark(0, 60, "lens_covered"), mark(90, 120, "frozen"), mark(1950, 1990, "frozen")))
    assert told(uses([call()], [blind])) == [(K.NOT_SEEING, "1", 0, 20)]


def test_a_confirmed_finding_is_marked_as_such() -> None:
    (use,) = uses([call()], [film(0, 1800, unseen=(mark(50, 60, "frozen", 0.3, confirmed=True),))])
    (one,) = use.findings
    assert one.confirmed and one.sure == 0.99 and any(e.kind == "review" for e in one.evidence)


@pytest.mark.parametrize(
    ("buffer", "seconds"), [(None, []), (30.0, []), (28.5, []), (20.0, [10.0]), (0.0, [30.0]), (60.0, [])]
)
def test_buffers(buffer: float | None, seconds: list[float]) -> None:
    found = told(uses([call()], [film(-5, 1800, buffer=buffer)]))
    assert [(k, n) for k, _, _, n in found] == [(K.BUFFER_MISSING, n) for n in seconds]


def test_a_file_that_goes_on_from_another_needs_no_buffer() -> None:
    assert told(uses([call()], [film(-5, 900, buffer=30.0), film(902, 1800, buffer=0.0)])) == []
    assert told(uses([call()], [film(-5, 1800, buffer=0.0)], rules(buffer_has_sound=True))) == []
    assert told(uses([call()], [film(-5, 1800, buffer=0.0)], rules(buffer=0.0))) == []


def test_a_gap_inside_a_file_is_a_gap() -> None:
    (use,) = uses([call()], [film(0, 1800, gaps=(mark(600, 640, "recording_gap"),))])
    assert told([use]) == [(K.GAP, "1", 600, 40)] and use.covered_s == 1760


# calls that are not plain


def test_calls_that_the_policy_leaves_out() -> None:
    by = rules(call_types_left_out=("Parking*", "meal break"), dispositions_left_out=("Cancelled",))
    calls = [
        call(number="a", call_type="PARKING COMPLAINT"), call(number="b", call_type="Meal Break"),
        call(number="c", disposition="cancelled "), call(number="d", call_type="Park"),
    ]  # fmt: skip
    assert [(u.key, u.counts) for u in uses(calls, [], by)] == [("a", False), ("b", False), ("c", False), ("d", True)]


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (call(None, None), "states no time"),
        (call(None, 1800), "no time on scene: it ended before, or nobody noted it"),
        (call(0, 40), "over within 40 s"),
        (call(0, 0), "over within 0 s"),
        (call(100, 0), "the times are not in order: cleared before dispatched"),
        (call(officer="99"), "officer 99 is not on the roster"),
        (call(officer="", unit="Z9"), "who was unit Z9 is not known"),
        (call(officer=""), "names neither officer nor unit"),
    ],
)
def test_calls_of_which_nothing_can_be_asked(made: object, reason: str) -> None:
    by = rules(on_from="arrival") if "on scene" in reason else rules()
    (use,) = uses([made], [], by)  # type: ignore[list-item]
    assert reason in use.left_out and use.findings == ()


def test_without_a_roster_nothing_is_asked_of_anybody() -> None:
    (use,) = uses([call()], [film(0, 10)], roster=Roster())
    assert use.left_out == "no roster: who wore which camera is not known"


def test_an_officer_without_a_camera_is_not_asked_for_a_recording() -> None:
    roster = Roster([Assignment("1", "A", "U1", "", "", ZERO - timedelta(days=1))])
    (use,) = uses([call()], [], roster=roster)
    assert use.left_out == "the roster gives officer 1 no camera at that time"


def test_a_unit_stands_for_those_in_it_but_a_squad_for_nobody() -> None:
    start = ZERO - timedelta(days=1)
    car = [Assignment(str(n), "", "3B12", "", f"K{n}", start) for n in (1, 2)]
    squad = [Assignment(str(n), "", "West", "", f"K{n}", start) for n in range(3, 9)]
    found = uses([call(officer="", unit="3b-12"), call(officer="", unit="West")], [], roster=Roster(car + squad))
    assert [(u.officer, u.counts) for u in found] == [("", False), ("unit 3B12", True)]
    assert "has 6 officers" in found[0].left_out and "has 1, 2 in unit 3B12" in found[1].notes[0]
    (missing,) = found[1].findings
    assert missing.summary.startswith("No recording of any officer of unit 3B12 in")
    assert "with K1, K2: who of them went is not known" in missing.evidence[1].text


def test_an_officer_is_found_by_name_and_a_name_of_two_is_nobody() -> None:
    start = ZERO - timedelta(days=1)
    people = [("1", "J. Tarn"), ("2", "M. Vale"), ("3", "M. Vale")]
    roster = Roster(Assignment(n, name, "U", "", f"K{n}", start) for n, name in people)
    found = uses([call(officer="j tarn"), call(officer="M. Vale", number="25-2")], [], roster=roster)
    assert [(u.officer, u.counts) for u in found] == [("1", True), ("M. Vale", False)]
    assert "is the name of 2 officers" in found[1].left_out


def test_who_wore_the_camera_is_as_the_roster_says_at_that_time() -> None:
    roster = Roster([
        Assignment("1", "", "U1", "", "K1", ZERO - timedelta(days=9), ZERO - timedelta(days=1)),
        Assignment("2", "", "U2", "", "K1", ZERO - timedelta(days=1)), Assignment("1", "", "U1", "", "K2", ZERO),
    ])  # fmt: skip
    found = uses([call(officer="1"), call(officer="2")], [film(-10, 1810)], roster=roster)
    assert [(u.officer, [f.kind for f in u.findings]) for u in found] == [("1", [K.NO_RECORDING]), ("2", [])]


def test_missing_times_are_stood_in_for_and_said() -> None:
    (use,) = uses([call(None, 1800, on_scene=at(240))], [film(0, 1800)])
    assert use.required[0].start == at(240) and "no time dispatched: on scene stands in" in use.notes[0]
    (use,) = uses([call(0, None, on_scene=at(240))], [film(0, 200)])
    assert use.findings == () and "until when is not known" in use.notes[0] and use.required_s == 240
    (use,) = uses([call(0, None)], [film(500, 600)])
    assert told([use]) == [(K.LATE_START, "1", 0, 500)]
    (use,) = uses([call(0, None)], [film(4000, 4100)])
    assert [f.kind for f in use.findings] == [K.NO_RECORDING] and use.findings[0].sure < 0.5


def test_moments_that_no_record_has_are_believed_less() -> None:
    made, other = call(on_scene=at(240)), call(officer="2", on_scene=at(300))
    films = [film(700, 1300), film(0, 1800, "2")]
    plain = {f.kind: f.sure for f in uses([made, other], films, rules(on_from="arrival"))[0].findings}
    doubt = rules(on_from="leaving_vehicle", on_until="contact_end")
    (use, _) = uses([made, other], films, doubt)
    doubted = {f.kind: f.sure for f in use.findings}
    assert set(plain) == set(doubted) == {K.LATE_START, K.EARLY_STOP}
    assert all(doubted[kind] < plain[kind] for kind in plain)
    alone = uses([made], [film(700, 1300)], doubt)[0].findings[1]
    assert alone.sure < doubted[K.EARLY_STOP]  # nobody else went on recording
    assert "is not in a dispatch record" in " ".join(use.notes)


def test_a_type_of_call_may_begin_at_another_moment() -> None:
    by = rules(on_from="arrival", on_from_for={"dispatch": ("priority 1*",)})
    calls = [call(number=n, on_scene=at(600), call_type=t) for n, t in (("a", "Priority 1 fight"), ("b", "noise"))]
    assert [u.required[0].start for u in uses(calls, [film(-5, 1800)], by)] == [at(0), at(600)]


def test_rows_of_one_officer_at_one_call_are_one() -> None:
    calls = [call(0, 600), call(1200, 1800, row=3), call(300, 700, officer="", unit="U1")]
    (use,) = uses(calls, [film(0, 700)])
    assert [(s.start, s.end) for s in use.required] == [(at(0), at(700)), (at(1200), at(1800))]
    assert told([use]) == [(K.GAP, "1", 1200, 600)]  # the second time without a camera
    (use,) = uses(calls, [])
    assert told([use]) == [(K.NO_RECORDING, "1", 0, 1300)]


def test_of_one_officer_who_came_twice_the_time_without_a_recording_is_told_as_such() -> None:
    calls = [call(0, 900), call(2000, 3000)]
    (use,) = uses(calls, [film(-10, 910)])
    ((kind, _, start, seconds),) = told([use])
    assert (kind, start, seconds) == (K.GAP, 2000, 1000)
    assert use.findings[0].summary == "No recording of officer 1 in one of the times at this call, 16 min 40 s"


def test_where_nobody_noted_the_end_a_later_recording_makes_no_gap() -> None:
    films = [film(-10, 900), film(1500, 1600)]
    assert told(uses([call(end=None)], films)) == []
    ((kind, _, start, seconds),) = told(uses([call(end=None, on_scene=at(1550))], films))
    assert (kind, start, seconds) == (K.GAP, 900, 600)


def test_a_number_that_comes_again_on_another_day_is_another_call() -> None:
    day = 90_000
    found = uses([call(0, 1800), call(day, day + 1800)], [film(0, 1800)])
    assert [(u.counts, len(u.findings)) for u in found] == [(True, 0), (True, 1)]
    ids = [f.id for u in uses([call(0, 1800), call(day, day + 1800)], []) for f in u.findings]
    assert len(set(ids)) == 2


def test_a_number_that_comes_again_a_little_less_than_a_day_later_is_another_call() -> None:
    day = 85_000  # the first call of a day and the first of the next
    calls = [call(0, 1800), call(day, day + 1800), call(0, 1800, "2")]
    films = [film(0, 1800), film(day - 5, day + 1000, "2")]
    found = uses(calls, films)
    assert told(found) == [(K.NO_RECORDING, "2", 0, 1800), (K.NO_RECORDING, "1", day, 1800)]
    assert not any(e.kind == "other camera" for e in found[2].findings[0].evidence)  # officer 2 was at the other one


def test_two_calls_at_once_tell_the_same_second_once() -> None:
    calls = [call(0, 1800, number="a"), call(600, 2400, number="b")]
    films = [film(0, 1000, unseen=(mark(700, 760, "frozen"),), buffer=0.0), film(1100, 2400)]
    assert told(uses(calls, films)) == [
        (K.BUFFER_MISSING, "1", 0, 30), (K.NOT_SEEING, "1", 700, 60), (K.GAP, "1", 1000, 100),
    ]  # fmt: skip
    assert [u.covered_s for u in uses(calls, films)] == [1700, 1700]


def test_a_missing_recording_is_believed_less_where_there_may_be_one() -> None:
    def sure(*films: object) -> float:
        (use,) = uses([call()], films)  # type: ignore[arg-type]
        (one,) = use.findings
        return one.sure

    usual = sure(film(-4000, -3000))
    clockless = replace(film(0, 900, name="lost"), start_utc=None, end_utc=None, clock=None)
    assert sure() < usual and sure(film(-4000, -3000), clockless) < usual and sure(film(1801, 1900)) < usual
    assert sure(film(-4000, -3000), film(100, 200, "77")) < usual  # a camera that is on no roster
    assert sure(film(-4000, -3000), film(-200, -100, "77")) == usual


def test_numbers_without_their_zeros_and_names_turned_round_are_found_where_one_is_meant() -> None:
    start = ZERO - timedelta(days=1)
    people = [("17", "J. Tarn"), ("2", "M. A. Vale"), ("3", "A. M. Vale")]
    roster = Roster(Assignment(n, name, "U", "", f"K{n}", start) for n, name in people)
    written = ["0017", "Tarn, J.", "Vale, M. A."]
    found = uses([call(officer=w, number=str(n)) for n, w in enumerate(written)], [], roster=roster)
    assert [(u.officer, u.counts) for u in found] == [("17", True), ("17", True), ("Vale, M. A.", False)]
    assert found[0].notes[0] == "'0017' of the record is taken for officer 17 of the roster"


def test_a_recording_of_a_call_that_is_left_out_belongs_to_it() -> None:
    films = [film(0, 1800), film(1900, 2000)]
    found = uses([call(call_type="Training")], films, rules(call_types_left_out=("training",)))
    assert found[0].left_out and found[0].recordings == ("r1-0-1800",)
    assert [f.id for f in unused(found, films)] == ["r1-1900-2000"]


def test_recordings_that_no_call_asks_for_are_listed() -> None:
    films = [film(0, 1800), film(9000, 9100), replace(film(1, 2, name="lost"), start_utc=None, end_utc=None)]
    assert [f.id for f in unused(uses([call()], films), films)] == ["r1-9000-9100", "lost"]


def test_the_hour_that_was_assumed_makes_less_sure() -> None:
    (plain,), (assumed,) = (uses([call(remark=r)], [film(300, 1810)])[0].findings for r in ("", "01:30 comes twice"))
    assert assumed.sure == pytest.approx(plain.sure / 2, abs=0.01) and "01:30 comes twice" in assumed.evidence[0].text


def test_an_id_stays_while_the_same_is_said_and_only_then() -> None:
    def id(*films: object, **more: object) -> str:
        return uses([call(**more)], films, roster=ROSTER)[0].findings[0].id  # type: ignore[arg-type]

    assert id(film(300, 1800)) == id(film(300, 1800), source="later.csv", row=9)
    assert id(film(300, 1800)) != id(film(301, 1800)) and id() != id(film(300, 1800))


def test_a_longest_file_that_goes_on_in_a_new_one_is_continuous() -> None:
    long = call(0, 20000)
    assert told(uses([long], [film(-5, 14396), film(14404, 20001)])) == []  # four hours, eight seconds
    quarters = [film(n * 908, n * 908 + 900, buffer=None) for n in range(22)] + [film(22 * 908, 20001, buffer=None)]
    assert told(uses([long], quarters)) == []  # a camera that cuts its files at a quarter of an hour
    assert told(uses([long], [film(-5, 13000), film(13008, 20001)])) == [(K.GAP, "1", 13000, 8)]
    assert told(uses([long], [film(-5, 14396), film(14410, 20001)])) == [(K.GAP, "1", 14396, 14)]
    other = replace(film(14404, 20001), camera="OVELIA BC2 K2", officer="1")  # another camera: nothing went on
    assert told(uses([long], [film(-5, 14396), other])) == [(K.GAP, "1", 14396, 8)]
    assert told(uses([long], [film(-5, 14396), film(14404, 20001, buffer=0.0)])) == []  # and keeps no buffer
    alike = [film(-5, 1511), film(1520, 3035)]  # as long by chance
    assert told(uses([call(0, 3030)], alike)) == [(K.GAP, "1", 1511, 9)]
    assert told(uses([call(0, 4545)], [*alike, film(3044, 4560)])) == []  # thrice is no chance
