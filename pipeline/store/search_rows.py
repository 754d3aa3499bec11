"""What search asks of the index, and the hits made of its rows.

Three kinds of rows: turns whose words people put right, turns as they were measured, findings. A measured turn that was
put right is a hit of its own only where none of what stands in its place is one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.rows import utc, utc_text
from pipeline.search import Hit, PutRightBy, Query
from pipeline.types import Role

_WHEN = (
    "(:since IS NULL OR recordings.start_utc >= :since) AND (:until IS NULL OR recordings.start_utc < :until)"
    " AND (:only IS NULL OR recordings.id IN (SELECT value FROM json_each(:only)))"
)
_AMONG = "(SELECT value FROM json_each(:voices))"


def _spoken(table: str) -> str:
    """By whom: the role and the voice of a row."""
    return f"((:role IS NULL OR {table}.role = :role) AND (:voices IS NULL OR {table}.voice IN {_AMONG}))"


_CORRECTED = f"""
SELECT now.turn, now.recording AS subject, now.start_s, now.end_s, now.role, now.voice,
       highlight(corrected_turns_fts, 0, char(2), char(3)) AS marked, '' AS heard,
       corrected_turns_fts.rank AS best, corrected_turns_fts.rowid AS newest
FROM corrected_turns_fts JOIN corrected_turns AS now ON now.id = corrected_turns_fts.rowid
JOIN recordings ON recordings.id = now.recording
WHERE corrected_turns_fts MATCH :match AND {_spoken("now")} AND {_WHEN}
"""
_MEASURED = f"""
SELECT turns.id AS turn, turns.recording AS subject, turns.start_s, turns.end_s, turns.role, turns.voice,
       NULL AS marked, highlight(turns_fts, 0, char(2), char(3)) AS heard,
       turns_fts.rank AS best, turns_fts.rowid AS newest
FROM turns_fts JOIN turns ON turns.id = turns_fts.rowid JOIN recordings ON recordings.id = turns.recording
WHERE turns_fts MATCH :match AND {_WHEN}
AND ((:role IS NULL AND :voices IS NULL) OR CASE
     WHEN EXISTS (SELECT 1 FROM corrected_turns AS now WHERE now.turn = turns_fts.rowid)
     THEN EXISTS (SELECT 1 FROM corrected_turns AS now WHERE now.turn = turns_fts.rowid AND {_spoken("now")})
     ELSE {_spoken("turns")} END)
AND +turns_fts.rowid NOT IN (
    SELECT now.turn FROM corrected_turns_fts JOIN corrected_turns AS now ON now.id = corrected_turns_fts.rowid
    WHERE corrected_turns_fts MATCH :match)
"""
# of a rare voice few turns are left before any of them is read
_OF_VOICES = f"""AND +turns_fts.rowid IN (
    SELECT id FROM turns WHERE voice IN {_AMONG} UNION ALL SELECT turn FROM corrected_turns WHERE voice IN {_AMONG})
"""
_OF_FINDINGS = f"""
retired_utc IS NULL AND (:role IS NULL OR role = :role) AND (:label IS NULL OR label = :label OR detector = :label)
AND (:speaker IS NULL OR is_called(speaker, :speaker))
AND (EXISTS (SELECT 1 FROM recordings WHERE recordings.id = findings.recording AND {_WHEN})
     OR (findings.incident IS NOT NULL AND NOT EXISTS (
         SELECT 1 FROM incident_recordings AS i LEFT JOIN recordings ON recordings.id = i.recording AND {_WHEN}
         WHERE i.incident = findings.incident AND recordings.id IS NULL)))
"""
_FINDINGS = f"""
SELECT NULL AS turn, coalesce(recording, incident) AS subject, start_s, end_s, role, label, id,
       highlight(findings_fts, 0, char(2), char(3)) AS marked, highlight(findings_fts, 1, char(2), char(3)) AS words,
       findings_fts.rank AS best, findings_fts.rowid AS newest
FROM findings_fts JOIN findings ON findings.rowid = findings_fts.rowid
WHERE findings_fts MATCH :match AND {_OF_FINDINGS}
"""
_FINDINGS_BY_LABEL = f"""
SELECT NULL AS turn, coalesce(recording, incident) AS subject, start_s, end_s, role, label, id,
       summary AS marked, '' AS words, 0 AS best, findings.rowid AS newest
FROM findings WHERE {_OF_FINDINGS}
"""
VOICES = """
WITH RECURSIVE
  measured(voice) AS (SELECT min(voice) FROM turns UNION ALL
    SELECT (SELECT min(turns.voice) FROM turns WHERE turns.voice > measured.voice) FROM measured WHERE voice NOT NULL),
  named(voice) AS (SELECT min(voice) FROM corrected_turns UNION ALL
    SELECT (SELECT min(now.voice) FROM corrected_turns AS now WHERE now.voice > named.voice) FROM named
    WHERE voice NOT NULL)
SELECT voice FROM measured WHERE voice NOT NULL UNION SELECT voice FROM named WHERE voice NOT NULL
"""
"""every name of a voice once, from one to the next in the index: half a million turns share a few"""
STANDING = """
SELECT now.id, now.turn, now.role, now.voice, now.text, now.corrections,
       turns.role AS heard_role, turns.voice AS heard_voice, turns.text AS heard
FROM corrected_turns AS now JOIN turns ON turns.id = now.turn
WHERE now.turn IN (SELECT value FROM json_each(:turns)) ORDER BY now.turn, now.start_s, now.id
"""
"""what stands in the place of these measured turns"""
MADE = """
SELECT id, who, at_utc FROM corrections WHERE id IN (SELECT made.value FROM corrected_turns AS now,
       json_each(now.corrections) AS made WHERE now.turn IN (SELECT value FROM json_each(:turns)))
"""
"""and the corrections that put it there"""


@dataclass(frozen=True)
class Found:
    """A row that was found, with what stands in the place of its measured turn, and the corrections by their id."""

    row: Mapping[str, Any]
    now: Sequence[Mapping[str, Any]]
    made: Mapping[int, Mapping[str, Any]]


def asked(query: Query) -> Iterator[tuple[str, Callable[[Sequence[Found]], list[Hit]]]]:
    """The statements of a query in the order of their hits, and what makes hits of the rows of each."""
    if query.where != "findings" and query.match and query.label is None:
        yield _CORRECTED, _turn_hits
        yield _MEASURED + (_OF_VOICES if query.speaker is not None else ""), _turn_hits
    if query.where != "turns":
        yield _FINDINGS if query.match else _FINDINGS_BY_LABEL, _finding_hits


def values_of(query: Query) -> dict[str, Any]:
    """What the statements ask for by name, but for `only` and `voices`."""
    return {
        "match": query.match,
        "role": query.role.value if query.role else None,
        "speaker": query.speaker,
        "label": query.label,
        "since": utc_text(query.since) if query.since else None,
        "until": utc_text(query.until) if query.until else None,
    }


def _turn_hits(found: Sequence[Found]) -> list[Hit]:
    return [_turn_hit(one) for one in found]


def _turn_hit(found: Found) -> Hit:
    row = found.row
    place = "turn", row["subject"], row["start_s"], row["end_s"]
    if not found.now:
        return Hit(*place, _parts(row["heard"]), _role(row["role"]), speaker=row["voice"])
    by = _put_right_by(found)
    if row["marked"] is not None:  # found by the words that stand
        return Hit(*place, _parts(row["marked"]), _role(row["role"]), put_right=by, speaker=row["voice"])
    role, voice = (_one([now[name] for now in found.now]) for name in ("role", "voice"))
    said = [now["text"] for now in found.now if now["text"]]
    as_heard = all(now["text"] is None for now in found.now)
    parts = _parts(row["heard"]) if as_heard else tuple((text, False) for text in (" ".join(said),) if text)
    return Hit(*place, parts, _role(role), put_right=by, speaker=voice)


def _put_right_by(found: Found) -> PutRightBy:
    """Words differ where all that stands now is not what was measured; speaker and role are of the very row found."""
    now, first = found.now, found.now[0]
    own = [one for one in now if found.row["marked"] is not None and one["id"] == found.row["newest"]] or now
    made = [found.made[number] for number in sorted({n for one in own for n in json.loads(one["corrections"])})]
    at = utc(made[-1]["at_utc"])
    assert at is not None
    reworded = now[0]["text"] is not None and " ".join(one["text"] for one in now).split() != first["heard"].split()
    differs = {
        "words": reworded,
        "speaker": any(one["voice"] != first["heard_voice"] for one in own),
        "role": any(one["role"] != first["heard_role"] for one in own),
    }
    heard = _parts(found.row["heard"] or first["heard"]) if reworded else ()
    who = tuple(dict.fromkeys(one["who"] for one in made))
    return PutRightBy(who, at, tuple(name for name, other in differs.items() if other), heard)


def _one(values: Sequence[Any]) -> Any:
    """What all of them are, None where they differ."""
    return values[0] if len(set(values)) == 1 else None


def _parts(marked: str) -> tuple[tuple[str, bool], ...]:
    """What lies between the marks is what was looked for."""
    pieces = marked.replace("\x03", "\x02").split("\x02")
    return tuple((text, bool(place % 2)) for place, text in enumerate(pieces) if text)


def _role(value: str | None) -> Role | None:
    return Role(value) if value else None


def _finding_hits(found: Sequence[Found]) -> list[Hit]:
    return [_finding_hit(one.row) for one in found]


def _finding_hit(row: Mapping[str, Any]) -> Hit:
    place = row["subject"], row["start_s"], row["end_s"]
    parts = _parts(row["marked"])
    if not any(found for _, found in parts) and "\x02" in row["words"]:  # the words behind it, not what is said of it
        parts = (*parts, (": ", False), *_parts(row["words"]))
    return Hit("finding", *place, parts, _role(row["role"]), row["label"], row["id"])
