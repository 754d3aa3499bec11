"""The `bwc` command: parse, call one function, print.

Exit codes: 0 done, 1 some files failed (each named with its reason), 2 wrong use.
Commands import what they need when they run: `bwc --help` must not wait for the store's libraries.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from models.contract import ModelError
from pipeline import __version__
from pipeline.cli.audit import audit
from pipeline.cli.chart import chart
from pipeline.cli.clips import clip
from pipeline.cli.clock import clock_profile
from pipeline.cli.custody import activity, keys, verify
from pipeline.cli.dispatch import calls, camera_use, import_dispatch
from pipeline.cli.incident_groups import incidents
from pipeline.cli.options import FILE, PORT, settings_from, store_option, with_settings
from pipeline.cli.out_options import FINDINGS_FORMS, TRANSCRIPT_FORMS, taken_out, with_out
from pipeline.cli.policy import checklist, policy, sequence
from pipeline.cli.redact import redact
from pipeline.cli.reels import reel
from pipeline.cli.reports import import_force, import_roster, report, watched
from pipeline.cli.review_work import queue
from pipeline.cli.speakers import speakers
from pipeline.cli.users import users
from pipeline.errors import BwcError

WRONG_USE = 2


class Group(click.Group):
    """Turns every error that a user can cause into one line."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (BwcError, ModelError) as error:
            click.echo(f"bwc: {error}", err=True)
            ctx.exit(WRONG_USE)
        except KeyboardInterrupt:
            click.echo("bwc: stopped; what was finished is kept, the same command goes on from there", err=True)
            ctx.exit(130)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="bwc")
def main() -> None:
    """Review assistant for body-worn video: what was said, who commanded, was the camera on. All on this machine."""


main.add_command(speakers)
main.add_command(users)
main.add_command(audit)
main.add_command(chart)
main.add_command(clock_profile)
main.add_command(clip)
main.add_command(incidents)
main.add_command(policy)
main.add_command(queue)
main.add_command(sequence)
main.add_command(checklist)
for _command in (import_dispatch, calls, camera_use):
    main.add_command(_command)
for _command in (import_force, import_roster, watched, report, verify, keys, activity, redact, reel):
    main.add_command(_command)


@main.command()
@click.argument("paths", nargs=-1, required=True, type=FILE)
@store_option
@with_settings
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Files at a time.")
@click.option("--transcript", type=FILE, help="A transcript of the one file given. It is kept in later analyses.")
@click.option("--hear-again", is_flag=True, help="Recognise the words, even where a transcript was imported before.")
@click.option("--incident", help="Name: the files given belong to this one incident.")
@click.option("--no-review-copies", is_flag=True, help="Make no copies for the browser.")
def analyze(paths: tuple[Path, ...], store_path: Path, transcript: Path | None, **options: Any) -> None:
    """Analyse media files, or folders of them."""
    from pipeline.cli import console, incidents, tables
    from pipeline.transcripts import read_transcript

    if transcript and (len(paths) != 1 or paths[0].is_dir()):
        raise click.UsageError("--transcript belongs to one media file: give exactly one")
    if transcript and options["hear_again"]:
        raise click.UsageError("give --transcript to import one, or --hear-again to do without: not both")
    imported = read_transcript(transcript) if transcript else None
    report = console.analyse_with_bars(_request(paths, store_path, imported, options))
    if options["incident"]:
        incidents.show_analysed(store_path, options["incident"], [o.recording for o in report.outcomes])
    else:
        tables.show_analysed(store_path, [o.recording for o in report.outcomes])
    sys.exit(console.exit_code(report))


def _request(paths: tuple[Path, ...], store_path: Path, transcript: Any, options: dict[str, Any]) -> Any:
    from pipeline.batch import Request
    from pipeline.config import with_profiles_beside

    settings = with_profiles_beside(settings_from(options), store_path)
    jobs, again = options.get("jobs", 1), options.get("hear_again", False)
    return Request(paths, store_path, settings, jobs, transcript, options.get("incident"), again)


@main.command("add-transcript")
@click.argument("files", nargs=-1, required=True, type=FILE)
@store_option
@with_settings
def add_transcript(files: tuple[Path, ...], store_path: Path, **options: Any) -> None:
    """Analyse transcripts without media: WebVTT, SRT, RTTM (turns only) or JSON lines."""
    from pipeline.batch import add_transcripts
    from pipeline.cli import console, tables

    report = add_transcripts(_request(files, store_path, None, options))
    tables.show_analysed(store_path, [o.recording for o in report.outcomes])
    sys.exit(console.exit_code(report))


@main.command()
@store_option
@click.option("--recording", help="A recording: id, first letters of it, path or file name.")
@click.option("--incident", help="An incident: id, first letters of it, or name.")
@click.option("--detector", help="Only this detector.")
@click.option("--json", "form", flag_value="json", help="JSON, one list of rows.")
@click.option("--csv", "form", flag_value="csv", help="CSV with a header.")
@click.option("--vtt", "form", flag_value="vtt", help="WebVTT; give --out.")
@click.option(
    "--elan", "form", flag_value="eaf", help="ELAN (.eaf), transcript included; of one recording; give --out."
)
@click.option("--otio", "form", flag_value="otio", help="OpenTimelineIO (.otio), findings as markers; give --out.")
@with_out
def findings(store_path: Path, form: str | None, **wanted: Any) -> None:
    """What was found, with times, certainty and the words. Of an incident: on its clock, each event once."""
    from pipeline.cli import handing_out, incidents, tables

    if out := taken_out(wanted, form, FINDINGS_FORMS, to_file=("vtt", "eaf", "otio")):
        handing_out.write_findings(store_path, out, **wanted)
    elif wanted["incident"] and not wanted["recording"]:
        incidents.show_incident_findings(store_path, wanted["incident"], form, wanted["detector"])
    else:
        tables.show_findings(store_path, form, **wanted)


@main.command()
@click.argument("recording", required=False)
@store_option
@click.option("--incident", help="All cameras of an incident as one: id, first letters of it, or name.")
@click.option("--json", "form", flag_value="json", help="JSON with word times.")
@click.option("--vtt", "form", flag_value="vtt", help="WebVTT.")
@click.option("--srt", "form", flag_value="srt", help="SubRip.")
@click.option("--txt", "form", flag_value="txt", help="Plain text (default).")
@click.option("--csv", "form", flag_value="csv", help="CSV, one row a turn.")
@click.option("--elan", "form", flag_value="eaf", help="ELAN (.eaf), findings included; give --out.")
@with_out
def transcript(recording: str | None, incident: str | None, store_path: Path, form: str | None, **options: Any) -> None:
    """The transcript of a recording, or of an incident: every utterance once, whichever camera heard it."""
    from pipeline.cli import handing_out, incidents, tables

    if bool(recording) == bool(incident):
        raise click.UsageError("give one: a recording, or --incident NAME")
    if out := taken_out(options, form, TRANSCRIPT_FORMS):
        handing_out.write_transcript_of(store_path, out, recording, incident)
    elif recording:
        tables.show_transcript(store_path, recording, form or "txt")
    elif incident:
        incidents.show_incident_transcript(store_path, incident, form or "txt")


@main.command()
@store_option
@click.option("--json", "form", flag_value="json", help="JSON, one list of rows.")
@click.option("--csv", "form", flag_value="csv", help="CSV with a header.")
def recordings(store_path: Path, form: str | None) -> None:
    """The recordings of a store, with what was and was not analysed, and the files that failed."""
    from pipeline.cli import tables

    tables.show_recordings(store_path, form)


@main.command()
@store_option
@click.option("--port", type=PORT, default=8501, show_default=True)
def review(store_path: Path, port: int) -> None:
    """Serve the review screen on this machine."""
    from pipeline.cli import demo as demonstration

    sys.exit(demonstration.serve_review(store_path, port))


@main.command()
@click.option("--no-serve", is_flag=True, help="Stop after the table.")
@click.option("--port", type=PORT, default=8501, show_default=True)
@click.option("--samples", type=FILE, default=Path("sample_media"), show_default=True)
@click.option("--folder", type=FILE, default=Path("demo"), show_default=True, help="Where to work.")
@click.option("--jobs", type=click.IntRange(1), default=2, show_default=True, help="Files at a time.")
def demo(no_serve: bool, port: int, samples: Path, folder: Path, jobs: int) -> None:
    """Analyse the sample media, show what was found, then serve the review screen."""
    from pipeline.cli import demo as demonstration

    sys.exit(demonstration.run(samples, folder, jobs, None if no_serve else port))


@main.command()
@click.argument("truth", type=FILE)
@store_option
@click.option("--markdown", is_flag=True, help="A table for a README.")
def score(truth: Path, store_path: Path, markdown: bool) -> None:
    """Precision, recall, F1, boundary error and false alarms per hour, for each detector, against a truth file."""
    from pipeline.cli import scores

    scores.show_score(truth, store_path, markdown)


@main.command()
@store_option
@click.option(
    "--json", "as_json", is_flag=True, help="JSON, with every package and its licence; says nothing of a store."
)
def doctor(store_path: Path, as_json: bool) -> None:
    """What is installed, which backends are available, and what to do next."""
    from pipeline.cli import doctor as checks

    if as_json:
        checks.show_installation()
    else:
        checks.show_doctor(store_path)


@main.group()
def models() -> None:
    """Speech model weights: list, pull, verify."""


@models.command("list")
def models_list() -> None:
    """The models that can be pulled, and which are here."""
    from pipeline.cli import weights

    weights.show_models()


@models.command("pull")
@click.argument("name")
@click.option("--token", envvar="HF_TOKEN", help="For gated models; better: the variable HF_TOKEN.")
def models_pull(name: str, token: str | None) -> None:
    """Download a model's weights; goes on where it stopped, and verifies."""
    from pipeline.cli import weights

    weights.pull_model(name, token)


@models.command("verify")
@click.argument("names", nargs=-1)
@click.option("--record", is_flag=True, help="A folder copied by hand: record its hashes now.")
def models_verify(names: tuple[str, ...], record: bool) -> None:
    """Check weights against their recorded hashes."""
    from pipeline.cli import weights

    sys.exit(weights.verify_models(names, record))
