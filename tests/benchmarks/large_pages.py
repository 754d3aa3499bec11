"""Processor time of the pages of large made stores, without a browser: an incident of four cameras of an hour with
20,000 findings and 8,000 turns, and the inbox of 25,000 recordings, before and after a change.

`python -m tests.benchmarks.large_pages` writes results/large_pages.md.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from pipeline.types import Verdict
from review_ui import stores, who
from review_ui.server import inbox, incidents
from review_ui.server.sessions import Identity
from tests.benchmarks.many_recordings import fill_recordings
from tests.review_ui.large_store import ID, fill

RESULT = Path(__file__).with_name("results") / "large_pages.md"
SCRIPT = Path(stores.__file__).with_name("ui.py")
ME = Identity("R. Ortiz")


def main() -> None:
    """Makes the stores, measures, and writes the result."""
    with tempfile.TemporaryDirectory() as folder:
        rows = [*_incident(Path(folder)), *_inbox(Path(folder))]
    table = "\n".join(f"| {name} | {seconds:.2f} |" for name, seconds in rows)
    about = (__doc__ or "").split("`")[0].strip()
    text = f"# Pages of large stores\n\n{about}\n\n| | CPU seconds |\n| --- | --- |\n{table}\n"
    RESULT.write_text(text, encoding="utf-8")
    print(text)


def _incident(folder: Path) -> list[tuple[str, float]]:
    large = fill(folder / "large.db")
    stores.use(large.path)
    who.signed_in = lambda: ME
    page = AppTest.from_file(str(SCRIPT), default_timeout=600)
    page.run()  # what every page imports
    page.query_params["c"] = ID
    rows = [
        ("incident: the page, first", _cost(page.run)),
        ("incident: the player's data, right after it", _cost(lambda: incidents._documents(ID))),
        ("incident: the page, again", _cost(page.run)),
    ]
    assert not page.exception
    stores.opened().add_review(stores.opened().findings(incident=ID)[0].id, Verdict.CONFIRMED, ME.name)
    return [*rows, ("incident: the page, after a verdict", _cost(page.run))]


def _inbox(folder: Path) -> list[tuple[str, float]]:
    fill_recordings(folder / "many.db")
    stores.use(folder / "many.db")
    rows = [("inbox: first", _cost(_document)), ("inbox: again", _cost(_document))]
    stores.opened().add_review(_document()["new"][0]["go"]["f"], Verdict.DISMISSED, ME.name)
    return [*rows, ("inbox: after a verdict", _cost(_document))]


def _document() -> dict[str, Any]:
    return inbox._document(ME)


def _cost(work: Callable[[], Any]) -> float:
    before = time.process_time()
    work()
    return time.process_time() - before


if __name__ == "__main__":
    main()
