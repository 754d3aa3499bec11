"""A store whose every text is made to break a page: markup, Markdown, right-to-left overrides, NUL, endless words.

`python -m tests.review_ui.made_hostile FOLDER` makes one to look at by hand.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from pipeline.camera_use import Call
from pipeline.roster import Assignment as Worn
from pipeline.store import Assignment, Store
from pipeline.types import Evidence, Finding, Incident, NotAnalysed, Recording, Role, StepState, Turn, Verdict, Word
from tests.review_ui.made_store import START, recording, run

MARKUP = (
    "</script><script>window.hacked=1</script><img src=x onerror='window.hacked=1'><b>bold</b>"
    " \"quoted\" 'single' & &lt; [link](http://evil.example/x) ![pic](http://evil.example/x.png) :red[red] $x^2$ `code`"
)
BIDI = "\u202e\u2067gnihton \u05d0\u05d1\u05d2 \u0627\u0644\u0639\u2069\u202c \u200f"
MARKS = "".join(f"{letter}{chr(0x351) * 12}" for letter in "zalgo") + " \U0001f46e\U0001f3fd\u200d\u2642\ufe0f"
NUL = "before\x00after \ufffd \ud7ff"
LONG = "aaaaaaaaaa" * 1000
ALL = " ".join((MARKUP, BIDI, MARKS, NUL, LONG))
SHORT = f"{MARKUP} {BIDI} {MARKS}"
NAME = f"{MARKUP.replace('/', '_')}\n{BIDI}{MARKS[:30]}.mp4"
INCIDENT = "0123456789abcdef"
PERSON = f"O'Neil {MARKUP}"[:200]


def turns() -> tuple[Turn, ...]:
    """Hostile words, at times that are not hostile."""
    said = [ALL, MARKUP, BIDI, MARKS, NUL, LONG, "show me your hands"]
    made = []
    for number, text in enumerate(said):
        start = 4.0 + 8 * number
        words = text.split(" ")
        at = [round(start + 6 * n / len(words), 3) for n in range(len(words) + 1)]
        timed = tuple(Word(w, a, b, 0.5) for w, a, b in zip(words, at, at[1:], strict=False) if b > a and w)
        made.append(Turn(start, start + 6.0, f"v{number % 2}{MARKUP}", Role.OFFICER, text, timed, MARKUP))
    return tuple(made)


def finding(subject: str, detector: str, start: float, text: str) -> Finding:
    why = {"rule": text, MARKUP: text, "policy": {"name": MARKUP, "version": "1", "sha256": "cd" * 32}}
    return Finding(
        subject, detector, detector, start, start + 3.0, 0.6, text, f"v0{MARKUP}", Role.OFFICER, text, evidence=why
    )


def fill(path: Path) -> dict[str, Recording]:
    """Two cameras of one incident, with findings, answers, notes, work, a roster, calls, searches and an export."""
    one = replace(recording(NAME, device=MARKUP[:60], problems=(SHORT,)), path=Path("evidence") / NAME)
    two = replace(recording("two.mp4", device="AX-2"), path=Path("evidence") / f"2 {NAME}")
    with Store(path) as store:
        for item in (one, two):
            store.add_recording(item, PERSON)
            gap = NotAnalysed(60.0, 70.0, "words", SHORT)
            store.save_step(run(item.id, "turns"), Evidence(item, turns=turns()), ("turns",), [gap])
            store.save_step(run(item.id, "diarize", StepState.FAILED, SHORT), Evidence(item), (), [])
            for detector in ("spoken_command", "multi_officer_commands", "name_sharing", "raised_voice", "techniques"):
                found = [finding(item.id, detector, 5.0 + n, text) for n, text in enumerate((ALL, SHORT, NUL))]
                store.replace_findings(run(item.id, detector, policy={"name": SHORT}), found)
        store.note_failure(Path("evidence") / f"bad {NAME}", SHORT)
        members = ((one.id, 0.0, SHORT), (two.id, 2.0, SHORT))
        store.save_incidents([Incident(INCIDENT, SHORT, START, members, "by hand")])
        gone = finding(INCIDENT, "camera_off_gap", 20.0, SHORT)
        store.replace_findings(run(INCIDENT, "camera_off_gap"), [gone], of_incident=True)
        _work(store, one)
        _records(store)
    return {"first": one, "two": two}


def _work(store: Store, item: Recording) -> None:
    for found in store.findings(recording=item.id)[:3]:
        store.add_review(found.id, Verdict.CONFIRMED, PERSON, ALL[:4000])
        store.add_review(found.id, Verdict.UNSURE, "anna", SHORT)
    store.assign(Assignment(INCIDENT, "asked", (SHORT, LONG[:500]), PERSON), "head")
    store.assign(Assignment(item.id, "asked", (SHORT,), ""), PERSON)
    store.sign_off(item.id, [item.id], PERSON, ALL[:4000])
    store.save_search(SHORT[:100], '"hands"', PERSON)
    sources = [{"path": SHORT, "recording": item.id, "sha256": item.id}]
    row = {"kind": "clip", "path": f"/exports/{SHORT}.mp4", "sha256": "ab" * 32, "size_bytes": 1, "sources": sources}
    store.add_export(PERSON, item.id, row, {"path": SHORT, "note": LONG}, lambda head: "cd" * 32)


def _records(store: Store) -> None:
    since = datetime(2025, 1, 1, tzinfo=UTC)
    store.replace_roster([Worn("1", PERSON, SHORT[:100], "", MARKUP[:60], since)], "roster.csv", PERSON)
    call = Call(
        "25-0001", "1", call_type=SHORT, disposition=SHORT, dispatched=START, on_scene=START, source=SHORT, row=1
    )
    store.import_dispatch([call], "", Path(f"{SHORT[:50]}.csv"), PERSON)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    fill(folder / "bwc.db")
    print(f"python -m review_ui --store {folder / 'bwc.db'}")
