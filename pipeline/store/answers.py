"""What people answer to the clauses of the policy: append-only, the newest answer to a clause counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

from pipeline.errors import StoreError
from pipeline.rows import json_text, utc_text
from pipeline.store.opened import Opened
from pipeline.types import ChecklistAnswer

ANSWERS = ("yes", "in part", "no", "cannot tell", "does not apply")


class Answers(Opened):
    """The checklist answers of a store."""

    def add_answer(self, answer: ChecklistAnswer, policy: Mapping[str, str]) -> ChecklistAnswer:
        """Keeps an answer with the pack that asked; returned with the time it was kept.

        Raises StoreError for an answer that there is not, or an exception without a reason.
        """
        if answer.answer not in ANSWERS:
            raise StoreError(f"{answer.answer!r} is no answer; there are: {', '.join(ANSWERS)}")
        if answer.exception and not answer.reason.strip():
            raise StoreError("an exception needs its reason: who would have been endangered, and how")
        if not answer.reviewer.strip():
            raise StoreError("an answer needs the name of who gives it")
        kept = replace(answer, at_utc=datetime.now(UTC))
        row = asdict(kept) | {"exception": int(kept.exception), "at_utc": utc_text(kept.at_utc)}
        with self._writing():
            self._db.table("checklist_answers").insert(row | {"policy": json_text(dict(policy))})
            self._log(kept.reviewer, f"checklist.{kept.answer}", kept.subject, {"clause": kept.clause})
        return kept

    def answers(self, subject: str) -> list[ChecklistAnswer]:
        """Every answer for an incident or recording, oldest first."""
        rows = self._db.query("SELECT * FROM checklist_answers WHERE subject = ? ORDER BY id", [subject])
        return [_answer(row) for row in rows]

    def latest_answers(self, subject: str) -> dict[str, ChecklistAnswer]:
        """The newest answer to each clause."""
        return {answer.clause: answer for answer in self.answers(subject)}


def _answer(row: Mapping[str, Any]) -> ChecklistAnswer:
    return ChecklistAnswer(
        subject=row["subject"],
        clause=row["clause"],
        answer=row["answer"],
        exception=bool(row["exception"]),
        reason=row["reason"],
        comment=row["comment"],
        reviewer=row["reviewer"],
        at_utc=datetime.fromisoformat(row["at_utc"]),
    )
