from __future__ import annotations

from datetime import datetime

import pytest

from pipeline.audit.shifts import shift_of, shifts_of
from pipeline.errors import BwcError
from pipeline.policy import load_policy


@pytest.mark.parametrize(
    ("hour", "minute", "name"),
    [(6, 0, "Day, from 06:00"), (13, 59, "Day, from 06:00"), (14, 0, "Evening, from 14:00"),
     (22, 0, "Night, from 22:00"), (0, 0, "Night, from 22:00"), (5, 59, "Night, from 22:00")],
)  # fmt: skip
def test_the_shift_of_a_moment(hour: int, minute: int, name: str) -> None:
    shifts = shifts_of(load_policy(None).camera.shifts)
    assert shift_of(datetime(2025, 3, 3, hour, minute), shifts) == name


def test_the_order_of_the_pack_does_not_matter() -> None:
    assert shifts_of(["Night 22:00", "Day 06:00"]) == shifts_of(["Day 06:00", "Night 22:00"])


@pytest.mark.parametrize("said", ["Day", "06:00", "Day 6", "Day 24:00", "Day 06:60", ""])
def test_no_shift(said: str) -> None:
    with pytest.raises(BwcError, match="write it as"):
        shifts_of([said])
