from __future__ import annotations

from pipeline.accounts import ALLOWED, Account, Act, Duty


def test_every_duty_may_something_and_only_the_administrator_everything() -> None:
    assert set(ALLOWED) == set(Duty)
    assert all(ALLOWED.values())
    assert [duty for duty, acts in ALLOWED.items() if acts == set(Act)] == [Duty.ADMIN]


def test_a_disabled_account_may_nothing() -> None:
    assert Account("kim", Duty.ADMIN).may(Act.REVIEW)
    assert not any(Account("kim", Duty.ADMIN, disabled=True).may(act) for act in Act)
