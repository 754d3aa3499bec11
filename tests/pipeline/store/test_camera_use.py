"""What an assessment of camera use reads from a store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.store import Store
from pipeline.types import ClockSource, Incident, Recording
from tests.pipeline.made_sound import PICTURE, SOUND

ZERO = datetime(2026, 3, 1, 20, 0, tzinfo=UTC)


def add(store: Store, name: str, at: float | None, seconds: float, device: str | None = "K7") -> None:
    start = None if at is None else ZERO + timedelta(seconds=at)
    source = None if at is None else ClockSource.CONTAINER
    path = Path("/cards") / name
    store.add_recording(Recording(name, path, seconds, start, source, device, streams=(PICTURE, SOUND)))


def facts(store: Store) -> dict[str, tuple[float | None, ClockSource | None]]:
    return {
        f.id: ((f.start_utc - ZERO).total_seconds() if f.start_utc else None, f.clock) for f in store.recording_facts()
    }


def test_parts_of_an_export_that_copies_the_first_clock_follow_each_other(tmp_path: Path) -> None:
    with Store(tmp_path / "s.db") as store:
        for n, seconds in enumerate((600, 600, 90), 1):
            add(store, f"case 5 part {n}.mp4", 0, seconds)
        add(store, "another.mp4", 0, 30, "K8")
        found = facts(store)
        assert found["case 5 part 1.mp4"] == (0, ClockSource.CONTAINER) and found["another.mp4"][0] == 0
        assert found["case 5 part 2.mp4"] == (600, ClockSource.PART_BEFORE)
        assert found["case 5 part 3.mp4"] == (1200, ClockSource.PART_BEFORE)
        (third,) = [f for f in store.recording_facts() if f.id == "case 5 part 3.mp4"]
        assert third.end_utc == ZERO + timedelta(seconds=1290)


def test_parts_without_a_clock_follow_the_one_that_has_it(tmp_path: Path) -> None:
    with Store(tmp_path / "s.db") as store:
        add(store, "case 5 part 1.mp4", 0, 600)
        add(store, "case 5 part 2.mp4", None, 600)
        add(store, "lost.mp4", None, 600)
        found = facts(store)
        assert found["case 5 part 2.mp4"] == (600, ClockSource.PART_BEFORE) and found["lost.mp4"] == (None, None)


def test_recordings_that_sound_or_a_person_placed_say_where(tmp_path: Path) -> None:
    sources = ["sound", "container clock", "by hand", "by hand clock", "sound; container clock agrees"]
    with Store(tmp_path / "s.db") as store:
        for n, _ in enumerate(sources):
            add(store, f"{n}.mp4", n * 1000, 60)
        members = tuple((f"{n}.mp4", n * 10.0, source) for n, source in enumerate(sources))
        store.save_incidents([Incident("i", "street", ZERO, members, "by hand")])
        (incident,) = store.camera_use_inputs().incidents
        assert {r: (t - ZERO).total_seconds() for r, t in incident.places.items()} == {
            "0.mp4": 0, "2.mp4": 20, "4.mp4": 40,
        }  # fmt: skip
