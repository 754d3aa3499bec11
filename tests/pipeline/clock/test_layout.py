"""Which character is which digit of the date and the time, in many layouts; what is no date and time is refused."""

from __future__ import annotations

import pytest

from pipeline.clock.layout import Layout, layout_of, says_date, says_not_set
from pipeline.clock.marks import Mark
from pipeline.clock.watch import _after


def marks(text: str) -> list[Mark]:
    """Characters of equal width; a blank leaves a gap."""
    return [Mark(letter, 6.0 * n, 0.9) for n, letter in enumerate(text) if letter != " "]


def fields(text: str, layout: Layout) -> dict[str, int]:
    """The numbers of each field, by the columns that the layout names."""
    found: dict[str, int] = {}
    for slot in layout.slots:
        if slot.field != "half":
            found[slot.field] = found.get(slot.field, 0) + int(text[round(slot.column / 6)]) * slot.worth
    return found


@pytest.mark.parametrize(
    ("text", "order", "zone"),
    [
        ("2024-05-17T09:08:07Z", "YMD", "Z"),
        ("2024-05-17 09:08:07 +02:00", "YMD", "+02:00"),
        ("2024-05-17T09:08:07-0500", "YMD", "-05:00"),
        ("2024/05/17  09:08:07.123", "YMD", None),
        ("05/17/2024 09:08:07", "MDY", None),
        ("5/17/2024 9:08:07 AM", "MDY", None),
        ("17 MAY 2024 09:08:07 UTC", "DNY", "Z"),
        ("MAY 17 2024 09:08:07", "NDY", None),
        ("CAM 2 2024-05-17 09:08:07", "YMD", None),
        ("2024-05-17 FRI 09:08:07", "YMD", None),
        ("05-17-2024 FRIDAY 09:08:07", "MDY", None),
        ("FRI MAY 17 09:08:07 2024", "NDY", None),
        ("17-M4Y-2024 09:08:07", "DNY", None),
        ("MAY 17 2024  9:08:07 AM", "NDY", None),
        ("20240517 09:08:07", "YMD", None),
        ("2024-05-17 09 08 07", "YMD", None),
        ("2024 05 17  09:08:07", "YMD", None),
        ("REC 00:00:12  2024-05-17 09:08:07", "YMD", None),
        ("2024-05-17 09:08:07 UTC+2", "YMD", "+02:00"),
        ("2024-05-17 09:08:07 GMT-05:30", "YMD", "-05:30"),
        ("2024-05-17 09:08:07 GMT", "YMD", "Z"),
        ("2024-05-17 09:08:07 UTC2", "YMD", None),
        ("09:08:07 05/17/2024", "MDY", None),
        ("09:08:07", "", None),
    ],
)
def test_a_layout_is_recognised_with_every_digit_in_its_place(text: str, order: str, zone: str | None) -> None:
    layout = layout_of(marks(text))
    assert layout is not None
    assert (layout.order, layout.zone) == (order, zone)
    found = fields(text, layout)
    assert (found["h"], found["m"], found["s"]) == (9, 8, 7)
    if "Y" in found:
        assert (found["Y"], found["D"]) == (2024, 17)
        assert found.get("M", layout.month) == 5
    assert layout.half_day == text.endswith("AM")


@pytest.mark.parametrize(
    ("text", "order"), [("05/17/24 09:08:07", "MDy"), ("17-MAY-24 09:08:07", "DNy"), ("24-05-17 09:08:07", "MDy")]
)
def test_a_year_may_have_two_digits(text: str, order: str) -> None:
    layout = layout_of(marks(text))
    assert layout is not None
    assert layout.order == order
    assert sum(slot.field == "Y" for slot in layout.slots) == 2


def test_faint_signs_are_no_strict_line() -> None:
    assert layout_of(marks("2024-05-17 09 08 07"), strict=True) is None
    assert layout_of(marks("2024-05-17 09:08:07"), strict=True) is not None


@pytest.mark.parametrize(("text", "says"), [("05/17/2024", True), ("FRI 17 MAY 2024", True), ("45/77/2024", False)])
def test_a_date_without_a_time_is_told(text: str, says: bool) -> None:
    assert says_date(marks(text)) is says


@pytest.mark.parametrize(
    "text",
    ["OPEN 10:30 DAILY", "7KLM204", "2024-05-17", "2024-05-17T29:08:07Z", "2024-45-17T09:68:07", "", "X60A 12345"],
)
def test_what_is_no_date_and_time_is_refused(text: str) -> None:
    assert layout_of(marks(text)) is None


def test_letters_that_look_like_digits_count_where_a_digit_must_stand() -> None:
    assert layout_of(marks("2O24-O5-I7TO9:08:07Z")) is not None


@pytest.mark.parametrize("text", ["TIME NOT SET", "CLOCK NOTSET", "NO TIME", "TIME N0T 5ET", "--/-- --:--:--"])
def test_a_clock_that_says_it_is_not_set(text: str) -> None:
    assert says_not_set(marks(text))
    assert not says_not_set(marks("2024-05-17T09:08:07Z"))


def test_a_month_told_by_letters_that_look_alike_does_not_stand_against_one_that_was_legible() -> None:
    june, like_july, like_june = (layout_of(marks(f"30 {name} 2027 21:59:51")) for name in ("JUN", "JU1", "1UN"))
    assert june is not None and like_july is not None and like_june is not None
    assert [(one.month, one.month_legible) for one in (june, like_july, like_june)] == [
        (6, True),
        (7, False),
        (6, False),
    ]
    assert (_after(june, like_july).month, _after(june, like_july).month_legible) == (6, False)
    assert (_after(june, like_june).month, _after(june, like_june).month_legible) == (6, True)
