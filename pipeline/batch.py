"""A whole analysis: many files, several at a time, then the incidents they make."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from pipeline import incidents, running
from pipeline.assemble import assemble
from pipeline.config import Settings
from pipeline.discovery import media_files
from pipeline.errors import TranscriptError
from pipeline.run import Outcome, analyse_media, analyse_transcript
from pipeline.run_incidents import analyse_incidents
from pipeline.store import Store
from pipeline.transcripts import ImportedTranscript, read_transcript
from pipeline.types import Incident
from pipeline.workers import Analyse, FileProgress, analyse_in_workers


@dataclass(frozen=True)
class Request:
    """What is to be analysed, and how."""

    paths: Sequence[Path]
    store: Path
    settings: Settings = field(default_factory=Settings)
    jobs: int = 1
    transcript: ImportedTranscript | None = None
    """a transcript from elsewhere, for the one file that is given"""
    incident: str | None = None
    """a name: the files given belong to this one incident"""
    hear_again: bool = False
    """words are recognised even where a transcript was imported"""


@dataclass(frozen=True)
class Report:
    """How an analysis ended."""

    outcomes: Sequence[Outcome]
    incidents: Sequence[Incident]

    @property
    def failures(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.problem]


def analyse(request: Request, on_start: Callable[[Sequence[Path]], None], progress: FileProgress) -> Iterator[Outcome]:
    """Outcomes as files are done. `on_start` is told the files first. Files found twice are analysed once."""
    files = media_files(request.paths)
    on_start(files)
    # A plan that cannot be made (a backend that is missing, a wrong threshold) is the user's error, before any work.
    assemble(request.settings, request.transcript)
    Store(request.store).close()
    prepare = partial(_prepare, request)
    with running.announced(request.store, request.paths, files) as note:

        def told(path: Path, step: str, share: float) -> None:
            note.step(path, step, share)
            progress(path, step, share)

        for outcome in analyse_in_workers(files, max(1, request.jobs), prepare, told):
            if outcome.problem and outcome.recording is None:
                with Store(request.store) as store:  # a worker that died could not say so itself
                    store.note_failure(outcome.path, outcome.problem)
            note.done(outcome.path, bool(outcome.problem))
            yield outcome


def finish(request: Request, outcomes: Sequence[Outcome]) -> Report:
    """Groups the recordings and looks at each incident as a whole."""
    plan = assemble(request.settings, request.transcript)
    with running.announced(request.store, request.paths, []) as note, Store(request.store) as store:
        note.say(running.INCIDENTS)
        by_hand = None
        if request.incident:
            members = [store.recording(o.recording) for o in outcomes if o.recording]
            by_hand = incidents.grouped_by_hand(request.incident, members) if members else None
        return Report(outcomes, analyse_incidents(store, plan, by_hand))


def add_transcripts(request: Request) -> Report:
    """Analyses transcripts without media. A file that cannot be read is an outcome with its reason."""
    with Store(request.store) as store:
        outcomes = [_add_transcript(path, store, request.settings) for path in request.paths]
        return Report(outcomes, [])


def _add_transcript(path: Path, store: Store, settings: Settings) -> Outcome:
    try:
        transcript = read_transcript(path)
        plan = assemble(settings, transcript, media=False)
        return analyse_transcript(transcript.as_recording(), store, plan)
    except TranscriptError as error:
        store.note_failure(path, error.reason)
        return Outcome(path, None, error.reason)


def _prepare(request: Request) -> Analyse:
    """Runs in a worker: one plan with its models, one connection to the store."""
    plan = replace(assemble(request.settings, request.transcript), hear_again=request.hear_again)
    store = Store(request.store)
    return lambda path, progress: analyse_media(path, store, plan, progress)
