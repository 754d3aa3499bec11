from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.detectors.multi_officer_commands import MultiOfficerCommands, episodes
from pipeline.detectors.spoken_command import SpokenCommand
from pipeline.policy import load_policy
from pipeline.types import Curve, Evidence, Finding, Recording, Role, ScoredSpan, Turn

POLICY = load_policy()
RECORDING = Recording("r", Path("r.mp4"), 1000.0)


def turn(start: float, end: float, text: str, voice: str | None = "v1", role: Role | None = Role.OFFICER) -> Turn:
    return Turn(start, end, voice, role, text)


def findings(*turns: Turn, **measured: object) -> list[Finding]:
    evidence = Evidence(RECORDING, turns=turns, **measured)  # type: ignore[arg-type]
    return list(MultiOfficerCommands(POLICY)(evidence))


def test_two_officers_within_five_seconds() -> None:
    (found,) = findings(turn(10, 11, "Get on the ground!"), turn(15.9, 17, "Show me your hands!", "v2"))
    assert (found.start, found.end) == (10.0, 17.0)
    assert found.evidence["voices"] == ["v1", "v2"]
    assert [o["words"] for o in found.evidence["orders"]] == ["Get on the ground!", "Show me your hands!"]
    assert found.evidence["seconds_overlapped"] == 0
    assert found.evidence["shouted"] == "not measured"
    assert "2 orders by 2 officers" in found.summary


def test_later_than_five_seconds_is_no_episode() -> None:
    assert not findings(turn(10, 11, "Get on the ground!"), turn(16.1, 17, "Show me your hands!", "v2"))


def test_the_window_is_the_packs() -> None:
    assert POLICY.windows.pair_within == 5.0


@pytest.mark.parametrize(
    "second",
    [
        turn(12, 13, "Show me your hands!", "v1"),
        turn(12, 13, "Show me your hands!", None),
        turn(12, 13, "Show me your hands!", "v2", None),
        turn(12, 13, "Show me your hands!", "v2", Role.CIVILIAN),
        turn(12, 13, "Cover me!", "v2"),
    ],
    ids=["same voice", "unknown voice", "unknown role", "civilian", "to an officer"],
)
def test_nothing_is_claimed_without_two_officers_ordering(second: Turn) -> None:
    assert not findings(turn(10, 11, "Get on the ground!"), second)


def test_overlapping_pairs_become_one_episode() -> None:
    found = findings(
        turn(10, 11, "Get back!"),
        turn(12, 13, "Get down!", "v2"),
        turn(14, 15, "Don't move!"),
        turn(15.5, 16, "Come here!", "v3"),
        turn(60, 61, "Get back!"),
        turn(61.5, 62, "Sit down!", "v2"),
    )
    assert [(f.start, f.end) for f in found] == [(10.0, 16.0), (60.0, 62.0)]
    assert found[0].evidence["voices"] == ["v1", "v2", "v3"]


def test_seconds_overlapped_by_words_or_as_heard() -> None:
    turns = (turn(10, 12, "Get on the ground!"), turn(11.5, 13, "Show me your hands!", "v2"))
    assert findings(*turns)[0].evidence["seconds_overlapped"] == 0.5
    heard = (ScoredSpan(11.0, 12.25), ScoredSpan(40.0, 50.0))
    assert findings(*turns, overlaps=heard)[0].evidence["seconds_overlapped"] == 1.25


@pytest.mark.parametrize(
    ("effort", "shouted"),
    [(0.9, True), (0.1, False), (float("nan"), "not measured")],
    ids=["raised", "calm", "unknown"],
)
def test_shouted_where_it_was_measured(effort: float, shouted: object) -> None:
    curve = Curve(10.0, 0.0, np.full(300, effort, dtype=np.float32))
    (found,) = findings(
        turn(10, 11, "Get on the ground!"), turn(12, 13, "Show me your hands!", "v2"), vocal_effort=curve
    )
    assert found.evidence["shouted"] == shouted


def test_as_sure_as_the_less_sure_voice() -> None:
    (found,) = findings(turn(10, 11, "Get on the ground!"), turn(12, 13, "Calm down.", "v2"))
    singles = [f.score for f in SpokenCommand(POLICY)(Evidence(RECORDING, turns=(turn(12, 13, "Calm down.", "v2"),)))]
    assert found.score == singles[0]


times = st.lists(st.tuples(st.floats(0, 60), st.floats(0.1, 4), st.sampled_from(["v1", "v2", "v3"])), max_size=12)


@given(times, st.floats(0, 6))
def test_episodes_hold_every_pair_and_nothing_else(rows: list[tuple[float, float, str]], within: float) -> None:
    turns = [turn(start, start + length, "Get back!", voice) for start, length, voice in rows]
    orders = sorted(SpokenCommand(POLICY).orders(turns), key=lambda o: (o.span.start, o.span.end))
    found = episodes(orders, within)
    for episode in found:
        assert len({o.turn.voice for o in episode}) > 1
    paired = {
        id(o)
        for a in orders
        for b in orders
        if (a.span.start, a.span.end) <= (b.span.start, b.span.end)
        and a.turn.voice != b.turn.voice
        and b.span.start <= a.span.end + within
        for o in (a, b)
    }
    assert paired <= {id(o) for episode in found for o in episode}
    spans = [(min(o.span.start for o in e), max(o.span.end for o in e)) for e in found]
    assert all(first[1] < second[0] for first, second in pairwise(spans))


def test_who_how_many_how_often_and_in_what_manner() -> None:
    (found,) = findings(
        turn(10, 11, "Get on the ground!"), turn(12, 13, "Show me your hands!", "v2"), turn(14, 15, "Get down now!")
    )
    assert found.evidence["orders_by_voice"] == {"v1": 2, "v2": 1}
    assert (found.evidence["leading_voice"], found.evidence["leading_share"]) == ("v1", 0.67)
    assert found.evidence["per_minute"] == 18.0, "a stretch under ten seconds counts as ten"
    assert (found.evidence["manner"], found.evidence["changes_of_voice"]) == ("alternating", 2)
    (both,) = findings(turn(10, 12, "Get on the ground!"), turn(11, 13, "Show me your hands!", "v2"))
    assert both.evidence["manner"] == "overlapping"


def test_orders_that_hail_two_people_are_no_episode() -> None:
    assert not findings(turn(10, 11, "Sir, sit down."), turn(12, 13, "Ma'am, step back.", "v2"))
