"""A plan from what is asked for: a plan that was kept, places and stretches given by hand, faces, names, one voice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from models.contract import Progress, no_progress
from models.face_detector import face_finder
from models.faces import FaceFinder
from pipeline.errors import StoreError
from pipeline.exports.transcript import is_draft
from pipeline.file_hash import sha256_of
from pipeline.media.footage import pictures
from pipeline.media.probe import Probed, probe
from pipeline.policy import Policy
from pipeline.redaction.faces import found_faces
from pipeline.redaction.plan import Cover, Plan, RedactionError, Region, SoundCover, SoundSpan
from pipeline.redaction.spoken import named_spans, number_spans, voice_spans
from pipeline.store import Store
from pipeline.types import Evidence, Recording, Span


@dataclass(frozen=True)
class Asked:
    """What somebody asks to be covered, beside a plan that was kept."""

    regions: tuple[Region, ...] = ()
    sound: tuple[SoundSpan, ...] = ()
    faces: bool = False
    names: bool = False
    further_names: tuple[str, ...] = ()
    numbers: bool = False
    voices: tuple[str, ...] = ()
    cover: Cover = Cover.FILL
    sound_cover: SoundCover = SoundCover.TONE

    @property
    def needs_words(self) -> bool:
        return bool(self.names or self.numbers or self.voices or self.further_names)


def recording_of(store: Store | None, wanted: str) -> Recording:
    """A recording of the store by id, first letters, path or name, else a media file by its path. Raises BwcError."""
    problem: StoreError | None = None
    if store is not None:
        try:
            return store.recording(wanted)
        except StoreError as error:
            problem = error
    path = Path(wanted)
    if path.is_file():
        return probe(path, sha256_of(path)).recording
    raise problem or RedactionError(f"{wanted}: no such file, and no store to look it up in")


def gathered(
    store: Store | None,
    recording: Recording,
    asked: Asked,
    policy: Policy,
    kept: Plan | None = None,
    span: Span | None = None,
    progress: Progress = no_progress,
) -> Plan:
    """The plan. Raises RedactionError (words are asked for and there is no transcript, no such voice),
    BackendUnavailable (faces are asked for and the detector is not here)."""  # fmt: skip
    plan = kept or Plan()
    if plan.recording and not recording.id.startswith(plan.recording):
        raise RedactionError(f"this plan was drawn for recording {plan.recording[:12]}, not for {recording.path.name}")
    regions, sound = [*plan.regions, *asked.regions], [*plan.sound, *asked.sound]
    remarks = list(plan.remarks)
    if asked.needs_words:
        found, remark = _spoken(store, recording, asked, policy)
        sound, remarks = [*sound, *found], [*remarks, remark]
    if asked.faces:
        probed = probe(recording.path, recording.id)
        regions += _faces(probed, asked, span or recording.span, face_finder(), progress)
        remarks.append(
            "Faces were looked for by a program: one that it did not find is not covered. Look at all of it."
        )
    return replace(
        plan, recording=recording.id, regions=tuple(regions), sound=tuple(sound), remarks=tuple(dict.fromkeys(remarks))
    )


def _faces(probed: Probed, asked: Asked, span: Span, finder: FaceFinder, progress: Progress) -> Sequence[Region]:
    if probed.recording.stream("video") is None:
        raise RedactionError(f"{probed.recording.path.name} has no picture in which faces could be looked for")
    return found_faces(pictures(probed.recording.path, probed, span), finder, span, asked.cover, progress)


def _spoken(store: Store | None, recording: Recording, asked: Asked, policy: Policy) -> tuple[list[SoundSpan], str]:
    evidence = _evidence(store, recording)
    turns, draft = evidence.turns or (), is_draft(evidence)
    out: list[SoundSpan] = []
    if asked.names or asked.further_names:
        known = [*asked.further_names, *(_roster(store) if asked.names else ())]
        out += named_spans(turns, policy, known, draft=draft, cover=asked.sound_cover, given=asked.names)
    if asked.numbers:
        out += number_spans(turns, draft=draft, cover=asked.sound_cover)
    for voice in asked.voices:
        out += voice_spans(turns, voice, draft=draft, cover=asked.sound_cover)
    return out, REMARK_DRAFT if draft else REMARK


REMARK = (
    "What was said was found in the transcript: what it lacks or has wrong is not covered. Listen to all of it before"
    " it goes out."
)
REMARK_DRAFT = (
    "What was said was found in a transcript by a draft recogniser, which gets many words wrong: names and numbers that"
    " it misheard are not covered. Listen to all of it before it goes out."
)


def _evidence(store: Store | None, recording: Recording) -> Evidence:
    evidence = store.evidence(recording, ("turns",)) if store is not None and _is_stored(store, recording) else None
    if evidence is None or evidence.turns is None:
        raise RedactionError(
            f"{recording.path.name} has no transcript, so names, numbers and voices cannot be found in it: run"
            " bwc analyze first, or give the stretches by hand"
        )
    return evidence


def _is_stored(store: Store, recording: Recording) -> bool:
    return any(r.id == recording.id for r in store.recordings())


def _roster(store: Store | None) -> list[str]:
    """Names of the roster: they are looked for whether or not somebody gives them."""
    return [a.name for a in store.roster().assignments] if store is not None else []
