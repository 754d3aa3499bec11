"""The made store with a roster, techniques and verdicts: what records are counted from.

`python -m tests.review_ui.made_reports FOLDER` makes one to look at by hand.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from pipeline.force import ForceReport, ReportRow
from pipeline.roster import Assignment
from pipeline.store import Store
from pipeline.table_file import Row
from pipeline.types import Evidence, Finding, Recording, Role, Verdict
from tests.review_ui import made_store
from tests.review_ui.made_content import HOSTILE, finding, turns
from tests.review_ui.made_store import START, run

SINCE = datetime(2025, 1, 1, tzinfo=UTC)
PEOPLE = (("1041", "Dana Ruiz", "North", "AX-1041"), ("2210", "Sam Okafor", "South", "AX-2210"),
          ("3001", HOSTILE, "South", "AX-3001"))  # fmt: skip


def fill(path: Path, roster: bool = True) -> dict[str, Recording]:
    """Techniques on both cameras: one confirmed on the first, which is reviewed; one that waits on the other."""
    made = made_store.fill(path)
    first, other = made["first"].id, made["other"].id
    with Store(path) as store:
        if roster:
            people = [Assignment(o, n, u, "Centre", c, SINCE) for o, n, u, c in PEOPLE]
            store.replace_roster(people, "roster.csv", "R. Ortiz")
        store.save_step(run(other, "turns"), Evidence(made["other"], turns=turns()), ("turns",), [])
        store.replace_findings(run(first, "techniques"), [
            _said(first, "reason_explained", 12.0, "You were stopped because your left brake light is out."),
            _said(first, "listening", 52.0, "All right. Let's slow down."), _said(first, "disrespect", 60.0, HOSTILE),
        ])  # fmt: skip
        store.replace_findings(run(other, "techniques"), [_said(other, "listening", 90.0, "Tell me more about that.")])
        for stored in store.findings(recording=first):
            store.add_review(stored.id, Verdict.CONFIRMED, "anna")
        report = ForceReport("F-1", START, officers=("1041",), unit="North")
        store.import_force_reports([ReportRow(report, Row(Path("force.csv"), 2, {}, {}))], "force.csv", "R. Ortiz")
    return made


def _said(recording: str, label: str, at: float, text: str) -> Finding:
    return finding(
        recording, "techniques", at, at + 3, 0.8, text, label=label, role=Role.OFFICER, speaker="v1", text=text
    )


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    fill(folder / "bwc.db")
    print(f"python -m review_ui --store {folder / 'bwc.db'}")
