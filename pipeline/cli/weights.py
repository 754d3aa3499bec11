"""`bwc models`: which weights there are, fetching and verifying them."""

from __future__ import annotations

from rich import box
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from models import weights
from models.manifest import weights_folder
from pipeline.cli.console import screen
from pipeline.cli.tables import results


def show_models() -> None:
    """Prints the catalogue with what is on this machine."""
    table = Table(box=box.SIMPLE, pad_edge=False)
    for heading in ("name", "for", "about", "size", "licence", "here"):
        table.add_column(heading, overflow="fold")
    for row in weights.list_models():
        entry = row.entry
        size = entry.size or entry.approximate_size
        told = f"{size / 1e6:.0f} MB" if size else "not known"
        gated = " (gated)" if entry.gated else ""
        table.add_row(entry.name, entry.task, entry.about, told, entry.licence + gated, row.state)
    results.print(table)
    results.print(f"They lie in {weights_folder()}", highlight=False, markup=False, soft_wrap=True)


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
    # a damaged model cannot be located, but is here and must be named
    chosen = names or tuple(row.name for row in weights.list_models() if row.state != "not installed")
    if not chosen:
        results.print("no models here; see: bwc models list")
    reports = [weights.verify(name, record=record) for name in chosen]
    for report in reports:
        results.print(report.message, highlight=False, markup=False)
    return 0 if all(report.ok for report in reports) else 1
