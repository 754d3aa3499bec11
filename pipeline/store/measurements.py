"""What stages measured, with its provenance, and the transcript."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pipeline import codec
from pipeline.corrections import apply_corrections, correct_turns
from pipeline.rows import TurnHit, json_text, to_run, to_turn, turn_row
from pipeline.store.corrections import Corrections
from pipeline.types import Evidence, NotAnalysed, Recording, Run, Turn


class Measurements(Corrections):
    """What was measured on the recordings of a store."""

    def latest_runs(self, subject: str) -> dict[str, Run]:
        """The newest run of every step on a recording or an incident, by step name."""
        rows = self._db.query(
            "SELECT * FROM runs WHERE id IN (SELECT max(id) FROM runs WHERE subject = ? GROUP BY step)", [subject]
        )
        return {row["step"]: to_run(row) for row in rows}

    def looked_at(self, steps: Iterable[str]) -> set[str]:
        """Recordings of which the newest run of any of these steps came to its end."""
        rows = self._db.query(
            "SELECT recordings.id FROM recordings WHERE EXISTS (SELECT 1 FROM runs, json_each(?) AS step"
            " WHERE subject = recordings.id AND runs.step = step.value AND state = 'done' AND NOT EXISTS"
            " (SELECT 1 FROM runs AS newer WHERE newer.subject = runs.subject AND newer.step = runs.step"
            " AND newer.id > runs.id))",
            [json_text(list(steps))],
        )
        return {row["id"] for row in rows}

    def save_step(
        self, run: Run, evidence: Evidence, writes: Sequence[str], not_analysed: Sequence[NotAnalysed]
    ) -> None:
        """Keeps what a stage measured together with its provenance, in one transaction."""
        recording = evidence.recording.id
        with self._writing():
            run_id = self._insert_run(run)
            for name in writes:
                value = getattr(evidence, name)
                if name == "turns":
                    self._replace_turns(recording, value)
                    value = None if value is None else ()
                self._replace_measurement(recording, name, value, run_id)
            self._db.table("not_analysed").delete_where("recording = ? AND step = ?", [recording, run.step])
            self._db.table("not_analysed").insert_all(
                {
                    "recording": recording,
                    "step": run.step,
                    "start_s": gap.start,
                    "end_s": gap.end,
                    "what": gap.what,
                    "reason": gap.reason,
                }
                for gap in not_analysed
            )

    def _replace_measurement(self, recording: str, name: str, value: Any, run_id: int) -> None:
        self._db.table("measurements").delete_where("recording = ? AND name = ?", [recording, name])
        if value is not None:
            payload = codec.encode(value)
            row = {"recording": recording, "name": name, "payload": payload, "run": run_id}
            self._db.table("measurements").insert(row)

    def _replace_turns(self, recording: str, turns: Sequence[Turn] | None) -> None:
        self._clear_corrected(recording)  # before the turns that its rows stand beside
        self._db.table("turns").delete_where("recording = ?", [recording])
        self._db.table("turns").insert_all(
            turn_row(recording, ordinal, turn) for ordinal, turn in enumerate(turns or ())
        )
        self._index_corrected(recording, self.corrections(recording))

    def measurements(self, recording: str, names: Iterable[str]) -> dict[str, Any]:
        """The measurements of those names that were made; a name that is missing was never measured."""
        found: dict[str, Any] = {}
        for name in names:
            rows = list(
                self._db.query("SELECT payload FROM measurements WHERE recording = ? AND name = ?", [recording, name])
            )
            if rows:
                found[name] = (
                    self.measured_turns(recording) if name == "turns" else codec.decode(name, rows[0]["payload"])
                )
        return found

    def evidence(self, recording: Recording, names: Iterable[str] | None = None) -> Evidence:
        """A recording with its measurements (all, or those named), what was not analysed, and which models ran.

        Turns and voices are as people corrected them.
        """
        wanted = Evidence.measurements() if names is None else names
        backends = {step: run.backend for step, run in self.latest_runs(recording.id).items() if run.backend}
        measured = Evidence(
            recording=recording,
            not_analysed=self.not_analysed(recording.id),
            backends=backends,
            **self.measurements(recording.id, wanted),
        )
        return self.corrected(measured)

    def corrected(self, evidence: Evidence) -> Evidence:
        """The evidence with the corrections of people laid over it."""
        corrections = self.corrections(evidence.recording.id)
        return apply_corrections(evidence, corrections).evidence if corrections else evidence

    def turns(self, recording: str) -> tuple[Turn, ...]:
        """The transcript of a recording, in order, as people corrected it."""
        measured = self.measured_turns(recording)
        return correct_turns(measured, self.corrections(recording))

    def measured_turns(self, recording: str) -> tuple[Turn, ...]:
        """The transcript of a recording, in order, as it was measured."""
        rows = self._db.query("SELECT * FROM turns WHERE recording = ? ORDER BY ordinal", [recording])
        return tuple(to_turn(row) for row in rows)

    def search(self, phrase: str, limit: int = 100) -> list[TurnHit]:
        """Turns in which all the words of `phrase` occur, best first."""
        quoted = " ".join('"' + word.replace('"', "") + '"' for word in phrase.split())
        if not quoted:
            return []
        rows = self._db.query(
            "SELECT turns.* FROM turns_fts JOIN turns ON turns.id = turns_fts.rowid"
            " WHERE turns_fts MATCH ? ORDER BY rank LIMIT ?",
            [quoted, limit],
        )
        return [TurnHit(row["recording"], to_turn(row)) for row in rows]

    def not_analysed(self, recording: str) -> tuple[NotAnalysed, ...]:
        """Stretches in which something could not be looked for."""
        rows = self._db.query(
            "SELECT start_s, end_s, what, reason FROM not_analysed WHERE recording = ? ORDER BY start_s, what",
            [recording],
        )
        return tuple(NotAnalysed(row["start_s"], row["end_s"], row["what"], row["reason"]) for row in rows)
