"""What an assessment of camera use reads, in bulk, and the states that people set."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pipeline.beside_mutes import END
from pipeline.camera_use.types import (
    PICTURE_DETECTORS,
    WORD_DETECTORS,
    Call,
    IncidentFacts,
    Marked,
    RecordingFacts,
    State,
    UseFinding,
    UseInputs,
    UseState,
)
from pipeline.errors import StoreError
from pipeline.parts import parts_placed, perhaps_parts
from pipeline.rows import json_text, to_recording, utc, utc_text
from pipeline.store.dispatch import DispatchCalls
from pipeline.types import ClockSource, Recording

MARGIN = timedelta(days=1)
"""round a period: a recording that began before it may still run in it, and calls last past its end"""
HEARING, BUFFER = ("muted_audio", "no_sound_track"), ("pre_event_buffer", "muted_audio")
CLOCKS = ("clock_disagrees", "clock_jump")
BY_HAND = "by hand"
"""the source of a place that a person gave a recording"""
ANNOUNCED = "camera_off_announced"
NEED_A_REASON = (UseState.JUSTIFIED, UseState.NOT_APPLICABLE)
GAPS = ("recording_gap",)
_LOOKED = (*HEARING, *PICTURE_DETECTORS, *GAPS, "pre_event_buffer", *WORD_DETECTORS, *CLOCKS)
"""Detectors whose findings are facts of camera use; one that this program does not have finds nothing."""


class CameraUse(DispatchCalls):
    """Facts of camera use, and states."""

    def camera_use_inputs(
        self, first: datetime | None = None, before: datetime | None = None, least_score: float = 0.5
    ) -> UseInputs:
        """Calls that began from `first` until before `before`, with all recordings of that time and a day round it.

        Findings below `least_score` are left out, unless a person confirmed them; dismissed ones are always. Takes
        under 2 s for 25,000 recordings (measured by tests/benchmarks/camera_use.py).
        """
        calls: list[Call] = self.calls(first, before)
        facts = self.recording_facts(
            first - MARGIN if first else None, before + MARGIN if before else None, least_score
        )
        known = {f.id for f in facts}
        return UseInputs(calls, facts, [i for i in self._incident_facts() if known.intersection(i.recordings)])

    def recording_facts(
        self,
        first: datetime | None = None,
        before: datetime | None = None,
        least_score: float = 0.5,
        found: bool = True,
    ) -> list[RecordingFacts]:
        """Recordings that run at some time from `first` until before `before`, and all without a clock.

        `found` False: without what was found on them, and who looked.
        """
        rows = self._placed(list(self._db.query(_RECORDINGS, {"first": _utc(first), "before": _utc(before)})))
        marks = self._marks(least_score) if found else {}
        looked = self._looked() if found else {}
        return [_facts(row, marks.get(row["id"], {}), looked.get(row["id"], frozenset())) for row in rows]

    def _placed(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The recordings, later parts of one export where the part before ends: exports copy the first part's clock. A
        part that names no camera is of the one that the other parts name."""
        files = ((row["id"], Path(row["path"]), row["device"] or "", utc(row["start_utc"])) for row in rows)
        parts = perhaps_parts(files)
        if not parts:
            return rows
        found = self._db.query(_PARTS, {"ids": json_text(sorted(parts))})
        placed = {one.id: one for one in parts_placed([to_recording(row) for row in found])}
        return [row | _as_part(placed[row["id"]]) if row["id"] in placed else row for row in rows]

    def _marks(self, least_score: float) -> dict[str, dict[str, list[Marked]]]:
        """Recording -> detector -> what it found and nobody dismissed."""
        found: dict[str, dict[str, list[Marked]]] = {}
        for row in self._db.query(_FOUND, {"detectors": json_text(list(_LOOKED)), "announced": ANNOUNCED}):
            confirmed = row["verdict"] == "confirmed"
            if row["score"] >= least_score or confirmed:
                said = row["text"] or row["summary"]
                span, of_end = (row["start_s"], row["end_s"]), row["bound_to"] == END
                mark = Marked(*span, row["label"], row["score"], row["id"], confirmed, said, of_end)
                found.setdefault(row["recording"], {}).setdefault(row["detector"], []).append(mark)
        return found

    def _looked(self) -> dict[str, frozenset[str]]:
        """Recording -> detectors that ended well on it."""
        found: dict[str, set[str]] = {}
        for row in self._db.query(_DONE, {"steps": json_text(list(_LOOKED))}):
            found.setdefault(row["subject"], set()).add(row["step"])
        return {recording: frozenset(steps) for recording, steps in found.items()}

    def _incident_facts(self) -> list[IncidentFacts]:
        members: dict[str, list[str]] = {}
        names: dict[str, str] = {}
        places: dict[str, dict[str, datetime]] = {}
        for row in self._db.query(_INCIDENTS):
            names[row["id"]] = row["name"]
            members.setdefault(row["id"], []).append(row["recording"])
            start, source = utc(row["start_utc"]), row["offset_source"]
            if start is not None and ("sound" in source or source == BY_HAND):
                places.setdefault(row["id"], {})[row["recording"]] = start + timedelta(seconds=row["offset_s"])
        return [IncidentFacts(id, names[id], tuple(r), places.get(id, {})) for id, r in members.items()]

    def speech_heard(self, recording: str, start: float, end: float) -> tuple[float, float | None, str] | None:
        """Seconds of speech between two times of a recording, when it first begins, and the first words.

        None: the recording has no transcript. Words of a low-accuracy recogniser are left out.
        """
        rows = list(
            self._db.query(
                "SELECT start_s, end_s, text FROM turns WHERE recording = ? ORDER BY ordinal",
                [recording],
            )
        )
        if not rows:
            return None
        here = [r for r in rows if r["end_s"] > start and r["start_s"] < end]
        seconds, at = 0.0, start
        for r in here:
            seconds += max(0.0, min(r["end_s"], end) - max(r["start_s"], at))
            at = max(at, min(r["end_s"], end))
        first = max(start, here[0]["start_s"]) if here else None
        words = next((r["text"] for r in here if r["text"] and r["start_s"] >= start), "")
        words = "" if words and self._draft(recording) else words
        return round(seconds, 1), first, words

    def _draft(self, recording: str) -> bool:
        """Whether its words are those of a low-accuracy recogniser."""
        rows = self._db.query(
            "SELECT backend FROM runs WHERE subject = ? AND step = 'transcribe' ORDER BY id DESC LIMIT 1", [recording]
        )
        return any(json.loads(row["backend"] or "{}").get("draft", False) for row in rows)

    def set_use_state(
        self, finding: UseFinding, state: UseState, who: str, reason: str = "", category: str = ""
    ) -> State:
        """Keeps what a person says of a finding, with what it said. Raises StoreError where a reason is missing."""
        if state in NEED_A_REASON and not reason.strip():
            raise StoreError(f"{state.value!r} needs its reason: what was it, and how is it known")
        if not who.strip():
            raise StoreError("a state needs the name of who sets it")
        kept = State(finding.id, state, reason.strip(), category, who.strip(), datetime.now(UTC), finding.said)
        row = {
            "finding": kept.finding,
            "state": state.value,
            "reason": kept.reason,
            "category": category,
            "said": json_text(dict(kept.said)),
            "who": kept.who,
            "at_utc": utc_text(kept.at_utc),
        }
        with self._writing():
            self._db.table("camera_use_states").insert(row)
            self._log(kept.who, f"camera_use.{state.value}", finding.id, {"reason": kept.reason, "category": category})
        return kept

    def use_states(self, finding: str | None = None) -> list[State]:
        """Every state that was set (for one finding), oldest first."""
        rows = self._db.query(
            "SELECT * FROM camera_use_states WHERE :finding IS NULL OR finding = :finding ORDER BY id",
            {"finding": finding},
        )
        return [_state(row) for row in rows]

    def latest_use_states(self) -> dict[str, State]:
        """The newest state of each finding that has one."""
        return {state.finding: state for state in self.use_states()}


def _as_part(one: Recording) -> dict[str, Any]:
    moved = one.clock_source is ClockSource.PART_BEFORE
    start = {"start_utc": _utc(one.start_utc), "clock_source": one.clock_source} if moved else {}
    return {"device": one.device, **start}


def _utc(moment: datetime | None) -> str | None:
    return utc_text(moment) if moment else None


def _facts(row: Mapping[str, Any], marks: Mapping[str, list[Marked]], looked: frozenset[str]) -> RecordingFacts:
    start = utc(row["start_utc"])
    facts = RecordingFacts(
        id=row["id"],
        camera=row["device"] or "",
        start_utc=start,
        end_utc=start + timedelta(seconds=row["duration_s"]) if start else None,
        clock=ClockSource(row["clock_source"]) if row["clock_source"] else None,
        duration=row["duration_s"],
        looked=looked,
        path=row["path"],
    )
    if not marks:
        return facts
    return replace(
        facts,
        buffer=_buffer(m for d in BUFFER for m in marks.get(d, ())),
        announced=_of(marks, WORD_DETECTORS),
        clock_doubts=_of(marks, CLOCKS),
        gaps=_of(marks, GAPS),
        muted=_of(marks, HEARING),
        unseen=_of(marks, PICTURE_DETECTORS),
    )


def _of(marks: Mapping[str, list[Marked]], detectors: Iterable[str]) -> tuple[Marked, ...]:
    """In order of time; the buffer is no mute."""
    found = (m for d in detectors for m in marks.get(d, ()) if m.label != "pre_event_buffer")
    return tuple(sorted(found, key=lambda m: (m.start, m.end, m.label)))


def _buffer(marks: Iterable[Marked]) -> float | None:
    """Seconds of buffer that were found, 0.0 where it was found missing, None where nothing tells."""
    for mark in marks:
        if mark.label == "pre_event_buffer":
            return mark.end - mark.start
        if mark.label == "no_buffer":
            return 0.0
    return None


def _state(row: Mapping[str, Any]) -> State:
    return State(
        finding=row["finding"],
        state=UseState(row["state"]),
        reason=row["reason"],
        category=row["category"],
        who=row["who"],
        at_utc=datetime.fromisoformat(row["at_utc"]),
        said=json.loads(row["said"]),
    )


_RECORDINGS = """
SELECT id, path, device, start_utc, clock_source, duration_s FROM recordings
WHERE start_utc IS NULL OR ((:before IS NULL OR start_utc < :before)
  AND (:first IS NULL OR julianday(start_utc) + duration_s / 86400.0 >= julianday(:first)))
ORDER BY start_utc IS NULL, start_utc, id
"""
_PARTS = "SELECT * FROM recordings WHERE id IN (SELECT value FROM json_each(:ids)) ORDER BY path, id"
_FOUND = """
SELECT findings.id, findings.recording, detector, label, start_s, end_s, score, summary, text, reviews.verdict,
  json_extract(findings.evidence, '$.bound_to') AS bound_to
FROM findings LEFT JOIN reviews
  ON reviews.id = (SELECT max(id) FROM reviews AS newest WHERE newest.finding = findings.id)
WHERE findings.recording IS NOT NULL AND retired_utc IS NULL
  AND detector IN (SELECT value FROM json_each(:detectors))
  AND (detector <> 'techniques' OR label = :announced)
  AND coalesce(reviews.verdict, '') <> 'dismissed'
ORDER BY findings.recording, start_s
"""
_DONE = """
SELECT subject, step FROM runs WHERE state = 'done' AND id IN (
  SELECT max(id) FROM runs WHERE step IN (SELECT value FROM json_each(:steps)) GROUP BY subject, step)
"""
_INCIDENTS = """
SELECT incidents.id, name, recording, start_utc, offset_s, offset_source
FROM incidents JOIN incident_recordings ON incident = incidents.id
WHERE dissolved_utc IS NULL ORDER BY start_utc IS NULL, start_utc, incidents.id, recording
"""
