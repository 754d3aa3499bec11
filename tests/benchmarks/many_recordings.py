"""Made stores of the size of an agency's year: 25,000 recordings, or half a million turns."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

from pipeline.corrections import rename, reword, set_role
from pipeline.rows import finding_row, now, recording_row, run_row, turn_row
from pipeline.store import Store
from pipeline.store.corrections import correction_row
from pipeline.types import Recording, Role, Turn
from tests.review_ui.large_store import KINDS
from tests.review_ui.made_content import finding
from tests.review_ui.made_store import START, recording, run

CAMERAS = 300
EVERY = 1260.0
"""seconds from one recording's start to the next: a year of 25,000"""
GROUPED = 4
"""every so many recordings one incident of three"""
VOCABULARY = 4000
"""words of the half million turns; drawn by Zipf's law, as words of a language are"""
NAMED = "Officer Tarn"
"""what `put_turns_right` calls a voice"""
_ROLES = (Role.OFFICER, Role.CIVILIAN, Role.RADIO, None)


@dataclass(frozen=True)
class Counts:
    """What a made store holds."""

    recordings: int
    findings: int
    incidents: int


def fill_recordings(path: Path, count: int = 25_000, findings: int = 4) -> Counts:
    """Recordings of a year, `findings` each; of every four, three are one incident."""
    chance = random.Random(5)
    made = [_recording(number) for number in range(count)]
    with Store(path) as store, store._writing():
        store._db.table("recordings").insert_all(recording_row(one) | {"added_utc": now()} for one in made)
        store._db.table("files").insert_all(
            {"path": str(one.path), "recording": one.id, "problem": None, "seen_utc": now()} for one in made
        )
        runs = store._db.table("runs")
        runs.insert_all(run_row(run(one.id, kind)) for one in made for kind, _, _ in KINDS)
        store._db.table("findings").insert_all(
            finding_row(_finding(chance, one, number), "recording", 1) for one in made for number in range(findings)
        )
        incidents = list(_incidents(made))
        store._db.table("incidents").insert_all(row for row, _ in incidents)
        store._db.table("incident_recordings").insert_all(row for _, members in incidents for row in members)
    return Counts(count, count * findings, len(incidents))


def fill_turns(path: Path, count: int = 500_000, each: int = 500) -> None:
    """Turns of six to eighteen words, so many to a recording."""
    chance = random.Random(6)
    words = [_word(chance) for _ in range(VOCABULARY)]
    weights = list(accumulate(1 / (rank + 3) for rank in range(VOCABULARY)))
    made = [_recording(number) for number in range(count // each)]
    with Store(path) as store, store._writing():
        store._db.table("recordings").insert_all(recording_row(one) | {"added_utc": now()} for one in made)
        store._db.table("turns").insert_all(
            turn_row(one.id, number, _turn(chance, number, words, weights)) for one in made for number in range(each)
        )


def put_turns_right(path: Path, recordings: int = 200, lines: int = 10) -> int:
    """Of so many recordings one voice is named, one given another role, and so many lines are reworded; how many turns
    of the store people have changed then."""
    chance = random.Random(7)
    words = common_words(50)
    with Store(path) as store, store._writing():
        for one in store.recordings()[:recordings]:
            turns = store.measured_turns(one.id)
            made = [rename(one.id, turns, "v0", NAMED, "made"), set_role(one.id, turns, "v3", Role.OFFICER, "made")]
            for turn in chance.sample(turns, lines):
                made.append(reword(one.id, turns, turn.span, " ".join(chance.choices(words, k=12)), "made"))
            store._db.table("corrections").insert_all(map(correction_row, made))
            store._index_corrected(one.id, store.corrections(one.id))
        return int(store._db.table("corrected_turns").count)


def common_words(count: int = 3) -> list[str]:
    """The words that `fill_turns` uses most, then one from the middle and one from the end."""
    chance = random.Random(6)
    words = [_word(chance) for _ in range(VOCABULARY)]
    return [*words[:count], words[VOCABULARY // 10], words[-1]]


def _recording(number: int) -> Recording:
    started = START + timedelta(seconds=EVERY * number)
    device = f"AX-{1000 + number % CAMERAS}"
    return recording(f"{device} {started:%Y%m%d %H%M%S}.mp4", duration=1800.0, start=started, device=device)


def _finding(chance: random.Random, one: Recording, number: int) -> Any:
    detector, label, _ = KINDS[(number * 3 + chance.randrange(3)) % len(KINDS)]
    at = chance.uniform(0, 1700)
    return finding(one.id, detector, at, at + 2.0, chance.random(), f"Observation {number}.", label=label)


def _incidents(made: list[Recording]) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    for number in range(0, len(made) - GROUPED, GROUPED):
        first, members = made[number], made[number : number + 3]
        id = f"{number:016x}"
        row = {"id": id, "name": f"Incident {number}", "start_utc": recording_row(first)["start_utc"]}
        rest = [
            {"incident": id, "recording": one.id, "offset_s": EVERY * place, "offset_source": "clock"}
            for place, one in enumerate(members)
        ]
        yield row | {"grouped_by": "clock", "dissolved_utc": None}, rest


def _word(chance: random.Random) -> str:
    return "".join(chance.choice("bdfgklmnprstvw") + chance.choice("aeiou") for _ in range(chance.randint(1, 4)))


def _turn(chance: random.Random, number: int, words: list[str], weights: list[float]) -> Turn:
    start = number * 3.6
    text = " ".join(chance.choices(words, cum_weights=weights, k=chance.randint(6, 18)))
    return Turn(start, start + 3.0, f"v{number % 4}", _ROLES[number % 4], text, ())
