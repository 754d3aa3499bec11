"""Writes the measured tables into the README: `python -m tests.benchmarks.readme`.

Between `<!-- NAME -->` and `<!-- /NAME -->` stands what a script measured; nothing there is written by hand. The score
of the sample is measured now, the other figures are read out of `tests/benchmarks/results/`.
"""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from pipeline.detectors import DETECTORS, INCIDENT_DETECTORS
from tests.benchmarks import figures

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"


def main() -> None:
    """Measures the sample and rewrites the marked parts of the README."""
    text = README.read_text(encoding="utf-8")
    for name, body in {"detectors": detectors(), "sample score": sample_score(), "figures": figures.table()}.items():
        text = filled(text, name, body)
    README.write_text(text, encoding="utf-8")


def filled(text: str, name: str, body: str) -> str:
    """`text` with what stands between the marks of `name` replaced. Raises ValueError where there are no marks."""
    pattern = re.compile(rf"(<!-- {re.escape(name)} -->\n).*?(<!-- /{re.escape(name)} -->)", re.DOTALL)
    if not pattern.search(text):
        raise ValueError(f"README.md has no marks for {name!r}")
    return pattern.sub(lambda marks: f"{marks[1]}{body.strip()}\n{marks[2]}", text)


def detectors() -> str:
    """The table of detectors, from the tuple that holds them."""
    rows = [
        f"| `{each.name}` | {_about(each.__module__)} |" for each in dict.fromkeys((*DETECTORS, *INCIDENT_DETECTORS))
    ]
    return "\n".join(["| detector | reports |", "|---|---|", *rows])


def _about(module: str) -> str:
    """The first sentence of a module's docstring."""
    text = " ".join((importlib.import_module(module).__doc__ or "").split())
    return text.split(". ")[0].rstrip(".")


def sample_score() -> str:
    """Analyses the sample with the embedded backends in an empty store and scores it against its truth."""
    with tempfile.TemporaryDirectory() as folder:
        run("demo", "--no-serve", "--folder", folder)
        return run("score", str(ROOT / "sample_media" / "truth.toml"), "--store", f"{folder}/demo.db", "--markdown")


def run(*arguments: str) -> str:
    """The output of a `bwc` command."""
    command = [sys.executable, "-m", "pipeline.cli", *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    main()
