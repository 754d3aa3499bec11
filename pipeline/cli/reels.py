"""`bwc reel`: several clips in one film from a list, and a debrief page with it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import click

from pipeline.cli.options import FILE, store_option
from pipeline.cli.redact import bar, json_option
from pipeline.errors import BwcError
from pipeline.login import login_name


class _ReelGroup(click.Group):
    """`bwc reel FILE.toml` makes a reel; `bwc reel new` and `bwc reel order` work on lists."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args and self.get_command(ctx, args[0]) is None:
            return super().resolve_command(ctx, ["make", *args])
        return super().resolve_command(ctx, args)


@click.group("reel", cls=_ReelGroup, subcommand_metavar="FILE.toml | new | order | versions")
def reel() -> None:
    """A debrief reel from a list of clips: `bwc reel FILE.toml`, or begin a list with `bwc reel new`."""


@reel.command("make", hidden=True)
@click.argument("file", type=FILE)
@store_option
@click.option("--out", type=FILE, help="The reel (.mp4). Default: named after the list, beside it.")
@click.option("--page", type=FILE, help="A debrief page (.html) with it, in the reel's folder.")
@click.option("--inside", is_flag=True, help="Put the reel into the page, so that the page is all there is.")
@click.option("--policy", type=FILE, help="Policy pack (TOML): clauses and techniques. Default: the model policy.")
@click.option("--who", help="Who does it. Default: the login name.")
@click.option("--why", default="", help="What it is for; goes into manifest and log.")
@click.option("--overwrite", is_flag=True, help="Older files of these names may be replaced.")
@json_option
def make(file: Path, store_path: Path, out: Path | None, page: Path | None, **options: Any) -> None:
    """Make the reel of FILE."""
    from pipeline.reels.debrief import make_page
    from pipeline.reels.make import make_reel
    from pipeline.reels.reel import read_reel
    from pipeline.store import Store

    listed, policy = read_reel(file), _policy(options["policy"])
    target, who = out or file.with_suffix(".mp4"), options["who"] or login_name()
    with Store(store_path, create=False) as store:
        with bar("reel", options["as_json"]) as progress:
            made = make_reel(
                store, policy, listed, file.parent, target, who, options["why"], options["overwrite"], progress
            )
        click.echo(
            f"{target}: {len(made.shown)} clips, {made.shown[-1].ends:.1f} s; manifest: {made.manifest.path.name}"
        )
        if page:
            make_page(
                store, policy, listed, made, page, who, options["why"], options["inside"], options["overwrite"]
            )  # fmt: skip
            click.echo(f"{page}: debrief page")


@reel.command("new")
@click.argument("file", type=FILE)
@click.option("--label", required=True, help="Label of the findings, as bwc findings shows it (or a detector).")
@click.option("--from", "store_path", type=FILE, default=Path("bwc.db"), show_default=True, help="Store.")
@click.option("--most", type=click.IntRange(1, 200), default=8, show_default=True, help="Clips at most.")
@click.option("--unconfirmed", is_flag=True, help="Findings too that nobody has looked at.")
@click.option(
    "--side-by-side", "beside", is_flag=True, help="Another camera of the incident beside, where there is one."
)
@click.option("--policy", type=FILE, help="Policy pack (TOML). Default: the model policy.")
@click.option("--overwrite", is_flag=True, help="An older list of that name may be replaced.")
def new(file: Path, label: str, store_path: Path, policy: Path | None, overwrite: bool, **options: Any) -> None:
    """Begin a list with the confirmed findings of a label; change it as you like, then: bwc reel FILE."""
    from pipeline.reels.suggest import suggested
    from pipeline.store import Store

    with Store(store_path, create=False) as store:
        listed = suggested(store, _policy(policy), label, **options)
    _save(file, listed, overwrite)
    click.echo(f"{file}: {len(listed.clips)} clips. Look it over, then: bwc reel {file} --store {store_path}")


@reel.command("order")
@click.argument("file", type=FILE)
@click.argument("numbers", nargs=-1, type=int, required=True)
def order(file: Path, numbers: tuple[int, ...]) -> None:
    """Keep the clips with these NUMBERS of FILE, in this order."""
    from pipeline.reels.reel import read_reel

    listed = read_reel(file).reordered(numbers)
    _save(file, listed, overwrite=True)
    click.echo(
        "\n".join(f"{n}. {clip.title or clip.label or clip.recording}" for n, clip in enumerate(listed.clips, 1))
    )


@reel.command("versions")
@click.argument("name")
@store_option
@click.option("--take", "number", type=int, help="Write this version to --out, to be changed or made into a reel.")
@click.option("--out", type=FILE, help="The list (.toml) that --take writes.")
@click.option("--overwrite", is_flag=True, help="An older list of that name may be replaced.")
def versions(name: str, store_path: Path, number: int | None, out: Path | None, overwrite: bool) -> None:
    """Show the versions of the list NAME that were saved on the screen, or take one out of the store."""
    from pipeline.reels.reel import reel_from
    from pipeline.store import Store

    if (number is None) != (out is None):
        raise BwcError("give --take NUMBER and --out FILE together")
    with Store(store_path, create=False) as store:
        if number is not None and out is not None:
            _save(out, reel_from(tomllib.loads(store.reel_text(name, number)), name), overwrite)
            return click.echo(f"{out}: version {number} of {name}")
        kept = store.reel_versions(name)
    if not kept:
        raise BwcError(f"no version of a list called {name!r} is in this store; lists are kept when the screen saves")
    for one in kept:
        click.echo(f"{one.version:>4}  {one.at_utc:%Y-%m-%d %H:%M} UTC  {one.who}  {one.said}")


def _policy(path: Path | None) -> Any:
    from pipeline.config import load_settings
    from pipeline.policy import load_policy

    return load_policy(path or load_settings().policy)


def _save(path: Path, listed: Any, overwrite: bool) -> None:
    from pipeline.reels.reel import reel_text

    if path.exists() and not overwrite:
        raise BwcError(f"{path}: is there already; choose another name, or add --overwrite")
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(reel_text(listed), encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise BwcError(f"{path}: cannot be written ({error.strerror})") from error
