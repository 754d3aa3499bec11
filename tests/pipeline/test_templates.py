from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import UndefinedError

from pipeline.templates import template


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "page.html").write_text("<p>{{ said | loud }}</p>\n", encoding="utf-8")
    return tmp_path


def test_markup_in_a_value_is_text(folder: Path) -> None:
    found = template(folder, "page.html", loud=str.upper).render(said="<script>alert(1)</script>")
    assert found == "<p>&lt;SCRIPT&gt;ALERT(1)&lt;/SCRIPT&gt;</p>"


def test_a_name_that_is_left_out_is_an_error(folder: Path) -> None:
    with pytest.raises(UndefinedError):
        template(folder, "page.html", loud=lambda value: f"{value}").render()


def test_filters_of_one_page_are_not_those_of_another(folder: Path) -> None:
    assert template(folder, "page.html", loud=str.upper).render(said="a") == "<p>A</p>"
    assert template(folder, "page.html", loud=str.title).render(said="ab") == "<p>Ab</p>"
