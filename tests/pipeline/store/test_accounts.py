from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.accounts import Duty
from pipeline.errors import AccountError
from pipeline.store import Store

GOOD, OTHER = "four quiet green lamps", "seven loud brown doors"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "bwc.db") as store:
        yield store


def test_an_account_signs_in_with_its_password_alone(store: Store) -> None:
    assert not store.has_accounts()
    made = store.add_account("kim", Duty.REVIEWER, GOOD, "root", full_name="Kim Ba", units=["North", "North", " "])
    assert store.has_accounts()
    assert (made.duty, made.full_name, made.units, made.disabled) == (Duty.REVIEWER, "Kim Ba", ("North",), False)
    assert store.signed_in("kim", GOOD) == made
    assert store.signed_in("kim", OTHER) is None
    assert store.signed_in("nobody", GOOD) is None


def test_a_disabled_account_does_not_sign_in_until_it_is_enabled(store: Store) -> None:
    store.add_account("kim", Duty.AUDITOR, GOOD, "root")
    store.set_disabled("kim", True, "root")
    assert store.signed_in("kim", GOOD) is None
    store.set_disabled("kim", False, "root")
    assert store.signed_in("kim", GOOD) is not None


def test_a_new_password_takes_the_place_of_the_old_and_ends_sessions(store: Store) -> None:
    before = store.add_account("kim", Duty.AUDITOR, GOOD, "root").sessions_from
    store.set_password("kim", OTHER, "root")
    assert store.signed_in("kim", GOOD) is None
    after = store.signed_in("kim", OTHER)
    assert after is not None and after.sessions_from is not None and before is not None
    assert after.sessions_from >= before


def test_duty_and_units_change_together_or_the_units_stay(store: Store) -> None:
    store.add_account("kim", Duty.REVIEWER, GOOD, "root", units=["North"])
    store.set_duty("kim", Duty.TRAINER, None, "root")
    assert (store.account("kim").duty, store.account("kim").units) == (Duty.TRAINER, ("North",))
    store.set_duty("kim", Duty.TRAINER, (), "root")
    assert store.account("kim").units == ()


def test_wrong_names_are_refused_in_one_line(store: Store) -> None:
    store.add_account("kim", Duty.REVIEWER, GOOD, "root")
    with pytest.raises(AccountError, match="already"):
        store.add_account("kim", Duty.REVIEWER, GOOD, "root")
    for name in ("", "two words", "../up", "=cmd()", "a" * 65):
        with pytest.raises(AccountError, match="cannot be a name"):
            store.add_account(name, Duty.REVIEWER, GOOD, "root")
    with pytest.raises(AccountError, match="no account"):
        store.set_disabled("ben", True, "root")


def test_the_log_tells_what_was_done_and_never_a_password(store: Store) -> None:
    store.add_account("kim", Duty.REVIEWER, GOOD, "root", units=["North"])
    store.set_password("kim", OTHER, "root")
    store.end_sessions("kim", "root")
    rows = store.activity()
    assert [row["action"] for row in rows] == ["account.sign_out", "account.password", "account.add"]
    assert {row["who"] for row in rows} == {"root"}
    assert not any(secret in str(rows) for secret in (GOOD, OTHER, "argon2"))
