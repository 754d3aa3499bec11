"""Who wore which camera when."""

from __future__ import annotations

from datetime import UTC, datetime

from pipeline.roster import Assignment, Roster

DAY = datetime(2025, 3, 1, tzinfo=UTC)


def at(day: int, hour: int = 0) -> datetime:
    return datetime(2025, 3, day, hour, tzinfo=UTC)


ROSTER = Roster(
    [
        Assignment("17", "Tarn", "A", "North", "OV2-0388", at(1), at(10)),
        Assignment("17", "Tarn", "B", "South", "OV2-0500", at(10)),
        Assignment("18", "Vale", "A", "North", "OV2-0388", at(10), at(20)),
        Assignment("19", "Tarn", "A", "North", "", at(1)),
    ]
)


def test_a_camera_that_changes_hands_is_with_whom_it_was_with_at_that_moment() -> None:
    assert [ROSTER.wearer("OV2-0388", m) and ROSTER.wearer("OV2-0388", m).officer for m in
            (at(9, 23), at(10), at(19, 23), at(20))] == ["17", "18", "18", None]  # fmt: skip


def test_a_recording_may_write_make_and_model_before_the_serial() -> None:
    assert ROSTER.wearer("OVELIA BC2 ov2-0388", at(2)).officer == "17"
    assert ROSTER.wearer("OV2-03881", at(2)) is None
    assert ROSTER.wearer("0388", at(2)) is None


def test_without_a_camera_or_a_clock_nobody_is_named() -> None:
    assert ROSTER.wearer(None, at(2)) is None and ROSTER.wearer("OV2-0388", None) is None
    assert ROSTER.wearer("", at(2)) is None


def test_an_officer_is_found_by_number_or_name_but_not_by_a_name_that_two_have() -> None:
    assert [a.unit for a in ROSTER.called("17")] == ["A", "B"]
    assert [a.unit for a in ROSTER.called("17", at(12))] == ["B"]
    assert [a.officer for a in ROSTER.called(" vale ")] == ["18"]
    assert list(ROSTER.called("Tarn")) == []
    assert ROSTER.cameras_of("17", at(12)) == {"ov2 0500"} and ROSTER.cameras_of("19", at(12)) == set()
