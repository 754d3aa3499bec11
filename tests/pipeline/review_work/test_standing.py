"""The order kept between two looks is the order worked out anew, whatever happened in between."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.corrections.correction import Correction, CorrectionKind
from pipeline.review_work import standing as module
from pipeline.review_work.priority import Priority, priority
from pipeline.review_work.standing import standing
from pipeline.review_work.work import Order, draw_work, priorities, priorities_of
from pipeline.store import Assignment, Store
from pipeline.store.findings import Observed
from pipeline.types import Incident, Span, Verdict
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


def in_two_incidents(store: Store, large: Large, chance: random.Random) -> None:
    """One more group, which may hold recordings of those that stay as they are."""
    of = chance.sample(large.recordings, chance.randint(2, 3))
    members = tuple((one.id, 10.0 * n, "clock") for n, one in enumerate(of))
    id = f"{chance.randrange(16**12):016x}"
    store.save_incidents([*store.incidents()[:2], Incident(id, f"Group {id}", START, members, "clock")])


def found_no_more(store: Store, large: Large, chance: random.Random) -> None:
    one = chance.choice(store.findings())
    store.replace_findings(run(one.finding.subject, one.finding.detector), [], of_incident=one.incident is not None)


def renamed(store: Store, large: Large, chance: random.Random) -> None:
    one = chance.choice(large.recordings)
    store.add_recording(replace(one, path=one.path.with_name(f"{chance.random()}.mp4"), duration=one.duration - 1))


def drawn(store: Store, large: Large, chance: random.Random) -> None:
    grouping = chance.choice(["officer", "unit", "event type"])
    draw_work(store, Order(grouping, 2, reviewer=chance.choice(["", "lee"]), seed=str(chance.random())), "lee")


def other_work(store: Store, large: Large, chance: random.Random) -> None:
    one = chance.choice(large.recordings).id
    number = store.assign(Assignment(one, "asked", ("asked for",), "lee"), "lee")
    store.change_assignment(number, "lee", state="done")
    store.add_watched(one, "lee", [Span(0.0, 5.0)])


def put_right(store: Store, large: Large, chance: random.Random) -> None:
    """A correction, and what the detectors say with it."""
    one = chance.choice(large.recordings).id
    store.add_correction(Correction(one, CorrectionKind.NAME, (Span(0.0, 2.0),), "lee", START, name="Tarn"))
    found_otherwise(store, large, chance)


STEPS: list[Callable[[Store, Large, random.Random], None]] = [
    answered, taken_back, found_otherwise, found_in_incident, more, grouped_otherwise, apart,
    in_two_incidents, found_no_more, renamed, drawn, other_work, put_right,
]  # fmt: skip


def plainly(store: Store) -> list[Priority]:
    """The order by a plain look at everything."""
    found: dict[str, list[Observed]] = {}
    for f in store.findings():
        of, at = f.finding, (f.finding.start, f.finding.end)
        observed = Observed(f.id, f.recording, f.incident, of.label, *at, of.score, int(f.verdict is not None))
        found.setdefault(of.subject, []).append(observed)
    there = {one.id for one in store.recordings()}
    groups = [i for i in store.incidents() if sum(r in there for r, _, _ in i.recordings) > 1]
    whole = {r: i.id for i in groups for r, _, _ in i.recordings}
    told = [priority(r, found.get(r, [])) for r in there]
    for i in groups:
        with_it = [i.id, *(r for r, _, _ in i.recordings if whole[r] == i.id)]
        starts = {r: at for r, at, _ in i.recordings}
        told.append(priority(i.id, [f for one in with_it for f in found.get(one, [])], starts))
    return sorted(told, key=lambda p: (-p.order, p.subject))


@pytest.mark.parametrize("seed", range(8))
def test_kept_and_worked_out_anew_are_the_same(large: Large, seed: int) -> None:
    chance = random.Random(seed)
    with Store(large.path) as store:
        kept = standing(store)
        for step in chance.choices(STEPS, k=16):
            step(store, large, chance)
            if chance.random() < 0.3:
                continue  # several changes between two looks
            kept = standing(store, kept)
            assert list(kept.found.values()) == priorities(store) == plainly(store), step.__name__
            assert kept == standing(store)
            assert kept.waiting() == [
                p for p in kept.found.values() if p.to_review and kept.as_one[p.subject] == p.subject
            ]


def test_only_what_changed_is_read(large: Large, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[set[str]] = []

    def noted(store: Store, there_is: object, as_one: object, wanted: set[str] | None = None) -> object:
        read.append(set(wanted) if wanted is not None else {"everything"})
        return priorities_of(store, there_is, as_one, wanted)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "priorities_of", noted)
    with Store(large.path) as store:
        kept = standing(store)
        assert standing(store, kept) is kept
        store.log("lee", "something.else", "x")
        assert standing(store, kept) is kept
        store.add_review(store.findings(recording=large.alone.id)[0].id, Verdict.DISMISSED, "lee")
        kept = standing(store, kept)
        store.add_review(store.findings(recording=large.cameras[1].id)[0].id, Verdict.DISMISSED, "lee")
        kept = standing(store, kept)
        store.add_recording(large.alone)
        assert standing(store, kept).found == kept.found
    assert read == [{"everything"}, {large.alone.id}, {large.cameras[1].id, ID}, set()]


def test_much_that_changed_is_read_at_once_and_gives_the_same(large: Large, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MANY", 1)
    with Store(large.path) as store:
        kept = standing(store)
        for one in (large.alone, large.cameras[0], large.cameras[2]):
            store.add_review(store.findings(recording=one.id)[0].id, Verdict.UNSURE, "lee")
        assert standing(store, kept) == standing(store)


def test_a_recording_that_moved_on_the_clock_counts(large: Large) -> None:
    with Store(large.path) as store:
        kept = standing(store)
        (there,) = store.incidents()
        moved = tuple((r, at + 5.0 * n, source) for n, (r, at, source) in enumerate(there.recordings))
        store.save_incidents([replace(there, recordings=moved)])
        again = standing(store, kept)
    assert again.marks.places != kept.marks.places and again.subjects != kept.subjects
