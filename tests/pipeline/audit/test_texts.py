from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.audit.texts import Rate, beside_goal, clock, half_up, lasting, percent, rate, stamped, with_names
from pipeline.reports.intervals import share

NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(None, "–"), (0.04, "0.0 s"), (9.94, "9.9 s"), (45, "45 s"), (59.6, "1 min 00 s"), (190, "3 min 10 s"),
     (3599.6, "1 h 00 min"), (7500, "2 h 05 min")],
)  # fmt: skip
def test_lengths(seconds: float | None, said: str) -> None:
    assert lasting(seconds) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [(None, "–"), (0.0, "0%"), (1.0, "100%"), (0.9999, "99.9%"), (0.995, "99.5%"), (0.5, "50%"), (0.0004, "under 0.1%"),
     (0.004, "0.4%")],
)  # fmt: skip
def test_shares(value: float | None, said: str) -> None:
    assert percent(value) == said


def test_shares_are_rounded_as_on_the_screen() -> None:
    assert [percent(n / 8) for n in range(9)] == ["0%", "13%", "25%", "38%", "50%", "63%", "75%", "88%", "100%"]
    assert [lasting(at) for at in (2.25, 12.5, 62.5)] == ["2.3 s", "13 s", "1 min 03 s"]
    assert half_up(-0.4) == 0


def test_hours_of_an_agency_are_told_without_minutes() -> None:
    assert (lasting(359_940), lasting(360_000), lasting(57_747_600)) == ("99 h 59 min", "100 h", "16,041 h")


@pytest.mark.parametrize(
    ("hits", "of", "goal", "said"),
    [
        (18_600, 19_600, 0.95, Rate("94.9%", "94.6%", "95.2%")),
        (19_000, 20_000, 0.95, Rate("95.0%", "94.7%", "95.3%")),
        (4, 5, 0.95, Rate("80%", "38%", "96%")),
        (18_996, 20_000, 0.95, Rate("94.98%", "94.67%", "95.27%")),
        (5, 5, 0.95, Rate("100%", "57%", "100%")),
        (1999, 2000, None, Rate("99.9%", "99.7%", "100.0%")),
        (0, 40, 0.05, Rate("0%", "0%", "9%")),
    ],
)
def test_a_rate_is_told_apart_from_its_goal(hits: int, of: int, goal: float | None, said: Rate) -> None:
    assert rate(share(hits, of), goal) == said


@given(st.integers(1, 30_000), st.data(), st.sampled_from([0.05, 0.5, 0.9, 0.95, 0.999]))
def test_no_rate_reads_as_a_goal_that_it_does_not_reach(of: int, data: st.DataObject, goal: float) -> None:
    hits = data.draw(st.integers(0, of))
    told = float(rate(share(hits, of), goal).value.rstrip("%")) / 100
    if hits / of < goal - 1e-4:
        assert told < goal
    elif hits / of >= goal:
        assert told >= goal - 1e-9
    assert (told == 1) == (hits == of)
    assert (told == 0) == (hits == 0)


def test_of_nothing_there_is_no_rate() -> None:
    assert rate(None, 0.95) == Rate("–", "–", "–")
    assert beside_goal(None, 0.95) == "–"
    assert beside_goal(0.9496, 0.95) == "94.96%"


def test_the_hour_that_comes_twice_is_told_apart() -> None:
    first, second = (datetime(2025, 11, 2, hour, 30, tzinfo=UTC) for hour in (5, 6))
    assert [clock(at, NEW_YORK) for at in (first, second)] == ["2025-11-02 01:30:00 EDT", "2025-11-02 01:30:00 EST"]
    assert clock(datetime(2025, 11, 2, 7, 30, tzinfo=UTC), NEW_YORK) == "2025-11-02 02:30:00"
    assert clock(datetime(2025, 3, 9, 7, 30, tzinfo=UTC), NEW_YORK) == "2025-03-09 03:30:00"  # an hour left out
    assert clock(None, NEW_YORK) == stamped(None, NEW_YORK) == "time not stated"
    assert stamped(datetime(2025, 7, 1, tzinfo=UTC), NEW_YORK) == "2025-06-30 20:00:00 EDT"


def test_officers_are_named() -> None:
    names = {"2117": "R. Tarn", "12": ""}
    assert with_names("The camera of officer 2117 recorded", names) == "The camera of R. Tarn (2117) recorded"
    assert with_names("No recording of officer 2117.", names) == "No recording of R. Tarn (2117)."
    assert with_names("officer 12 and officer 99, both", names) == "officer 12 and officer 99, both"
