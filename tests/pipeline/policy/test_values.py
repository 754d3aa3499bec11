"""Values of a pack: what is sound comes back, what is not is noted once with its place, and nothing is raised."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.policy import values
from pipeline.policy.positions import lines_of
from pipeline.policy.source import Pack, PackFile

ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


def pack(text: str = "") -> Pack:
    return Pack([PackFile(Path("pack.toml"), {}, lines_of(text))], {})


def messages(of: Pack) -> list[str]:
    return [str(problem) for problem in of.problems]


def test_an_unknown_key_is_noted_at_its_line_with_the_nearest_known_one():
    asked = pack("[dispatch.columns]\nofficr = []\n")
    values.check_known({"officr": [], "unit": []}, ("officer", "unit"), asked, "dispatch", "columns")
    expected = "pack.toml:2: unknown key 'officr' in [dispatch.columns]; did you mean 'officer'?"
    assert messages(asked) == [expected]


def test_a_place_that_is_called_otherwise():
    asked = pack()
    values.check_known({"zzz": 1}, ("id", "answers"), asked, "form", 0, where="in [[form]]")
    assert messages(asked) == ["pack.toml: unknown key 'zzz' in [[form]]; known: id, answers"]


def test_a_table_that_is_none():
    asked = pack("dispatch = 3\n")
    assert values.table_at({"dispatch": 3}, asked, "dispatch") == {}
    assert messages(asked) == ["pack.toml:1: dispatch is a table: [dispatch]"]
    assert values.table_at({}, asked, "roster") == {}
    assert len(asked.problems) == 1


def test_a_separator_may_be_a_space_where_a_phrase_may_not():
    asked = pack()
    assert values.texts([" ", ";"], asked, "separators") == (" ", ";")
    assert not asked.problems
    assert values.list_at({"phrases": [" "]}, asked, "phrases") == []
    assert values.list_at({"phrases": ["...", "stop"]}, asked, "phrases") == ["stop"]
    assert len(asked.problems) == 2


def test_columns_of_known_fields_alone():
    asked = pack()
    table = {"columns": {"officer": ["Badge"], "unit": "Car", "size": []}}
    found = values.columns_at(table, ("officer", "unit"), asked, "roster", "columns")
    assert found == {"officer": ("Badge",), "unit": ()}
    assert len(asked.problems) == 2


@pytest.mark.parametrize("name", ["America/New_York", "UTC", ""])
def test_a_zone_that_there_is(name: str):
    asked = pack()
    assert values.zone_at({"zone": name}, "Europe/Berlin", asked) == name
    assert not asked.problems


@pytest.mark.parametrize("name", ["New York", "../UTC", "America", 0, False, ["UTC"], "x\0y"])
def test_a_zone_that_there_is_not(name: object):
    asked = pack()
    assert values.zone_at({"zone": name}, "Europe/Berlin", asked) == ""
    assert len(asked.problems) == 1


def test_a_zone_that_is_not_named_is_the_one_that_stands_in():
    assert values.zone_at({}, "Europe/Berlin", pack()) == "Europe/Berlin"


@given(ANY)
def test_any_value_is_taken_or_noted_once(value: object):
    table = {"key": value}
    for read in (
        lambda asked: values.table_at(table, asked, "key"),
        lambda asked: values.text_at(table, "key", asked, needed=False),
        lambda asked: values.switch_at(table, "key", True, asked),
        lambda asked: values.list_at(table, asked, "key"),
        lambda asked: values.texts(value, asked, "key"),
    ):
        asked = pack()
        given_back = read(asked)
        assert len(asked.problems) == (0 if _same(given_back, value) else 1)


def _same(read: object, value: object) -> bool:
    return read is value or (isinstance(read, list | tuple) and isinstance(value, list) and list(read) == value)


@pytest.mark.parametrize("value", [0, 1.5, 86400])
def test_numbers(value: object):
    assert values.is_number(value)


@pytest.mark.parametrize("value", [-1, True, "1", None, float("inf"), float("nan")])
def test_no_numbers(value: object):
    assert not values.is_number(value)
