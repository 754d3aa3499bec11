from __future__ import annotations

import pytest

from pipeline.policy import load_policy
from pipeline.policy.orders import BY_EXAMPLE, Order, OrderFinder, times_ordered
from pipeline.types import Role, Turn

POLICY = load_policy()
FINDER = OrderFinder(POLICY)


def said(text: str, role: Role | None = Role.OFFICER) -> Turn:
    return Turn(0.0, 2.0, "v1", role, text)


def orders(text: str, probability: float | None = None, **others: float) -> list[Order]:
    labels = None if probability is None else {0: {"command": probability, **others}}
    return list(FINDER.orders([said(text)], labels))


def test_rule_and_classifier_together() -> None:
    assert [o.layer for o in orders("Step back.")] == ["rule"]
    assert [o.layer for o in orders("Step back.", 0.9)] == ["rule and classifier"]
    assert [o.layer for o in orders("Step back.", 0.3)] == ["rule"]


def test_a_clear_rule_is_given_up_only_where_something_else_explains_the_words() -> None:
    assert [o.layer for o in orders("Sit down.", 0.01)] == ["rule"]
    assert [o.layer for o in orders("Sit down.", 0.1, medical_aid=0.9)] == ["rule"]
    assert not orders("Sit down.", 0.01, medical_aid=0.9)


def test_the_classifier_alone_says_so_and_is_no_surer_than_it_is() -> None:
    (found,) = orders("Reckon it's about time that came down off there.", 0.97)
    assert found.layer == "classifier"
    assert found.matches[0].rule == BY_EXAMPLE
    assert found.score <= 0.97 and not found.clear


def test_what_verb_and_object_alone_say_needs_the_classifier() -> None:
    assert not orders("Hold the elevator.")
    assert not orders("Hold the elevator.", 0.3)
    (found,) = orders("Hold the elevator.", 0.8)
    assert found.matches[0].wide


def test_words_at_the_end_belong_to_what_is_wanted() -> None:
    (found,) = orders("Throw the keys out of the window!")
    assert found.actions == ("give the keys",)


def test_what_the_pack_has_no_name_for_is_known_by_its_words() -> None:
    one, two, other = (orders(t)[0].actions for t in ("Sir, spit that out!", "spit that out", "Lift your shirt."))
    assert one == two != other


def test_times_in_one_utterance_and_in_a_loop() -> None:
    (found,) = orders("Drop it! Drop it! Drop the bat!")
    assert times_ordered(found) == {"drop it": 3}
    (looped,) = orders("Drop it! " * 30)
    assert times_ordered(looped) == {"drop it": 1}
    (guided,) = orders("Keep coming, keep coming, keep coming.")
    assert not times_ordered(guided)


def test_an_officer_who_gave_a_name_is_no_member_of_the_public_when_hailed() -> None:
    turns = (
        Turn(0.0, 2.0, "v1", Role.OFFICER, "Hello, I'm Officer Kessler."),
        Turn(3.0, 5.0, "v9", Role.CIVILIAN, "My name is Dermot."),
        Turn(6.0, 8.0, "v2", Role.OFFICER, "Kessler, step back."),
        Turn(9.0, 11.0, "v2", Role.OFFICER, "Dermot, step back."),
    )
    assert [o.turn.text for o in FINDER.orders(turns)] == ["Dermot, step back."]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("I hear you, but step back.", True),
        ("Step back and the medics can work.", False),
        ("If you'd step back I could see him.", False),
        ("You want to sit down a minute, that's allowed.", False),
        ("You by the hydrant, over here.", True),
        ("Step back or you get the ticket.", True),
    ],
)
def test_what_stands_around_an_order(text: str, found: bool) -> None:
    assert bool(orders(text)) is found
