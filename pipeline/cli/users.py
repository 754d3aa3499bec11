"""`bwc users`: who may use the review screen. With one account in the store, everybody has to sign in."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from pipeline.accounts import Duty
from pipeline.cli.options import store_option
from pipeline.login import login_name

duty_option = click.option(
    "--duty", type=click.Choice([d.value for d in Duty]), default=Duty.REVIEWER.value, show_default=True,
    help="reviewer: verdicts, corrections, checklist, clips. auditor: states and samples of camera use, the log. "
    "trainer: clips and reels. admin: all of it.",
)  # fmt: skip
units_option = click.option("--unit", "units", multiple=True, help="Sees footage of this unit only; may be repeated.")
password_option = click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")


@click.group()
def users() -> None:
    """Accounts of the review screen: add, list, change, shut out."""


@users.command("add")
@click.argument("name")
@duty_option
@units_option
@click.option("--full-name", default="", help="As it is shown beside verdicts.")
@password_option
@store_option
def users_add(
    name: str, duty: str, units: tuple[str, ...], full_name: str, password_stdin: bool, store_path: Path
) -> None:
    """Add an account; asks for its password."""
    from pipeline.store import Store

    password = _password(password_stdin)
    with Store(store_path) as store:
        first = not store.has_accounts()
        store.add_account(name, Duty(duty), password, login_name(), full_name=full_name, units=units)
    click.echo(f"{name}: added as {duty}" + (f", units {', '.join(units)}" if units else ""))
    if first:
        click.echo("from now on everybody signs in to the review screen of this store; start one that is running again")


@users.command("list")
@store_option
def users_list(store_path: Path) -> None:
    """All accounts."""
    from pipeline.store import Store

    with Store(store_path) as store:
        accounts = store.accounts()
    for one in accounts:
        units = ", ".join(one.units) or "all units"
        click.echo(
            f"{one.name:20} {one.duty.value:10} {units:30} {one.full_name}{'  disabled' if one.disabled else ''}"
        )
    if not accounts:
        click.echo("no accounts: the review screen is for whoever starts it, on this machine alone")


@users.command("password")
@click.argument("name")
@password_option
@store_option
def users_password(name: str, password_stdin: bool, store_path: Path) -> None:
    """Set a new password; open sessions end."""
    from pipeline.store import Store

    with Store(store_path) as store:
        store.account(name)
        store.set_password(name, _password(password_stdin), login_name())
    click.echo(f"{name}: new password, signed out everywhere")


@users.command("duty")
@click.argument("name")
@click.argument("duty", type=click.Choice([d.value for d in Duty]))
@units_option
@click.option("--all-units", is_flag=True, help="Sees footage of all units.")
@store_option
def users_duty(name: str, duty: str, units: tuple[str, ...], all_units: bool, store_path: Path) -> None:
    """Change what an account is for, and whose footage it sees."""
    from pipeline.store import Store

    with Store(store_path) as store:
        store.set_duty(name, Duty(duty), units if units or all_units else None, login_name())
    click.echo(f"{name}: {duty}")


@users.command("disable")
@click.argument("name")
@store_option
def users_disable(name: str, store_path: Path) -> None:
    """Shut an account out, at its next request."""
    _set(name, store_path, disabled=True)


@users.command("enable")
@click.argument("name")
@store_option
def users_enable(name: str, store_path: Path) -> None:
    """Let an account in again."""
    _set(name, store_path, disabled=False)


@users.command("sign-out")
@click.argument("name")
@store_option
def users_sign_out(name: str, store_path: Path) -> None:
    """End all open sessions of an account."""
    from pipeline.store import Store

    with Store(store_path) as store:
        store.end_sessions(name, login_name())
    click.echo(f"{name}: signed out everywhere")


def _set(name: str, store_path: Path, *, disabled: bool) -> None:
    from pipeline.store import Store

    with Store(store_path) as store:
        store.set_disabled(name, disabled, login_name())
    click.echo(f"{name}: {'shut out' if disabled else 'may sign in again'}")


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
