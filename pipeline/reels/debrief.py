"""A debrief page: the reel with its clips one by one, what to look for, questions, and notes for the speaker.

One file that needs nothing else but the reel: beside it, or inside it where it is small enough.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from pipeline import __version__
from pipeline.custody import Export, Manifest, check_target, finish_export, part_name, source_of
from pipeline.errors import BwcError
from pipeline.policy import Policy
from pipeline.policy.spoken import as_clock
from pipeline.reels.make import Made, Shown
from pipeline.reels.reel import Captions, Reel
from pipeline.store import Store
from pipeline.templates import template

TEMPLATES = Path(__file__).parent / "templates"
LARGEST_INSIDE = 64 * 1024 * 1024
"""bytes of a reel that is put into the page: beyond it browsers grow slow (not measured)"""


@dataclass(frozen=True)
class Told:
    """One clip as the page tells of it."""

    number: int
    title: str
    plays: float
    ends: float
    card: tuple[str, ...]
    clause: str
    said: tuple[str, ...]
    draft: bool
    look_for: str
    questions: tuple[str, ...]
    notes: str


def debrief_html(reel: Reel, shown: Sequence[Shown], film: str, made_by: str) -> str:
    """The page. `film`: address of the reel, relative or a data URL."""
    told = [
        Told(
            s.scene.number, s.scene.title, s.plays, s.ends, s.scene.card, s.scene.clause,
            tuple(line.whole for line in s.scene.lines), s.scene.draft and bool(s.scene.lines),
            s.scene.clip.look_for, s.scene.clip.questions, s.scene.clip.notes,
        )
        for s in shown
    ]  # fmt: skip
    made = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    return template(TEMPLATES, "debrief.html", clock=as_clock).render(
        reel=reel, told=told, film=film, made=made, made_by=made_by, program=f"bwc {__version__}",
        burned_in=reel.captions is Captions.BURNED_IN,
    )  # fmt: skip


def make_page(
    store: Store,
    policy: Policy,
    reel: Reel,
    made: Made,
    target: Path,
    who: str,
    why: str = "",
    inside: bool = False,
    overwrite: bool = False,
) -> Manifest:
    """Writes the page with its manifest. `inside`: the reel goes into the page. Raises BwcError."""  # fmt: skip
    sources = [source_of(a.recording, a.span.start, a.span.end) for s in made.shown for a in s.scene.angles]
    known = {r.id: r for r in (store.recording(str(s.recording)) for s in sources)}
    sources = [source_of(r) for r in known.values()]
    check_target(target, sources, overwrite)
    part = part_name(target)
    try:
        part.write_text(debrief_html(reel, made.shown, _film(made, target, inside), who), encoding="utf-8")
        export = Export(
            kind="debrief", sources=tuple(sources), who=who, why=why,
            how={"reel": made.target.name, "reel_sha256": made.manifest.sha256, "inside": inside},
            policy=policy.stamp,
        )  # fmt: skip
        return finish_export(store, part, target, export, overwrite=overwrite)
    except OSError as error:
        raise BwcError(f"{target}: cannot be written ({error.strerror or error})") from error
    finally:
        part.unlink(missing_ok=True)


def _film(made: Made, target: Path, inside: bool) -> str:
    if inside:
        size = made.target.stat().st_size
        if size > LARGEST_INSIDE:
            raise BwcError(f"the reel has {size / 1e6:.0f} MB, too much for one page: leave it beside the page")
        return "data:video/mp4;base64," + base64.b64encode(made.target.read_bytes()).decode()
    if made.target.parent.resolve() != target.parent.resolve():
        raise BwcError("the page and the reel belong in the same folder, so that one finds the other")
    return quote(made.target.name)
