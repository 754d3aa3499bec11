"""What the custody commands print: what changed, and the activity log."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from rich import box
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from pipeline.cli.options import DEFAULT_STORE
from pipeline.cli.tables import results
from pipeline.custody.checks import Bytes, Verified
from pipeline.custody.keys import PublicKey, read_public
from pipeline.custody.verify_store import verify_files, verify_store
from pipeline.exports.activity import activity_rows
from pipeline.exports.findings import as_csv, as_json
from pipeline.exports.hand_out import log_shown
from pipeline.login import login_name
from pipeline.store import ActivityFilter, Store

SHOWN_DETAIL = 90
"""letters of a row's detail in the table; all of it is in JSON and CSV"""


def verify_and_show(
    files: Sequence[Path], store_path: Path | None, key: Path | None, anchors: Path | None, form_json: bool
) -> int:
    """Verifies exports or a store and says what changed. 0: nothing did, 1: something did."""
    signer = read_public(key) if key else None
    with _bars() as progress:
        found = _verified(files, store_path, signer, anchors, progress)
    if form_json:
        print(json.dumps(found.document(), ensure_ascii=False, indent=1))
    else:
        _print(found)
    return 0 if found.whole else 1


def _verified(
    files: Sequence[Path], store_path: Path | None, key: PublicKey | None, anchors: Path | None, progress: Bytes
) -> Verified:
    if files and store_path is None:
        return verify_files(files, key=key, progress=progress)
    with Store(store_path or DEFAULT_STORE, create=False) as store:
        if files:
            return verify_files(files, key=key, store=store, progress=progress)
        return verify_store(store, key=key, anchors=anchors, progress=progress)


def _progress(*columns: ProgressColumn) -> Progress:
    """Bars on standard error, where that is a terminal."""
    screen = Console(stderr=True)
    return Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal)


@contextmanager
def _bars() -> Iterator[Bytes]:
    """A bar over all files that are read, with the time left. Drawn on terminals alone."""
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with _progress(*columns) as bars:
        task = bars.add_task("checking", total=None)

        def progress(done: int, total: int, name: str) -> None:
            bars.update(task, completed=done, total=total, description=one_line(name)[:40])

        yield progress


@contextmanager
def share_bar(what: str) -> Iterator[Callable[[float], None]]:
    """A bar for work that says which share of it is done, with the time left. Drawn on terminals alone."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeRemainingColumn(),
    )
    with _progress(*columns) as bars:
        task = bars.add_task(what, total=1.0)
        yield lambda done: bars.update(task, completed=done)


def _print(found: Verified) -> None:
    for change in found.changes:
        click.echo(f"CHANGED  {change.what} {one_line(change.name)}: {one_line(change.said)}")
    for note in found.notes:
        click.echo(f"note     {one_line(note)}")
    seen = ", ".join(_counted(what, number) for what, number in found.looked_at.items()) or "nothing"
    count = len(found.changes)
    verdict = "nothing changed" if found.whole else f"{count} thing{'s' if count != 1 else ''} changed"
    click.echo(f"looked at {seen}: {verdict}")


def _counted(what: str, number: int) -> str:
    return f"{number:,} {what.removesuffix('s') if number == 1 else what}"


def one_line(said: str) -> str:
    """Text on one line, whatever a file name holds."""
    readable = said.encode("utf-8", "backslashreplace").decode()
    return "".join(letter if letter.isprintable() else f"\\x{ord(letter):02x}" for letter in readable)


def show_activity(store_path: Path, wanted: ActivityFilter, limit: int, form: str | None) -> None:
    """Prints rows of the activity log, newest first."""
    with Store(store_path, create=False) as store:
        rows = activity_rows(store.activity_page(wanted, limit=limit))
        count = store.activity_count(wanted)
        if form:
            log_shown(store, login_name(), "activity", "activity log", form)
    if form:
        print(as_json(rows) if form == "json" else as_csv(rows), end="\n" if form == "json" else "")
        return
    table = Table(box=box.SIMPLE, pad_edge=False)
    for heading in ("row", "when (UTC)", "who", "action", "subject", "detail"):
        table.add_column(heading, justify="right" if heading == "row" else "left", overflow="fold")
    for row in rows:
        said = "; ".join(f"{key}: {value}" for key, value in row["detail"].items() if value not in ("", [], None))
        cells = (str(row["row"]), row["at_utc"][:19].replace("T", " "), row["who"], row["action"], row["subject"][:24])
        table.add_row(*(Text(one_line(cell)) for cell in (*cells, said[:SHOWN_DETAIL])))
    results.print(table if rows else "no such rows in the log")
    if count > len(rows):
        click.echo(f"{count - len(rows):,} older rows are not shown; more with: --limit {count}")
