"""How a dispatch export writes its times: in one way throughout, told from its rows, never from one alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import combinations

from pipeline.policy.dispatch_rules import TIME_FIELDS, DispatchRules
from pipeline.roster.read import example
from pipeline.table_file import Row, said

EARLIEST, LATEST = 1970, 2100
"""Years; a time outside is a slip of the pen (0025 for 2025)."""
ISO_LENGTHS = {"%Y-%m-%d %H:%M:%S": 19, "%Y-%m-%dT%H:%M:%S": 19, "%Y-%m-%d %H:%M": 16, "%Y-%m-%dT%H:%M": 16}
"""Forms that Python reads ten times as fast by another way, and how long they are."""

_ZONE = re.compile(r"\d ?([A-Z]{3,5})$")
_SERIAL = re.compile(r"\d{5}|\d{1,6}[.,]\d+")
MOST_SHOWN = 6
"""forms that a message shows"""
NOTHING = frozenset({datetime(1900, 1, 1), datetime(1899, 12, 30)})
"""What databases and spreadsheets write, as a day, for a time that never was."""

Local = datetime | None
"""A time as the file has it, without a zone or with its own."""


@lru_cache(maxsize=65536)
def parsed(text: str, form: str) -> datetime | None:
    """What a text says in a form; None: it is not written so."""
    try:
        if "24:00" in text and "%d" in form and _MIDNIGHT.search(text):  # the end of a day, as ISO 8601 allows it
            return datetime.strptime(_MIDNIGHT.sub(r"00:00\1", text), form) + timedelta(days=1)
        if ISO_LENGTHS.get(form) == len(text) and text[7] + text[10] == "-" + form[8]:
            return datetime.fromisoformat(text)
        if "%f" in form:
            text = _FINER.sub(r"\1", text)  # databases write more places of a second than there are
        return datetime.strptime(text.zfill(_digits(form)), form)
    except ValueError:
        return None


_MIDNIGHT = re.compile(r"(?<=[ T])24:00(:00)?(?![:\d])")
_FINER = re.compile(r"(\.\d{6})\d+")


@lru_cache(maxsize=64)
def _digits(form: str) -> int:
    """How many digits a form has that is digits alone, else 0. Spreadsheets take zeros off its head: 0130 becomes 130,
    which is not 13:00."""
    parts = re.findall("%([A-Za-z])", form)
    alone = "".join(f"%{part}" for part in parts) == form and set(parts) <= set("YmdyHMS")
    return sum(4 if part == "Y" else 2 for part in parts) if alone else 0


@dataclass
class Narrowing:
    """Which of the pack's forms all cells seen so far are written in."""

    key: str
    """the pack's list of forms, for messages"""
    forms: Sequence[str]
    fitting: list[str] = field(default_factory=list)
    _disagreements: dict[tuple[str, str], tuple[Row, str]] = field(default_factory=dict)
    seen: bool = False

    def __post_init__(self) -> None:
        self.fitting = list(self.forms)

    def take(self, row: Row, name: str) -> None:
        """Looks at a cell. Raises TableError where it is written in no form that the cells before allow."""
        text = said(row, name)
        if not text:
            return
        still = [form for form in self.fitting if parsed(text, form) is not None]
        if not still:
            raise self.wrong(row, name, text)
        for pair in combinations(still, 2):
            if pair not in self._disagreements and parsed(text, pair[0]) != parsed(text, pair[1]):
                self._disagreements[pair] = (row, name)
        self.fitting, self.seen = still, True

    def wrong(self, row: Row, name: str, text: str) -> Exception:
        """The error for a cell that is written in another way."""
        if self.seen and any(parsed(text, form) is not None for form in self.forms):
            reason = f"{text!r} is written in another way than the rows before it, such as {example(self.fitting[0])!r}"
            return row.wrong(name, reason)
        if text.startswith("="):
            return row.wrong(name, f"{text[:60]!r} is a formula; save the table with values in its place")
        for form in self.fitting if self.seen else self.forms:
            if "%m/%d" in form and parsed(text, other := form.replace("%m/%d", "%d/%m")) is not None:
                reason = (
                    f"{text!r} has its day first, the form {form!r} its month; if all of the file has the day first"
                )
                return row.wrong(name, f"{reason}, write {other!r} in place of that in {self.key}")
        if zone := _ZONE.search(text):
            reason = f"{zone[1]!r} at the end of {text!r} names a zone in letters, which is not read"
            return row.wrong(name, f"{reason}; write it as an offset such as -0400, or leave it out and give --zone")
        if _SERIAL.fullmatch(text):
            reason = f"{text!r} is a bare number, as a spreadsheet keeps its times; save the column as text"
            return row.wrong(name, f"{reason}, such as {example(self.forms[0])!r}")
        more = f" and {len(self.forms) - MOST_SHOWN} more" if len(self.forms) > MOST_SHOWN else ""
        known = ", ".join(repr(example(form)) for form in self.forms[:MOST_SHOWN]) + more
        return row.wrong(name, f"{text!r} is no time that the pack knows: {known}; add yours to {self.key}")

    def settled(self) -> bool:
        return self.seen and len(self.fitting) == 1

    def form(self) -> str:
        """The form. Raises TableError where two fit every cell and do not say the same."""
        for pair in combinations(self.fitting, 2):
            if pair in self._disagreements:
                row, name = self._disagreements[pair]
                ways = " or ".join(repr(form) for form in pair)
                raise row.wrong(name, f"{row[name]!r} can be read as {ways}; leave one in {self.key} of the pack")
        return self.fitting[0]


@dataclass(frozen=True)
class Written:
    """How a file writes its times. `day_form` None: each time has its date with it."""

    times: Narrowing
    days: Narrowing | None
    form: str
    day_form: str

    def local(self, row: Row) -> tuple[Local, Local, Local, Local]:
        """The times of a row as the clocks there showed them. Raises TableError."""
        day = self._day(row)
        out: list[Local] = []
        for name in TIME_FIELDS:
            text = said(row, name)
            if not text:
                out.append(None)
                continue
            when = parsed(text, self.form)
            if when is None:
                raise self.times.wrong(row, name, text)
            if day is not None:
                when = datetime.combine(day, when.time())
            elif when in NOTHING:
                out.append(None)
                continue
            if not EARLIEST <= when.year < LATEST:
                raise row.wrong(name, f"{text!r} is in the year {when.year}")
            out.append(when)
        return (out[0], out[1], out[2], out[3])

    def _day(self, row: Row) -> date | None:
        if self.days is None:
            return None
        text = said(row, "date")
        if not text:
            if any(said(row, name) for name in TIME_FIELDS):
                raise row.wrong("date", "no date beside the times")
            return None
        when = parsed(text, self.day_form)
        if when is None:
            raise self.days.wrong(row, "date", text)
        return when.date()


HALF_A_DAY_BACK = timedelta(hours=6)
"""A call that goes on over noon seems to go back by twelve hours, less as long as it lasts to the next time."""


@dataclass
class Hours:
    """Whether the hours of a file can be of a clock of twelve that does not say which half of the day it is."""

    told: bool = False
    """AM and PM stand there, or an hour that no such clock shows"""
    _back: tuple[Row, str] | None = None

    def take(self, row: Row, local: Sequence[Local]) -> None:
        """Looks at the times of a row, as they stand there."""
        before: Local = None
        for name, time in zip(TIME_FIELDS, local, strict=True):
            if time is None:
                continue
            self.told = self.told or not 1 <= time.hour <= 12
            if before is not None and before - time >= HALF_A_DAY_BACK and self._back is None:
                self._back = row, name
            before = time

    def check(self) -> None:
        """Raises TableError where the hours are those of half a day, and times go back over noon."""
        if self._back and not self.told:
            row, name = self._back
            reason = f"{row[name]!r} comes before the time beside it, and no hour of the file is 0 or over 12"
            raise row.wrong(name, f"{reason}: are AM and PM missing? Export the times of 24 hours, or with AM and PM")


def how_written(rows: Iterable[Row], rules: DispatchRules) -> Written:
    """How the times of a file are written: of each column of rows no more is read than tells. Raises TableError."""
    times: Narrowing | None = None
    days: Narrowing | None = None
    for row in rows:
        if times is None:
            if "date" in row.columns and not _whole_times(row, rules):
                days = Narrowing("[dispatch] day_forms", rules.day_forms)
            forms, key = (rules.clock_forms, "clock_forms") if days else (rules.time_forms, "time_forms")
            times = Narrowing(f"[dispatch] {key}", forms)
        for name in TIME_FIELDS:
            times.take(row, name)
        if days is not None:
            days.take(row, "date")
        if times.settled() and (days is None or days.settled()):
            break
    times = times or Narrowing("[dispatch] time_forms", rules.time_forms)
    return Written(times, days, times.form(), days.form() if days else "")


def _whole_times(row: Row, rules: DispatchRules) -> bool:
    """Whether the times of a file that also has a column of dates have their dates with them."""
    texts = [text for name in TIME_FIELDS if (text := said(row, name))]
    return any(parsed(text, form) is not None for text in texts for form in rules.time_forms)
