"""Every figure of the README is there to be read in the results, and a missing one is an error, not a gap."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks import figures

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("figure", figures.FIGURES, ids=lambda figure: figure.what[:40])
def test_the_readme_says_what_the_results_hold(figure: figures.Figure) -> None:
    assert figure.row() in README


def test_a_figure_that_is_not_there_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"sync\.md: nothing there for 'x'"):
        figures.Figure("x", "sync.md", "no such words", "{0}").row()
