"""The inbox that is kept from look to look says what one says that was made anew, for whoever asks."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from pipeline.accounts import Account, Duty
from pipeline.errors import BwcError
from pipeline.review_work.work import Order, draw_work
from pipeline.roster import Assignment as Worn
from pipeline.store import Assignment, Store
from pipeline.types import Span, Verdict
from review_ui.newest import Newest
from review_ui.server import inbox
from review_ui.server.sessions import Identity
from tests.review_ui.conftest import Made
from tests.review_ui.made_content import finding
from tests.review_ui.made_store import START, recording, run

PEOPLE = (
    Identity("R. Ortiz"),
    Identity("lee"),
    Identity("x", Account("x", Duty.REVIEWER, units=("A",))),
    Identity("y", Account("y", Duty.REVIEWER, units=("A", "B"))),
)
Step = Callable[[Store, random.Random], Any]


def judged(store: Store, chance: random.Random) -> None:
    one = chance.choice(store.findings())
    store.add_review(
        one.id, chance.choice(list(Verdict)), chance.choice(["R. Ortiz", "lee"]), blind=chance.random() < 0.5
    )


def taken_back(store: Store, chance: random.Random) -> None:
    said = [one for one in store.verdicts_said() if one.reviewer in ("R. Ortiz", "lee")]
    if said:
        one = chance.choice(said)
        store.withdraw_verdicts(one.finding, one.reviewer)


def found_otherwise(store: Store, chance: random.Random) -> None:
    where, label = (
        chance.choice(store.recordings()).id,
        chance.choice(["muted", "raised_voice", f"kind {chance.random()}"]),
    )
    at = chance.uniform(0, 50)
    store.replace_findings(
        run(where, "raised_voice"), [finding(where, "raised_voice", at, at + 3, 0.8, "x", label=label)]
    )


def drawn(store: Store, chance: random.Random) -> None:
    grouping = chance.choice(["officer", "unit", "event type", "priority"])
    blind = chance.random() < 0.3
    with suppress(BwcError):  # nothing is waiting
        draw_work(store, Order(grouping, 1, reviewer="lee" if blind else "", blind=blind), "R. Ortiz")


def taken_up(store: Store, chance: random.Random) -> None:
    subject = chance.choice([one.id for one in store.recordings()] + [one.id for one in store.incidents()])
    store.assign(Assignment(subject, "asked", ("asked for",), chance.choice(["", "R. Ortiz", "lee"])), "R. Ortiz")


def put_down(store: Store, chance: random.Random) -> None:
    for one in store.assignments(open_only=True)[:1]:
        store.change_assignment(one.number, "lee", state=chance.choice(["done", "dropped"]))


def watched(store: Store, chance: random.Random) -> None:
    at = chance.uniform(0, 50)
    store.add_watched(chance.choice(store.recordings()).id, chance.choice(["R. Ortiz", "lee"]), [Span(at, at + 9)])


def more(store: Store, chance: random.Random) -> None:
    late = recording(
        f"late {chance.random()}.mp4", start=START + timedelta(days=1), device=chance.choice(["AX-1041", None])
    )
    store.add_recording(late)
    store.replace_findings(
        run(late.id, "muted_audio"), [finding(late.id, "muted_audio", 1, 9, 0.9, "x", label="muted")]
    )


def another_roster(store: Store, chance: random.Random) -> None:
    worn = [
        Worn(str(n), f"Officer {n}", chance.choice("AB"), "1", camera, START - timedelta(days=1), None)
        for n, camera in enumerate(["AX-1041", "AX-2210"]) if chance.random() < 0.8
    ]  # fmt: skip
    store.replace_roster(worn, "roster.csv", "lee")


def apart(store: Store, chance: random.Random) -> None:
    store.save_incidents(store.incidents()[: chance.randint(0, 1)])
    store.log("lee", "incident.ungroup", "incident0001", {"recordings": [], "rest": []})


STEPS: tuple[Step, ...] = (
    judged, judged, judged, taken_back, found_otherwise, drawn, taken_up, put_down, watched, more, another_roster,
    apart,
)  # fmt: skip


def told(person: Identity) -> dict[str, Any]:
    return {name: value for name, value in inbox._document(person).items() if name != "now_utc"}


@pytest.mark.parametrize("seed", range(6))
def test_kept_and_made_anew_say_the_same(made: Made, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    chance = random.Random(seed)
    nothing_kept(monkeypatch)
    with Store(made.path) as store:
        for step in chance.choices(STEPS, k=14):
            step(store, chance)
            kept = [told(person) for person in PEOPLE]
            with monkeypatch.context() as patched:  # what was kept is kept for the next step
                nothing_kept(patched)
                assert kept == [told(person) for person in PEOPLE], step.__name__


def nothing_kept(patched: pytest.MonkeyPatch) -> None:
    patched.setattr(inbox, "_KEPT", {})
    for name in ("_LABELS", "_SEEN", "_DRAWS"):
        patched.setattr(inbox, name, Newest(8))
