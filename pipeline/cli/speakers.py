"""`bwc speakers`: who speaks in a recording, and what people correct about it.

Every correction is kept with who made it and when, survives a new analysis, and can be taken back; the detectors run
again on the corrected transcript at once, and verdicts stay.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from pipeline.cli.options import store_option, with_settings
from pipeline.login import login_name
from pipeline.types import Role

TIME = click.FloatRange(min=0)


@click.group()
def speakers() -> None:
    """Who speaks in a recording: list, name, merge, split, re-assign; undo."""


def _correction(command: Any) -> Any:
    """Adds what every correcting command takes."""
    command = click.option("--who", help="Who makes the correction. Default: the login name.")(command)
    return store_option(with_settings(command))


@speakers.command("list")
@click.argument("recording")
@store_option
@click.option("--json", "as_json", is_flag=True, help="JSON.")
def list_speakers(recording: str, store_path: Path, as_json: bool) -> None:
    """The voices of a recording, with the corrections made."""
    from pipeline.cli import speakers_shown

    speakers_shown.show_speakers(store_path, recording, as_json)


@speakers.command("name")
@click.argument("recording")
@click.argument("voice")
@click.argument("name")
@_correction
def name_speaker(voice: str, name: str, **options: Any) -> None:
    """Show VOICE under another name. Nobody is ever named by the program."""
    from pipeline.corrections import rename

    _correct(lambda recording, turns, who: rename(recording, turns, voice, name, who), **options)


@speakers.command("role")
@click.argument("recording")
@click.argument("voice")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@_correction
def set_role_of(voice: str, role: str, **options: Any) -> None:
    """Say whose VOICE it is."""
    from pipeline.corrections import set_role

    _correct(lambda recording, turns, who: set_role(recording, turns, voice, Role(role), who), **options)


@speakers.command("merge")
@click.argument("recording")
@click.argument("voice")
@click.argument("into")
@_correction
def merge_speakers(voice: str, into: str, **options: Any) -> None:
    """Say that VOICE is the same person as INTO."""
    from pipeline.corrections import merge

    _correct(lambda recording, turns, who: merge(recording, turns, voice, into, who), **options)


@speakers.command("split")
@click.argument("recording")
@click.argument("voice")
@click.argument("at", type=TIME)
@click.argument("new")
@_correction
def split_speaker(voice: str, at: float, new: str, **options: Any) -> None:
    """Say that VOICE is somebody else, NEW, from the second AT on."""
    from pipeline.corrections import split

    _correct(lambda recording, turns, who: split(recording, turns, voice, at, new, who), **options)


@speakers.command("assign")
@click.argument("recording")
@click.argument("start", type=TIME)
@click.argument("end", type=TIME)
@click.argument("voice")
@_correction
def assign_speech(start: float, end: float, voice: str, **options: Any) -> None:
    """Give what is said from START to END (seconds) to VOICE, which may be a new one."""
    from pipeline.corrections import assign
    from pipeline.types import Span

    if end <= start:
        raise click.UsageError("END must come after START")
    _correct(lambda recording, turns, who: assign(recording, turns, [Span(start, end)], voice, who), **options)


@speakers.command("words")
@click.argument("recording")
@click.argument("start", type=TIME)
@click.argument("end", type=TIME)
@click.argument("text")
@_correction
def correct_words(start: float, end: float, text: str, **options: Any) -> None:
    """Say that TEXT was said from START to END (seconds); "" for nothing. What was measured is kept beside it."""
    from pipeline.corrections import reword
    from pipeline.types import Span

    if end <= start:
        raise click.UsageError("END must come after START")
    _correct(lambda recording, turns, who: reword(recording, turns, Span(start, end), text, who), **options)


@speakers.command("undo")
@click.argument("recording")
@click.argument("number", type=int)
@_correction
def undo(recording: str, number: int, store_path: Path, who: str | None, **options: Any) -> None:
    """Take back correction NUMBER (see `bwc speakers list`)."""
    from pipeline.store import Store

    with Store(store_path, create=False) as store:
        wanted = store.recording(recording)
        taken_back = store.undo_correction(wanted.id, number, who or login_name())
        click.echo(f"taken back: {taken_back.said}")
        _detect_again(store, wanted, options)


def _correct(
    make: Callable[[str, Any, str], Any], recording: str, store_path: Path, who: str | None, **options: Any
) -> None:
    from pipeline.store import Store

    with Store(store_path, create=False) as store:
        wanted = store.recording(recording)
        correction = store.add_correction(make(wanted.id, store.turns(wanted.id), who or login_name()))
        click.echo(f"correction {correction.id}: {correction.said}")
        _detect_again(store, wanted, options)


def _detect_again(store: Any, recording: Any, options: dict[str, Any]) -> None:
    from pipeline.assemble import assemble_detectors
    from pipeline.cli.options import settings_from
    from pipeline.run import detect_again

    detect_again(recording, store, assemble_detectors(settings_from(options)))
