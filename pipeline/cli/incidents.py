"""What the commands print about incidents: which cameras, on which clock, what all of them heard and what was found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from pipeline.cli.console import printable
from pipeline.cli.tables import clock, observation, print_remarks, results
from pipeline.detectors import DETECTORS, INCIDENT_DETECTORS
from pipeline.exports.findings import as_csv, as_json
from pipeline.exports.hand_out import log_shown
from pipeline.exports.incident import incident_rows, label_of, merged_finding_row, write_incident_transcript
from pipeline.incidents.findings import IncidentFinding, incident_findings
from pipeline.login import login_name
from pipeline.mutes_told import sentences_of
from pipeline.run_incidents import incident_evidence
from pipeline.store import Store
from pipeline.types import Incident, IncidentEvidence

HEARD = frozenset(
    ("speech", "words", "voices", "overlaps", "alpha_ratio", "pitch", "vocal_effort", "turns", "speakers")
)
"""measurements of what is heard: findings from these can be one event on several cameras"""


def show_incidents(store_path: Path, form: str | None = None, wanted: str | None = None) -> None:
    """Prints the incidents of a store, or one, with their recordings, and how these lie on one clock."""
    with Store(store_path, create=False) as store:
        chosen = [store.incident(wanted)] if wanted else store.incidents()
        rows = incident_rows(chosen, store.recordings())
    if form:
        print(as_json(rows))
        return
    for row in rows:
        start = f", {row['start_utc']}" if row["start_utc"] else ""
        results.print(
            f"{row['name']}  [{row['incident'][:10]}{start}, grouped {_how(row)}]", markup=False, style="bold"
        )
        results.print(_members(row["recordings"]))
    if not rows:
        results.print(
            "no incidents: recordings are grouped by their clocks, or with: bwc analyze FILES --incident NAME"
        )


def _how(row: dict[str, Any]) -> str:
    return {"by hand": "by hand", "dispatch record": "by dispatch record"}.get(row["grouped_by"], "by clocks")


def _members(rows: list[dict[str, Any]]) -> Table:
    table = Table(box=box.SIMPLE, pad_edge=False)
    for heading in ("file", "camera", "from, s", "length", "drift, ppm", "score", "placed by", "remark"):
        numbers = ("from, s", "length", "drift, ppm", "score")
        table.add_column(heading, justify="right" if heading in numbers else "left", overflow="fold")
    for row in rows:
        matched = row["score"] is not None
        cells = (printable(Path(row["file"])), row["device"] or "", f"{row['offset']:.3f}", clock(row["duration"]))
        drift, score = (f"{row['drift_ppm']:+.1f}", f"{row['score']:.0f}") if matched else ("", "")
        table.add_row(*(Text(c) for c in (*cells, drift, score, row["offset_source"], row["remark"])))
    return table


def show_analysed(store_path: Path, wanted: str, recordings: list[str | None]) -> None:
    """Prints what was found in an incident that was just analysed, and what was not analysed in its recordings."""
    if any(recordings):
        show_incidents(store_path, wanted=wanted)
        show_incident_findings(store_path, wanted, None, None)
        with Store(store_path, create=False) as store:
            print_remarks(store, [id for id in recordings if id])


def show_incident_transcript(store_path: Path, wanted: str, form: str) -> None:
    """Prints the merged transcript of an incident in one of the export forms."""
    with Store(store_path, create=False) as store:
        incident = store.incident(wanted)
        evidence = incident_evidence(incident, store)
        log_shown(store, login_name(), "transcript", incident.id, form)
    print(write_incident_transcript(evidence, form), end="")


def show_incident_findings(store_path: Path, wanted: str, form: str | None, detector: str | None) -> None:
    """Prints the findings of an incident and of its recordings on one clock, each event once."""
    with Store(store_path, create=False) as store:
        incident = store.incident(wanted)
        if form:
            rows = incident_finding_rows(store, incident, detector)
            log_shown(store, login_name(), "findings", incident.id, form)
            print(as_json(rows) if form == "json" else as_csv(rows), end="\n" if form == "json" else "")
        else:
            _print_findings(*_found(store, incident, detector))


def incident_finding_rows(store: Store, incident: Incident, detector: str | None) -> list[dict[str, Any]]:
    """The findings of an incident and of its recordings as rows on one clock, each event once."""
    found, evidence = _found(store, incident, detector)
    recordings = [m.evidence.recording for m in evidence.members]
    said = sentences_of([f.stored for f in found])
    rows = (merged_finding_row(f.stored, f.span, f.speaker, f.same, incident, recordings) for f in found)
    return [row | {"said": said.get(row["id"])} for row in rows]


def _found(store: Store, incident: Incident, detector: str | None) -> tuple[list[IncidentFinding], IncidentEvidence]:
    evidence = incident_evidence(incident, store)
    stored = store.findings(incident=incident.id, detector=detector)
    stored += [f for id, _, _ in incident.recordings for f in store.findings(recording=id, detector=detector)]
    return incident_findings(evidence, stored, heard), evidence


def heard(detector: str) -> bool:
    """Whether a detector goes by what is heard, not by one camera's picture or level."""
    return any(each.name == detector and HEARD & set(each.reads) for each in (*DETECTORS, *INCIDENT_DETECTORS))


def _print_findings(found: list[IncidentFinding], evidence: IncidentEvidence) -> None:
    table = Table(box=box.SIMPLE, pad_edge=False)
    for heading in ("time", "to", "what", "who", "sure", "observation", "cameras"):
        table.add_column(heading, justify="right" if heading in ("time", "to", "sure") else "left", overflow="fold")
    said = sentences_of([one.stored for one in found])
    for one in found:
        finding = one.stored.finding
        draft = " (draft words)" if one.stored.draft else ""
        times = (clock(one.span.start), clock(one.span.end)) if one.placed else ("no clock", "")
        cameras = "; ".join(label_of(evidence.member(id), evidence) for id in one.recordings) or "incident"
        who = one.speaker or (finding.role.value if finding.role else "")
        cells = (
            *times,
            finding.label,
            who,
            f"{finding.score:.2f}",
            observation(finding.summary, said.get(one.stored.id)) + draft,
            cameras,
        )
        table.add_row(*(Text(cell) for cell in cells))
    results.print(table if found else "nothing found")
    for line in _not_on_clock(evidence):
        results.print(line, style="dim", highlight=False, markup=False)


def _not_on_clock(evidence: IncidentEvidence) -> list[str]:
    fits = {fit.recording: fit.remark for fit in evidence.incident.fits}
    files = {m.evidence.recording.id: m.evidence.recording.path.name for m in evidence.members}
    return [f"note: {printable(Path(files[id]))}: {remark}" for id, remark in fits.items() if remark and id in files]
