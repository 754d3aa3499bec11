"""One table says who may do what: it names every page and every address, and each of them once."""

from __future__ import annotations

import pytest

from pipeline.accounts import Account, Act, Duty
from review_ui import app, desk
from review_ui.server import rights
from review_ui.server.gate import SIGN_IN
from review_ui.server.sessions import Identity

ADDRESSES = [route.path for route in app.ROUTES if route.path != SIGN_IN]
ALONE = Identity("R. Ortiz")


def person(duty: Duty, *units: str) -> Identity:
    return Identity("x", Account("x", duty, units=units))


def test_every_address_lies_in_one_room() -> None:
    for path in ADDRESSES:
        assert sum(room.holds(path) for room in rights.ROOMS) == 1, path


def test_every_page_lies_in_one_room_and_no_room_names_another() -> None:
    named = [key for room in rights.ROOMS for key in room.pages]
    assert sorted(named) == sorted(page.key for page in desk.PAGES)
    with pytest.raises(KeyError):
        rights.room_of_page("no such page")


def test_whoever_started_the_screen_alone_may_do_everything() -> None:
    assert all(page.is_for(ALONE) for page in desk.PAGES)
    assert all(rights.may_write(ALONE, path) for path in ADDRESSES)


def test_an_address_that_nobody_thought_about_is_for_those_who_may_do_everything() -> None:
    assert rights.room_of("/bwc/verdictous") is None
    assert [duty for duty in Duty if rights.may_write(person(duty), "/bwc/new")] == [Duty.ADMIN]


@pytest.mark.parametrize(
    ("duty", "pages"),
    [
        (Duty.REVIEWER, {"clips", "x"}),
        (Duty.AUDITOR, {"log"}),
        (Duty.TRAINER, {"clips", "x"}),
        (Duty.ADMIN, {"clips", "x", "log"}),
    ],
)
def test_pages_beside_those_that_everybody_sees(duty: Duty, pages: set[str]) -> None:
    guarded = {key for room in rights.ROOMS if room.see for key in room.pages}
    assert {page.key for page in desk.PAGES if page.is_for(person(duty))} & guarded == pages


def test_whoever_is_bound_to_units_sees_and_changes_nothing_of_the_whole_agency() -> None:
    bound = person(Duty.ADMIN, "North")
    assert not {"a", "clips", "log"} & {page.key for page in desk.PAGES if page.is_for(bound)}
    for path in ("/bwc/audit/state", "/bwc/exports/1/file", "/bwc/manage/keep", "/bwc/public-report"):
        assert not rights.room_of(path).is_for(bound) and not rights.may_write(bound, path)  # type: ignore[union-attr]
    assert rights.may_write(bound, "/bwc/verdict")


def test_only_those_who_manage_change_the_policy_and_accounts() -> None:
    allowed = [duty for duty in Duty if rights.may_write(person(duty), "/bwc/manage/keep")]
    assert allowed == [duty for duty in Duty if person(duty).may(Act.MANAGE)] == [Duty.ADMIN]
