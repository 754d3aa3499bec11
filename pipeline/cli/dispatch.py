"""`bwc import-dispatch`, `bwc calls`, `bwc camera-use`: dispatch records, and what is observed of cameras at calls."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from pipeline.cli.options import FILE
from pipeline.cli.reports import DAY, opened, pack_of, who_option, with_pack, zone_for
from pipeline.login import login_name

STATES = ("to look at", "justified", "confirmed", "not applicable")
KINDS = ("no_recording", "late_start", "early_stop", "gap", "muted", "not_seeing", "buffer_missing")


@click.command("import-dispatch")
@click.argument("file", type=FILE)
@click.option("--system", default="", help="The dispatch system, where the pack has several: its clock and zone.")
@with_pack
@who_option
def import_dispatch(
    file: Path, system: str, store_path: Path, who: str | None, zone: str | None, **options: Any
) -> None:
    """Import a dispatch (CAD) export from CSV: all of it or nothing. A later export updates the calls that it has."""
    from pipeline.cli import dispatch_shown
    from pipeline.dispatch import read_calls
    from pipeline.dispatch.read import zone_of_system
    from pipeline.reports.make import zone_of
    from pipeline.store import Store

    pack = pack_of(options)
    check_system(pack, system)
    where = zone_of_system(pack.dispatch, system) if zone is None else None
    calls = read_calls(file, pack.dispatch, where or zone_of(pack, zone), system)
    with Store(store_path) as store:
        dispatch_shown.import_and_show(store, calls, system, file, who or login_name())


def check_system(pack: Any, system: str) -> None:
    """Raises BwcError where the pack has no dispatch system of this name: its clock would be taken for right."""
    from pipeline.errors import BwcError
    from pipeline.policy.source import nearest
    from pipeline.table_file import plain_name

    known = list(pack.dispatch.systems)
    if system and plain_name(system) not in map(plain_name, known):
        hint = nearest(system, known) or f"; the pack has: {', '.join(known) or 'none'}"
        raise BwcError(f'no dispatch system {system!r} in the pack: add [dispatch.systems."{system}"]{hint}')


def _of_period(command: Any) -> Any:
    command = click.option("--csv", "form", flag_value="csv", help="CSV with a header.")(command)
    command = click.option("--json", "form", flag_value="json", help="JSON, one list of rows.")(command)
    command = click.option("--to", "last", type=DAY, help="Last day, included.")(command)
    return with_pack(click.option("--from", "first", type=DAY, help="First day.")(command))


@click.command()
@_of_period
def calls(
    first: datetime | None, last: datetime | None, form: str | None, store_path: Path, zone: str | None, **options: Any
) -> None:
    """The calls of the dispatch records: who was sent when, as the dispatch system's clock says."""
    from pipeline.cli import dispatch_shown

    where = zone_for(pack_of(options), zone)
    with opened(store_path) as store:
        dispatch_shown.show_calls(store.calls(*_between(first, last, where)), where, form)


@click.group("camera-use")
def camera_use() -> None:
    """What is observed of cameras at calls, with what speaks for it, and what people say of it."""


@camera_use.command("list")
@_of_period
@click.option("--officer", help="Only this officer: the roster's number.")
@click.option("--kind", type=click.Choice(KINDS), help="Only this kind of observation.")
@click.option("--state", type=click.Choice(STATES), help="Only those in this state.")
def listed(
    first: datetime | None, last: datetime | None, form: str | None, officer: str | None, kind: str | None,
    state: str | None, store_path: Path, zone: str | None, **options: Any,
) -> None:  # fmt: skip
    """List observations, by time. Nothing is wrong by itself: each is to be looked at by a person."""
    from pipeline.call_use import assessed
    from pipeline.cli import dispatch_shown

    pack = pack_of(options)
    where = zone_for(pack, zone)
    with opened(store_path) as store:
        found = assessed(store, pack, *_between(first, last, where), zone=where)
        states = store.latest_use_states()
    rows = dispatch_shown.use_rows(found.uses, states, where, officer, kind, state)
    dispatch_shown.show_uses(found, rows, form)


@camera_use.command("show")
@click.argument("observation")
@with_pack
def shown(observation: str, store_path: Path, zone: str | None, **options: Any) -> None:
    """Show one observation: what speaks for it, where to look, and every state that was set."""
    from pipeline.call_use import assessed, finding_of
    from pipeline.cli import dispatch_shown

    pack = pack_of(options)
    where = zone_for(pack, zone)
    with opened(store_path) as store:
        finding = finding_of(assessed(store, pack, zone=where).uses, observation)
        dispatch_shown.show_finding(finding, store.use_states(finding.id), where)


@camera_use.command("outside")
@_of_period
def outside(
    first: datetime | None, last: datetime | None, form: str | None, store_path: Path, zone: str | None, **options: Any
) -> None:
    """List recordings that no call or incident asked for, and those without a clock."""
    from pipeline.call_use import assessed
    from pipeline.cli import dispatch_shown

    pack = pack_of(options)
    where = zone_for(pack, zone)
    with opened(store_path) as store:
        found = assessed(store, pack, *_between(first, last, where), zone=where)
    dispatch_shown.show_outside(found.outside, where, form)


@camera_use.command("mark")
@click.argument("observation")
@click.option("--state", type=click.Choice(STATES), required=True, help="What you say of it.")
@click.option("--reason", default="", help="Why; needed for justified and not applicable.")
@click.option("--category", default="", help="One of the pack's [camera] justifications.")
@with_pack
@who_option
def mark(
    observation: str, state: str, reason: str, category: str, store_path: Path, who: str | None, zone: str | None,
    **options: Any,
) -> None:  # fmt: skip
    """Say what an observation was. It is kept with your name and the time; earlier states stay."""
    from pipeline.call_use import assessed, finding_of
    from pipeline.camera_use import UseState
    from pipeline.policy.camera_rules import justification

    pack = pack_of(options)
    with opened(store_path) as store:
        finding = finding_of(assessed(store, pack, zone=zone_for(pack, zone)).uses, observation)
        named = justification(pack.camera, category)
        kept = store.set_use_state(finding, UseState(state), who or login_name(), reason, named)
    click.echo(f"{finding.id}: {kept.state.value}, says {kept.who}. {finding.summary}")


def _between(first: datetime | None, last: datetime | None, zone: Any) -> tuple[datetime | None, datetime | None]:
    """From the first moment of a day until the first after another, there."""
    from datetime import timedelta

    if first and last and last < first:
        raise click.UsageError("--to comes before --from")
    after = last + timedelta(days=1) if last else None
    start, end = (day.replace(tzinfo=zone) if day else None for day in (first, after))
    return start, end
