"""The `bwc` command."""

from pipeline.cli.commands import main

__all__ = ["main"]
