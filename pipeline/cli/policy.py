"""`bwc policy`, `bwc sequence`, `bwc checklist`: the pack, and what it asks about an incident or a recording."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from pipeline.cli.options import FILE, settings_from, store_option, with_settings
from pipeline.login import login_name


@click.group()
def policy() -> None:
    """Policy packs: check a file, show what it asks for."""


@policy.command("check")
@click.argument("file", type=FILE)
def check(file: Path) -> None:
    """Check a pack: every problem with its file, line, and what may have been meant."""
    from pipeline.policy.load import check_policy, load_policy
    from pipeline.policy.source import nearest

    problems = check_policy(file)
    for problem in problems:
        click.echo(str(problem))
    if problems:
        click.echo(f"{len(problems)} problem{'s' if len(problems) > 1 else ''}", err=True)
        sys.exit(1)
    pack = load_policy(file)
    on = sum(c.enabled for c in pack.clauses.values())
    click.echo(f"{file}: sound. {pack.name} {pack.version}: {on} of {len(pack.clauses)} clauses switched on")
    asked = {label for clause in pack.clauses.values() for label in clause.labels}
    for label in sorted(set(pack.techniques) - asked):  # its own label is allowed; a slip looks the same
        click.echo(f"note: no clause asks for the label {label!r}{nearest(label, asked)}")


@policy.command("show")
@click.argument("file", type=FILE, required=False)
def show(file: Path | None) -> None:
    """Show a pack: its clauses, what is looked for, windows and camera rules. Default: the model policy."""
    from pipeline.cli import policy_shown
    from pipeline.policy import load_policy

    policy_shown.show_policy(load_policy(file))


@policy.command("begin")
@click.argument("name")
@click.option("--title", default="", help="As reports show it. Default: the name.")
def begin(name: str, title: str) -> None:
    """Begin a pack of your own called NAME, here: it extends the model policy, and bwc.toml names it."""
    from pipeline.packs.own import begin as begin_pack

    click.echo(f"{begin_pack(name, title)}: written, and named in bwc.toml; write there what is different here")


@policy.command("versions")
@store_option
def versions(store_path: Path) -> None:
    """The versions of the pack that were kept on the review screen, newest first."""
    from pipeline.store import Store

    with Store(store_path, create=False) as store:
        kept = store.policy_versions()
    for one in kept:
        pack = f"{one.pack['name']} {one.pack['version']} (sha256 {one.pack['sha256'][:12]})"
        click.echo(f"{one.number:4}  {one.at_utc:%Y-%m-%d %H:%M}  {one.who:16} {one.file}  {pack}  {one.note}")
    if not kept:
        click.echo("no version was kept yet: the pack has not been changed on the review screen")


@policy.command("redo")
@store_option
@with_settings
def redo(store_path: Path, **options: Any) -> None:
    """Look again for what the pack in force asks for, in everything that was analysed; verdicts stay."""
    from pipeline.packs.effect import redo as redo_all
    from pipeline.store import Store

    with Store(store_path, create=False) as store:
        whole = len(store.recordings())
        for count, recording in enumerate(redo_all(store, settings_from(options)), 1):
            click.echo(f"{count} of {whole}: {recording.path.name}")


def _about(command: Any) -> Any:
    """Adds which incident or recording is meant."""
    command = click.option("--recording", help="A recording: id, first letters of it, path or file name.")(command)
    command = click.option("--incident", help="An incident: id, first letters of it, or name.")(command)
    return store_option(with_settings(command))


@click.command()
@_about
@click.option("--json", "as_json", is_flag=True, help="JSON.")
def sequence(store_path: Path, incident: str | None, recording: str | None, as_json: bool, **options: Any) -> None:
    """What came before what: contact, orders, warnings, mentions of force, and what was tried before them."""
    from pipeline.cli import policy_shown

    found = _looked_up(store_path, incident, recording, options)
    if as_json:
        click.echo(json.dumps(found.course.as_data, ensure_ascii=False, default=str))
    else:
        policy_shown.show_course(found.course)


@click.command()
@_about
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.option("--clause", help="Answer this clause.")
@click.option("--answer", help="yes, in part, no, cannot tell or does not apply.")
@click.option("--exception", "reason", help="Waiting would have endangered somebody (1.3E): who, and how.")
@click.option("--comment", default="", help="In free words.")
@click.option("--who", help="Who answers. Default: the login name.")
def checklist(
    store_path: Path, incident: str | None, recording: str | None, as_json: bool, clause: str | None,
    answer: str | None, reason: str | None, comment: str, who: str | None, **options: Any,
) -> None:  # fmt: skip
    """The clauses of the policy: found, not found, not analysed or needs a person; and what a person answers."""
    from pipeline.cli import policy_shown
    from pipeline.review_answers import give_answer

    if bool(clause) != bool(answer):
        raise click.UsageError("--clause and --answer belong together")
    found = _looked_up(store_path, incident, recording, options)
    if clause and answer:
        give_answer(store_path, found, clause, answer, who or login_name(), reason or "", comment)
        found = _looked_up(store_path, incident, recording, options)
    if as_json:
        click.echo(json.dumps(found.checklist.as_data, ensure_ascii=False, default=str))
    else:
        policy_shown.show_checklist(found.checklist)


def _looked_up(store_path: Path, incident: str | None, recording: str | None, options: dict[str, Any]) -> Any:
    from pipeline.policy import load_policy
    from pipeline.review_answers import look_up

    if bool(incident) == bool(recording):
        raise click.UsageError("name one incident or one recording: --incident NAME or --recording NAME")
    return look_up(store_path, load_policy(settings_from(options).policy), incident, recording)
