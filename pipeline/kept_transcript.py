"""A transcript that was imported for a recording stays its transcript when the recording is analysed again.

A draft of a recogniser never takes the place of what people wrote, unless that is asked for.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pipeline.assemble import Plan
from pipeline.stages.import_transcript import ImportTranscript
from pipeline.stages.transcribe import Transcribe
from pipeline.stages.turns import Turns
from pipeline.store import Store
from pipeline.transcripts import ImportedTranscript, Line
from pipeline.types import Run, StepState, Turn

FROM_FILE = ("as imported", "the transcript calls")
"""how the reason of a role begins that the file itself gave (`pipeline.transcripts.line`)"""


def with_kept_transcript(plan: Plan, recording: str, store: Store) -> Plan:
    """The plan with the transcript that was last imported in place of recognising words.

    Unchanged where none was, where the words were recognised since, and where the plan brings a transcript of its own
    or is told to hear again.
    """
    turns = next((stage for stage in plan.stages if isinstance(stage, Turns)), None)
    run = None if turns is None or plan.hear_again else _imported(store, recording)
    if turns is None or run is None:
        return plan
    kept = ImportTranscript(_transcript(run, store.measured_turns(recording)), turns.policy)
    stages = [kept if stage is turns else stage for stage in plan.stages if not isinstance(stage, Transcribe)]
    return replace(plan, stages=stages)


def _imported(store: Store, recording: str) -> Run | None:
    """The run that imported the transcript which the store holds."""
    runs = store.latest_runs(recording)
    imported, heard = runs.get(ImportTranscript.name), runs.get(Turns.name)
    if imported is None or imported.state is not StepState.DONE:
        return None
    return imported if heard is None or heard.started_utc < imported.started_utc else None


def _transcript(run: Run, turns: tuple[Turn, ...]) -> ImportedTranscript:
    said = run.settings["transcript"]
    lines = tuple(_line(number, turn) for number, turn in enumerate(turns, 1))
    return ImportedTranscript(Path(said["name"]), said["sha256"], lines, said["version"])


def _line(number: int, turn: Turn) -> Line:
    """As the file had it: roles that were told by the words are told anew."""
    given = turn.role is not None and turn.role_reason.startswith(FROM_FILE)
    role, reason = (turn.role, turn.role_reason) if given else (None, "")
    return Line(turn.start, turn.end, turn.voice, role, turn.text, number, reason)
