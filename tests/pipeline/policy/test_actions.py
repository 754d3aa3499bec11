from __future__ import annotations

import pytest

from pipeline.policy import load_policy
from pipeline.policy.actions import NOT, actions_of, cannot_both, clashes

POLICY = load_policy()


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("Don't you move!", {"keep still"}),
        ("don't move don't move", {"keep still"}),
        ("Lay flat on your stomach", {"lie on the belly"}),
        ("walk backwards to me", {"come here"}),
        ("back up to me", {"come here"}),
        ("Don't drop that.", {NOT + "drop it"}),
        ("Quit reaching for it", {NOT + "reach for something"}),
        ("get out of the truck", {"get out"}),
        ("nice weather", set()),
    ],
)
def test_what_an_order_wants(said: str, wanted: set[str]) -> None:
    found = set(actions_of(POLICY, said.split()))
    assert wanted <= found if wanted else not found
    assert not any(NOT + each in found for each in found)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Freeze!", "Raise your arms!"),
        ("Nobody move!", "Down on the floor!"),
        ("Walk over here to me.", "Stay right there."),
        ("Hop out of the truck.", "Remain in the truck."),
        ("Hands in the air!", "Pull out your wallet."),
        ("Lie on your belly.", "Get up on your feet."),
        ("Don't open that door.", "Open the door."),
        ("Drop it!", "Don't drop it!"),
    ],
)
def test_what_cannot_be_done_together(one: str, two: str) -> None:
    a, b = actions_of(POLICY, one.split()), actions_of(POLICY, two.split())
    assert clashes(POLICY, a, b)
    assert clashes(POLICY, b, a), "whichever comes first"


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Let me see your hands!", "Get down on the ground!"),
        ("Drop the pipe!", "Step away from it."),
        ("Stop right there!", "Don't move!"),
        ("Turn around.", "Put your hands behind your back."),
        ("Stop resisting.", "Give me your arm."),
        ("Turn the car off.", "Hands out the window."),
    ],
)
def test_what_can_be_done_together(one: str, two: str) -> None:
    assert not clashes(POLICY, actions_of(POLICY, one.split()), actions_of(POLICY, two.split()))


def test_nothing_excludes_itself_and_the_table_names_actions_only() -> None:
    for action, others in POLICY.clashes.items():
        assert not cannot_both(POLICY, action, action)
        assert set(others) <= set(POLICY.actions)
        assert all(cannot_both(POLICY, other, action) for other in others)
