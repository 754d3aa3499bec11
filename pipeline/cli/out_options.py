"""`--out FILE` and what goes with it: the options of an export to a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from pipeline.cli.options import FILE
from pipeline.login import login_name

FINDINGS_FORMS = ("csv", "json", "vtt", "eaf", "otio")
TRANSCRIPT_FORMS = ("vtt", "srt", "txt", "csv", "json", "eaf")


@dataclass(frozen=True)
class Out:
    """What the options say."""

    target: Path
    form: str
    manifest: bool
    replace: bool
    who: str
    why: str


def with_out(command: Any) -> Any:
    """Adds the options of an export to a file."""
    for option in (
        click.option("--why", default="", help="Why it is exported, for the log and the manifest."),
        click.option("--who", help="Who exports it. Default: the login name."),
        click.option("--replace", is_flag=True, help="FILE may be there already."),
        click.option("--manifest", is_flag=True, help="Write FILE.manifest.json too: sources, hashes, signature."),
        click.option("--out", type=FILE, help="Write to FILE; the form goes by its ending."),
    ):
        command = option(command)
    return command


def taken_out(
    options: dict[str, Any], form: str | None, forms: Sequence[str], to_file: Sequence[str] = ("eaf", "otio")
) -> Out | None:
    """Takes the options of an export out of those of a command; None: it goes to standard output.

    `to_file`: forms that go to a file only.
    """
    target, manifest, replace = (options.pop(name) for name in ("out", "manifest", "replace"))
    who, why = options.pop("who"), options.pop("why")
    if target is None:
        if manifest or replace or form in to_file:
            raise click.UsageError("give --out FILE as well")
        return None
    chosen = form or target.suffix.lower().lstrip(".")
    if chosen not in forms:
        raise click.UsageError(f"no form for {target.name!r}: end it in .{', .'.join(forms)}, or say the form")
    return Out(target, chosen, manifest, replace, who or login_name(), why)
