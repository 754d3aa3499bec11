"""`bwc incidents`: list them, and say by hand which recordings belong together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pipeline.cli.options import store_option, with_settings
from pipeline.login import login_name


@click.group("incidents", invoke_without_command=True)
@store_option
@click.option("--json", "form", flag_value="json", help="JSON, one list of rows.")
@click.pass_context
def incidents(ctx: click.Context, store_path: Path, form: str | None) -> None:
    """The incidents of a store: their recordings, how these lie on one clock, and what says so."""
    if ctx.invoked_subcommand is None:
        from pipeline.cli import incidents as shown

        shown.show_incidents(store_path, form)


def _by_hand(command: Any) -> Any:
    """Adds what the commands that change a grouping take."""
    command = click.option("--who", help="Who says so. Default: the login name.")(command)
    return store_option(with_settings(command))


@incidents.command("group")
@click.argument("name")
@click.argument("recordings", nargs=-1, required=True)
@_by_hand
def group(name: str, recordings: tuple[str, ...], store_path: Path, who: str | None, **options: Any) -> None:
    """Put RECORDINGS into one incident NAME: a new one, or one that is there. It stays so in later analyses."""
    from pipeline.run_incidents import group_by_hand
    from pipeline.store import Store

    with Store(_store(store_path), create=False) as store:
        wanted = [store.recording(recording) for recording in recordings]
        found = group_by_hand(store, _plan(options), name, wanted, who or login_name())
    click.echo(f"{found.name}: {len(found.recordings)} recordings, grouped by hand")


@incidents.command("ungroup")
@click.argument("name")
@click.argument("recordings", nargs=-1)
@_by_hand
def ungroup(name: str, recordings: tuple[str, ...], store_path: Path, who: str | None, **options: Any) -> None:
    """Take RECORDINGS out of the incident NAME; without any, take it apart. It stays so in later analyses."""
    from pipeline.run_incidents import ungroup_by_hand
    from pipeline.store import Store

    with Store(_store(store_path), create=False) as store:
        wanted = [store.recording(recording) for recording in recordings]
        left = ungroup_by_hand(store, _plan(options), name, wanted, who or login_name())
    out = f"{len(wanted)} taken out of {name}" if wanted else f"{name} taken apart"
    click.echo(f"{out}; incidents now: {len(left)}")


def _plan(options: dict[str, Any]) -> Any:
    from pipeline.assemble import assemble_detectors
    from pipeline.cli.options import settings_from

    return assemble_detectors(settings_from(options))


def _store(given: Path) -> Path:
    """The store named after the command, else the one named before it ("bwc incidents --store X group ...")."""
    ctx = click.get_current_context()
    own = ctx.get_parameter_source("store_path") is not click.core.ParameterSource.DEFAULT
    return given if own or ctx.parent is None else Path(ctx.parent.params["store_path"])
