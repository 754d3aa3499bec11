"""What people say of which recordings belong together, replayed."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import StoreError
from pipeline.incidents import Grouping, kept_apart, moved, moved_back, placed, put, without
from pipeline.types import Incident
from tests.pipeline.incidents.made import incident


def pairs(*names: str) -> frozenset[frozenset[str]]:
    return frozenset(frozenset(pair) for pair in names)


def test_taken_out_means_apart_from_what_stayed() -> None:
    assert kept_apart([Grouping(False, "i", ("c",), ("a", "b"))]) == pairs("ca", "cb")
    assert kept_apart([Grouping(False, "i", ("c", "d"), ("a",))]) == pairs("ca", "da")


def test_an_incident_taken_apart_is_apart_in_every_pair() -> None:
    assert kept_apart([Grouping(False, "i", ("a", "b", "c"))]) == pairs("ab", "ac", "bc")


def test_put_together_again_takes_it_back() -> None:
    said = [Grouping(False, "i", ("c",), ("a", "b")), Grouping(True, "i", ("a", "c"))]
    assert kept_apart(said) == pairs("cb")


@given(st.lists(st.tuples(st.booleans(), st.sets(st.sampled_from("abcdef"), min_size=2)), max_size=8))
def test_the_last_word_on_a_pair_counts(said: list[tuple[bool, set[str]]]) -> None:
    apart = kept_apart([Grouping(together, "i", tuple(sorted(who))) for together, who in said])
    for pair in (frozenset(p) for p in combinations("abcdef", 2)):
        spoken = [together for together, who in said if pair <= who]
        assert (pair in apart) == (bool(spoken) and not spoken[-1])


def test_less_one_recording_the_clock_begins_with_the_next() -> None:
    there = incident(("a", 0.0), ("b", 5.0), ("c", 9.0))
    left = without(there, ["a"])
    assert [(r, at) for r, at, _ in left.recordings] == [("b", 0.0), ("c", 4.0)]
    assert left.start_utc is not None and there.start_utc is not None
    assert (left.start_utc - there.start_utc).total_seconds() == 5.0
    assert without(there, ["x"]) is there
    assert without(there, ["a", "b", "c"]).recordings == ()


def three() -> Incident:
    rows = (("a", 0.0, "container clock"), ("b", 6.0, "sound"), ("c", 167.0, "sound"))
    return Incident("i", "three", datetime(2026, 3, 1, 20, 0, tzinfo=UTC), rows, "clock")


def test_a_recording_is_moved_and_moved_back() -> None:
    said = moved(three(), "b", 0.25)
    assert (said.against, said.seconds, said.was_seconds, said.was_source) == ("a", 6.25, 6.0, "sound")
    after = put(three(), said)
    assert after.recordings[1] == ("b", 6.25, "by hand")
    again = moved(after, "b", -0.05)
    back = moved_back(put(after, again), "b", [said, again])
    assert put(after, back).recordings == three().recordings
    with pytest.raises(StoreError, match="nobody moved"):
        moved_back(three(), "b", [said, again, back])


def test_the_clock_begins_with_the_first_again() -> None:
    after = put(three(), moved(three(), "b", -8.0))
    assert after.recordings == (("b", 0.0, "by hand"), ("a", 2.0, "container clock"), ("c", 169.0, "sound"))
    assert after.start_utc == datetime(2026, 3, 1, 19, 59, 58, tzinfo=UTC)


def test_what_people_said_is_laid_over_what_is_measured_anew() -> None:
    said = [moved(three(), "b", 0.25), moved(three(), "c", 1.0)]
    # a fourth camera joined, which began ten seconds earlier
    joined = Incident("i", "four", None, (("d", 0.0, "sound"), ("a", 10.0, "x"), ("b", 16.0, "x")), "clock")
    assert placed(joined, said).recordings == (("d", 0.0, "sound"), ("a", 10.0, "x"), ("b", 16.25, "by hand"))
    assert placed(placed(joined, said), said) == placed(joined, said)
    back = moved_back(placed(three(), said), "b", said)
    assert placed(joined, [*said, back]) == joined


def test_what_cannot_be_moved() -> None:
    with pytest.raises(StoreError, match="not in the incident"):
        moved(three(), "z", 1.0)
    with pytest.raises(StoreError, match="at most"):
        moved(three(), "b", float("nan"))
    alone = Incident("i", "one", None, (("a", 0.0, "sound"),), "clock")
    with pytest.raises(StoreError, match="nothing to place"):
        moved(alone, "a", 1.0)
