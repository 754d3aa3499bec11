"""Parts of one recording: by their names, and where each begins."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.parts import Part, camera_of, part_of, parts_placed, perhaps_parts
from pipeline.types import ClockSource, Recording
from tests.pipeline.made_sound import PICTURE, SOUND

ZERO = datetime(2026, 3, 1, 20, 0, tzinfo=UTC)


def recording(name: str, at: float | None, duration: float = 600.0, device: str | None = "A") -> Recording:
    start = None if at is None else ZERO + timedelta(seconds=at)
    source = ClockSource.CONTAINER if start else None
    return Recording(name, Path("/cards") / name, duration, start, source, device, streams=(PICTURE, SOUND))


def starts(*recordings: Recording) -> list[float | None]:
    return [None if r.start_utc is None else (r.start_utc - ZERO).total_seconds() for r in parts_placed(recordings)]


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("call 77 part 2.mp4", Part("call 77", 2, True)),
        ("call-77_Part02.mp4", Part("call-77", 2, True)),
        ("export (2 of 3).mp4", Part("export", 2, True)),
        ("export_pt-3of4.mp4", Part("export", 3, True)),
        ("BWC2_0012.mp4", Part("bwc2_", 12, False)),
        ("street.mp4", None),
    ],
)
def test_places_in_names(name: str, part: Part | None) -> None:
    assert part_of(Path(name)) == part


def test_parts_with_a_copied_clock_follow_each_other() -> None:
    parts = [recording(f"x part {n}.mp4", 0, device=None) for n in (1, 2, 3)]
    assert starts(*parts) == [0.0, 600.0, 1200.0]
    assert starts(*reversed(parts)) == [1200.0, 600.0, 0.0]
    assert [r.clock_source for r in parts_placed(parts)][1:] == [ClockSource.PART_BEFORE] * 2


def test_later_parts_without_a_clock_follow_too() -> None:
    assert starts(recording("x part 1.mp4", 5), recording("x part 2.mp4", None)) == [5.0, 605.0]


def test_two_exports_of_one_name_are_told_apart_by_the_clock_that_each_copied() -> None:
    first = [recording(f"0054 part {n} of 2.mp4", 0) for n in (1, 2)]
    second = [recording(f"0054 part {n} of 3.mp4", 90_000) for n in (1, 2, 3)]
    assert starts(*first, *second) == [0.0, 600.0, 90_000.0, 90_600.0, 91_200.0]


def test_a_clock_of_its_own_stands() -> None:
    assert starts(recording("x part 1.mp4", 0), recording("x part 2.mp4", 601)) == [0.0, 601.0]
    assert starts(recording("x part 1.mp4", 0), recording("x part 2.mp4", 9000)) == [0.0, 9000.0]


def test_numbers_alone_are_parts_only_of_one_known_camera() -> None:
    assert starts(recording("x_1.mp4", 0), recording("x_2.mp4", 0)) == [0.0, 600.0]
    assert starts(recording("x_1.mp4", 0, device=None), recording("x_2.mp4", 0, device=None)) == [0.0, 0.0]
    assert starts(recording("x_1.mp4", 0), recording("x_2.mp4", None)) == [0.0, None]


def test_other_cameras_other_streams_and_missing_numbers_are_not_parts() -> None:
    first = recording("x part 1.mp4", 0)
    assert starts(first, recording("x part 2.mp4", 0, device="B")) == [0.0, 0.0]
    assert starts(first, replace(recording("x part 2.mp4", 0), streams=(PICTURE,))) == [0.0, 0.0]
    assert starts(first, recording("x part 3.mp4", 0)) == [0.0, 0.0]


def test_which_camera_and_what_says_so() -> None:
    known, unknown = camera_of(recording("a.mp4", 0)), camera_of(recording("a.mp4", 0, device=None))
    assert known is not None and (known.name, known.source) == ("A", "the file")
    assert unknown is None
    one, two = (camera_of(recording(f"x part {n}.mp4", 0, device=None)) for n in (1, 2))
    assert one == two and one is not None and one.source == "the names of the parts"


def test_a_part_that_names_no_camera_is_of_the_one_that_the_others_name() -> None:
    parts = [recording("x part 1.mp4", 0), recording("x part 2.mp4", 0, device=None), recording("x part 3.mp4", 0)]
    assert starts(*parts) == [0.0, 600.0, 1200.0]
    assert {r.device for r in parts_placed(parts)} == {"A"}
    ends = [recording("x part 1.mp4", 0, device=None), recording("x part 2.mp4", 650)]
    assert [r.device for r in parts_placed(ends)] == ["A", "A"]  # also where its own clock stands


def test_whose_a_part_is_stays_open_where_the_others_disagree_or_the_name_calls_it_none() -> None:
    two = [
        recording("x part 1.mp4", 0),
        recording("x part 2.mp4", 0, device=None),
        recording("x part 3.mp4", 0, 9, "B"),
    ]
    assert [r.device for r in parts_placed(two)] == ["A", None, "B"]
    assert [r.device for r in parts_placed([recording("x_1.mp4", 0), recording("x_2.mp4", 0, device=None)])] == [
        "A",
        None,
    ]


@given(st.permutations(range(1, 6)), st.lists(st.floats(5, 5000), min_size=5, max_size=5))
def test_the_order_of_input_does_not_matter_and_parts_never_overlap(order: list[int], lengths: list[float]) -> None:
    parts = {n: recording(f"x part {n}.mp4", 0, lengths[n - 1]) for n in order}
    placed = {r.id: r for r in parts_placed([parts[n] for n in order])}
    at = 0.0
    for n in range(1, 6):
        start = placed[parts[n].id].start_utc
        assert start is not None and (start - ZERO).total_seconds() == pytest.approx(at, abs=0.01)
        at += lengths[n - 1]


NAMES = [f"{stem}{n}.mp4" for stem in ("case part ", "BWC_", "walk ") for n in (1, 2, 3)] + ["street.mp4"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(NAMES), st.sampled_from([0.0, 0.5, 900.0, 901.0, None]), st.sampled_from(["A", "B", None])
        ),
        max_size=9,
        unique_by=lambda row: row[0],
    )
)
def test_of_many_files_those_that_can_be_placed_are_told_without_their_streams(
    rows: list[tuple[str, float | None, str | None]],
) -> None:
    every = [recording(name, at, device=device) for name, at, device in rows]
    told = perhaps_parts((r.id, r.path, r.device or "", r.start_utc) for r in every)
    few = {r.id: r for r in parts_placed([r for r in every if r.id in told])}
    assert [few.get(r.id, r) for r in every] == parts_placed(every)
