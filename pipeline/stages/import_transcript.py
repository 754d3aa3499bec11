"""Turns from a transcript that came from elsewhere, in place of the recogniser's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from pipeline.policy import Policy
from pipeline.stages.roles import tell_roles
from pipeline.transcripts import ImportedTranscript
from pipeline.types import Evidence, NotAnalysed, Progress, Turn


@dataclass(frozen=True)
class ImportTranscript:
    """Speakers and roles are kept as the file has them; voices without a role get one where their words tell."""

    transcript: ImportedTranscript
    policy: Policy

    name: ClassVar[str] = "import_transcript"
    version: ClassVar[str] = "1"
    reads: ClassVar[tuple[str, ...]] = ()
    also_reads: ClassVar[tuple[str, ...]] = ()
    writes: ClassVar[tuple[str, ...]] = ("turns",)

    def __call__(self, evidence: Evidence, progress: Progress) -> Evidence:
        turns = [
            Turn(line.start, line.end, line.speaker, line.role, line.text, (), line.role_reason)
            for line in self.transcript.lines
        ]
        whole = 0.0, evidence.recording.duration
        gaps = evidence.not_analysed
        if evidence.media is None:
            gaps = (*gaps, *(NotAnalysed(*whole, what, "a transcript without media") for what in ("sound", "picture")))
        if not self.transcript.has_text:
            reason = f"{self.transcript.name} says who spoke when, not what was said"
            gaps = (*gaps, NotAnalysed(*whole, "words", reason))
        progress(1.0)
        return replace(evidence, turns=tell_roles(turns, self.policy), not_analysed=gaps)
