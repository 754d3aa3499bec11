"""`bwc doctor`: what is installed, which backends can run, and what to do next."""

from __future__ import annotations

import json
import platform
import shutil
import sqlite3
from importlib import metadata
from pathlib import Path

import click
from rich import box
from rich.table import Table
from rich.text import Text

from models.manifest import weights_folder
from pipeline import __version__
from pipeline.assemble import backends
from pipeline.cli.tables import results
from pipeline.config import load_settings
from pipeline.errors import StoreError
from pipeline.installation import installation
from pipeline.media.program import ffmpeg_program
from pipeline.policy import load_policy
from pipeline.store import Store

PACKAGES = (
    "av",
    "opencv-python-headless",
    "faster-whisper",
    "pocketsphinx",
    "onnxruntime",
    "pyannote.audio",
    "sentence-transformers",
    "torch",
)


def show_doctor(store_path: Path) -> None:
    """Prints the state of this installation, the worst news last, with the next step for each."""
    settings = load_settings()
    policy = load_policy(settings.policy)
    table = Table(box=box.SIMPLE, pad_edge=False, show_header=False)
    table.add_row("bwc", __version__)
    table.add_row("Python", f"{platform.python_version()} on {platform.system()} {platform.machine()}")
    for package in PACKAGES:
        table.add_row(package, _version(package))
    table.add_row("ffmpeg", Text(str(ffmpeg_program())))
    table.add_row("SQLite", sqlite3.sqlite_version)
    table.add_row("policy pack", f"{policy.name} {policy.version}, sha256 {policy.sha256[:12]}")
    table.add_row("weights folder", Text(str(weights_folder())))
    table.add_row("free disk here", f"{shutil.disk_usage(Path.cwd()).free / 1e9:.1f} GB")
    table.add_row("store", Text(_store_state(store_path)))
    results.print(table)
    _show_backends()


def show_installation() -> None:
    """Prints everything that is installed, and what lacks, as JSON."""
    click.echo(json.dumps(installation(load_settings()), ensure_ascii=False, indent=1))


def _show_backends() -> None:
    found = backends(load_settings())
    table = Table(box=box.SIMPLE, pad_edge=False)
    for heading in ("for", "backend", "available", "why"):
        table.add_column(heading, overflow="fold")
    for backend in found:
        available, reason = backend.availability
        table.add_row(backend.kind, backend.name, "yes" if available else "no", Text(reason))
    results.print(table)
    if not found[0].availability.available:
        draft = "Words come from the embedded recogniser: a draft of low accuracy."
        results.print(f"{draft} For transcripts that can be used: bwc models pull small.en", soft_wrap=True)


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"


def _store_state(path: Path) -> str:
    if not path.exists():
        return f"{path}: none yet; make one with: bwc analyze PATHS"
    try:
        with Store(path, create=False) as store:
            recordings, failed = len(store.recordings()), len(store.files(failed_only=True))
    except StoreError as error:
        return str(error)
    return f"{path}: {recordings} recordings, {failed} files failed"
