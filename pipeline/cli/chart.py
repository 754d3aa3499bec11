"""`bwc chart`: talk time, orders a minute, loudness and vocal effort of an incident or a recording."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pipeline.cli.options import settings_from, store_option, with_settings


@click.command()
@store_option
@with_settings
@click.option("--incident", help="An incident: id, first letters of it, or name.")
@click.option("--recording", help="A recording: id, first letters of it, path or file name.")
@click.option("--json", "form", flag_value="json", help="JSON, with the curves.")
@click.option("--svg", "form", flag_value="svg", help="A drawing.")
def chart(store_path: Path, incident: str | None, recording: str | None, form: str | None, **options: Any) -> None:
    """Talk time by speaker, orders a minute, loudness and vocal effort over time."""
    import json

    from pipeline.chart import chart_of, chart_row, chart_svg
    from pipeline.policy import load_policy
    from pipeline.run_incidents import incident_evidence
    from pipeline.store import Store

    if (incident is None) == (recording is None):
        raise click.UsageError("give one of --incident and --recording")
    policy = load_policy(settings_from(options).policy)
    with Store(store_path, create=False) as store:
        if incident is not None:
            wanted = store.incident(incident)
            found, title = chart_of(incident_evidence(wanted, store), policy), wanted.name
        else:
            known = store.recording(recording or "")
            found, title = chart_of(store.evidence(known), policy), known.path.name
    if form == "svg":
        click.echo(chart_svg(found, title))
    elif form == "json":
        click.echo(json.dumps(chart_row(found), ensure_ascii=False))
    else:
        click.echo("\n".join(_lines(found)))


def _lines(found: Any) -> list[str]:
    from pipeline.cli.tables import clock

    out = []
    for one in found.talk:
        role = one.role.value if one.role else "role not known"
        out.append(f"{one.speaker or 'speaker not known'} ({role}): talks {clock(one.seconds)}")
    overlap = "not measured" if found.overlap is None else f"{found.overlap:.1f} s"
    orders = f"{found.orders}, {found.orders_per_minute:.1f} a minute from the first to the last"
    looked = found.command_rate is not None
    return [*out, f"two voices at once: {overlap}", f"orders to the public: {orders if looked else 'not looked for'}"]
