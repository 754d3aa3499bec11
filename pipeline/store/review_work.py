"""Review work in the store: who is to review what, what was taken back, watched and signed off. All append-only."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pipeline.errors import StoreError
from pipeline.rows import json_text, now, utc, utc_text
from pipeline.store.opened import Opened
from pipeline.store.review_kinds import WATCHED, WATCHED_SHARE, Assignment, Draw, Said, SignOff
from pipeline.types import Span, Verdict, merged, ms


class ReviewWork(Opened):
    """Draws, assignments, withdrawals, watched spans and sign-offs of a store."""

    def add_draw(self, draw: Draw, who: str) -> int:
        """Keeps a choice of what is reviewed; its number."""
        row = {
            "grouping": draw.grouping,
            "period": draw.period,
            "each": draw.each,
            "seed": draw.seed,
            "method": draw.method,
            "population": zlib.compress(json_text({g: list(ids) for g, ids in draw.population.items()}).encode()),
            "drawn": json_text({g: list(ids) for g, ids in draw.drawn.items()}),
            "who": _named(who),
            "at_utc": now(),
        }
        with self._writing():
            number = int(str(self._db.table("review_draws").insert(row).last_pk))
            self._log(who, "queue.draw", str(number), {key: row[key] for key in ("grouping", "period", "each", "seed")})
        return number

    def draws(self, number: int | None = None) -> list[Draw]:
        """Every draw, or the one of this number, oldest first."""
        rows = self._db.query("SELECT * FROM review_draws WHERE :n IS NULL OR id = :n ORDER BY id", {"n": number})
        return [_draw(row) for row in rows]

    def draw_numbers(self) -> list[int]:
        """The number of every draw, oldest first."""
        return [number for (number,) in self._db.execute("SELECT id FROM review_draws ORDER BY id")]

    def assign(self, assignment: Assignment, who: str) -> int:
        """Puts a recording or incident into somebody's queue (or anybody's); its number. Raises StoreError."""
        if assignment.blind and not assignment.reviewer:
            raise StoreError("a blind review needs the name of its reviewer: verdicts are hidden from that person")
        row = {
            "subject": assignment.subject,
            "kind": assignment.kind,
            "reasons": json_text(list(assignment.reasons)),
            "draw": assignment.draw,
            "blind": int(assignment.blind),
            "reviewer": assignment.reviewer.strip(),
            "due_utc": _text(assignment.due_utc),
            "who": _named(who),
            "at_utc": now(),
        }
        with self._writing():
            number = int(str(self._db.table("assignments").insert(row).last_pk))
            said = {"assignment": number, "reviewer": row["reviewer"], "due": row["due_utc"], "kind": row["kind"]}
            self._log(who, "queue.assign", assignment.subject, said)
        return number

    def change_assignment(
        self, number: int, who: str, *, state: str = "open", reviewer: str | None = None,
        due_utc: datetime | None = None, note: str = "",
    ) -> Assignment:  # fmt: skip
        """Done, dropped, given to somebody else or to another day: a new row, the earlier ones stay."""
        with self._writing():
            was = self.assignment(number)
            row = {
                "assignment": number,
                "state": state,
                "reviewer": was.reviewer if reviewer is None else reviewer.strip(),
                "due_utc": _text(due_utc or was.due_utc),
                "note": note,
                "who": _named(who),
                "at_utc": now(),
            }
            if was.blind and not row["reviewer"]:
                raise StoreError("a blind review needs the name of its reviewer")
            self._db.table("assignment_changes").insert(row)
            action = "queue.reassign" if state == "open" else f"queue.{state}"
            said = {"assignment": number, "reviewer": row["reviewer"], "due": row["due_utc"], "note": note}
            self._log(who, action, was.subject, said)
        return self.assignment(number)

    def assignment(self, number: int) -> Assignment:
        """An assignment as it stands now. Raises StoreError."""
        found = self._assignments(number)
        if not found:
            raise StoreError(f"no assignment {number} in the store; see: bwc queue list")
        return found[0]

    def assignments(self, *, open_only: bool = False) -> list[Assignment]:
        """Every assignment as it stands now, oldest first."""
        return [a for a in self._assignments(None) if a.open or not open_only]

    def _assignments(self, number: int | None) -> list[Assignment]:
        rows = self._db.query(_ASSIGNMENTS, {"n": number})
        return [_assignment(row) for row in rows]

    def blind_subjects(self, person: str) -> set[str]:
        """Recordings, and incidents, on which this person reviews without sight of what others said."""
        named = {a.subject for a in self.assignments(open_only=True) if a.blind and a.reviewer == person}
        if not named:
            return set()
        members = self._db.query(
            "SELECT incident, recording FROM incident_recordings WHERE incident IN (SELECT value FROM json_each(:s))"
            " OR recording IN (SELECT value FROM json_each(:s))",
            {"s": json_text(sorted(named))},
        )
        found = set(named)
        for row in members:  # a recording's findings stand on its incident's page too, and the other way round
            found |= {row["incident"], row["recording"]}
        return found

    def withdraw_verdicts(self, finding: str, reviewer: str) -> None:
        """Takes back what this person said of a finding. It stays in the history and counts no more.

        Raises StoreError where there is nothing to take back.
        """
        with self._writing():
            rows = list(
                self._db.query(
                    f"SELECT max(id) AS newest FROM reviews AS r WHERE finding = ? AND reviewer = ? AND {STANDS}",
                    [finding, reviewer],
                )
            )
            if rows[0]["newest"] is None:
                raise StoreError("there is no verdict of yours on this finding to take back")
            row = {"finding": finding, "reviewer": reviewer, "review": rows[0]["newest"], "at_utc": now()}
            self._db.table("review_withdrawals").insert(row)
            self._log(reviewer, "verdict.withdrawn", finding, {"review": row["review"]})

    def withdrawn(self, finding: str) -> list[dict[str, Any]]:
        """What was taken back on a finding: reviewer, at_utc, and the number of the last verdict that it takes back."""
        return list(self._db.query("SELECT * FROM review_withdrawals WHERE finding = ? ORDER BY id", [finding]))

    def speakers_confirmed(self) -> set[str]:
        """Findings of which the person whose verdict counts says that they are so, and that the speaker is right."""
        rows = self._db.query(
            f"SELECT r.finding FROM reviews AS r JOIN review_marks AS m ON m.review = r.id"
            f" WHERE m.speaker_right = 1 AND r.verdict = 'confirmed' AND {STANDS}"
            f" AND r.id = (SELECT max(n.id) FROM reviews AS n WHERE n.finding = r.finding AND {STANDS_N})"
        )
        return {row["finding"] for row in rows}

    def verdicts_said(self, *, by: str | None = None, beside_blind: bool = False) -> list[Said]:
        """The verdict of each person on each finding that counts, in the order in which they were given.

        `by`: those of this person; `beside_blind`: on findings alone of which somebody judged without sight of others,
        few of the 100,000 of a year.
        """
        wanted = f" AND r.finding IN ({_JUDGED_BLIND})" if beside_blind else ""
        rows = self._db.query(
            f"SELECT r.*, f.detector, coalesce(m.blind, 0) AS blind FROM reviews AS r"
            f" JOIN findings AS f ON f.id = r.finding LEFT JOIN review_marks AS m ON m.review = r.id"
            f" WHERE {STANDS} AND r.id = (SELECT max(n.id) FROM reviews AS n"
            f"   WHERE n.finding = r.finding AND n.reviewer = r.reviewer)"
            f" AND (:by IS NULL OR r.reviewer = :by){wanted} ORDER BY r.id",
            {"by": by},
        )
        return [
            Said(r["finding"], r["detector"], r["reviewer"], Verdict(r["verdict"]), bool(r["blind"]), r["id"])
            for r in rows
        ]

    def add_watched(self, recording: str, who: str, spans: Iterable[Span]) -> None:
        """Keeps stretches of a recording that this person played, in seconds."""
        duration = self._duration(recording)
        inside = [Span(max(0.0, s.start), min(duration, s.end)) for s in spans if s.end > 0 and s.start < duration]
        rows = [
            {"recording": recording, "who": _named(who), "start_s": ms(s.start), "end_s": ms(s.end), "at_utc": now()}
            for s in merged([s for s in inside if s.end - s.start >= 0.001])
        ]
        if rows:
            with self._writing():
                self._db.table("watched_spans").insert_all(rows)

    def _duration(self, recording: str) -> float:
        for row in self._db.query("SELECT duration_s FROM recordings WHERE id = ?", [recording]):
            return float(row["duration_s"])
        raise StoreError(f"{recording}: no such recording in the store")

    def watched(self, recordings: Sequence[str] | None = None) -> dict[str, dict[str, tuple[Span, ...]]]:
        """Recording -> person -> what was watched, merged, by time. Whoever said to have watched all of it, did."""
        wanted = {"w": None if recordings is None else json_text(list(recordings)), "said": WATCHED}
        found: dict[str, dict[str, list[Span]]] = {}
        for row in self._db.query(_WATCHED, wanted):
            of = found.setdefault(row["recording"], {}).setdefault(row["who"], [])
            of.append(Span(row["start_s"], row["end_s"]))
        return {one: {who: merged(spans) for who, spans in people.items()} for one, people in found.items()}

    def watched_wholly(self) -> set[str]:
        """Recordings that one person watched all of, or said so: WATCHED_SHARE of it at least."""
        lengths = {r["id"]: r["duration_s"] for r in self._db.query("SELECT id, duration_s FROM recordings")}
        return {
            one
            for one, people in self.watched().items()
            if any(share(spans, lengths.get(one, 0.0)) >= WATCHED_SHARE for spans in people.values())
        }

    def review_content(self, subject: str, recordings: Sequence[str]) -> dict[str, Any]:
        """All that a sign-off of a recording or incident locks, as JSON values, as it stands now."""
        values = {"s": json_text([subject, *recordings])}
        of = (
            "finding IN (SELECT id FROM findings"
            " WHERE coalesce(recording, incident) IN (SELECT value FROM json_each(:s)))"
        )
        return {
            "subject": subject,
            "recordings": sorted(recordings),
            "findings": self._column(
                "SELECT id FROM findings WHERE retired_utc IS NULL"
                " AND coalesce(recording, incident) IN (SELECT value FROM json_each(:s)) ORDER BY id", values,
            ),
            "verdicts": self._lists(
                "SELECT finding, verdict, reviewer, note, at_utc, coalesce(m.speaker_right, 0), coalesce(m.blind, 0)"
                f" FROM reviews LEFT JOIN review_marks AS m ON m.review = reviews.id WHERE {of} ORDER BY id", values,
            ),
            "withdrawals": self._lists(
                f"SELECT finding, reviewer, at_utc FROM review_withdrawals WHERE {of} ORDER BY id", values
            ),
            "answers": self._lists(
                "SELECT subject, clause, answer, exception, reason, comment, reviewer, at_utc FROM checklist_answers"
                " WHERE subject IN (SELECT value FROM json_each(:s)) ORDER BY id", values,
            ),
            "watched": {
                one: {who: [[s.start, s.end] for s in spans] for who, spans in sorted(people.items())}
                for one, people in sorted(self.watched(list(recordings)).items())
            },
        }  # fmt: skip

    def _lists(self, query: str, values: dict[str, Any]) -> list[list[Any]]:
        return [list(row) for row in self._db.execute(query, values).fetchall()]

    def _column(self, query: str, values: dict[str, Any]) -> list[Any]:
        return [row[0] for row in self._lists(query, values)]

    def sign_off(self, subject: str, recordings: Sequence[str], who: str, note: str = "") -> SignOff:
        """Locks the review of a recording or incident as it stands now; later changes do not alter what was signed."""
        content = self.review_content(subject, recordings)
        text = content_text(content)
        row = {
            "subject": subject,
            "sha256": hashlib.sha256(text).hexdigest(),
            "content": zlib.compress(text),
            "note": note,
            "who": _named(who),
            "at_utc": now(),
        }
        with self._writing():
            number = int(str(self._db.table("sign_offs").insert(row).last_pk))
            self._log(who, "sign_off.made", subject, {"number": number, "sha256": row["sha256"]})
        return self.sign_offs(subject)[-1]

    def sign_offs(self, subject: str | None = None) -> list[SignOff]:
        """Every sign-off, or those of a recording or incident, oldest first."""
        rows = self._db.query("SELECT * FROM sign_offs WHERE :s IS NULL OR subject = :s ORDER BY id", {"s": subject})
        return [_sign_off(row) for row in rows]

    def broken_sign_offs(self) -> list[str]:
        """Sign-offs that are not what was signed, or that the log does not know as they stand; empty: none."""
        logged = {}
        for row in self._db.query("SELECT subject, who, detail FROM activity WHERE action = 'sign_off.made'"):
            try:
                said = json.loads(row["detail"])
                logged[said["number"]] = (row["subject"], row["who"], said["sha256"])
            except (ValueError, KeyError, TypeError):
                continue  # a damaged row of the log is told by its chain
        found = []
        for one in self.sign_offs():
            if not one.intact:
                found.append(f"sign-off {one.number} by {one.who} is not what was signed")
            if logged.pop(one.number, None) != (one.subject, one.who, one.sha256):
                found.append(f"sign-off {one.number} by {one.who} is not in the log as it stands")
        return found + [f"sign-off {n} by {who} is in the log, but no longer in the store"
                        for n, (_, who, _) in sorted(logged.items())]  # fmt: skip


def content_text(content: Mapping[str, Any]) -> bytes:
    """What is hashed: JSON with sorted keys and no spaces, as UTF-8."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace")


def share(spans: Sequence[Span], duration: float) -> float:
    """Share of a recording that merged spans cover, 0 to 1; 0 for a recording without length."""
    return min(1.0, sum(s.end - s.start for s in spans) / duration) if duration > 0 else 0.0


def _named(who: str) -> str:
    if not who.strip():
        raise StoreError("this needs the name of who does it")
    return who.strip()


def _text(moment: datetime | None) -> str | None:
    return utc_text(moment) if moment else None


def _draw(row: Mapping[str, Any]) -> Draw:
    population = json.loads(zlib.decompress(row["population"]))
    return Draw(
        grouping=row["grouping"],
        period=row["period"],
        each=row["each"],
        seed=row["seed"],
        method=row["method"],
        population={g: tuple(ids) for g, ids in population.items()},
        drawn={g: tuple(ids) for g, ids in json.loads(row["drawn"]).items()},
        who=row["who"],
        number=row["id"],
        at_utc=utc(row["at_utc"]),
    )


def _assignment(row: Mapping[str, Any]) -> Assignment:
    return Assignment(
        subject=row["subject"],
        kind=row["kind"],
        reasons=tuple(json.loads(row["reasons"])),
        reviewer=row["now_reviewer"],
        due_utc=utc(row["now_due"]),
        blind=bool(row["blind"]),
        draw=row["draw"],
        who=row["who"],
        state=row["now_state"],
        note=row["now_note"],
        number=row["id"],
        at_utc=utc(row["at_utc"]),
        changed_utc=utc(row["changed_utc"]),
    )


def _sign_off(row: Mapping[str, Any]) -> SignOff:
    at = utc(row["at_utc"])
    try:
        text = zlib.decompress(row["content"])
        content = json.loads(text)
    except (zlib.error, ValueError):
        text, content = b"", {}
    intact = hashlib.sha256(text).hexdigest() == row["sha256"]
    return SignOff(row["subject"], row["sha256"], content, row["note"], row["who"], row["id"],
                   at or datetime.now(UTC), intact)  # fmt: skip


STANDS = (
    "NOT EXISTS (SELECT 1 FROM review_withdrawals AS w"
    " WHERE w.finding = r.finding AND w.reviewer = r.reviewer AND w.review >= r.id)"
)
"""of a row r of reviews: it was not taken back"""
_JUDGED_BLIND = "SELECT finding FROM reviews WHERE id IN (SELECT review FROM review_marks WHERE blind = 1)"
STANDS_N = STANDS.replace("r.", "n.")

_ASSIGNMENTS = """
SELECT a.*, coalesce(c.state, 'open') AS now_state, coalesce(c.reviewer, a.reviewer) AS now_reviewer,
  CASE WHEN c.id IS NULL THEN a.due_utc ELSE c.due_utc END AS now_due, coalesce(c.note, '') AS now_note,
  c.at_utc AS changed_utc
FROM assignments AS a LEFT JOIN assignment_changes AS c
  ON c.id = (SELECT max(id) FROM assignment_changes WHERE assignment = a.id)
WHERE :n IS NULL OR a.id = :n ORDER BY a.id
"""
_WATCHED = """
SELECT recording, who, start_s, end_s FROM watched_spans
WHERE :w IS NULL OR recording IN (SELECT value FROM json_each(:w))
UNION ALL
SELECT DISTINCT a.subject, a.who, 0.0, r.duration_s FROM activity AS a JOIN recordings AS r ON r.id = a.subject
WHERE a.action = :said AND (:w IS NULL OR a.subject IN (SELECT value FROM json_each(:w)))
ORDER BY recording, who, start_s
"""
