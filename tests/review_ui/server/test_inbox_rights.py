"""Who may do what in the inbox: by duty, and by unit."""

from __future__ import annotations

from pipeline.accounts import Account, Act, Duty
from pipeline.store import Store
from review_ui.server import inbox, rights
from review_ui.server.sessions import Identity
from tests.review_ui.conftest import Made


def test_writes_need_the_duty_and_everybody_may_say_what_was_played() -> None:
    paths = [route.path for route in inbox.ROUTES if "POST" in (route.methods or ())]
    assert len(paths) == 6
    for duty in Duty:
        person = Identity("x", Account("x", duty))
        for path in paths:
            assert rights.may_write(person, path) == (path == "/bwc/watched" or person.may(Act.REVIEW)), (duty, path)


def test_whoever_is_bound_to_a_unit_sees_and_draws_nothing_of_others(made: Made) -> None:
    person = Identity("x", Account("x", Duty.REVIEWER, units=("A",)))
    with Store(made.path) as store:
        assert inbox._visible(person, store) == {}, "the roster places no recording in that unit"
        assert len(inbox._visible(Identity("y"), store)) == len(store.recordings()) + 1
    said = inbox._document(person)
    assert said["recordings"] == 0 and not said["new"] and not said["draws"] and said["agreement"] is None
