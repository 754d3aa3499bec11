"""`bwc redact`: a copy of a recording with faces, places, names and voices covered."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import click

from models.contract import no_progress
from pipeline.cli.options import FILE, store_option
from pipeline.errors import BwcError
from pipeline.login import login_name

json_option = click.option("--json", "as_json", is_flag=True, help="Progress as lines of JSON, for other programs.")


@contextmanager
def bar(said: str, as_json: bool = False) -> Iterator[Callable[[float], None]]:
    """A bar with the time left, or lines of JSON; called with the share done."""
    at = 0
    with click.progressbar(length=1000, label=said, show_eta=True, file=sys.stderr, hidden=as_json) as shown:

        def progress(share: float) -> None:
            nonlocal at
            now = min(1000, round(1000 * share))
            if now > at:
                shown.update(now - at)
                if as_json and now // 10 > at // 10:
                    click.echo(json.dumps({"doing": said, "done": now / 1000}))
                at = now

        yield progress


@click.command()
@click.argument("recording")
@store_option
@click.option("--out", type=FILE, help="The covered copy (.mp4). Left out: only plan or preview are written.")
@click.option("--from", "start", default="0", help="First moment: seconds, or h:mm:ss.mmm.")
@click.option("--to", "end", help="Last moment. Default: the end.")
@click.option("--plan", "kept", type=FILE, help="A plan that was kept (TOML): its places and stretches.")
@click.option("--save-plan", type=FILE, help="Keep all that is to be covered as a plan (TOML), to look over and reuse.")
@click.option(
    "--preview", type=FILE, help="Folder for a sheet of covered pictures and a small film; look before --out."
)
@click.option("--box", "boxes", multiple=True, metavar="T0-T1:X,Y,W,H", help="A place, in shares of the picture.")
@click.option("--ellipse", "ellipses", multiple=True, metavar="T0-T1:X,Y,W,H", help="A round place.")
@click.option("--faces", is_flag=True, help="Faces, found and followed (needs: bwc models pull yunet).")
@click.option("--cover", type=click.Choice(["fill", "blur", "pixelate"]), default="fill", show_default=True,
              help="How places are covered. Only fill leaves nothing.")  # fmt: skip
@click.option("--names", is_flag=True, help="Every name that the transcript or the roster holds.")
@click.option("--name", "further", multiple=True, help="A further name to look for in the transcript.")
@click.option("--numbers", is_flag=True, help="Every number in the transcript, and what is spelt out.")
@click.option("--voice", "voices", multiple=True, help="All turns of one voice (v1, v2 ...).")
@click.option("--tone", "tones", multiple=True, metavar="T0-T1", help="A stretch of sound: a tone instead.")
@click.option("--mute", "mutes", multiple=True, metavar="T0-T1", help="A stretch of sound: silence instead.")
@click.option("--sound-cover", type=click.Choice(["tone", "mute"]), default="tone", show_default=True,
              help="What covers names, numbers and voices.")  # fmt: skip
@click.option("--policy", type=FILE, help="Policy pack (TOML): how names are said. Default: the model policy.")
@click.option("--watermark", is_flag=True, help="Burn in who made it, when, and TRAINING COPY.")
@click.option("--who", help="Who does it. Default: the login name.")
@click.option("--why", default="", help="What it is for; goes into manifest and log.")
@click.option("--overwrite", is_flag=True, help="An older file of that name may be replaced.")
@json_option
def redact(recording: str, store_path: Path, **options: Any) -> None:
    """Make a covered copy of RECORDING (id, its first letters, or a media file) for training.

    All of it is encoded anew, nothing of the source's own remarks is kept, and the finished file is compared with the
    source; what does not pass is deleted. There is no way back from the copy; the source is never changed.
    """
    from pipeline.config import load_settings
    from pipeline.policy import load_policy
    from pipeline.redaction.gather import gathered, recording_of
    from pipeline.redaction.plan import plan_text, read_plan
    from pipeline.redaction.times import seconds_of
    from pipeline.store import Store
    from pipeline.types import Span

    store = Store(store_path, create=False) if store_path.exists() else None
    try:
        found = recording_of(store, recording)
        start, end = seconds_of(options["start"]), seconds_of(options["end"]) if options["end"] else found.duration
        if start >= min(end, found.duration):
            raise BwcError(f"{found.path.name}: nothing lies between {start} and {end} s of {found.duration:.1f} s")
        span = Span(start, end)
        kept = read_plan(options["kept"]) if options["kept"] else None
        policy = load_policy(options["policy"] or load_settings().policy)
        with bar("looking for faces", options["as_json"]) if options["faces"] else nullcontext(no_progress) as progress:
            plan = gathered(store, found, _asked(options), policy, kept, span, progress)
        if options["save_plan"]:
            _write(options["save_plan"], plan_text(plan), options["overwrite"])
            click.echo(
                f"plan: {options['save_plan']} ({len(plan.regions)} places, {len(plan.sound)} stretches of sound)"
            )
        _made(store, found, plan, span, options)
    finally:
        if store is not None:
            store.close()


def _made(store: Any, found: Any, plan: Any, span: Any, options: dict[str, Any]) -> None:
    """Preview and copy, as far as they are asked for."""
    from pipeline.redaction.redact import Wanted, make_redacted

    target = options["out"]
    wanted = Wanted(
        found, plan, target or Path("redacted.mp4"), options["who"] or login_name(), options["why"], span,
        options["watermark"], options["overwrite"],
    )  # fmt: skip
    if options["preview"]:
        _previewed(wanted, options["preview"])
    if target is None:
        if not (options["preview"] or options["save_plan"]):
            raise click.UsageError("give --out for the copy, --preview to look first, or --save-plan")
    else:
        with bar("covering", options["as_json"]) as progress:
            made = make_redacted(store, wanted, progress)
        due = plan.within(span)
        click.echo(f"{target}: {len(due.regions)} places and {len(due.sound)} stretches of sound covered")
        compared = f"{made.check.pictures} covered places in pictures and {made.check.sounds} stretches of sound"
        click.echo(f"compared with the source: {compared}; none shows or sounds like it")
        click.echo(f"manifest: {made.manifest.path.name}")
    for remark in plan.remarks:
        click.echo(f"note: {remark}")


def _previewed(wanted: Any, folder: Path) -> None:
    from pipeline.redaction.plan import RedactionError
    from pipeline.redaction.preview import write_film, write_sheet
    from pipeline.redaction.redact import prepared

    probed, span, plan = prepared(wanted)
    folder.mkdir(parents=True, exist_ok=True)
    sheet, film = folder / "preview.png", folder / "preview.mp4"
    try:
        count = write_sheet(wanted.recording.path, probed, span, plan, sheet)
        click.echo(f"{sheet}: {count} covered pictures")
    except RedactionError as error:
        click.echo(str(error))
    with bar("preview") as progress:
        write_film(wanted.recording.path, probed, span, plan, film, progress)
    click.echo(f"{film}: all of it, small. These previews are no exports: they have no manifest")


def _asked(options: dict[str, Any]) -> Any:
    from pipeline.redaction.gather import Asked
    from pipeline.redaction.plan import Cover, Shape, SoundCover
    from pipeline.redaction.times import region_of, sound_of

    cover = Cover(options["cover"])
    shapes = [(text, Shape.BOX) for text in options["boxes"]] + [(text, Shape.ELLIPSE) for text in options["ellipses"]]
    sounds = [(text, SoundCover.TONE) for text in options["tones"]]
    sounds += [(text, SoundCover.MUTE) for text in options["mutes"]]
    return Asked(
        regions=tuple(region_of(text, shape, cover) for text, shape in shapes),
        sound=tuple(sound_of(text, how) for text, how in sounds),
        faces=options["faces"],
        names=options["names"],
        further_names=options["further"],
        numbers=options["numbers"],
        voices=options["voices"],
        cover=cover,
        sound_cover=SoundCover(options["sound_cover"]),
    )


def _write(path: Path, text: str, overwrite: bool) -> None:
    if path.exists() and not overwrite:
        raise BwcError(f"{path}: is there already; choose another name, or add --overwrite")
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BwcError(f"{path}: cannot be written ({error.strerror})") from error
