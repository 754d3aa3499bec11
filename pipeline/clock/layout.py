"""Dates and times in a line of burned-in text: which character is which digit of the year, the minute, the second.

Numbers are read with the letters that look like them (O for 0) where a digit must stand. Months may be named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.clock.marks import Mark, text_of

D = "[0-9OQDILZSBG]"
"""what may stand for a digit"""
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_LOOKS_LIKE = str.maketrans("OQDILZSBG", "000112586")
_ALIKE = {
    "O": "[O0QD]",
    "S": "[S5]",
    "B": "[B8]",
    "G": "[G6C]",
    "D": "[DO0]",
    "A": "[A4]",
    "J": "(?<![A-Z])[JI1]?",
    "C": "[CG]",
    "E": "[ECF]",
    "V": "[VYU]",
    "L": "[LI1]",
    "T": "[TI7]",
    "P": "[PF]",
}
"""letters of a month's name and what they may be read as. J is narrow: where it comes first it may be missed"""
_NAMED = tuple(re.compile("".join(_ALIKE.get(letter, letter) for letter in month)) for month in MONTHS)
_TIME = rf"(?P<h>{D}{{1,2}})[:.] ?(?P<m>{D}{{2}})[:.] ?(?P<s>{D}{{2}})(?P<frac>[.:]{D}{{1,6}})?"
_DARK_COLONS = rf"(?P<h>{D}{{2}})[:. ]{{0,2}}(?P<m>{D}{{2}})[:. ]{{0,2}}(?P<s>{D}{{2}})(?P<frac>[.:]{D}{{1,6}})?(?!{D})"
"""colons that blink, or are too faint: only beside a date"""
_OFFSET = rf"(?:UTC|GMT) ?[+-]{D}{{1,2}}(?::?{D}{{2}})?|[+-]{D}{{2}}:?{D}{{2}}|Z|(?:UTC|GMT)(?! ?[+0-9-])"
_ZONE = rf"(?: ?(?P<half>[AP]) ?M)?(?: ?(?P<zone>{_OFFSET})(?![0-9:]))?"
_MONTH = f"(?:{'|'.join(named.pattern for named in _NAMED)})[A-Z]{{0,6}}"
_DATES = {
    "YMD": rf"(?P<Y>{D}{{4}}) ?(?P<mark>[-/.:]) ?(?P<M>{D}{{2}}) ?(?P=mark) ?(?P<D>{D}{{2}})",
    "MDY": rf"(?P<M>{D}{{1,2}}) ?(?P<mark>[-/.]) ?(?P<D>{D}{{1,2}}) ?(?P=mark) ?(?P<Y>{D}{{4}})",
    "DNY": rf"(?P<D>{D}{{1,2}})[ -/.]?(?P<N>{_MONTH})[ -/.]?(?P<Y>{D}{{4}})",
    "NDY": rf"(?P<N>{_MONTH})[ -/.]?(?P<D>{D}{{1,2}})[ -/.]{{0,2}}(?P<Y>{D}{{4}})",
}
_SHORT = {
    "MDy": rf"(?P<M>{D}{{1,2}}) ?(?P<mark>[-/.]) ?(?P<D>{D}{{1,2}}) ?(?P=mark) ?(?P<Y>{D}{{2}})(?!{D})",
    "DNy": rf"(?P<D>{D}{{1,2}})[ -/.]?(?P<N>{_MONTH})[ -/.]?(?P<Y>{D}{{2}})(?!{D})",
}
"""years of two digits. The three numbers of the first may stand in any order"""
_LOOSE = {
    "YMD": rf"(?P<Y>(?:19|2[0O]){D}{{2}})[^:]{{1,3}}(?P<M>{D}{{2}})[^:]{{1,3}}(?P<D>{D}{{2}})",
}
"""signs between the numbers that the reader has no letters for (the words for year, month and day in other scripts)"""
_UNMARKED = {"YMD": rf"(?P<Y>(?:19|2[0O]){D}{{2}})(?P<M>{D}{{2}})(?P<D>{D}{{2}})"}
_DAY = r" {0,2}(?:T|[A-Z5][A-Z0158]{1,8}[.,]?)? {0,2}"
"""between date and time: blanks, the T of ISO 8601, the name of a day"""
_FURTHER = r"[^:]{0,14}?"

Pattern = tuple[str, re.Pattern[str]]


def _both_ways(dates: dict[str, str], time: str, between: str) -> tuple[Pattern, ...]:
    return tuple(
        (order, re.compile(rf"(?<![0-9:]){first}{between}{second}{_ZONE if second is time else ''}"))
        for order, date in dates.items()
        for first, second in ((date, time), (time + _ZONE, date))
    )


_STRICT: tuple[Pattern, ...] = (
    *_both_ways(_DATES, _TIME, _DAY),
    (
        "NDY",
        re.compile(
            rf"(?P<N>{_MONTH})[ .]?(?P<D>{D}{{1,2}}) {{0,2}}{_TIME}{_ZONE} {{0,2}}[A-Z]{{0,4}} ?(?P<Y>{D}{{4}})"
        ),
    ),
    *_both_ways(_SHORT, _TIME, _DAY),
    *_both_ways(_UNMARKED, _TIME, "[ T_-]{1,2}"),
)
_LOOSER: tuple[Pattern, ...] = (
    *_both_ways(_DATES, _DARK_COLONS, _DAY),
    *_both_ways(_LOOSE, _TIME, _FURTHER),
    *_both_ways(_DATES, _TIME, _FURTHER),
)
"""the order of year, month (named: N) and day, and what the line must look like; the strictest first"""
_TIME_ALONE = re.compile(rf"(?<![0-9:/.-]){_TIME}{_ZONE}")
_DATES_ALONE = tuple(
    (order, re.compile(rf"(?<![0-9:]){date}")) for order, date in {**_DATES, **_SHORT, **_LOOSE}.items()
)


@dataclass(frozen=True, slots=True)
class Slot:
    """One digit of a field: "Y", "M", "D", "h", "m", "s" (or "half": A or P), and how much one of it counts."""

    field: str
    worth: int
    column: float


@dataclass(frozen=True)
class Layout:
    """What a line shows: its digits by field, and the texts that do not change from second to second."""

    order: str
    """"YMD", "MDY" (or day first), "DNY" or "NDY" (named month); "MDy", "DNy" with a year of two digits; "" has no
    date"""
    slots: tuple[Slot, ...]
    shape: str
    """the line with its digits as "0": tells lines of another width apart"""
    zone: str | None
    """"Z", "+02:00"...; None: the line names none"""
    month: int | None = None
    """where it is named"""
    month_legible: bool = True
    """False: its name was read with a letter that only looks like one of it, or not at all, and the month is that of
    the last picture in which it was legible; it may have changed since"""
    half_day: bool = False
    """12 hours with AM and PM"""

    @property
    def dated(self) -> bool:
        return bool(self.order)


def layout_of(marks: Sequence[Mark], strict: bool = False) -> Layout | None:
    """How the line says date and time; None: it says none. `strict`: with all its signs where they should be."""
    text, numbers = text_of(marks)
    for order, pattern in (*_STRICT, *(() if strict else _LOOSER), ("", _TIME_ALONE)):
        found = pattern.search(text)
        if found and _possible(found) and not (order == "YMD" and len(found["h"]) == 1):
            named = found.groupdict().get("N")
            return Layout(
                order=order,
                slots=tuple(_slots(found, numbers, marks)),
                shape=_shape(found, order),
                zone=_zone(found["zone"]),
                month=_month(named),
                month_legible=named is None or named.startswith(MONTHS),
                half_day=found["half"] is not None,
            )
    return None


def says_date(marks: Sequence[Mark]) -> bool:
    """Whether the line says a date and no time of day, as where the two stand in lines of their own."""
    text, _ = text_of(marks)
    return any((found := pattern.search(text)) is not None and _possible(found) for _, pattern in _DATES_ALONE)


def _month(named: str | None) -> int | None:
    found = (n for n, month in enumerate(_NAMED, start=1) if named is not None and month.match(named))
    return next(found, None)


def sure_of(marks: Sequence[Mark], layout: Layout) -> float:
    """Mean certainty (0 to 1) of the digits that the layout names."""
    by_column = {m.column: m.sure for m in marks}
    sure = [by_column.get(slot.column, 0.0) for slot in layout.slots]
    return sum(sure) / len(sure) if sure else 0.0


def _possible(found: re.Match[str]) -> bool:
    """Whether the numbers can be a date and a time of day (0 stands for "not set" and is let through)."""
    said = {
        name: int(value.translate(_LOOKS_LIKE)) for name, value in found.groupdict().items() if _number(name, value)
    }
    hours = 12 if found.groupdict().get("half") else 23
    if "h" in said and (said["h"] > hours or said["m"] > 59 or said["s"] > 59):
        return False
    if "Y" not in said:
        return True
    if found.span("Y")[1] - found.span("Y")[0] == 2:
        return _any_order([said.get("M", 1), said["D"], said["Y"]])
    months = said.get("M", 1) <= 12 or said["D"] <= 12  # day and month may stand the other way round
    return months and said["D"] <= 31 and said.get("M", 1) <= 31 and (1970 <= said["Y"] <= 2099 or said["Y"] == 0)


def _any_order(numbers: Sequence[int]) -> bool:
    """Whether three numbers of two digits can be month, day and year, or a clock that was never set."""
    return not any(numbers) or (min(numbers) <= 12 and sorted(numbers)[1] <= 31)


def _number(name: str, value: str | None) -> bool:
    return value is not None and name in ("Y", "M", "D", "h", "m", "s")


def _slots(found: re.Match[str], numbers: Sequence[int], marks: Sequence[Mark]) -> Iterator[Slot]:
    for name in ("Y", "M", "D", "h", "m", "s"):
        if name in found.groupdict():
            first, last = found.span(name)
            for place, at in enumerate(range(first, last)):
                yield Slot(name, 10 ** (last - first - 1 - place), marks[numbers[at]].column)
    if found["half"]:
        yield Slot("half", 1, marks[numbers[found.start("half")]].column)


def _shape(found: re.Match[str], order: str) -> str:
    """The matched text with every digit as 0, without blanks and without the half of the day."""
    lengths = [len(found[name]) for name in ("Y", "M", "D", "h", "m", "s") if found.groupdict().get(name)]
    time_first = "" if not order or found.start("h") > found.start("D") else "time first "
    return time_first + order + "".join(map(str, lengths)) + ("A" if found["half"] else "")


def _zone(said: str | None) -> str | None:
    if said is None or said in ("Z", "UTC", "GMT"):
        return "Z" if said else None
    sign, digits = re.sub(r"[A-Z]{3} ?", "", said)[:1], re.sub(r"^[A-Z]{3} ?|[+:-]", "", said).translate(_LOOKS_LIKE)
    hours, minutes = (digits, "00") if len(digits) < 3 else (digits[:-2], digits[-2:])
    known = int(hours) <= 14 and minutes in ("00", "15", "30", "45")
    return f"{sign}{int(hours):02}:{minutes}" if known else None


NOT_SET = re.compile("N[O0]T ?[S5]ET|N[O0] ?T[I1]ME|[S5]ET ?CL[O0]CK|(?:CL[O0]CK|T[I1]ME) ?ERR[O0]R|UN[S5]ET|--:--:--")


def says_not_set(marks: Sequence[Mark]) -> bool:
    """Whether the line says in words that the clock was never set."""
    return bool(NOT_SET.search(text_of(marks)[0]))
