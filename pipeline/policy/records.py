"""What a pack says of records from other systems: names of columns and categories, forms of dates, the zone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pipeline.policy.source import Pack, nearest
from pipeline.policy.values import check_known, columns_at, is_number, table_at, texts, zone_at
from pipeline.table_file import plain_name

FORCE_FIELDS = (
    "number", "incident", "time", "date", "clock", "officers", "unit", "precinct", "race", "ethnicity",
    "subject_injury", "officer_injury", "kinds", "resistance",
)  # fmt: skip
"""Fields of a use-of-force report: `time` is date and time in one column, `date` and `clock` are two."""
CATEGORIES = ("race", "ethnicity", "subject_injury", "officer_injury", "kinds", "resistance")
"""Fields whose values are counted, under the names that the pack gives them."""
ROSTER_FIELDS = ("officer", "name", "unit", "precinct", "camera", "from", "to")
NOT_STATED, NOT_LISTED = "Not stated", "Other than listed"


@dataclass(frozen=True)
class Categories:
    """The values of a field as they are counted. What no pack lists is counted as one, its text is never published."""

    names: tuple[str, ...] = ()
    """in the order of the pack"""
    known: Mapping[str, str] = field(default_factory=dict)
    """a spelling, plain -> the name"""

    def of(self, value: str) -> str:
        if not value.strip():
            return NOT_STATED
        return self.known.get(plain_name(value), NOT_LISTED)


@dataclass(frozen=True)
class ForceReportRules:
    """How use-of-force reports are read, linked and counted."""

    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """field -> names that its column may have"""
    values: Mapping[str, Categories] = field(default_factory=dict)
    needed: tuple[str, ...] = ()
    """fields whose column a file has to have: without it a whole table of the report would say "not stated" """
    separators: tuple[str, ...] = (";", "|")
    """between several officers or types of force in one cell"""
    time_forms: tuple[str, ...] = ("%Y-%m-%d %H:%M",)
    link_within: float = 900.0
    """seconds that a report's time may lie outside a recording: reports round times, often to the quarter hour"""

    def category(self, field_name: str, value: str) -> str:
        return self.values.get(field_name, Categories()).of(value)


@dataclass(frozen=True)
class RecordRules:
    """What a pack says of force reports, the roster, and the zone of both. `zone` "": the pack names none."""

    force_reports: ForceReportRules = ForceReportRules()
    roster_columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    zone: str = ""


def read_record_rules(data: Mapping[str, Any], pack: Pack) -> RecordRules:
    """From the tables of a pack; what cannot be meant is noted there."""
    force = table_at(data, pack, "force_reports")
    known = ("columns", "values", "needed", "separators", "time_forms", "link_within")
    check_known(force, known, pack, "force_reports")
    roster = table_at(data, pack, "roster")
    check_known(roster, ("columns",), pack, "roster")
    default = ForceReportRules()
    return RecordRules(
        ForceReportRules(
            columns=columns_at(force, FORCE_FIELDS, pack, "force_reports", "columns"),
            values=_values(force, pack),
            needed=_needed(force, pack),
            separators=texts(force.get("separators", list(default.separators)), pack, "force_reports", "separators"),
            time_forms=_forms(force.get("time_forms", list(default.time_forms)), pack),
            link_within=_seconds(force.get("link_within", default.link_within), pack),
        ),
        columns_at(roster, ROSTER_FIELDS, pack, "roster", "columns"),
        zone_at(data, "", pack),
    )


def _values(data: Mapping[str, Any], pack: Pack) -> dict[str, Categories]:
    at = ("force_reports", "values")
    table = table_at(data, pack, *at)
    check_known(table, CATEGORIES, pack, *at)
    return {name: _categories(table_at(table, pack, *at, name), pack, *at, name) for name in CATEGORIES}


def _categories(table: Mapping[str, Any], pack: Pack, *at: str) -> Categories:
    known: dict[str, str] = {}
    for name, spellings in table.items():
        for spelling in (name, *texts(spellings, pack, *at, name)):
            plain = plain_name(spelling)
            if known.setdefault(plain, name) != name:
                pack.wrong(f"{spelling!r} stands under {known[plain]!r} and under {name!r}", *at, name)
    return Categories(tuple(table), known)


def _forms(value: object, pack: Pack) -> tuple[str, ...]:
    at = ("force_reports", "time_forms")
    forms = texts(value, pack, *at)
    moment = datetime(2025, 3, 31, 16, 5)
    for form in forms:
        if not re.search(r"%[dj]", form) or not re.search(r"%[HI]", form) or moment.strftime(form) == form:
            pack.wrong(
                f'{form!r} is no form of date and time such as "%Y-%m-%d %H:%M"',
                *at,
            )
    return forms or ForceReportRules().time_forms


def _needed(force: Mapping[str, Any], pack: Pack) -> tuple[str, ...]:
    fields = texts(force.get("needed", []), pack, "force_reports", "needed")
    for name in fields:
        if name not in FORCE_FIELDS:
            pack.wrong(f"no field {name!r}{nearest(name, FORCE_FIELDS)}", "force_reports", "needed", item=name)
    return fields


def _seconds(value: object, pack: Pack) -> float:
    if is_number(value):
        return float(value)
    pack.wrong("link_within must be a number of seconds, 0 or more", "force_reports", "link_within")
    return ForceReportRules().link_within
