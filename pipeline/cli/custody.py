"""`bwc verify`, `bwc keys`, `bwc activity`: whether what was kept is still what it was, and who did what."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from pipeline.cli.options import DEFAULT_STORE, FILE, store_option

MOMENT = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"])


@click.command()
@click.argument("files", nargs=-1, type=FILE)
@click.option(
    "--store", "store_path", is_flag=False, flag_value=str(DEFAULT_STORE), type=FILE,
    help="Check this store whole, or with FILES its log of them. Default without FILES: bwc.db.",
)  # fmt: skip
@click.option("--key", type=FILE, help="Public key (.pub) of whoever should have signed. Default: your own key.")
@click.option("--anchors", type=FILE, help="File of heads of the log, best on another disk. Default: beside the store.")
@click.option("--json", "as_json", is_flag=True, help="JSON.")
def verify(
    files: tuple[Path, ...], store_path: Path | None, key: Path | None, anchors: Path | None, as_json: bool
) -> None:
    """Check exports (FILES) against their manifests, or a store: sources, exports, manifests and the activity log.

    Exit status: 0 nothing changed, 1 something changed (each thing named), 2 wrong use.
    """
    from pipeline.cli import custody_shown

    sys.exit(custody_shown.verify_and_show(files, store_path, key, anchors, as_json))


@click.group()
def keys() -> None:
    """The key that manifests are signed with, so that a copy elsewhere can be checked: make, show."""


@keys.command("make")
def keys_make() -> None:
    """Make your signing key. The private half stays in your settings folder, readable by you alone."""
    from pipeline.custody.keys import key_place, make_key, public_place

    place = key_place()
    made = make_key(place)
    click.echo(f"private key: {place} (keep it; nobody else may have it)")
    click.echo(f"public key:  {public_place(place)} (hand it out; whoever has it can check what you signed)")
    click.echo(f"fingerprint: {made.public.fingerprint}")


@keys.command("show")
def keys_show() -> None:
    """Show where your key is, and its fingerprint to compare over the telephone."""
    from pipeline.custody.keys import key_place, own_key, public_place
    from pipeline.errors import CustodyError

    key, place = own_key(), key_place()
    if key is None:
        raise CustodyError(f"no signing key yet ({place}); make one with: bwc keys make")
    click.echo(f"private key: {place}\npublic key:  {public_place(place)}\nfingerprint: {key.public.fingerprint}")
    click.echo(key.public.pem().decode(), nl=False)


@click.command()
@store_option
@click.option("--who", help="Only what this person did.")
@click.option("--action", help="Only this action, or this kind: review, correction, export, recording.viewed ...")
@click.option("--subject", help="Only what was done to this recording, finding or incident: id or its first letters.")
@click.option("--since", type=MOMENT, help="From this moment on (UTC).")
@click.option("--until", type=MOMENT, help="Until before this moment (UTC).")
@click.option("--limit", type=click.IntRange(1), default=200, show_default=True, help="Newest rows shown.")
@click.option("--json", "form", flag_value="json", help="JSON, one list of rows.")
@click.option("--csv", "form", flag_value="csv", help="CSV with a header.")
def activity(
    store_path: Path, who: str | None, action: str | None, subject: str | None, since: datetime | None,
    until: datetime | None, limit: int, form: str | None,
) -> None:  # fmt: skip
    """The activity log: who looked at, decided, corrected and exported what, newest first."""
    from pipeline.cli import custody_shown
    from pipeline.store import ActivityFilter

    first, last = (moment.replace(tzinfo=UTC) if moment else None for moment in (since, until))
    custody_shown.show_activity(store_path, ActivityFilter(who, action, subject, first, last), limit, form)
