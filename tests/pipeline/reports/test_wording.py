"""No report concludes anything about a person: the templates, the finished pages and the tables beside them."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pipeline.policy import load_policy
from pipeline.reports.incident import make_incident
from pipeline.reports.make import make_public, make_records
from pipeline.reports.page import TEMPLATES
from pipeline.reports.period import Period
from tests.pipeline.reports.made_store import made_store

NEVER = re.compile(
    r"\b(guilt\w*|lie[sd]?|lying|liars?|violat\w+|verdicts?|scor\w+|rank\w*|misconduct|offen[cs]e\w*|offender\w*"
    r"|suspect\w*|perpetrator\w*|fault\w*|blame\w*|worst|best|bad|good)\b",
    re.IGNORECASE,
)


def words_of(text: str) -> str:
    """What a reader sees: without tags, styles and the template's own language."""
    text = re.sub(r"<style>.*?</style>|\{[{%].*?[%}]\}|<[^>]*>", " ", text, flags=re.DOTALL)
    return re.sub(r"&#\d+;|&\w+;", " ", text)


@pytest.mark.parametrize("template", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.name)
def test_templates_conclude_nothing(template: Path) -> None:
    assert not NEVER.findall(words_of(template.read_text(encoding="utf-8")))


def test_finished_reports_conclude_nothing(tmp_path: Path) -> None:
    policy, zone = load_policy(), ZoneInfo("UTC")
    period = Period(date(2025, 5, 1), date(2025, 6, 30), zone)
    with made_store(tmp_path / "s.db") as store:
        made = [make_records(store, policy, group, None, period) for group in ("officer", "unit", "precinct")]
        made += [make_public(store, policy, 2025, zone), make_incident(store, policy, "Case 25-0113", zone)[0]]
    for one in made:
        assert not NEVER.findall(words_of(one.html)), "a page"
        assert not NEVER.findall(one.csv), "a table"


def test_the_rule_can_fail() -> None:
    assert NEVER.findall(words_of("<p>He lied.</p>")) == ["lied"]
    assert not NEVER.findall(words_of("<p>He relied on {{ line.score }} and was believed.</p>"))
