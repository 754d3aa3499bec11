from __future__ import annotations

import pytest

from pipeline.policy import load_policy
from pipeline.policy.hails import Hail, hail, may_be_the_same

POLICY = load_policy()


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("Sir, step back.", {"gender": "male"}),
        ("okay ma'am sit down", {"gender": "female"}),
        ("You in the green coat, stop!", {"described": "green"}),
        ("Passenger, hands on the dash.", {"seat": "passenger"}),
        ("Delgado, put it down.", {"name": "delgado"}),
        ("Put it down, Delgado.", {"name": "delgado"}),
        ("Stop, police!", {}),
        ("The lady said to stop.", {}),
    ],
)
def test_whom_an_utterance_hails(said: str, expected: dict[str, str]) -> None:
    found = hail(POLICY, said.split())
    told = {k: getattr(found, k) for k in ("gender", "seat", "described", "name") if getattr(found, k)}
    assert told == expected
    assert bool(found.words) == bool(expected)


def test_two_people_and_perhaps_one() -> None:
    sir, madam, nobody = Hail(gender="male"), Hail(gender="female"), Hail()
    assert not may_be_the_same(sir, madam)
    assert not may_be_the_same(Hail(seat="driver"), Hail(seat="passenger"))
    assert not may_be_the_same(Hail(group=True), sir)
    assert may_be_the_same(sir, Hail(seat="driver"))
    assert may_be_the_same(nobody, madam)
