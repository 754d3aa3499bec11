"""`bwc clip`: a stretch of a recording as a file of its own, with captions and a manifest."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from pipeline.cli.options import FILE, store_option
from pipeline.errors import BwcError, ClipError
from pipeline.login import login_name


@click.command()
@click.argument("recording", required=False)
@click.argument("start", required=False)
@click.argument("end", required=False)
@store_option
@click.option("--out", type=FILE, help="The clip. Default: a name made of recording, in and out point, in --folder.")
@click.option("--folder", type=FILE, default=Path(), help="Where clips without --out go. Default: here.")
@click.option("--kind", type=click.Choice(["exact", "original"]), default="exact", show_default=True,
              help="exact: begins and ends at the very picture; only edges are encoded anew where that plays "
              "everywhere. original: the source's own packets from the key frame before.")  # fmt: skip
@click.option("--finding", help="A clip of this finding (id or its first letters) in place of START and END.")
@click.option("--pad", default="5", show_default=True, help="With --finding: seconds before and after it.")
@click.option("--camera", help="With --finding of an incident: the recording that shows it.")
@click.option("--list", "listed", type=FILE, help="A list of clips: CSV, or TOML with a [[clip]] each.")
@click.option("--audio-only", is_flag=True, help="The sound alone.")
@click.option("--captions", default="", help="Captions beside the clip: vtt, srt or vtt,srt.")
@click.option("--names", is_flag=True, help="Captions show voices by the names that people gave them, not by role.")
@click.option("--who", help="Who does it. Default: the login name.")
@click.option("--why", default="", help="What it is for; goes into manifest and log.")
@click.option("--overwrite", is_flag=True, help="An older file of that name may be replaced.")
@click.option("--json", "as_json", is_flag=True, help="What was made, and progress, as JSON lines.")
def clip(recording: str | None, start: str | None, end: str | None, store_path: Path, **options: Any) -> None:
    """Cut a clip out of RECORDING (id, its first letters, or a media file) from START to END.

    Times are seconds (83.5) or h:mm:ss.mmm. The source is never changed. Beside the clip lies a manifest that says
    from what it was cut, by whom and why.
    """
    from pipeline.clips.make import make_clip
    from pipeline.store import Store

    # whoever ends this program in good order gets the half-made files taken away
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    store = Store(store_path, create=False) if store_path.exists() else None
    failed = 0
    try:
        wanted = list(_wanted(store, recording, start, end, options))
        for number, (order, out) in enumerate(wanted, 1):
            said = f"clip {number} of {len(wanted)}" if len(wanted) > 1 else "clip"
            try:
                with _progress(said, options["as_json"]) as progress:
                    made = make_clip(
                        store,
                        order,
                        options["who"] or login_name(),
                        out,
                        folder=options["folder"],
                        overwrite=options["overwrite"],
                        progress=progress,
                    )
            except BwcError as error:
                if len(wanted) == 1:
                    raise
                failed += 1
                click.echo(f"bwc: {said}: {error}", err=True)
                continue
            _show(made, options["as_json"])
    finally:
        if store is not None:
            store.close()
    if failed:
        sys.exit(1)


def _wanted(
    store: Any, recording: str | None, start: str | None, end: str | None, options: dict[str, Any]
) -> Iterator[tuple[Any, Path | None]]:
    """The clips that are asked for, with their names where these are given."""
    ways = [recording is not None and not options["finding"], bool(options["finding"]), bool(options["listed"])]
    if sum(ways) != 1 or (ways[0] and end is None) or (options["finding"] and recording is not None):
        raise click.UsageError("give one: RECORDING START END, or --finding ID, or --list FILE")
    if options["listed"]:
        if options["out"]:
            raise click.UsageError("--out names one clip; a list gives its names in its column 'out'")
        from pipeline.clips.lists import read_list

        for each in read_list(options["listed"], store, options["folder"]):
            yield each.order, each.out
        return
    yield _order(store, recording, start, end, options), options["out"]


def _order(store: Any, recording: str | None, start: str | None, end: str | None, options: dict[str, Any]) -> Any:
    from dataclasses import replace

    from pipeline.clips.lists import caption_forms
    from pipeline.clips.order import CaptionOrder, ClipOrder, of_finding, of_recording
    from pipeline.media.cut.kind import CutKind
    from pipeline.redaction.times import seconds_of

    if options["finding"]:
        if store is None:
            raise ClipError("a finding is looked up in a store, and there is none; name it with --store")
        order = of_finding(store, options["finding"], seconds_of(options["pad"]), options["camera"])
    else:
        path, known = of_recording(store, recording or "")
        order = ClipOrder(path, seconds_of(start or ""), seconds_of(end or ""), known)
    forms = caption_forms(options["captions"].replace(",", " ").split())
    return replace(
        order,
        kind=CutKind(options["kind"]),
        audio_only=options["audio_only"],
        captions=CaptionOrder(forms, options["names"]),
        why=options["why"] or order.why,
    )


def _show(made: Any, as_json: bool) -> None:
    cut = made.cut
    if as_json:
        row = {
            "clip": str(made.target), "kind": cut.kind.value, "start": cut.start, "end": cut.end,
            "asked": list(cut.asked), "pictures": cut.pictures, "copied": round(cut.copied, 3),
            "captions": [str(path) for path in made.captions], "manifest": str(made.manifest.path),
            "sha256": made.manifest.sha256, "remarks": list(made.remarks),
        }  # fmt: skip
        click.echo(json.dumps(row))
        return
    click.echo(f"{made.target}: {cut.kind.value}, from {cut.start:.3f} to {cut.end:.3f} s of the recording")
    if (cut.start, cut.end) != cut.asked:
        click.echo(f"asked for: {cut.asked[0]:.3f} to {cut.asked[1]:.3f} s")
    for path in made.captions:
        click.echo(f"captions: {path}")
    click.echo(f"manifest: {made.manifest.path.name}")
    for remark in made.remarks:
        click.echo(f"note: {remark}")


@contextmanager
def _progress(said: str, as_json: bool) -> Iterator[Callable[[float], None]]:
    """A bar with the time left on a terminal; with `as_json` a line per hundredth."""
    if not as_json:
        from pipeline.cli.redact import bar

        with bar(said) as progress:
            yield progress
        return
    last = -1

    def tell(share: float) -> None:
        nonlocal last
        if round(100 * share) > last:
            last = round(100 * share)
            click.echo(json.dumps({"done": last / 100}))
            sys.stdout.flush()

    yield tell
