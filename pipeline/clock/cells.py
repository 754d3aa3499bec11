"""How likely each digit is at each place of the stamp, picture by picture, and what a given time would score there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from models.stamp_text import CLASSES
from pipeline.clock.layout import Layout, Slot

DAY = 86400
SET_FROM = 1104537600.0
"""2005-01-01: no body-worn camera is older, so a stamp before it was never set"""
SET_UNTIL = 2208988800.0
"""2040-01-01: a year of two digits is hardly later"""
LEAST = 0.004
"""probability left to every digit: no single one can speak against a time for ever (a lamp behind it, a wiper)"""
READ = 0.5
"""a digit counts as read where one is at least this likely"""

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Cell:
    """One picture's stamp: natural log of the probability of each digit in each slot, shape (slots, 10).

    A slot for the half of the day holds AM in its first place and PM in its second.
    """

    at: float
    layout: Layout
    digits: NDArray[np.float32]
    read: float
    """share of the slots whose digit was read"""


def digits_in(row: NDArray[np.float32], slots: Sequence[Slot]) -> tuple[NDArray[np.float32], float]:
    """(log probabilities (slots, 10), share read) from one line of the reader, shape (columns, classes)."""
    likely = np.empty((len(slots), 10))
    for number, slot in enumerate(slots):
        middle = round(slot.column)
        part = row[max(0, middle - 1) : middle + 2]
        if not len(part):
            likely[number] = 0.0
        elif slot.field == "half":
            likely[number] = 0.0
            likely[number, :2] = np.exp(part[:, [CLASSES.index("A"), CLASSES.index("P")]]).max(axis=0)
        else:
            likely[number] = np.exp(part[:, 1:11]).max(axis=0)
    return settled(likely)


def settled(likely: Floats) -> tuple[NDArray[np.float32], float]:
    """Log probabilities that sum to one, what is not known spread over all; and the share of slots that are read."""
    total = likely.sum(axis=1, keepdims=True)
    likely = np.where(total > 1, likely / np.maximum(total, 1e-9), likely)
    read = float((likely.max(axis=1) >= READ).mean()) if len(likely) else 0.0
    likely = likely + (1 - likely.sum(axis=1, keepdims=True)) / 10
    return np.log((likely + LEAST) / (1 + 10 * LEAST)).astype(np.float32), read


@dataclass(frozen=True)
class Cells:
    """The cells of a recording in order of time. Values are seconds: of the calendar from 1970, as if the stamp's local
    time were UTC; of the day where the stamp has no date."""

    cells: tuple[Cell, ...]
    order: str = "MDY"
    """what the numbers of a date like 03/04/2024 or 03/04/24 are: "MDY", "DMY", or "YMD" where years have two digits"""
    at: Floats = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", np.array([c.at for c in self.cells], np.float64))

    def __len__(self) -> int:
        return len(self.cells)

    @property
    def dated(self) -> bool:
        return bool(self.cells) and self.cells[0].layout.dated

    def groups(self) -> list[tuple[Layout, Whole]]:
        """The pictures of each shape of the line, by number."""
        shapes: dict[tuple[str, int | None, bool], list[int]] = {}
        for number, cell in enumerate(self.cells):
            same = (cell.layout.shape, cell.layout.month, cell.layout.month_legible)
            shapes.setdefault(same, []).append(number)
        return [(self.cells[numbers[0]].layout, np.array(numbers, np.int64)) for numbers in shapes.values()]

    def score(self, values: Whole) -> NDArray[np.float32]:
        """Log likelihood of each value in its picture; `values` shape (candidates, pictures), whole seconds."""
        out = np.zeros(values.shape, np.float32)
        for layout, numbers in self.groups():
            digits = np.stack([self.cells[n].digits for n in numbers])
            out[:, numbers] = self._score(layout, digits, values[:, numbers])
        return out

    def _score(self, layout: Layout, digits: NDArray[np.float32], values: Whole) -> NDArray[np.float32]:
        fields = fields_of(values, layout.half_day)
        out = np.zeros(values.shape, np.float32)
        pictures = np.arange(values.shape[1])[None, :]
        widest: dict[str, int] = {}
        for number, slot in enumerate(layout.slots):
            name = said_by(slot, layout, self.order)
            widest[name] = max(widest.get(name, 0), slot.worth)
            digit = fields[name] // slot.worth % 10
            out += digits[pictures, number, digit]
        for name, worth in widest.items():
            if name != "half" and not (name == "Y" and worth == 10):
                out += np.where(fields[name] >= 10 * worth, np.float32(np.log(LEAST)), np.float32(0))
        if layout.month is not None and layout.month_legible:
            out += np.where(fields["M"] != layout.month, np.float32(2 * np.log(LEAST)), np.float32(0))
        return out

    def likeliest(self) -> tuple[Whole, NDArray[np.bool_]]:
        """(value by the likeliest digit of every slot alone, whether that is a date and time), by picture."""
        values, known = np.zeros(len(self), np.int64), np.zeros(len(self), bool)
        for layout, numbers in self.groups():
            best = np.stack([self.cells[n].digits for n in numbers]).argmax(axis=2)
            fields: dict[str, Whole] = {}
            for number, slot in enumerate(layout.slots):
                name = said_by(slot, layout, self.order)
                fields[name] = fields.get(name, np.zeros(len(numbers), np.int64)) + best[:, number] * slot.worth
            if layout.month is not None:
                fields["M"] = np.full(len(numbers), layout.month, np.int64)
            values[numbers], known[numbers] = value_of(fields, layout.half_day)
        return values, known


def said_by(slot: Slot, layout: Layout, order: str) -> str:
    """The field that a slot shows where the numbers of a date stand in this order."""
    if layout.order not in ("MDY", "MDy") or slot.field not in "MDY":
        return slot.field
    return order["MDY".index(slot.field)]


def fields_of(values: Whole, half_day: bool = False) -> dict[str, Whole]:
    """Year, month, day, hour, minute, second of values in seconds from 1970; hours 1 to 12 and the half if wanted."""
    days = values // DAY
    second = values - days * DAY
    date = days.astype("datetime64[D]")
    months = date.astype("datetime64[M]")
    month_number = months.astype(np.int64)
    hour = second // 3600
    return {
        "Y": month_number // 12 + 1970,
        "M": month_number % 12 + 1,
        "D": days - months.astype("datetime64[D]").astype(np.int64) + 1,
        "h": (hour - 1) % 12 + 1 if half_day else hour,
        "half": hour // 12,
        "m": second // 60 % 60,
        "s": second % 60,
    }


def value_of(fields: dict[str, Whole], half_day: bool) -> tuple[Whole, NDArray[np.bool_]]:
    """Seconds from 1970 (of the day without a date) and whether the numbers can be a date and time."""
    hour, known = fields["h"], (fields["m"] < 60) & (fields["s"] < 60)
    if half_day:
        known &= (hour >= 1) & (hour <= 12)
        hour = hour % 12 + 12 * np.minimum(fields.get("half", np.zeros_like(hour)), 1)
    known &= hour < 24
    value = hour * 3600 + fields["m"] * 60 + fields["s"]
    if "Y" not in fields:
        return value, known
    year = np.where(fields["Y"] < 70, fields["Y"] + 2000, fields["Y"] + 1900 * (fields["Y"] < 100))
    known &= (fields["M"] >= 1) & (fields["M"] <= 12) & (fields["D"] >= 1) & (year >= 1970) & (year < 2100)
    month = (np.clip(year, 1970, 2099) - 1970) * 12 + np.clip(fields["M"], 1, 12) - 1
    first = month.astype("datetime64[M]")
    days = first.astype("datetime64[D]").astype(np.int64)
    length = (first + 1).astype("datetime64[D]").astype(np.int64) - days
    known &= fields["D"] <= length
    return (days + fields["D"] - 1) * DAY + value, known
