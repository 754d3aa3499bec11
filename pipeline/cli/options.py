"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

DEFAULT_STORE = Path("bwc.db")

FILE = click.Path(path_type=Path)
PORT = click.IntRange(1, 65535)

store_option = click.option("--store", "store_path", type=FILE, default=DEFAULT_STORE, show_default=True, help="Store.")
settings_options = (
    click.option("--policy", type=FILE, help="Policy pack (TOML). Default: the model policy."),
    click.option("--asr", help="Transcription: auto, faster-whisper or pocketsphinx."),
    click.option("--diarizer", help="Diarization: auto, pyannote or embedded."),
    click.option("--config", type=FILE, help="Settings file. Default: bwc.toml where there is one."),
)


def with_settings(command: Any) -> Any:
    """Adds the options that say how to analyse."""
    for option in reversed(settings_options):
        command = option(command)
    return command


def settings_from(options: dict[str, Any]) -> Any:
    """The settings that these options and the settings file give (pipeline.config.Settings)."""
    from pipeline.config import load_settings, overridden

    return overridden(
        load_settings(options["config"]),
        policy=options["policy"],
        asr=options["asr"],
        diarizer=options["diarizer"],
        review_copies=False if options.get("no_review_copies") else None,
    )
