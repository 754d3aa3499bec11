"""Made-up records of an agency: a roster and a file of use-of-force reports, with what they say kept apart as truth.

Everything is drawn with a seed. Officers are numbers with names made of syllables; nobody is meant.
"""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

SPELLINGS = {
    "race": {
        "White": (("W", "white", "Caucasian"), 40), "Black or African American": (("B", "Black"), 35),
        "Asian": (("A", "ASIAN"), 6), "Two or more races": (("Mixed",), 3),
        "American Indian or Alaska Native": (("Native American",), 0.4),
        "Native Hawaiian or Pacific Islander": (("Pacific Islander",), 0.2),
        "Unknown": (("UNK",), 5), "Not stated": (("", "  "), 2), "Other than listed": (("martian",), 0.3),
    },
    "ethnicity": {
        "Hispanic or Latino": (("H", "Hispanic", "yes"), 20), "Not Hispanic or Latino": (("Non-Hispanic", "NH"), 70),
        "Unknown": (("unk",), 8), "Not stated": (("",), 2),
    },
    "subject_injury": {
        "No injury": (("None", "no"), 60), "Minor injury": (("minor", "Complaint of pain"), 35),
        "Serious injury": (("Serious",), 3), "Death": (("FATAL",), 0.3),
    },
    "officer_injury": {"No injury": (("N",), 85), "Minor injury": (("Y",), 14), "Serious injury": (("major",), 0.5)},
    "resistance": {
        "None": (("none",), 2), "Passive": (("Passive",), 30), "Active": (("active", "Flight"), 50),
        "Aggressive": (("Assaultive",), 12), "Deadly": (("deadly force",), 0.6), "Not stated": (("",), 3),
    },
    "kinds": {
        "Hands, control or takedown": (("Takedown", "control hold"), 60), "Strike or kick": (("punch",), 10),
        "Spray": (("OC", "Pepper spray"), 8), "Electronic weapon": (("Taser", "CEW"), 14),
        "Baton or impact weapon": (("Baton",), 1.5), "Police dog": (("K9",), 0.8), "Vehicle": (("PIT",), 0.2),
        "Firearm pointed": (("gun pointed",), 9), "Firearm fired": (("shots fired",), 0.5),
    },
}  # fmt: skip
"""field -> what is published -> (how files spell it, how often it comes)"""
COLUMNS = {
    "number": "Report No.", "incident": "Case Number", "time": "Date/Time", "officers": "Officer ID(s)",
    "unit": "Division", "precinct": "Precinct", "race": "Subject Race", "ethnicity": "Ethnicity",
    "subject_injury": "Injury", "officer_injury": "Officer Injury", "kinds": "Force Type(s)",
    "resistance": "Resistance",
}  # fmt: skip
PRECINCTS = ("1st", "2nd", "3rd", "Harbour", "+North", "Airport")
SYLLABLES = ("ba", "do", "ke", "li", "mu", "ra", "so", "te", "vi", "zu")


@dataclass(frozen=True)
class Agency:
    """The files, and the truth of each report as it should be counted."""

    roster: Path
    reports: Path
    truth: list[dict[str, tuple[str, ...]]]
    names: list[str]
    """of officers, which must never be published"""


def agency(folder: Path, officers: int = 300, reports: int = 1500, seed: int = 11, year: int = 2025) -> Agency:
    """A roster with one camera each, and reports over the year and a little beyond it."""
    draw = random.Random(seed)
    names = ["".join(draw.choices(SYLLABLES, k=4)).title() for _ in range(officers)]
    people = [
        (f"P{1000 + n}", names[n], f"Unit {n % 12 + 1}", PRECINCTS[n % 4], f"CAM-{n:04}") for n in range(officers)
    ]
    folder.mkdir(exist_ok=True)
    roster = folder / "roster.csv"
    with roster.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        writer.writerow(["Officer ID", "Name", "Unit", "Precinct", "Camera Serial", "From", "To"])
        writer.writerows([*person, f"{year - 1}-06-01", ""] for person in people)
    rows, truth = zip(*(_report(draw, n, people, year) for n in range(reports)), strict=True)
    path = folder / "force.csv"
    with path.open("w", newline="", encoding="latin-1") as file:
        writer = csv.DictWriter(file, list(COLUMNS.values()), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    return Agency(roster, path, [t for t in truth if t["month"][0].startswith(str(year))], names)


def _report(draw: random.Random, n: int, people: list, year: int) -> tuple[dict, dict]:
    day = date(year, 1, 1) + timedelta(days=draw.randrange(-3, 368))
    at = datetime(day.year, day.month, day.day, draw.choice([0, 4, 12, 19, 23]), draw.randrange(60))
    officer = draw.choice(people)
    truth = {name: (_drawn(draw, name),) for name in SPELLINGS}
    if draw.random() < 0.3:
        truth["kinds"] = tuple(dict.fromkeys((*truth["kinds"], _drawn(draw, "kinds"))))
    precinct = draw.choices(PRECINCTS, [30, 25, 20, 15, 10, 0.2])[0]
    said = {name: "|".join(draw.choice(SPELLINGS[name][v][0]) for v in values) for name, values in truth.items()}
    said |= {"number": f"UOF-{year}-{n:05}", "incident": f"{year}-{n // 2:06}", "time": f"{at:%m/%d/%Y %I:%M %p}",
             "officers": officer[0], "unit": officer[2], "precinct": precinct}  # fmt: skip
    row = {column: said[field] for field, column in COLUMNS.items()}
    return row, {**truth, "month": (f"{at:%Y-%m}",), "precinct": (precinct,), "heard": ("No recording linked",)}


def _drawn(draw: random.Random, name: str) -> str:
    values = SPELLINGS[name]
    return draw.choices(list(values), [weight for _, weight in values.values()])[0]
