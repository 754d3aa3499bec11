"""The order kept between two looks is the order worked out anew, whatever happened in between."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.review_work import standing as module
from pipeline.review_work.standing import standing
from pipeline.review_work.work import priorities
from pipeline.store import Store
from pipeline.types import Incident, Verdict
from tests.review_ui.large_store import ID, Large, fill
from tests.review_ui.made_content import finding
from tests.review_ui.made_store import START, recording, run


@pytest.fixture
def large(tmp_path: Path) -> Large:
    return fill(tmp_path / "bwc.db", findings=40, turns=4)


def answered(store: Store, large: Large, chance: random.Random) -> None:
    one = chance.choice(store.findings())
    store.add_review(one.id, chance.choice(list(Verdict)), "lee")


def taken_back(store: Store, large: Large, chance: random.Random) -> None:
    for one in store.findings():
        if one.verdict is not None:
            store.withdraw_verdicts(one.id, "lee")
            return


def found_otherwise(store: Store, large: Large, chance: random.Random) -> None:
    where = chance.choice(large.recordings).id
    at = chance.uniform(0, 1000)
    rows = [finding(where, "raised_voice", at + n, at + n + 3, 0.8, "Raised.", label="raised_voice") for n in range(2)]
    store.replace_findings(run(where, "raised_voice"), rows)


def found_in_incident(store: Store, large: Large, chance: random.Random) -> None:
    at = chance.uniform(0, 1000)
    off = finding(ID, "camera_off_gap", at, at + 60, 0.9, "Off.", label="camera_off_gap")
    store.replace_findings(run(ID, "camera_off_gap"), [off], of_incident=True)


def more(store: Store, large: Large, chance: random.Random) -> None:
    number = chance.randrange(10**6)
    store.add_recording(recording(f"late {number}.mp4", duration=60.0, start=START + timedelta(days=2), device="AX-9"))


def grouped_otherwise(store: Store, large: Large, chance: random.Random) -> None:
    of = chance.sample(large.recordings, chance.randint(1, 5))
    members = tuple((one.id, 10.0 * n, "clock") for n, one in enumerate(of))
    store.save_incidents([Incident(ID, "An hour with four cameras", START, members, "clock")])


def apart(store: Store, large: Large, chance: random.Random) -> None:
    store.save_incidents([])


STEPS: list[Callable[[Store, Large, random.Random], None]] = [
    answered, taken_back, found_otherwise, found_in_incident, more, grouped_otherwise, apart,
]  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
def test_kept_and_worked_out_anew_are_the_same(large: Large, seed: int) -> None:
    chance = random.Random(seed)
    with Store(large.path) as store:
        kept = standing(store)
        for step in chance.choices(STEPS, k=12):
            step(store, large, chance)
            kept = standing(store, kept)
            assert list(kept.found.values()) == priorities(store), step.__name__
            assert kept == standing(store)


def test_only_what_changed_is_read(large: Large, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[set[str]] = []

    def noted(store: Store, of: object, only: set[str] | None = None) -> object:
        read.append(set(only) if only is not None else {"everything"})
        return priorities(store, of, only)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "priorities", noted)
    with Store(large.path) as store:
        kept = standing(store)
        assert standing(store, kept) is kept
        store.log("lee", "something.else", "x")
        assert standing(store, kept) is kept
        store.add_review(store.findings(recording=large.alone.id)[0].id, Verdict.DISMISSED, "lee")
        kept = standing(store, kept)
        store.add_review(store.findings(recording=large.cameras[1].id)[0].id, Verdict.DISMISSED, "lee")
        standing(store, kept)
    assert read == [{"everything"}, {large.alone.id}, {large.cameras[1].id, ID}]


def test_a_recording_that_moved_on_the_clock_counts(large: Large) -> None:
    with Store(large.path) as store:
        kept = standing(store)
        (there,) = store.incidents()
        moved = tuple((r, at + 5.0 * n, source) for n, (r, at, source) in enumerate(there.recordings))
        store.save_incidents([replace(there, recordings=moved)])
        again = standing(store, kept)
    assert again.places != kept.places and again.subjects != kept.subjects
