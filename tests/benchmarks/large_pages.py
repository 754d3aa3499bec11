"""Processor time of the pages of large made stores, without a browser: an incident of four cameras of an hour with
20,000 findings and 8,000 turns, and the inbox of 25,000 recordings, before and after a change.

`python -m tests.benchmarks.large_pages` writes results/large_pages.md.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from pipeline.accounts import Account, Duty
from pipeline.review_work.work import Order, draw_work
from pipeline.roster import Assignment as Worn
from pipeline.rows import now
from pipeline.store import Store
from pipeline.types import Verdict
from review_ui import stores, who
from review_ui.server import inbox, incidents
from review_ui.server.sessions import Identity
from tests.benchmarks.many_recordings import CAMERAS, fill_recordings
from tests.review_ui.large_store import ID, fill
from tests.review_ui.made_store import START

RESULT = Path(__file__).with_name("results") / "large_pages.md"
SCRIPT = Path(stores.__file__).with_name("ui.py")
ME = Identity("R. Ortiz")
OF_A_UNIT = Identity("lee", Account("lee", Duty.REVIEWER, units=("A",)))


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
    rows.append(("inbox: after a verdict", _after(Verdict.DISMISSED)))
    reviewed(stores.opened())
    draw_work(stores.opened(), Order("officer", 1, seed="1"), ME.name)
    rows += [
        ("inbox: after 50,000 verdicts and a draw of 25,000", _cost(_document)),
        ("inbox: after one verdict more", _after(Verdict.CONFIRMED)),
        ("inbox: first for a person of one unit", _cost(lambda: _document(OF_A_UNIT))),
    ]
    _verdict(Verdict.UNSURE)
    return [*rows, ("inbox: for that person, after a verdict", _cost(lambda: _document(OF_A_UNIT)))]


def reviewed(store: Store, count: int = 50_000) -> None:
    """Half of the findings answered by two people, and every camera worn by somebody of one of two units."""
    chance = random.Random(8)
    ids = sorted(one.id for one in store.observed())
    given = {"verdict": Verdict.CONFIRMED.value, "note": "", "at_utc": now()}
    with store._writing():
        store._db.table("reviews").insert_all(
            {"finding": id, "reviewer": chance.choice(["anna", "ben"])} | given for id in chance.sample(ids, count)
        )
    worn = [Worn(str(n), f"Officer {n}", "AB"[n % 2], "1", f"AX-{1000 + n}", START, None) for n in range(CAMERAS)]
    store.replace_roster(worn, "roster.csv", ME.name)


def _verdict(verdict: Verdict) -> None:
    stores.opened().add_review(_document()["new"][0]["go"]["f"], verdict, ME.name)


def _after(verdict: Verdict) -> float:
    _verdict(verdict)
    return _cost(_document)


def _document(person: Identity = ME) -> dict[str, Any]:
    return inbox._document(person)


def _cost(work: Callable[[], Any]) -> float:
    before = time.process_time()
    work()
    return time.process_time() - before


if __name__ == "__main__":
    main()
