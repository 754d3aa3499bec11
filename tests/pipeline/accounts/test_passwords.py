from __future__ import annotations

import pytest

from pipeline.accounts import SHORTEST, hashed, matches
from pipeline.errors import AccountError

GOOD = "four quiet green lamps"


def test_only_the_password_itself_matches_its_hash() -> None:
    kept = hashed(GOOD)
    assert kept.startswith("$argon2id$") and GOOD not in kept
    assert matches(kept, GOOD)
    assert not matches(kept, GOOD + " ")
    assert hashed(GOOD) != kept  # a salt of its own


def test_nobody_and_nonsense_never_match() -> None:
    assert not matches(None, GOOD)
    assert not matches("no hash", GOOD)
    assert not matches(hashed(GOOD), "x" * 100_000)


@pytest.mark.parametrize("password", ["", "short", "x" * (SHORTEST - 1), "x" * 1001])
def test_weak_and_endless_passwords_are_refused(password: str) -> None:
    with pytest.raises(AccountError, match="letters"):
        hashed(password)
