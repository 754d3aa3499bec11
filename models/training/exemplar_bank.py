"""The exemplar bank: invented lines of police contacts with their labels, which the line classifier is trained on.

`exemplars/*.txt` hold one utterance a line, `SPEAKER | LABELS | TEXT`; a blank line begins a new exchange, so that the
line before another is its context. `exemplars/GUIDE.md` says what each label means and how the lines were written.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).with_name("exemplars")

LABELS = (
    "command", "command_to_peer", "officer_name_given", "name_asked", "name_given_by_person", "reason_explained",
    "persuasion", "rights_advised", "warning_given", "force_threatened", "force_announced", "listening", "slow_down",
    "distance_cover", "resources_called", "one_communicator", "force_eased", "intervened", "noncompliance_cue",
    "disrespect", "medical_aid", "camera_off_announced", "recording_notice",
)  # fmt: skip

ROLES = {"officer": "officer", "officer>peer": "officer", "civilian": "civilian", "radio": "radio"}
EVERYBODYS = frozenset(("name_given_by_person", "noncompliance_cue"))
"""labels that others than officers earn"""


class BankError(ValueError):
    """A line of the bank is not what the guide asks for; says file and line."""


@dataclass(frozen=True)
class Exemplar:
    """One utterance with its labels and the one before it in the same exchange ("" and None: it is the first)."""

    situation: str
    """the file that it stands in"""
    number: int
    role: str
    text: str
    labels: frozenset[str]
    to_peer: bool
    previous_text: str = ""
    previous_role: str | None = None


def read_bank(folder: Path = FOLDER) -> list[Exemplar]:
    """All exemplars, by file and line; of lines that say the same after the same, the first. Raises BankError."""
    seen: set[tuple[str, str, str]] = set()
    out = []
    for path in sorted(folder.glob("*.txt")):
        for exemplar in _read(path):
            key = (plain(exemplar.text), exemplar.role, plain(exemplar.previous_text))
            if key not in seen:
                seen.add(key)
                out.append(exemplar)
    return out


def _read(path: Path) -> Iterator[Exemplar]:
    before: Exemplar | None = None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            before = None
        elif not line.startswith("#"):
            before = _exemplar(path, number, line, before)
            yield before


def _exemplar(path: Path, number: int, line: str, before: Exemplar | None) -> Exemplar:
    parts = [part.strip() for part in line.split("|")]
    if len(parts) != 3 or parts[0] not in ROLES or not parts[2]:
        raise BankError(f"{path.name}, line {number}: expected SPEAKER | LABELS | TEXT")
    labels = frozenset(() if parts[1] == "-" else parts[1].split())
    unknown = labels - set(LABELS)
    if unknown or not parts[1]:
        raise BankError(f"{path.name}, line {number}: no label {', '.join(sorted(unknown)) or 'given'}")
    role = ROLES[parts[0]]
    wrong = labels - EVERYBODYS if role != "officer" else labels & {"name_given_by_person"}
    if wrong:
        raise BankError(f"{path.name}, line {number}: {role} cannot earn {', '.join(sorted(wrong))}")
    return Exemplar(
        situation=path.stem,
        number=number,
        role=role,
        text=parts[2],
        labels=labels,
        to_peer=parts[0] == "officer>peer",
        previous_text=before.text if before else "",
        previous_role=before.role if before else None,
    )


def fold_of(situation: str, folds: int) -> int | None:
    """Which fold a situation is held apart in; files written label by label are never held apart (None)."""
    if situation.startswith("label_"):
        return None
    return int(hashlib.sha256(situation.encode()).hexdigest(), 16) % folds


def plain(text: str) -> str:
    """Text as a recogniser writes it that knows no punctuation and no capitals."""
    return " ".join(re.findall(r"[\w']+", text.lower()))
