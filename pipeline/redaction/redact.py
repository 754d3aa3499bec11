"""Makes a covered copy: rendered, looked at again, handed to custody. What does not pass the second look is deleted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from models.contract import Progress, no_progress
from pipeline.custody import Export, Manifest, Source, check_target, finish_export, part_name, source_of, watermark_text
from pipeline.errors import SourceMissing
from pipeline.media.probe import Probed, probe
from pipeline.media.triage import check_readable
from pipeline.redaction.check import Check, check
from pipeline.redaction.letters import unwritable
from pipeline.redaction.marks import drawn_text
from pipeline.redaction.plan import Plan, RedactionError, in_words
from pipeline.redaction.render import Rendered, render
from pipeline.store import Store
from pipeline.types import Recording, Span

RENDERING, CHECKING = 0.75, 0.2
"""shares of the work, for the progress"""


@dataclass(frozen=True)
class Wanted:
    """What a covered copy is to be."""

    recording: Recording
    plan: Plan
    target: Path
    who: str
    why: str = ""
    span: Span | None = None
    """of the recording; None: all of it"""
    watermark: bool = False
    overwrite: bool = False


@dataclass(frozen=True)
class Redacted:
    """A covered copy that passed the second look."""

    target: Path
    manifest: Manifest
    check: Check


def make_redacted(store: Store | None, wanted: Wanted, progress: Progress = no_progress) -> Redacted:
    """Writes the covered copy with its manifest. Raises RedactionError (nothing to cover, another recording's plan, the
    second look failed: no file is left), CustodyError, MediaError, FilmNotWritten."""
    probed, span, plan = prepared(wanted)
    source = source_of(wanted.recording, span.start, span.end)
    # the camera's name is what the container says of itself, a title perhaps: not for a copy that hides people
    source = replace(source, true_start=span.start, true_end=span.end, camera=None)
    check_target(wanted.target, [source], wanted.overwrite)
    part = part_name(wanted.target)
    said = watermark_text(wanted.who) if wanted.watermark else ""
    if problem := unwritable(said):
        raise RedactionError(f"the watermark: {problem}, or leave the watermark out")
    try:
        rendered = render(
            wanted.recording.path, probed, span, plan, part,
            lambda share: progress(RENDERING * share), drawn_text(said) if said else None,
        )  # fmt: skip
        looked = check(
            wanted.recording.path, probed, part, rendered, plan,
            lambda share: progress(RENDERING + CHECKING * share),
        )  # fmt: skip
        _refuse(looked)
        manifest = finish_export(
            store,
            part,
            wanted.target,
            _export(wanted, source, plan, rendered, looked, said),
            overwrite=wanted.overwrite,
        )
    finally:
        part.unlink(missing_ok=True)
    progress(1.0)
    return Redacted(wanted.target, manifest, looked)


def prepared(wanted: Wanted) -> tuple[Probed, Span, Plan]:
    """The source's packets, the stretch, and what of the plan concerns it. Raises RedactionError, MediaError."""
    recording, plan = wanted.recording, wanted.plan
    if plan.recording and not recording.id.startswith(plan.recording):
        raise RedactionError(f"this plan was drawn for recording {plan.recording[:12]}, not for {recording.path.name}")
    if not recording.path.exists():
        raise SourceMissing(f"{recording.path}: the source is not there; bring it back, then try again")
    check_readable(recording.path)
    probed = probe(recording.path, recording.id)
    span = _within(wanted.span or probed.recording.span, probed.recording)
    due = plan.within(span)
    if due.empty:
        raise RedactionError("there is nothing to cover in this stretch: draw a place, or name a stretch of sound")
    if due.regions and probed.recording.stream("video") is None:
        raise RedactionError(f"{recording.path.name} has no picture in which a place could be covered")
    if due.sound and probed.recording.stream("audio") is None:
        due = replace(due, sound=())
    return probed, span, due


def _within(span: Span, recording: Recording) -> Span:
    if span.start >= recording.duration or span.duration <= 0:
        raise RedactionError(f"from {span.start} to {span.end} s is no stretch of {recording.duration:.1f} s")
    return Span(span.start, min(span.end, recording.duration))


def _refuse(looked: Check) -> None:
    if not looked.passed:
        reasons = "; ".join(looked.problems)
        raise RedactionError(f"the finished file did not pass the check and was deleted: {reasons}")


def _export(wanted: Wanted, source: Source, plan: Plan, rendered: Rendered, looked: Check, watermark: str) -> Export:
    return Export(
        kind="redacted",
        sources=(source,),
        who=wanted.who,
        why=wanted.why,
        how={
            "kind": "re-encoded", "encoder": "H.264 and AAC", "pictures": rendered.pictures,
            "check": {
                "places_compared": looked.pictures, "largest_correlation": round(looked.worst_picture, 3),
                "sounds_compared": looked.sounds, "largest_sound_correlation": round(looked.worst_sound, 3),
            },
        },
        redactions=in_words(plan),
        watermark=watermark,
        remarks=plan.remarks,
    )  # fmt: skip
