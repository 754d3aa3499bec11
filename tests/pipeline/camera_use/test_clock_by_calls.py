"""A camera's clock that is off by hours is told by the calls that its recordings fit, and by nothing less."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.camera_use import Call, RecordingFacts, UseKind, assess_set_right
from tests.pipeline.camera_use.made import ROSTER, RULES, call, film, told

HOUR = 3600.0
STARTS = [n * 2.3 * HOUR + n * n * 400 for n in range(8)]


def month(ahead: float, films: int = 8) -> tuple[list[Call], list[RecordingFacts]]:
    """Eight calls of different lengths, and recordings of them by a clock that shows so much too much."""
    calls = [call(t, t + 1200 + 170 * n, number=f"25-{n}") for n, t in enumerate(STARTS)]
    own = [film(t - 20 + ahead, t + 1210 + 170 * n + ahead) for n, t in enumerate(STARTS)]
    return calls, own[:films]


@pytest.mark.parametrize("ahead", [2 * HOUR, -1 * HOUR, 12 * HOUR, 5.5 * HOUR, -9.75 * HOUR])
def test_recordings_that_all_fit_by_one_step_are_placed_there(ahead: float) -> None:
    calls, films = month(ahead)
    uses, moved, (shift,) = assess_set_right(calls, ROSTER, films, RULES)
    assert told(uses) == [] and all(use.covered_s == use.required_s for use in uses)
    assert shift.ahead == ahead and [f.start_utc for f in moved] == [f.start_utc for f in month(0)[1]]
    assert all("Its clock is taken to show" in use.notes[-1] for use in uses)


def test_what_is_wrong_at_a_call_is_still_told_and_believed_half_as_much() -> None:
    calls, films = month(2 * HOUR)
    t = STARTS[3]
    films[3] = film(t + 500 + 2 * HOUR, t + 1720 + 2 * HOUR)
    right = [film(t + 500, t + 1720) if n == 3 else one for n, one in enumerate(month(0)[1])]
    (late,), (sure,) = (
        [f for use in assess_set_right(calls, ROSTER, own, RULES)[0] for f in use.findings] for own in (films, right)
    )
    assert (
        late.kind is UseKind.LATE_START and late.seconds == 500 and late.sure == pytest.approx(sure.sure / 2, abs=0.01)
    )
    assert any("2 h too much: 7 of" in one.text for one in late.evidence)


def test_a_camera_that_cuts_its_files_is_looked_at_by_what_they_are_together() -> None:
    calls, films = month(2 * HOUR)
    cut = [
        film(a, b, name=f"{n}-{a:g}")
        for n, t in enumerate(STARTS)
        for a, b in halves(t - 20 + 2 * HOUR, 1230 + 170 * n)
    ]
    uses, _, (shift,) = assess_set_right(calls, ROSTER, cut, RULES)
    assert told(uses) == [] and shift.recordings == {one.id for one in cut} and shift.fitting == len(films)


def halves(start: float, seconds: float) -> list[tuple[float, float]]:
    return [(start, start + 700), (start + 701, start + seconds)]


def test_a_few_that_fit_are_chance() -> None:
    calls, films = month(2 * HOUR, films=4)
    uses, moved, shifted = assess_set_right(calls, ROSTER, films, RULES)
    assert not shifted and list(moved) == films and any(f[0] is UseKind.NO_RECORDING for f in told(uses))


def test_a_clock_that_was_set_right_later_is_moved_until_then_alone() -> None:
    calls, films = month(2 * HOUR)
    later = [call(t + 40 * HOUR, t + 40 * HOUR + 900, number=f"26-{n}") for n, t in enumerate(STARTS)]
    good = [film(t + 40 * HOUR - 9, t + 40 * HOUR + 950) for t in STARTS]
    uses, moved, (shift,) = assess_set_right(calls + later, ROSTER, films + good, RULES)
    assert (
        told(uses) == []
        and shift.recordings == {f.id for f in films}
        and [f.start_utc for f in moved[8:]] == [f.start_utc for f in good]
    )


def test_an_officer_who_did_not_record_is_told_as_such() -> None:
    calls, _ = month(0)
    others = [film(t + 7000, t + 7000 + 300 + 13 * n) for n, t in enumerate(STARTS)]
    uses, _, shifted = assess_set_right(calls, ROSTER, others, RULES)
    assert not shifted and len(told(uses)) == 8


@given(st.lists(st.tuples(st.integers(0, 90_000), st.integers(60, 4000)), max_size=12))
def test_recordings_at_any_time_leave_a_month_in_order_as_it_is(extra: list[tuple[int, int]]) -> None:
    calls, films = month(0)
    own = films + [film(a, a + n, name=f"x{k}") for k, (a, n) in enumerate(extra)]
    assert not assess_set_right(calls, ROSTER, own, RULES)[2]
