"""`bwc models`: which weights there are, fetching and verifying them."""

from __future__ import annotations

from rich import box
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from models import weights
from pipeline.cli.console import screen
from pipeline.cli.tables import results


def show_models() -> None:
    """Prints the catalogue with what is on this machine."""
    table = Table(box=box.SIMPLE, pad_edge=False)
    for heading in ("name", "for", "size", "licence", "here"):
        table.add_column(heading, overflow="fold")
    for row in weights.list_models():
        entry = row.entry
        table.add_row(entry.name, entry.purpose, f"{entry.size_mb} MB", entry.licence, row.state)
    results.print(table)


def pull_model(name: str, token: str | None) -> None:
    """Fetches a model with a progress bar and the time left."""
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=screen) as bar:
        task = bar.add_task(name, total=None)

        def moved(path: str, done: int, total: int) -> None:
            bar.update(task, description=path, completed=done, total=total)

        report = weights.pull(name, token=token, progress=moved)
    results.print(report.message, highlight=False, markup=False)


def verify_models(names: tuple[str, ...], record: bool) -> int:
    """Checks models (all that are here, if none is named); 0 if all are as they should be."""
    chosen = names or tuple(row.entry.name for row in weights.list_models() if weights.locate(row.entry.name))
    if not chosen:
        results.print("no models here; see: bwc models list")
    reports = [weights.verify(name, record=record) for name in chosen]
    for report in reports:
        results.print(report.message, highlight=False, markup=False)
    return 0 if all(report.ok for report in reports) else 1
