"""What people say of which recordings belong together, replayed."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.incidents import Grouping, kept_apart, without
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
