"""The made store with dispatch records and a roster on top: calls that were filmed late, not at all, or with a gap.

`python -m tests.review_ui.made_audit FOLDER` makes one to look at by hand, with a review copy of the first recording.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.camera_use import Call
from pipeline.roster import Assignment
from pipeline.store import Store
from pipeline.types import Recording
from tests.review_ui import made_store
from tests.review_ui.made_content import HOSTILE, finding
from tests.review_ui.made_store import START, run

SINCE = datetime(2025, 1, 1, tzinfo=UTC)
PEOPLE = (("1041", "Dana Ruiz", "North", "AX-1041"), ("2210", "Sam Okafor", "North", "AX-2210"),
          ("3001", HOSTILE, "South", "AX-3001"))  # fmt: skip
MARCH = {"first": "2025-03-01", "last": "2025-03-31"}


def call(number: str, officer: str, after: float, seconds: float, call_type: str = "Disturbance") -> Call:
    """A call that begins so many seconds after the first recording."""
    start = START + timedelta(seconds=after)
    scene, end = start + timedelta(seconds=seconds / 4), start + timedelta(seconds=seconds)
    return Call(number, officer, call_type=call_type, disposition="Report taken", dispatched=start, on_scene=scene,
                cleared=end, source="dispatch.csv", row=int(number[-2:]) + 1)  # fmt: skip


def fill(path: Path) -> dict[str, Recording]:
    """Four calls: one with two officers (late starts, a gap), one without a recording, one left out, one of April."""
    made = made_store.fill(path)
    calls = [
        call("25-0001", "1041", -200, 430), call("25-0001", "2210", -200, 430),
        call("25-0002", "3001", 5000, 900, HOSTILE), call("25-0003", "1041", 9000, 600, "Training"),
        call("25-0004", "1041", 86400 * 20, 600),
    ]  # fmt: skip
    with Store(path) as store:
        store.replace_roster([Assignment(o, n, u, "", c, SINCE) for o, n, u, c in PEOPLE], "roster.csv", "R. Ortiz")
        store.import_dispatch(calls, "", path.with_name("dispatch.csv"), "R. Ortiz")
        other = made["other"].id
        muted = finding(other, "muted_audio", 60.0, 85.0, 0.97, "No sound for 25 s", label="muted")
        store.replace_findings(run(other, "muted_audio"), [muted])
        store.replace_findings(run(other, "lens_covered"), [])
    return made


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    recordings = fill(folder / "bwc.db")
    made_store.make_media(folder, folder / "bwc.db", recordings["first"], 60.0)
    print(f"python -m review_ui --store {folder / 'bwc.db'}")
