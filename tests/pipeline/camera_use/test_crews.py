"""A call that names a unit of several officers: who of them went."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.camera_use import CallUse, RecordingFacts, UseKind
from pipeline.roster import Assignment, Roster
from tests.pipeline.camera_use.made import ZERO, at, call, film, told, uses

HOUR = 3600.0
BY_DAYS = Roster(Assignment(str(n), "", "C7", "", f"K{n}", ZERO - timedelta(days=30)) for n in (1, 2, 3))
BY_HOURS = Roster(
    Assignment(str(n), "", "C7", "", f"K{n}", at(from_ * HOUR), at((from_ + 8) * HOUR))
    for n, from_ in ((1, -2), (2, 6), (3, -10))
)


def of_unit(*films: RecordingFacts, roster: Roster = BY_DAYS) -> list[CallUse]:
    return list(uses([call(officer="", unit="c-7")], films, roster=roster))


def counted(found: list[CallUse]) -> list[str]:
    return [use.officer for use in found if use.counts]


def test_officers_of_other_shifts_in_the_same_car_are_not_asked() -> None:
    found = of_unit(film(-5, 1800), film(9 * HOUR, 10 * HOUR, "2"), film(-9 * HOUR, -8 * HOUR, "3"))
    (use,) = found
    assert use.officer == "1" and told(found) == []
    assert use.notes[0].endswith("not asked, since nothing tells that they were on duty: 2, 3")


def test_whoever_recorded_before_and_after_was_on_duty() -> None:
    found = of_unit(film(-5, 1800), film(-HOUR, -HOUR / 2, "2"), film(HOUR, 2 * HOUR, "2"))
    assert counted(found) == ["1", "2"] and told(found) == [(UseKind.NO_RECORDING, "2", 0, 1800)]
    apart = of_unit(film(-5, 1800), film(-3 * HOUR, -2 * HOUR, "2"), film(3 * HOUR, 4 * HOUR, "2"))
    assert counted(apart) == ["1"]


def test_where_nobody_of_a_unit_recorded_it_is_told_once_and_of_nobody() -> None:
    found = of_unit(film(-HOUR, -60), film(3 * HOUR, 4 * HOUR, "2"))
    assert told(found) == [(UseKind.NO_RECORDING, "unit C7", 0, 1800)]
    texts = " ".join(one.text for one in found[0].findings[0].evidence)
    assert "The recording before ended 60 s earlier" in texts and "officer unit" not in texts


def test_a_roster_of_hours_says_who_it_was() -> None:
    found = of_unit(roster=BY_HOURS)
    assert told(found) == [(UseKind.NO_RECORDING, "1", 0, 1800)] and len(found) == 1
    both = Roster([*BY_HOURS.assignments, Assignment("4", "", "C7", "", "K4", at(-60), at(7 * HOUR))])
    assert [t[1] for t in told(of_unit(film(0, 1800), roster=both))] == ["4"]  # a second one in the car


def test_a_call_of_a_unit_whose_end_nobody_noted() -> None:
    found = uses([call(0, None, "", unit="C7")], [film(600, 1000)], roster=BY_DAYS)
    assert counted(list(found)) == ["1"] and told(found) == [(UseKind.LATE_START, "1", 0, 600)]


def test_the_others_of_the_unit_are_no_other_camera() -> None:
    calls = [call(officer="", unit="C7"), call(officer="5", number="25-1")]
    roster = Roster([*BY_DAYS.assignments, Assignment("5", "", "D1", "", "K5", ZERO - timedelta(days=9))])
    (_, unit) = uses(calls, [film(0, 1800, "5")], roster=roster)
    others = [one.text for one in unit.findings[0].evidence if one.kind == "other camera"]
    assert others == ["The camera of officer 5 recorded 30 min of it"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from("123"), st.integers(-6, 6), st.integers(1, 90)), max_size=8))
def test_of_a_unit_somebody_always_counts_and_whoever_recorded_does(spans: list[tuple[str, int, int]]) -> None:
    films = [film(h * HOUR, h * HOUR + m * 60, o, name=str(n)) for n, (o, h, m) in enumerate(spans)]
    found = of_unit(*films)
    recorded = {o for o, h, m in spans if h * HOUR < 1800 and h * HOUR + m * 60 > 0}
    assert counted(found) and recorded <= set(counted(found))
    assert ("unit C7" in counted(found)) == (len(counted(found)) == 1 and not set(counted(found)) & {"1", "2", "3"})
