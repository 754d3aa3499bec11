"""What a person who reviews blind does not see: what others said of the same findings."""

from __future__ import annotations

from typing import Any

from pipeline.store import Store


def hides(store: Store, person: str, subject: str) -> bool:
    """Whether this person has a blind review open that this recording or incident belongs to."""
    return subject in store.blind_subjects(person)


def own_verdicts(store: Store, person: str, columns: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """The columns of findings as a player takes them, with this person's own verdicts and nobody else's."""
    own = {said.finding: said.verdict.value for said in store.verdicts_said(by=person)}
    ids = columns["id"]
    return columns | {
        "verdict": [own.get(one) for one in ids],
        "reviewer": [person if one in own else "" for one in ids],
        "note": ["" for _ in ids],
        "at_utc": ["" for _ in ids],
    }
