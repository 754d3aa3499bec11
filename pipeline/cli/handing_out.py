"""Findings and transcripts to a file: logged, with a manifest where one is wanted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from pipeline.cli.custody_shown import one_line, share_bar
from pipeline.cli.incidents import incident_finding_rows
from pipeline.cli.out_options import Out
from pipeline.custody import Export, source_of
from pipeline.custody.sources import found_at
from pipeline.exports.elan import write_elan
from pipeline.exports.findings import as_csv, as_json, finding_rows, findings_vtt
from pipeline.exports.hand_out import Write, hand_out, policy_behind, text_writer
from pipeline.exports.incident import write_incident_transcript
from pipeline.exports.timeline import OnTimeline, write_timeline
from pipeline.exports.transcript import DRAFT, is_draft, write_transcript
from pipeline.rows import StoredFinding
from pipeline.run_incidents import incident_evidence
from pipeline.store import Store
from pipeline.types import Incident, Recording

ONE_CLOCK = ("vtt", "eaf", "otio")
"""Forms with times alone, so that all must be on one clock."""
ROWS_AS: Mapping[str, Callable[[Sequence[Mapping[str, Any]]], str]] = {
    "csv": as_csv, "json": lambda rows: as_json(rows) + "\n", "vtt": findings_vtt,
}  # fmt: skip


@dataclass(frozen=True)
class _Chosen:
    """What is exported: recordings with their places on one clock, and what was found on them."""

    store: Store
    recordings: Sequence[Recording]
    incident: Incident | None
    detector: str | None
    everything: bool = False
    """the whole store, findings of its incidents too"""

    def findings(self) -> list[StoredFinding]:
        """All of them; those of an incident as a whole too."""
        if self.everything:
            return self.store.findings(detector=self.detector)
        found = [f for r in self.recordings for f in self.store.findings(recording=r.id, detector=self.detector)]
        return found + (self.store.findings(incident=self.incident.id, detector=self.detector) if self.incident else [])

    def rows(self) -> list[dict[str, Any]]:
        if self.incident:
            return incident_finding_rows(self.store, self.incident, self.detector)
        return finding_rows(self.findings(), self.recordings, self.store.incidents())

    def timeline(self, target: Path) -> str:
        offsets = {id: offset for id, offset, _ in self.incident.recordings} if self.incident else {}
        placed = [
            OnTimeline(r, offsets.get(r.id, 0.0), self.store.findings(recording=r.id, detector=self.detector))
            for r in self.recordings
        ]
        return write_timeline(self.incident.name if self.incident else self.recordings[0].path.name, placed, target)


def write_findings(
    store_path: Path, out: Out, recording: str | None, incident: str | None, detector: str | None
) -> None:
    """Writes findings to a file: of a recording, of an incident on its clock, or of the whole store."""
    with Store(store_path, create=False) as store:
        chosen = _chosen(store, recording, incident, detector)
        if out.form in ONE_CLOCK and len(chosen.recordings) != 1 and (out.form == "eaf" or not incident):
            raise click.UsageError("give --recording: an ELAN file is of one (other tracks may be of an --incident)")
        found = chosen.findings()
        if out.form == "otio":
            _hand_out(store, out, "timeline", text_writer(chosen.timeline(out.target)), chosen.recordings, found)
        elif out.form == "eaf":
            _hand_out(store, out, "elan", _elan(store, chosen.recordings[0], found, out), chosen.recordings, found)
        else:
            text = ROWS_AS[out.form](chosen.rows())
            _hand_out(store, out, "findings", text_writer(text), chosen.recordings, found)


def _chosen(store: Store, recording: str | None, incident: str | None, detector: str | None) -> _Chosen:
    if recording:
        return _Chosen(store, [store.recording(recording)], None, detector)
    if incident:
        found = store.incident(incident)
        members = [store.recording(id) for id, _, _ in found.recordings]
        return _Chosen(store, members, found, detector)
    return _Chosen(store, store.recordings(), None, detector, everything=True)


def write_transcript_of(store_path: Path, out: Out, recording: str | None, incident: str | None) -> None:
    """Writes the transcript of a recording, or the merged one of an incident, to a file."""
    with Store(store_path, create=False) as store:
        chosen = _chosen(store, recording, incident, None)
        if incident:
            if out.form == "eaf":
                raise click.UsageError("an ELAN file is of one recording: name the recording")
            text = write_incident_transcript(incident_evidence(store.incident(incident), store), out.form)
            _hand_out(store, out, "transcript", text_writer(text), chosen.recordings, [])
        elif out.form == "eaf":
            only = chosen.recordings[0]
            found = store.findings(recording=only.id)
            _hand_out(store, out, "elan", _elan(store, only, found, out), chosen.recordings, found)
        else:
            evidence = store.evidence(chosen.recordings[0], ("turns",))
            _hand_out(
                store, out, "transcript", text_writer(write_transcript(evidence, out.form)), chosen.recordings, []
            )


def _elan(store: Store, recording: Recording, found: Sequence[StoredFinding], out: Out) -> Write:
    evidence = store.evidence(recording, ("turns",))
    return lambda part: write_elan(evidence, found, part, out.target)


def _hand_out(
    store: Store, out: Out, kind: str, write: Write, recordings: Sequence[Recording], found: Sequence[StoredFinding]
) -> None:
    drafts = any(f.draft for f in found) or any(is_draft(store.evidence(r, ())) for r in recordings)
    export = Export(
        kind=kind,
        sources=tuple(source_of(replace(r, path=found_at(r.path, store.path))) for r in recordings),
        who=out.who,
        why=out.why,
        how={"form": out.form},
        policy=policy_behind(found),
        remarks=(DRAFT,) if drafts else (),
    )
    with share_bar("hashing the sources") as progress:
        paths = hand_out(
            store, out.target, write, export, manifest=out.manifest, overwrite=out.replace, progress=progress
        )
    for path in paths:
        click.echo(f"written: {one_line(str(path))}")
