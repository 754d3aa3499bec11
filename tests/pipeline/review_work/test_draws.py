"""The same seed draws the same, whatever the order of what could be drawn."""

from __future__ import annotations

import hashlib
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import BwcError
from pipeline.review_work.draws import by_wearer, drawn, drawn_alike
from pipeline.roster import Assignment, Roster
from tests.review_ui.made_store import START, recording

IDS = st.text("0123456789abcdef", min_size=1, max_size=8)
POPULATIONS = st.dictionaries(
    st.text(min_size=1, max_size=5), st.lists(IDS, min_size=1, max_size=12), min_size=1, max_size=5
)


@given(POPULATIONS, st.integers(1, 5), st.text("abc0123", min_size=1, max_size=10), st.randoms(use_true_random=False))
def test_same_seed_same_draw_whatever_the_order(
    population: dict[str, list[str]], each: int, seed: str, chance: random.Random
) -> None:
    one = drawn("officer", population, each, "", seed)
    shuffled = list(population.items())
    chance.shuffle(shuffled)
    again = drawn("officer", {g: chance.sample(m * 2, len(m) * 2) for g, m in shuffled}, each, "", seed)
    assert again.drawn == one.drawn and again.population == one.population
    assert drawn_alike(one)
    for group, members in population.items():
        assert len(one.drawn[group]) == min(each, len(set(members))) and set(one.drawn[group]) <= set(members)
        first = min(set(members), key=lambda m: hashlib.sha256(f"{seed} {m}".encode()).hexdigest())
        assert one.drawn[group][0] == first, "anybody can check it with sha256sum"


@given(POPULATIONS, st.integers(1, 3))
def test_a_draw_that_was_touched_is_told(population: dict[str, list[str]], each: int) -> None:
    one = drawn("unit", population, each, "")
    group = next(iter(one.drawn))
    assert not drawn_alike(replace(one, drawn={**one.drawn, group: (*one.drawn[group], "picked by hand")}))


def test_a_seed_is_new_each_time_and_nothing_is_drawn_from_nothing() -> None:
    assert drawn("unit", {"a": ["1"]}, 1, "").seed != drawn("unit", {"a": ["1"]}, 1, "").seed
    for population, each in (({}, 1), ({"a": []}, 1), ({"a": ["1"]}, 0)):
        with pytest.raises(BwcError):
            drawn("unit", population, each, "")
    with pytest.raises(BwcError):
        drawn("weather", {"a": ["1"]}, 1, "")


def test_recordings_are_drawn_by_who_wore_the_camera_then() -> None:
    worn, lost = recording("a.mp4"), recording("b.mp4", device=None)
    roster = Roster([Assignment("17", "Tarn", "A", "1", "AX-1041", START, None)])
    assert by_wearer([worn, lost], roster, "officer", None) == {"17": (worn.id,), "not stated": (lost.id,)}
    assert by_wearer([worn], roster, "unit", None) == {"A": (worn.id,)}
