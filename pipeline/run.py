"""Runs the steps of an analysis on one recording: what is up to date is not run again.

Everything a step made is stored together with its provenance in one transaction, so an analysis that is killed at any
moment leaves whole steps behind, and the next one goes on from there.
"""

from __future__ import annotations

import errno
import logging
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from models.contract import ModelError, no_progress
from pipeline import artifacts
from pipeline.assemble import Plan, label_lines
from pipeline.clock.start import with_start
from pipeline.corrections import CorrectionKind
from pipeline.errors import BwcError, NotMeasurable
from pipeline.kept_transcript import with_kept_transcript
from pipeline.media.recording_file import MediaFile, open_media
from pipeline.media.review_copy import make_review_files
from pipeline.policy.stamp import stamped
from pipeline.provenance import fingerprint
from pipeline.run_incidents import detect_in_incident
from pipeline.started import Started, one_line, up_to_date
from pipeline.store import Store
from pipeline.types import Detector, Evidence, NotAnalysed, Recording, Stage, StepState

log = logging.getLogger(__name__)

StepProgress = Callable[[str, float], None]
"""Called with the name of the step at work and the share of it that is done."""

REVIEW_COPY = "review_copy"


@dataclass(frozen=True)
class Outcome:
    """What became of one file."""

    path: Path
    recording: str | None
    problem: str | None
    """None: done"""


def analyse_media(path: Path, store: Store, plan: Plan, progress: StepProgress) -> Outcome:
    """Analyses one media file. A file that cannot be used is an outcome with its reason, not an exception."""
    try:
        with artifacts.scratch_folder(store.path) as scratch, open_media(path, scratch) as media:
            progress("probe", 0.0)
            recording = media.probe()
            with artifacts.exclusive(store.path, recording.id):
                store.add_recording(recording)
                plan = with_kept_transcript(plan, recording.id, store)
                evidence = _measure(Evidence(recording, media), store, plan.stages, progress)
                evidence = _started_by_stamp(evidence, store, plan)
                if plan.review_copies:
                    _make_review_files(media, recording, store, scratch, progress)
                _detect(_corrected(evidence, store, plan), store, plan.detectors, progress)
        problem = _failed_steps(store, recording)
        if problem:
            store.note_failure(path, problem, recording.id)
        return Outcome(path, recording.id, problem)
    except (BwcError, ModelError, OSError) as error:
        return _failure(path, store, error)


def analyse_transcript(recording: Recording, store: Store, plan: Plan) -> Outcome:
    """Analyses a transcript without media: the plan's stages bring the turns."""
    try:
        with artifacts.exclusive(store.path, recording.id):
            store.add_recording(recording)
            evidence = _measure(Evidence(recording), store, plan.stages, lambda step, share: None)
            _detect(_corrected(evidence, store, plan), store, plan.detectors, lambda step, share: None)
        return Outcome(recording.path, recording.id, _failed_steps(store, recording))
    except (BwcError, OSError) as error:
        return _failure(recording.path, store, error)


def _failure(path: Path, store: Store, error: Exception) -> Outcome:
    problem = getattr(error, "reason", None) or str(error)
    if isinstance(error, OSError):
        full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        problem = "no space left on the disk; free some and run the same again" if full else error.strerror or problem
    try:
        store.note_failure(path, problem)
    except BwcError:
        log.debug("the failure itself could not be stored", exc_info=True)
    return Outcome(path, None, problem)


def _failed_steps(store: Store, recording: Recording) -> str | None:
    failed = [run for run in store.latest_runs(recording.id).values() if run.state is StepState.FAILED]
    return "; ".join(f"{run.step} failed: {run.reason}" for run in failed) or None


# stages


def _started_by_stamp(evidence: Evidence, store: Store, plan: Plan) -> Evidence:
    """The start and the camera that the stamp says, where the file says none, or another start."""
    told = with_start(evidence.recording, evidence.clock, plan.zone)
    if told == evidence.recording:
        return evidence
    store.add_recording(told)
    return replace(evidence, recording=told)


def _prepared(stages: Sequence[Stage], evidence: Evidence) -> None:
    """Stages that look on while an earlier one decodes are told before it begins."""
    for stage in stages:
        if hasattr(stage, "prepare"):
            stage.prepare(evidence.media)


def _measure(evidence: Evidence, store: Store, stages: Sequence[Stage], progress: StepProgress) -> Evidence:
    """Runs every stage whose fingerprint changed; loads the measurements of the others."""
    known = store.latest_runs(evidence.recording.id)
    _prepared(stages, evidence)
    written: dict[str, str] = {}
    for stage in stages:
        wanted = (*stage.reads, *stage.also_reads)
        print_ = fingerprint(stage, [written[name] for name in wanted if name in written])
        run = known.get(stage.name)
        if run is not None and up_to_date(run, print_):
            loaded = store.measurements(evidence.recording.id, stage.writes)
            backends = {**evidence.backends, stage.name: run.backend} if run.backend else evidence.backends
            evidence = replace(evidence, backends=backends, **loaded)
        else:
            progress(stage.name, 0.0)
            evidence = _run_stage(stage, print_, evidence, store, progress)
        # what could not be measured and now can makes stale what could not use it
        measured = [name for name in stage.writes if getattr(evidence, name) is not None]
        written |= dict.fromkeys(stage.writes, f"{print_} {measured}")
    return replace(evidence, not_analysed=store.not_analysed(evidence.recording.id))


def _run_stage(stage: Stage, print_: str, before: Evidence, store: Store, progress: StepProgress) -> Evidence:
    started = Started(stage, before.recording.id, print_)
    before = replace(before, not_analysed=())
    state, reason, after = StepState.DONE, "", before
    try:
        _require(stage, before, store)
        after = stage(before, lambda share: progress(stage.name, share))
    except NotMeasurable as error:
        state, reason = StepState.NOT_MEASURED, str(error)
    except (OSError, BwcError):
        raise  # the file or the disk: nothing further can be measured
    except Exception as error:
        state, reason = StepState.FAILED, one_line(error)
        log.debug("%s failed on %s", stage.name, before.recording.path, exc_info=True)
    gaps = after.not_analysed if state is StepState.DONE else _nothing_measured(stage, before.recording, reason)
    run = started.ended(state, reason)
    if state is StepState.DONE and stage.name in after.backends:  # what measured, where the stage had a choice
        run = replace(run, backend=after.backends[stage.name])
    store.save_step(run, after, stage.writes, gaps)
    return after


def _require(step: Stage | Detector, evidence: Evidence, store: Store) -> None:
    """Raises NotMeasurable, with the reason that stands first, where something the step reads was not measured."""
    for name in step.reads:
        if getattr(evidence, name) is None:
            gaps = store.not_analysed(evidence.recording.id)
            reasons = [gap.reason for gap in gaps if gap.what in (name, _SENSE[name])]
            raise NotMeasurable(reasons[0] if reasons else f"{name} not measured")


_SENSE: Mapping[str, str] = dict.fromkeys(("picture", "brightness", "motion", "clock"), "picture") | dict.fromkeys(
    (
        "level",
        "peak",
        "sound_repeats",
        "band_flux",
        "tones",
        "speech",
        "words",
        "voices",
        "overlaps",
        "alpha_ratio",
        "pitch",
        "vocal_effort",
        "voice_sounds",
        "turns",
    ),
    "sound",
)
"""which of the two senses a measurement comes from: the reason for a missing one may stand there"""


def _nothing_measured(stage: Stage, recording: Recording, reason: str) -> list[NotAnalysed]:
    return [NotAnalysed(0.0, recording.duration, name, reason) for name in stage.writes]


# what the browser needs


def _make_review_files(
    media: MediaFile, recording: Recording, store: Store, scratch: Path, progress: StepProgress
) -> None:
    """Makes the review copy, waveform and thumbnails once per recording; half-made ones never reach their place."""
    folder = artifacts.recording_folder(store.path, recording.id)
    if folder.exists():
        return
    progress(REVIEW_COPY, 0.0)
    made = scratch / "review"
    made.mkdir()
    make_review_files(media, made, lambda share: progress(REVIEW_COPY, share))
    shutil.move(made, folder)


# detectors


def detect_again(recording: Recording, store: Store, plan: Plan) -> None:
    """Runs the detectors on what is stored, as people corrected it; nothing is measured again. Verdicts stay."""
    with artifacts.exclusive(store.path, recording.id):
        _detect(_relabelled(store.evidence(recording), store, plan), store, plan.detectors, lambda step, share: None)
    for incident in store.incidents():
        if recording.id in {member for member, _, _ in incident.recordings}:
            detect_in_incident(incident, store, plan)


def _corrected(evidence: Evidence, store: Store, plan: Plan) -> Evidence:
    """The evidence as people corrected it."""
    return _relabelled(store.corrected(evidence), store, plan)


def _relabelled(evidence: Evidence, store: Store, plan: Plan) -> Evidence:
    """The lines of corrected evidence labelled again, where a person put words right; nothing of it is stored."""
    reworded = any(c.kind is CorrectionKind.TEXT for c in store.corrections(evidence.recording.id))
    if not reworded or evidence.turns is None:
        return evidence
    return label_lines(plan.settings)(evidence, no_progress)


def _detect(evidence: Evidence, store: Store, detectors: Iterable[Detector], progress: StepProgress) -> None:
    known = store.latest_runs(evidence.recording.id)
    detector_names = {detector.name for detector in detectors}
    inputs = [f"{run.fingerprint} {run.state}" for step, run in known.items() if step not in detector_names]
    inputs += [f"correction {correction.id}" for correction in store.corrections(evidence.recording.id)]
    progress("detectors", 0.0)
    for detector in detectors:
        print_ = fingerprint(detector, inputs)
        if not up_to_date(known.get(detector.name), print_):
            _run_detector(detector, print_, evidence, store)


def _run_detector(detector: Detector, print_: str, evidence: Evidence, store: Store) -> None:
    started = Started(detector, evidence.recording.id, print_)
    state, reason, findings = StepState.DONE, "", []
    try:
        _require(detector, evidence, store)
        findings = list(stamped(detector(replace(evidence, media=None)), getattr(detector, "policy", None)))
    except NotMeasurable as error:
        state, reason = StepState.NOT_MEASURED, str(error)
    except Exception as error:
        state, reason = StepState.FAILED, one_line(error)
        log.debug("%s failed on %s", detector.name, evidence.recording.path, exc_info=True)
    store.replace_findings(started.ended(state, reason), findings)
