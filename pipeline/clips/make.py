"""Makes a clip: cut, compared with its source, captioned, and handed to custody, which gives it its name at the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from models.contract import Progress, no_progress
from pipeline.clips.names import checked_target
from pipeline.clips.order import ClipOrder
from pipeline.custody import Export, Manifest, Source, check_target, finish_export, part_name, source_of
from pipeline.custody.finish import one_line
from pipeline.errors import ClipError, SourceMissing
from pipeline.exports.captions import Captions, captions_of
from pipeline.media.cut.cutting import Cut, cut
from pipeline.store import Store

CUTTING = 0.85
"""Share of the work; the rest is hashing the source and the clip"""


@dataclass(frozen=True)
class Clip:
    """A finished clip."""

    target: Path
    cut: Cut
    captions: tuple[Path, ...]
    manifest: Manifest
    remarks: tuple[str, ...]
    """what whoever gets it should know"""


def make_clip(
    store: Store | None,
    order: ClipOrder,
    who: str,
    out: Path | None = None,
    *,
    folder: Path = Path(),
    overwrite: bool = False,
    progress: Progress = no_progress,
) -> Clip:
    """Cut the clip, write its captions, and finish it with a manifest and a row in the log.

    `out`: None takes a default name in `folder`. Raises ClipError, MediaError, SourceMissing, SourceAltered, DiskFull
    or CustodyError; nothing that looks finished is left then.
    """
    if not order.path.is_file():
        raise SourceMissing(f"{order.path}: the source is not there; bring it back, then try again")
    target = checked_target(order, out, folder)
    source = _source(order)
    texts = _captions(store, order) if order.captions.forms else None
    beside = [(target.with_suffix(f".{form}"), texts.text(form)) for form in order.captions.forms] if texts else []
    check_target(target, [source], overwrite)
    for path, _ in beside:
        check_target(path, [source], overwrite)
    part = part_name(target)
    try:
        made = cut(
            order.path,
            order.start,
            order.end,
            part,
            order.kind,
            audio_only=order.audio_only,
            progress=lambda share: progress(CUTTING * share),
        )
        written = _write_beside(beside)
        remarks = (*made.remarks, *([texts.remark] if texts else []))
        export = _export(order, replace(source, true_start=made.start, true_end=made.end), made, who, remarks)
        manifest = finish_export(
            store, part, target, export, beside=written, overwrite=overwrite, progress=_rest(progress)
        )
    except BaseException:
        for path in (part, *(part_name(path) for path, _ in beside)):
            path.unlink(missing_ok=True)
        raise
    progress(1.0)
    return Clip(target, replace(made, path=target), tuple(path for path, _ in beside), manifest, remarks)


def _rest(progress: Progress) -> Callable[[float], None]:
    return lambda share: progress(CUTTING + (1 - CUTTING) * share)


def _source(order: ClipOrder) -> Source:
    if order.recording is not None:
        return replace(source_of(order.recording, order.start, order.end), path=order.path)
    return Source(order.path, start=order.start, end=order.end)


def _captions(store: Store | None, order: ClipOrder) -> Captions:
    """Raises ClipError where there is no transcript to write captions from."""
    if store is None or order.recording is None:
        raise ClipError(f"{order.path.name}: is in no store, so there is no transcript for captions; analyse it first")
    evidence = store.evidence(order.recording, ("turns",))
    if evidence.turns is None:
        raise ClipError(f"{order.path.name}: was never transcribed, so there are no words for captions")
    names = _names(store, order.recording.id) if order.captions.names else {}
    made = captions_of(evidence, order.start, order.end, names, len(store.corrections(order.recording.id)))
    return made if made.captions else replace(made, remark=f"{made.remark} Nothing is said in this stretch.")


def _names(store: Store, recording: str) -> dict[str, str]:
    """The voices that people gave a name: those that the machine does not know."""
    machine = {turn.voice for turn in store.measured_turns(recording)}
    return {turn.voice: turn.voice for turn in store.turns(recording) if turn.voice and turn.voice not in machine}


def _write_beside(beside: list[tuple[Path, str]]) -> list[tuple[Path, Path]]:
    written = []
    for path, text in beside:
        part = part_name(path)
        try:
            part.write_text(text, encoding="utf-8", errors="replace", newline="\n")
        except OSError as error:
            raise one_line(error, path) from error
        written.append((part, path))
    return written


def _export(order: ClipOrder, source: Source, made: Cut, who: str, remarks: tuple[str, ...]) -> Export:
    forms = ", ".join({"vtt": "WebVTT", "srt": "SubRip"}[form] for form in order.captions.forms)
    return Export(
        kind="clip",
        sources=(source,),
        who=who,
        why=order.why,
        how={
            "kind": made.kind.value,
            "audio_only": order.audio_only,
            "pictures": made.pictures,
            "first_picture": made.first_picture,
            "last_picture": made.last_picture,
            "copied_seconds": round(made.copied, 3),
            "joins": [round(at, 3) for at in made.joins],
            "finding": order.finding,
            "compared_with_source": bool(made.pictures) and made.kind.value == "exact",
        },
        captions=f"{forms} beside the clip" + (", with names" if order.captions.names else "") if forms else "",
        remarks=remarks,
    )
