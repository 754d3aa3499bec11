"""Reasons are observations; the order does not depend on the order of input."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from pipeline.review_work.priority import WEIGHTS, in_order, priority
from pipeline.store.findings import Observed


def stored(
    label: str, start: float = 0.0, end: float | None = None, score: float = 0.9, *, of: str = "r1", seen: bool = False
) -> Observed:
    where = (None, of) if of == "i" else (of, None)
    return Observed(f"{of} {label} {start}", *where, label, start, start + 1 if end is None else end, score, int(seen))


def test_reasons_say_what_was_observed() -> None:
    told = priority("i", [stored("multi_officer_commands", 5), stored("camera_off_gap", 10, 31), stored("command", 3)])
    assert told.reasons == ("camera off 21 s", "several officers command at once", "a spoken command")
    assert (told.to_review, told.findings) == (3, 3) and told.first is not None


def test_what_was_answered_is_no_reason_any_more() -> None:
    told = priority("r1", [stored("force_announced", seen=True), stored("command", 3)])
    assert told.reasons == ("a spoken command",) and (told.to_review, told.findings) == (1, 2)
    nothing = priority("r1", [stored("command", seen=True)])
    assert (nothing.order, nothing.reasons, nothing.first) == (0.0, (), None)


def test_two_cameras_of_one_moment_are_one_observation() -> None:
    both = [stored("conflicting_commands", 10, 14, of="r1"), stored("conflicting_commands", 4.5, 8, of="r2")]
    assert priority("i", both, {"r1": 0.0, "r2": 6.0}).reasons == ("commands that conflict",)
    assert priority("i", both, {"r1": 0.0, "r2": 60.0}).reasons == ("commands that conflict 2 times",)
    assert priority("r1", [stored("command", 1), stored("command", 1.5)]).reasons == ("2 spoken commands",)


FOUND = st.lists(
    st.builds(stored, st.sampled_from([*WEIGHTS, "command", "frozen"]), st.floats(0, 99), st.floats(100, 200),
              st.floats(0, 1), of=st.sampled_from(["r1", "r2", "i"]), seen=st.booleans()), max_size=15,
)  # fmt: skip


@given(FOUND, st.randoms(use_true_random=False))
def test_the_order_of_input_does_not_matter(found: list[Observed], chance: random.Random) -> None:
    found = list({f.id: f for f in found}.values())
    shuffled = chance.sample(found, len(found))
    one, other = priority("i", found, {"r2": 3.0}), priority("i", shuffled, {"r2": 3.0})
    assert one == other and one.order >= 0.0
    several = [priority(name, found[: n + 1]) for n, name in enumerate("abc")]
    assert in_order(several) == in_order(chance.sample(several, 3))
