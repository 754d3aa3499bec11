"""An analysis as a person at a terminal sees it: progress bars with the time left, one line per failure."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from pipeline.batch import Report, Request, analyse, finish
from pipeline.run import Outcome
from pipeline.running import file_share

screen = Console(stderr=True)
"""Progress and remarks; results go to standard output alone, so that they can be piped."""


class FileBars:
    """One bar for all files with the time left, and under it the step at work on each."""

    def __init__(self) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"))
        self._progress = Progress(*columns, TimeElapsedColumn(), TimeRemainingColumn(), console=screen)
        self._all: TaskID | None = None
        self._files: dict[Path, TaskID] = {}
        self._shares: dict[Path, float] = {}
        self._waiting: set[Path] = set()

    def __enter__(self) -> FileBars:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def start(self, files: Sequence[Path]) -> None:
        self._waiting = set(files)
        counted = f"{len(files)} file{'s' if len(files) != 1 else ''}"
        self._all = self._progress.add_task(counted, total=max(1, len(files)))

    def step(self, path: Path, step: str, share: float) -> None:
        """A step of one file moved on. Bars count the steps' usual costs, so that they move evenly."""
        if path not in self._files:
            self._files[path] = self._progress.add_task(path.name, total=1.0)
        self._shares[path] = max(self._shares.get(path, 0.0), file_share(step, share))
        said = f"  {printable(Path(path.name))}: {step}"
        self._progress.update(self._files[path], completed=self._shares[path], description=said)
        self._update_all()

    def done(self, outcome: Outcome) -> None:
        self._shares[outcome.path] = 1.0
        self._waiting.discard(outcome.path)
        if outcome.path in self._files:
            self._progress.remove_task(self._files.pop(outcome.path))
        self._update_all()
        if not screen.is_terminal:  # bars are drawn on terminals alone; a log gets a line per file
            left = f", {len(self._waiting)} to go" if self._waiting else ""
            screen.print(f"analysed {printable(outcome.path)}{left}", highlight=False, markup=False, soft_wrap=True)

    def _update_all(self) -> None:
        if self._all is not None:
            self._progress.update(self._all, completed=sum(self._shares.values()))


def analyse_with_bars(request: Request) -> Report:
    """Runs an analysis with progress bars and the time left."""
    outcomes: list[Outcome] = []
    with FileBars() as bars:
        for outcome in analyse(request, bars.start, bars.step):
            outcomes.append(outcome)
            bars.done(outcome)
    return finish(request, outcomes)


def exit_code(report: Report) -> int:
    """Names every file that failed with its reason; 0 done, 1 some failed."""
    for outcome in report.failures:
        line = f"failed: {printable(outcome.path)}: {outcome.problem}"
        screen.print(line, style="yellow", highlight=False, markup=False, soft_wrap=True)
    if not report.outcomes:
        screen.print("nothing to analyse: no media file among what was given", style="yellow")
    return 1 if report.failures or not report.outcomes else 0


def printable(path: Path) -> str:
    """A path on one line, whatever is in its name."""
    return str(path).encode("utf-8", "backslashreplace").decode().replace("\n", "\\n").replace("\r", "\\r")
