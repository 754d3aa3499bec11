"""The public report of made data: right against counts made another way, and nothing in it tells of somebody."""

from __future__ import annotations

import csv
import io
import random
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from scipy.optimize import linprog

from pipeline.cli import main
from pipeline.policy import load_policy
from tests.pipeline.reports.made import Agency, agency

ZONE = "America/Chicago"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Agency, Path, str]:
    folder = tmp_path_factory.mktemp("agency")
    files = agency(folder)
    store, page = folder / "bwc.db", folder / "public.html"
    output = ""
    for arguments in (
        ("import-roster", str(files.roster), "--zone", ZONE),
        ("import-force", str(files.reports), "--zone", ZONE),
        ("import-force", str(files.reports), "--zone", ZONE),
        ("report", "public", "2025", "--zone", ZONE, "--out", str(page)),
    ):
        done = CliRunner().invoke(main, [*arguments, "--store", str(store)])
        assert done.exit_code == 0, done.output
        output += done.output
    return files, page, output


def published(page: Path) -> dict[tuple[tuple[str, str], ...], str]:
    """(("Race", "White"),) -> "12" from the CSV; formulas as they were before they were made harmless."""
    rows = csv.DictReader(io.StringIO(page.with_suffix(".csv").read_text(encoding="utf-8")))
    out = {}
    for row in rows:
        if row["counted"] == "use-of-force reports":
            parts = [(row["by"], row["value"]), (row["and_by"], row["and_value"])]
            out[tuple((by, value.removeprefix("'")) for by, value in parts if by)] = row["count"]
    return out


TITLES = {
    "race": "Race", "kinds": "Type of force", "ethnicity": "Ethnicity", "subject_injury": "Injury of the person",
    "officer_injury": "Injury of an officer", "resistance": "Resistance", "precinct": "Precinct", "month": "Month",
    "heard": "De-escalation heard in linked recordings",
}  # fmt: skip


def counted_another_way(files: Agency) -> Counter:
    """Plain counting over the truth of the generator, which knows nothing of packs, stores and tables."""
    often = Counter(t["precinct"] for t in files.truth)
    out: Counter = Counter()
    for truth in files.truth:
        of = dict(truth) | ({"precinct": ("Other precincts",)} if often[truth["precinct"]] < 5 else {})
        out[("all", ""),] += 1
        for name, title in TITLES.items():
            for value in of[name]:
                out[(title, value),] += 1
        for other in ("kinds", "ethnicity", "subject_injury", "precinct"):
            for value, second in product(of["race"], of[other]):
                out[("Race", value), (TITLES[other], second)] += 1
    return out


def test_every_published_count_is_right_and_no_small_one_is_published(made) -> None:
    files, page, _ = made
    truth, shown = counted_another_way(files), published(page)
    assert set(truth) <= set(shown), "every combination that occurs has its place"
    numbers = {cell: int(count) for cell, count in shown.items() if count != "withheld"}
    assert numbers == {cell: truth[cell] for cell in numbers}
    assert all(count == 0 or count >= 5 for count in numbers.values())
    small = {cell for cell, count in truth.items() if 0 < count < 5}
    assert small and not small & set(numbers)
    assert numbers[("all", ""),] == len(files.truth) > 1400
    assert len(numbers) > 0.6 * len(shown), "most of it can be published"


def as_seen(cells: Mapping[tuple, str]) -> dict[tuple, str]:
    return {tuple(sorted(cell)) if cell != (("all", ""),) else (): count for cell, count in cells.items()}


def test_no_withheld_count_can_be_worked_out_from_what_is_published(made) -> None:
    _, page, _ = made
    shown = as_seen(published(page))
    aims = random.Random(5).sample(sorted(cell for cell, count in shown.items() if count == "withheld"), 30)
    assert min(possible(shown, aims).values()) >= 5


def test_the_same_attack_works_where_only_small_counts_are_withheld(made) -> None:
    files, page, _ = made
    truth = as_seen(counted_another_way(files))
    counts = {cell: truth.get(cell, 0) for cell in as_seen(published(page))}
    shown = {cell: "withheld" if 0 < count < 5 else str(count) for cell, count in counts.items()}
    aims = [cell for cell, count in shown.items() if count == "withheld"][:30]
    assert 1 in possible(shown, aims).values(), "some can be read off as a difference"


def possible(shown: Mapping[tuple, str], aims: Iterable[tuple]) -> dict[tuple, int]:
    """How many whole numbers each withheld count could be, for an attacker who holds the CSV alone, knows how reports
    are counted, and that a withheld count is not zero."""
    hidden = sorted(cell for cell, count in shown.items() if count == "withheld")
    at = {cell: n for n, cell in enumerate(hidden)}
    exact, most = [], []  # rows of (coefficients, right side)

    def row(total, parts) -> tuple[np.ndarray, int]:
        line, rest = np.zeros(len(hidden)), 0
        for cell, sign in ((total, 1), *((part, -1) for part in parts)):
            if cell in at:
                line[at[cell]] += sign
            else:
                rest -= sign * int(shown[cell])
        return line, rest

    values: dict[str, set[str]] = {}
    for cell in shown:
        for by, value in cell:
            values.setdefault(by, set()).add(value)
    for cell in [cell for cell in shown if len(cell) < 2]:
        for by, of in values.items():
            parts = [p for v in of if len(p := tuple(sorted({*cell, (by, v)}))) == len(cell) + 1 and p in shown]
            if by != "Type of force" and parts:
                exact.append(row(cell, parts))
            elif parts:  # every report has a type of force, some have several: the total is not above their sum
                most.append(row(cell, parts))
                most += [(-line, -rest) for line, rest in (row(cell, [part]) for part in parts)]
    return {aim: 1 + reached(at[aim], -1, exact, most) - reached(at[aim], 1, exact, most) for aim in aims}


def reached(place: int, sign: int, exact: list, most: list) -> int:
    """The least (1) or greatest (-1) whole number that a withheld count can be."""
    aimed = np.zeros(len(exact[0][0]))
    aimed[place] = sign
    found = linprog(
        aimed, np.array([line for line, _ in most]), [rest for _, rest in most],
        np.array([line for line, _ in exact]), [rest for _, rest in exact], bounds=(1, 5000), integrality=1,
    )  # fmt: skip
    assert found.success, found.message
    return round(sign * found.fun)


def test_importing_the_same_file_again_changes_nothing(made) -> None:
    assert "force.csv: 1500 new, 0 changed, 0 unchanged" not in made[2]
    assert "force.csv: 1500 new, 0 changed, 0 as before" in made[2]
    assert "force.csv: 0 new, 0 changed, 1500 as before" in made[2]
    assert "race 'martian'" in made[2] and "300 assignments of 300 officers" in made[2]


def test_nothing_in_it_tells_who_or_when(made) -> None:
    files, page, _ = made
    for text in (page.read_text(encoding="utf-8"), page.with_suffix(".csv").read_text(encoding="utf-8")):
        body = text.split("<footer>")[0]
        assert not re.search(r"UOF-|P1\d\d\d\b|CAM-|\d\d:\d\d|martian", body)
        assert not [name for name in files.names if re.search(rf"\b{name}\b", body)]
        assert not re.search(r"\d{4}-\d\d-\d\d", body), "months, no days"
        assert "Airport" not in body, "a precinct of fewer than five reports is not named"


def test_the_page_stands_alone_and_what_would_run_as_a_formula_does_not(made) -> None:
    page = made[1].read_text(encoding="utf-8")
    assert not re.search(r"<script|<link|src=|https?://(?!www\.w3\.org)", page)
    assert "<svg" in page and "prefers-color-scheme: dark" in page and "@media print" in page
    assert "'+North" in made[1].with_suffix(".csv").read_text(encoding="utf-8")
    assert not re.search(r"(^|,)[=+@]", made[1].with_suffix(".csv").read_text(encoding="utf-8"), re.MULTILINE)


def test_markup_in_a_file_is_shown_not_run(tmp_path: Path) -> None:
    rows = "".join(f"R{n},2025-03-0{n + 1} 10:00,<script>x</script>,,,,,,\n" for n in range(6))
    header = "Report Number,Date Time,Precinct,Case No,Officer,Race,Ethnicity,Injury,Force\n"
    (tmp_path / "f.csv").write_text(header + rows, encoding="utf-8")
    store = str(tmp_path / "s.db")
    for arguments in (
        ("import-force", str(tmp_path / "f.csv"), "--zone", "UTC"),
        ("report", "public", "2025", "--out", str(tmp_path / "p.html")),
    ):
        done = CliRunner().invoke(main, [*arguments, "--store", store])
        assert done.exit_code == 0, done.output
    page = (tmp_path / "p.html").read_text(encoding="utf-8")
    assert "<script" not in page and "&lt;script&gt;" in page


def test_the_made_data_uses_the_names_of_the_shipped_pack() -> None:
    values = load_policy().records.force_reports.values
    assert {"White", "Asian"} <= set(values["race"].names)
