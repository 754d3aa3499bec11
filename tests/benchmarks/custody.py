"""Whether one altered byte is found and named, wherever it is; and what the chain of the activity log costs.

A store with a signed export is made. Then, again and again from the same state, one random byte of a source, an export,
its manifest, its page or a row of the log (with the triggers dropped) is changed, and the store is verified. "Named" is
a change that names the very file or row and nothing else. Files and rows are made, the bytes are drawn with a seed.
Writes results/custody.md. Takes 15 CPU seconds.

    python -m tests.benchmarks.custody [--times 120] [--rows 20000]
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from pipeline.chain import START, row_hash
from pipeline.custody import Export, finish_export, part_name, source_of
from pipeline.custody.keys import make_key
from pipeline.custody.manifest import manifest_path, page_path
from pipeline.custody.verify_store import verify_store
from pipeline.store import Store
from pipeline.types import Recording, StreamFacts

RESULTS = Path(__file__).parent / "results" / "custody.md"
SEED = 20260301
COLUMNS = ("at_utc", "who", "action", "subject", "detail", "hash")
Altered = tuple[str, str]
"""What was altered, and the name that must be given for it."""


def make(folder: Path, chance: random.Random) -> Path:
    """A store with a source, a log of 40 rows and a signed export; the export's path."""
    source, target = folder / "cam a.mp4", folder / "out" / "clip.mp4"
    target.parent.mkdir(parents=True)
    source.write_bytes(chance.randbytes(200_000))
    facts = (StreamFacts("video", "h264", 0.0, 60.0),)
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    recording = Recording(digest, source, 60.0, streams=facts, size_bytes=200_000)
    with Store(folder / "bwc.db") as store:
        store.add_recording(recording)
        for n in range(38):
            store.log(f"reviewer {n % 5}", "recording.viewed", recording.id, {"n": n})
        part_name(target).write_bytes(chance.randbytes(50_000))
        finish_export(store, part_name(target), target, Export("clip", (source_of(recording, 1, 2),), "trainer"))
        for trigger in ("activity_no_update", "activity_no_delete"):
            store._db.execute(f"DROP TRIGGER {trigger}")
        store._db.conn.commit()
    return target


def alter_file(path: Path, chance: random.Random) -> str:
    """Another byte at a random place of a file; the file's name."""
    content = bytearray(path.read_bytes())
    at = chance.randrange(len(content))
    content[at] ^= chance.randrange(1, 256)
    path.write_bytes(bytes(content))
    return str(path)


def alter_row(store: Path, chance: random.Random) -> str:
    """Another letter at a random place of a random row of the log; "row N"."""
    with sqlite3.connect(store) as db:
        column = chance.choice(COLUMNS)
        rows = db.execute(f"SELECT id, {column} FROM activity WHERE length({column}) > 0").fetchall()
        number, text = chance.choice(rows)
        at = chance.randrange(len(text))
        other = chance.choice([letter for letter in "0123456789abcdefXYZ" if letter != text[at]])
        db.execute(f"UPDATE activity SET {column} = ? WHERE id = ?", [text[:at] + other + text[at + 1 :], number])
    db.close()
    return f"row {number}"


def found_and_named(folder: Path, target: Path, times: int) -> list[tuple[str, int, int, int]]:
    """For each thing: its name, how often it was altered, found, and named alone."""
    chance = random.Random(SEED)
    things: dict[str, Callable[[], str]] = {
        "source": lambda: alter_file(folder / "cam a.mp4", chance),
        "export": lambda: alter_file(target, chance),
        "manifest": lambda: alter_file(manifest_path(target), chance),
        "page": lambda: alter_file(page_path(target), chance),
        "row of the log": lambda: alter_row(folder / "bwc.db", chance),
    }
    kept = folder.with_name("kept")
    shutil.copytree(folder, kept)
    out = []
    for thing, alter in things.items():
        found = named = 0
        for _ in range(times):
            name = alter()
            with Store(folder / "bwc.db") as store:
                names = {change.name for change in verify_store(store, anchors=folder / "none").changes}
            found += bool(names)
            named += names == {name}
            shutil.rmtree(folder)
            shutil.copytree(kept, folder)
        out.append((thing, times, found, named))
    return out


def cost_of_chain(folder: Path, rows: int) -> tuple[float, float]:
    """Time to check the chain against reading its rows; time to log a row against the same without its hash."""
    with Store(folder / "long.db") as store:
        with store._writing():
            for n in range(rows):
                store._log("reviewer", "recording.viewed", f"{n:064x}", {"n": n})
        reading = timed(lambda: sum(1 for _ in store._db.query("SELECT * FROM activity ORDER BY id")))
        checking = timed(lambda: list(store.broken_links()))
    few = rows // 10
    with Store(folder / "one.db") as store:
        chained = timed(lambda: log_many(store, few))
        plain = timed(lambda: insert_many(store, few))
    return checking / reading, chained / plain


def log_many(store: Store, rows: int) -> None:
    """Rows as the program logs them, in one transaction."""
    with store._writing():
        for n in range(rows):
            store._log("reviewer", "recording.viewed", f"{n:064x}", {"n": n})


def insert_many(store: Store, rows: int) -> None:
    """The same rows with a hash that is not computed and a number that is not looked up."""
    first, fixed = store.log_head().row + 1, row_hash(START, dict.fromkeys(
        ("id", "at_utc", "who", "action", "subject", "detail"), ""))  # fmt: skip
    with store._writing():
        for n in range(rows):
            said = {"at_utc": "2026", "who": "reviewer", "action": "recording.viewed", "subject": f"{n:064x}"}
            store._db.table("activity").insert(said | {"id": first + n, "detail": f'{{"n": {n}}}', "hash": fixed})


def timed(work: Callable[[], object]) -> float:
    """CPU seconds of this process."""
    start = time.process_time()
    work()
    return time.process_time() - start


def table(results: list[tuple[str, int, int, int]], rows: int, checking: float, logging: float) -> str:
    """The results as Markdown."""
    lines = [
        "# One altered byte, found and named",
        "",
        "`python -m tests.benchmarks.custody`; made files, one random byte at a time; bytes of the manifest and of the",
        "log include its hashes and its signature. Named: the change names that file or row and nothing else.",
        "",
        "| altered | times | found | named alone |",
        "|---|---|---|---|",
        *(f"| {thing} | {times} | {found} | {named} |" for thing, times, found, named in results),
        "",
        f"Checking the chain of {rows:,} rows takes {checking:.1f} times the CPU time of reading them; logging a row",
        f"takes {logging:.1f} times that of the same insert without number and hash (both in one run).",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measures, prints, writes the table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--times", type=int, default=120)
    options.add_argument("--rows", type=int, default=20_000)
    said = options.parse_args()
    with tempfile.TemporaryDirectory() as place:
        os.environ["BWC_SIGNING_KEY"] = f"{place}/signing.key"
        make_key(Path(place) / "signing.key")
        folder = Path(place) / "case"
        target = make(folder, random.Random(SEED))
        results = found_and_named(folder, target, said.times)
        checking, logging = cost_of_chain(Path(place), said.rows)
    text = table(results, said.rows, checking, logging)
    RESULTS.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
